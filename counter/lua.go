package counter

import (
	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/audit/luaarg"
	"github.com/gomsys/gomsys/msys/bind"
)

// Library returns the Lua module "msys.counter" backed by reg.
func Library(reg *Registry) lua.RegistryFunction { return Module(reg).Library() }

// Module declares the Lua module "msys.counter" backed by reg.
func Module(reg *Registry) *bind.Module {
	return &bind.Module{
		Name: "msys.counter",
		Doc: "Counters: integers by path that the whole server shares. Functions take the path of a counter " +
			"or, which is faster, the handle that open gives.",
		Consts: []bind.Const{
			{Name: "STRICT", Value: int(Strict), Doc: "All updates go to one value in memory."},
			{Name: "RELAXED", Value: int(Relaxed), Doc: "Updates are spread over memory and summed on reading."},
		},
		Classes: []*bind.Class{{
			Name: "msys.counter:_counter", Short: "counter", Of: (*Counter)(nil),
			Doc:      "A counter. It stays usable after its path was unlinked.",
			ToString: func(self any) string { return self.(*Counter).Path() },
		}},
		Funcs: []bind.Func{
			{
				Name: "open", Params: "path:string, [semantics:number]", Returns: "counter|nil, [err:string]", Phases: bind.Any,
				Doc: "Gives the counter of that path, which is made if there is none (strict, if semantics is nil); one that exists keeps " +
					"its semantics. A path that is not possible gives nil and the reason. Other semantics than the module's constants raise.",
				Example: `local c = require("msys.counter")
local h = c.open("/site/doc/open", c.RELAXED)
c.inc(h)
assert(c.read(h) == 1)`,
				Fn: func(c *bind.Call) int { return luaOpen(c, reg) },
			},
			{
				Name: "inc", Params: "counter:counter|string", Phases: bind.Any,
				Doc: "Adds one. A path without a counter gets a strict one.",
				Example: `local c = require("msys.counter")
c.inc("/site/doc/inc")
assert(c.read("/site/doc/inc") == 1)`,
				Fn: func(c *bind.Call) int { reach(c, reg).Add(1); return 0 },
			},
			{
				Name: "add", Params: "counter:counter|string, delta:number", Phases: bind.Any,
				Doc: "Adds delta, which may be negative. A path without a counter gets a strict one.",
				Example: `local c = require("msys.counter")
c.add("/site/doc/add", -3)
assert(c.read("/site/doc/add") == -3)`,
				Fn: func(c *bind.Call) int {
					delta := luaarg.Integer(c, 2)
					reach(c, reg).Add(delta)
					return 0
				},
			},
			{
				Name: "read", Params: "counter:counter|string", Returns: "number", Phases: bind.Any,
				Doc:     "Gives the value. A path without a counter gives 0 and stays without.",
				Example: `assert(require("msys.counter").read("/site/doc/none") == 0)`,
				Fn: func(c *bind.Call) int {
					counter, isHandle := bind.ObjectAt[*Counter](c.L, c.Index(1))
					if !isHandle {
						counter = reg.Lookup(c.String(1))
					}
					if counter == nil {
						return c.PushInt(0)
					}
					return c.PushNumber(float64(counter.Load()))
				},
			},
			{
				Name: "reset", Params: "counter:counter|string", Phases: bind.Any,
				Doc: "Sets the value to 0 and the reset time to now. A path without a counter gets a strict one.",
				Example: `local c = require("msys.counter")
c.inc("/site/doc/r")
c.reset("/site/doc/r")
assert(c.read("/site/doc/r") == 0)`,
				Fn: func(c *bind.Call) int { reach(c, reg).Reset(); return 0 },
			},
			{
				Name: "unlink", Params: "path:string", Returns: "boolean", Phases: bind.Any,
				Doc: "Takes the counter out of the list and tells whether it was there. Calls by that path still reach it for five minutes, " +
					"except open, which makes a new one; handles reach it for ever.",
				Example: `local c = require("msys.counter")
c.inc("/site/doc/u")
assert(c.unlink("/site/doc/u") and not c.unlink("/site/doc/u"))`,
				Fn: func(c *bind.Call) int { return c.PushBool(reg.Unlink(c.String(1))) },
			},
		},
	}
}

func luaOpen(c *bind.Call, reg *Registry) int {
	path := c.String(1)
	semantics := Semantics(c.OptInt(2, int(Strict)))
	if semantics != Strict && semantics != Relaxed {
		c.ArgError(2, "%v %d", ErrSemantics, int(semantics))
	}
	counter, err := reg.Open(path, semantics)
	if err != nil {
		return c.Fail(err)
	}
	return c.PushObject(counter)
}

// reach gives the counter that argument 1 names, made if need be.
func reach(c *bind.Call, reg *Registry) *Counter {
	if counter, ok := bind.ObjectAt[*Counter](c.L, c.Index(1)); ok {
		return counter
	}
	counter, err := reg.Reach(c.String(1))
	c.Raise(err)
	return counter
}
