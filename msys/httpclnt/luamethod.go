package httpclnt

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"strconv"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/delivery"
)

func methodModule(ms *Methods) *bind.Module {
	return &bind.Module{
		Name: "msys.http_lua",
		Doc: "Delivery methods over HTTP that are written in Lua: tables whose functions make the request of a message and read the " +
			"response.",
		Funcs: []bind.Func{{
			Name: "registerModule", Params: "name:string, methods:table", Phases: bind.Init,
			Doc: "Defines the delivery method name. The table has any of these functions, called as methods: `build_request(sess)` fills " +
				"the request: HTTP_INTERNAL_CONT or nil lets the server write `request.data`, HTTP_INTERNAL_DONE says that it is " +
				"complete, HTTP_INTERNAL_FAIL sends nothing: `DLV_Response_Status` says why, and without one the message counts as " +
				"delivered. `handle_response(sess)` reads the response: CONT or nil lets its status decide, else " +
				"`DLV_Response_Status` does. `status_classifier(status)` gets a number, or text that is none, and gives one of " +
				"msys.delivery.DELIVERY_*. `init_session(sess)`, `reset_session(sess)` and `destroy_session(sess)` see the begin and " +
				"the end of an attempt, `dispose_delivery(msg)`, `dispose_tempfail(msg)` and `dispose_permfail(msg)` what became of it. " +
				"A table with none of them raises, as does a name that is in use.",
			Example: `-- in init()
local method = {}
function method:build_request(sess)
  sess:request_set_body(msys.delivery.ob_get_current_message(sess):text())
  return msys.httpclnt.HTTP_INTERNAL_CONT
end
msys.http_lua.registerModule("pager", method)
assert(not pcall(msys.http_lua.registerModule, "pager", method)) -- the name is in use`,
			Fn: func(c *bind.Call) int { return luaRegisterMethod(c, ms) },
		}},
	}
}

// methodNames are the functions that a method's table may have.
var methodNames = [...]string{
	"build_request", "handle_response", "status_classifier", "init_session", "reset_session", "destroy_session",
	"dispose_delivery", "dispose_tempfail", "dispose_permfail",
}

// retiring is what an event loop may offer: f is called once when other loops
// have taken its place.
type retiring interface{ OnRetire(f func()) }

func luaRegisterMethod(c *bind.Call, ms *Methods) int {
	name := c.String(1)
	c.CheckTable(2)
	if !isToken(name) {
		c.ArgError(1, "name of a delivery method expected")
	}
	usable := false
	for _, f := range methodNames {
		c.L.Field(c.Index(2), f)
		usable = usable || c.L.IsFunction(-1)
		c.L.Pop(1)
	}
	if !usable {
		c.Errorf("no usable methods found for delivery method %s", name)
	}
	env := c.Env()
	if env.Secondary { // the first loop's table does the work
		return 0
	}
	if env.Runner == nil {
		c.Errorf("msys.http_lua.registerModule: there is no event loop")
	}
	t := &luaMethod{name: name, methods: ms, table: bind.RefAt(c.L, c.Index(2)), runner: env.Runner, log: env.Log()}
	if err := ms.register(name, methodEntry{owner: env.Runner, handler: t.handler(), lua: t}); err != nil {
		c.Errorf("registerModule: %s", reason(err))
	}
	if r, ok := env.Runner.(retiring); ok {
		r.OnRetire(func() { ms.end(r) })
	}
	return 0
}

// luaMethod is a delivery method in Lua.
type luaMethod struct {
	name    string
	methods *Methods
	table   bind.Ref
	runner  bind.Runner
	log     *slog.Logger
}

func (t *luaMethod) handler() Handler {
	observe := func(name string) func(context.Context, *Session) {
		return func(ctx context.Context, s *Session) { t.observe(ctx, name, s, s.Message()) }
	}
	return Handler{
		BuildRequest: func(ctx context.Context, s *Session) (Decision, error) {
			return t.step(ctx, "build_request", bind.HTTPRequestEval, s)
		},
		HandleResponse: func(ctx context.Context, s *Session) (Decision, error) {
			return t.step(ctx, "handle_response", bind.HTTPResponseEval, s)
		},
		Classify: t.classify,
		Init:     observe("init_session"), Reset: observe("reset_session"), Destroy: observe("destroy_session"),
		Disposed: func(ctx context.Context, m *message.Message, out delivery.Outcome) {
			switch out.Final {
			case delivery.Delivered:
				t.observe(ctx, "dispose_delivery", m, m)
			case delivery.Deferred:
				t.observe(ctx, "dispose_tempfail", m, m)
			default:
				t.observe(ctx, "dispose_permfail", m, m)
			}
		},
	}
}

// call runs a function of the table with one argument. called is false if the
// table has no such function; n is the number that it returned, NaN if none.
// If the scripts have been loaded anew meanwhile, it is the new table's.
func (t *luaMethod) call(ctx context.Context, name string, phase bind.Phases, arg any, m *message.Message) (n float64, called bool, err error) {
	for {
		var entered bool
		if n, called, entered, err = t.run(ctx, name, phase, arg, m); entered || err == nil {
			return n, called, err
		}
		next := t.methods.luaMethod(t.name)
		if next == nil || next == t {
			return n, false, fmt.Errorf("%w: %w", errMethodGone, err)
		}
		t = next
	}
}

// run is call for this table. entered is false if its event loop has ended.
func (t *luaMethod) run(ctx context.Context, name string, phase bind.Phases, arg any, m *message.Message) (n float64, called, entered bool, err error) {
	n = math.NaN()
	err = t.runner.Run(ctx, "http_lua "+t.name+" "+name, phase, func(l *lua.State) error {
		entered = true
		env := bind.EnvOf(l)
		env.Message, env.Module = m, t.name
		t.table.Push(l)
		l.Field(-1, name)
		if !l.IsFunction(-1) {
			return nil
		}
		called = true
		l.Insert(-2) // the table is the receiver
		if bind.HasClass(l, arg) {
			bind.PushObject(l, arg)
		} else {
			bind.Push(l, arg)
		}
		l.Call(2, 1)
		if v, ok := l.ToNumber(-1); ok && l.TypeOf(-1) == lua.TypeNumber {
			n = v
		}
		return nil
	})
	return n, called, entered, err
}

// step runs a function whose decision counts.
func (t *luaMethod) step(ctx context.Context, name string, phase bind.Phases, s *Session) (Decision, error) {
	n, called, err := t.call(ctx, name, phase, s, s.Message())
	switch {
	case err != nil:
		return Cont, err
	case !called && name == "build_request":
		return Cont, s.useMessage()
	case n == float64(Fail) || n == float64(delivery.PermFailed) || n == float64(delivery.TempFailed):
		return Fail, nil
	case n == n && n != 0:
		return Done, nil
	}
	return Cont, nil
}

// observe runs a function whose result does not matter.
func (t *luaMethod) observe(ctx context.Context, name string, arg any, m *message.Message) {
	if _, _, err := t.call(ctx, name, bind.Delivery, arg, m); err != nil {
		t.log.Warn("httpclnt: "+name+" failed", slog.String("method", t.name), slog.String("message", m.ID()), slog.Any("error", err))
	}
}

// classify asks the table what a status means.
func (t *luaMethod) classify(ctx context.Context, m *message.Message, status string) delivery.Status {
	var arg any = status
	if n, err := strconv.ParseFloat(status, 64); err == nil {
		arg = n
	}
	n, _, err := t.call(ctx, "status_classifier", bind.MsgDispose, arg, m)
	if err != nil {
		t.log.Warn("httpclnt: status_classifier failed", slog.String("method", t.name), slog.Any("error", err))
	}
	for _, s := range []delivery.Status{delivery.Success, delivery.TempFailed, delivery.PermFailed} {
		if n == float64(s) {
			return s
		}
	}
	return delivery.Continue
}
