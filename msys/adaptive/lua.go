package adaptive

import (
	"context"
	"fmt"
	"sync"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
)

// Library returns the Lua module "msys.adaptive" backed by e. The rules of a
// script hold until the event loop that loaded it is replaced. Functions in
// rules are called on that loop; a state without one cannot have them.
func Library(e *Engine) lua.RegistryFunction { return Module(e).Library() }

// Module declares the Lua module "msys.adaptive" backed by e.
func Module(e *Engine) *bind.Module {
	owners := &owners{e: e, seen: map[bind.Runner]bool{}}
	return &bind.Module{
		Name: "msys.adaptive",
		Doc:  "Rules that adapt delivery to what remote hosts answer. None come with the module.",
		Funcs: []bind.Func{{
			Name: "registerRules", Params: "rules:table, [type:string]", Phases: bind.Init | bind.Adaptive,
			Doc: "Adds rules for domains. type \"augment\" (the default) puts their responses before those that a domain has and adds their " +
				"configuration, whose values win; \"replace\" leaves only these. Returns nothing. A set with a fault raises an error that names " +
				"the domain and the response, and changes nothing.\n\n" +
				"rules has, by domain, the name of a domain whose rules hold for it too, or a table with `responses` (or `rules`) and " +
				"`configuration`, both optional. A response has a `code`, a PCRE that is searched for in the reply; a `trigger`, \"1\" for each " +
				"such reply or \"events/seconds\" for more than so many in so many seconds; an `action`; and perhaps a `message` for the log. " +
				"`phase` is ignored. An action is a name and its parameters, or an array of these: `suspend` and `blackhole` (\"4 hours\"), " +
				"`throttle` (\"down\"), `greylisted` (\"15 minutes\"), `warmup` (seconds), `reduce_connections`, `reduce_deliveries` (a number) and " +
				"`transcode` (\"554 text\", \"454\"). configuration has for an option a whole number, an array {lo, hi}, or a function that is given " +
				"the configured value, the last value, the age of the binding in seconds, and 0, and returns the value.",
			Example: `-- in init()
require("msys.adaptive").registerRules({
  ["example.com"] = {
    responses = { { code = "^421 .*too many", trigger = "10/60", action = { "suspend", "4 hours" } } },
    configuration = { max_outbound_connections = 5 },
  },
})
local ok, err = pcall(msys.adaptive.registerRules, { ["example.net"] = { responses = { { code = "(" } } } })
assert(not ok and err:match("example.net"))`,
			Fn: func(c *bind.Call) int { owners.register(c); return 0 },
		}},
	}
}

// owners are the event loops whose scripts have registered rules.
type owners struct {
	e    *Engine
	mu   sync.Mutex
	seen map[bind.Runner]bool
}

// retiring is what an event loop may offer: f is called once when other loops
// have taken its place.
type retiring interface{ OnRetire(f func()) }

// of gives the owner of the rules of a call; its rules end with its loop.
func (o *owners) of(r bind.Runner) any {
	if r == nil {
		return nil
	}
	o.mu.Lock()
	first := !o.seen[r]
	o.seen[r] = true
	o.mu.Unlock()
	if loop, ok := r.(retiring); ok && first {
		loop.OnRetire(func() {
			o.mu.Lock()
			delete(o.seen, r)
			o.mu.Unlock()
			o.e.withdraw(r)
		})
	}
	return r
}

func (o *owners) register(c *bind.Call) {
	c.CheckTable(1)
	mode := Augment
	switch text := c.OptString(2, "augment"); text {
	case "augment":
	case "replace":
		mode = Replace
	default:
		c.ArgError(2, "\"augment\" or \"replace\" expected, got %q", text)
	}
	env := c.Env()
	if env.Secondary { // the first loop's rules hold
		return
	}
	reader := ruleReader{l: c.L, env: env}
	set, err := reader.rules(c.Index(1))
	if err == nil {
		err = o.e.register(o.of(env.Runner), set, mode)
	}
	if err != nil {
		c.Errorf("registerRules: %v", err)
	}
	for _, text := range reader.warnings {
		env.Log().Warn("registerRules: "+text, "script", c.Where())
	}
}

// luaFunc gives the value of an option by a function of a script.
func luaFunc(env *bind.Env, f bind.Ref) Func {
	runner, module := env.Runner, env.Module
	return func(ctx context.Context, in Input) (v float64, err error) {
		err = runner.Run(ctx, "adaptive rule", bind.Adaptive, func(l *lua.State) error {
			bind.EnvOf(l).Module = module
			f.Push(l)
			l.PushNumber(float64(in.Current))
			l.PushNumber(float64(in.Last))
			l.PushNumber(float64(int64(in.Age.Seconds())))
			l.PushInteger(0)
			l.Call(4, 1)
			n, ok := l.ToNumber(-1)
			if !ok {
				return fmt.Errorf("a number expected from the function, got %s", lua.TypeNameOf(l, -1))
			}
			v = n
			return nil
		})
		return v, err
	}
}
