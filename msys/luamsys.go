package msys

import (
	"context"
	"time"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
)

// msysModule declares the functions of the table msys itself.
func (rt *Runtime) msysModule() *bind.Module {
	return &bind.Module{
		Name:     "msys",
		Examples: snippets("msys"),
		Doc:      "Functions of the server itself: registration, waiting, locks, pools, macros, configuration.",
		Funcs: append(rt.shareFuncs(), []bind.Func{
			{
				Name: "registerModule", Params: "name:string, functable:table", Phases: bind.Any,
				Doc: "Registers a table whose functions are callouts. A table without any known callout raises an error. " +
					"Functions are looked up at each call, so they may be assigned later.",
				Fn: rt.luaRegisterModule,
			},
			{
				Name: "registerAuth", Params: "schemename:string, authtable:table", Phases: bind.Init,
				Doc: "Registers an authentication scheme: a table with `authenticate`, `enumGroups` and `queryGroups`. " +
					"Only init() may call it.",
				Fn: rt.luaRegisterAuth,
			},
			{
				Name: "registerControl", Params: "prefix:string, closure:function", Phases: bind.Init, Also: bind.Any, AlsoNote: "chunks and rsrc_setup",
				Doc: "Registers a console command. What the function prints goes to the caller. A later call for the same prefix replaces it.",
				Fn:  rt.luaRegisterControl,
			},
			{
				Name: "config", Params: "action:string, [...]", Returns: "value, text:string", Phases: bind.Any,
				Doc: "Reads or changes configuration: actions get, eval, set, unset, show; then pairs of scope and name, the option, " +
					"and the value for set. An option that is not set gives nil and a text.",
				Fn: rt.luaConfig,
			},
			{
				Name: "expandMacro", Params: "string:string", Returns: "string", Phases: bind.Any,
				Doc: "Replaces each `%{macro}` by its value; `%%{` gives `%{`. Unknown macros stay as written.",
				Fn:  rt.luaExpandMacro,
			},
			{
				Name: "sleep", Params: "duration_in_seconds:number", Phases: bind.Any,
				Doc: "Suspends this session only, for a number of seconds that may have a fraction; 0 or less lets others run once.",
				Fn:  luaSleep,
			},
			{
				Name: "asyncOk", Returns: "boolean", Phases: bind.Any,
				Doc: "Tells whether the call may wait.",
				Fn:  func(c *bind.Call) int { return c.PushBool(c.Env().NoWait == "") },
			},
			{
				Name: "lock", Params: "mutexname:string", Phases: bind.Any,
				Doc: "Takes the process-wide lock of that name and waits for it. The callout or closure that runs owns it; a lock " +
					"that is left over when its owner ends is released, with a warning.",
				Fn: rt.luaLock,
			},
			{
				Name: "unlock", Params: "mutexname:string", Phases: bind.Any,
				Doc: "Releases a lock of the running callout or closure.",
				Fn:  rt.luaUnlock,
			},
			{
				Name: "runInPool", Params: "pool:string|number, closure:function, [mode:boolean|function], [completion:number]",
				Returns: "boolean|nil, ...", Phases: bind.Any,
				Doc: "Runs the closure in the named pool and gives true and its results, or false and a message. With mode true " +
					"it starts after the callout has ended, without results; a function as mode is called after it succeeded. Then the call gives nothing, so nil. " +
					"A pool that does not exist raises.",
				Fn: rt.luaRunInPool,
			},
			{
				Name: "runInInst", Params: "inst:object, closure:function", Returns: "boolean, ...", Phases: bind.Any,
				Doc: "Runs the closure on the event loop inst, as pcall does.",
				Fn:  luaRunInInst,
			},
			{
				Name: "type", Params: "parameter:any", Returns: "string", Phases: bind.Any,
				Doc: "Gives the class of an object, or what Lua's type gives for any other value.",
				Fn:  luaType,
			},
			{
				Name: "cast", Params: "object:object, classnamestring:string", Returns: "object", Phases: bind.Any,
				Doc: "Gives the object as one of the named class; raises if it is not one.",
				Fn:  luaCast,
			},
			{
				Name: "getClassMetaTable", Params: "classnamestring:string", Returns: "table|nil", Phases: bind.Any,
				Doc: "Gives the metatable of a class. Functions that a script assigns to it become methods of all its objects. nil if there is no such class.",
				Fn: func(c *bind.Call) int {
					if !bind.PushClassMeta(c.L, c.String(1)) {
						c.PushNil()
					}
					return 1
				},
			},
			{
				Name: "log", Params: "level:number, text:string", Phases: bind.Any,
				Doc: "Writes a log record with a level of msys.core.LOG_*.",
				Fn:  rt.luaLog,
			},
		}...),
	}
}

func (rt *Runtime) luaRegisterModule(c *bind.Call) int {
	name := c.String(1)
	c.CheckTable(2)
	lp := loopOf(c)
	if err := lp.registerModule(c.L, name, scriptOf(c), c.Index(2)); err != nil {
		c.Raise(err)
	}
	return 0
}

// loopOf gives the event loop that the call runs on.
func loopOf(c *bind.Call) *loop { return c.Env().Runner.(*loop) }

// scriptOf gives the file of the calling script.
func scriptOf(c *bind.Call) string {
	where := c.Where()
	for i := len(where) - 1; i >= 0; i-- {
		if where[i] == ':' {
			return where[:i]
		}
	}
	return where
}

func luaSleep(c *bind.Call) int {
	d := time.Duration(c.Number(1) * float64(time.Second))
	c.Raise(c.Block(func(ctx context.Context) error {
		if d <= 0 {
			return nil
		}
		return sleep(ctx, d)
	}))
	return 0
}

func (rt *Runtime) luaLock(c *bind.Call) int {
	name, owner := c.String(1), c.Env().Owner.(*lockOwner)
	ok, err := rt.locks.tryNow(name, owner)
	c.Raise(err)
	if !ok {
		c.Raise(c.Block(func(ctx context.Context) error { return rt.locks.acquire(ctx, name, owner) }))
	}
	return 0
}

func (rt *Runtime) luaUnlock(c *bind.Call) int {
	c.Raise(rt.locks.release(c.String(1), c.Env().Owner.(*lockOwner)))
	return 0
}

func luaType(c *bind.Call) int {
	if !c.Given(1) {
		c.ArgError(1, "value expected")
	}
	if class := bind.ClassOf(c.L, c.Index(1)); class != nil {
		return c.PushString(class.Name)
	}
	return c.PushString(lua.TypeNameOf(c.L, c.Index(1)))
}

func luaCast(c *bind.Call) int {
	want := c.String(2)
	class := bind.ClassOf(c.L, c.Index(1))
	if class == nil || class.Name != want {
		from := lua.TypeNameOf(c.L, c.Index(1))
		if class != nil {
			from = class.Name
		}
		c.Errorf("cannot cast %s to %s", from, want)
	}
	c.L.PushValue(c.Index(1))
	return 1
}

func (rt *Runtime) luaLog(c *bind.Call) int {
	level, text := c.Int(1), c.String(2)
	env := c.Env()
	rt.log.Log(env.Ctx(), slogLevel(level), text, attributes(env)...)
	return 0
}
