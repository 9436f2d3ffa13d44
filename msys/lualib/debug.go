package lualib

import (
	"strings"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
)

// openDebug leaves the table debug on the stack.
func openDebug(l *lua.State, o *Options) int {
	base := &baseLibrary{options: o, universe: luavm.Of(l).U, environments: environments{}}
	l.NewTable()
	register(l, map[string]lua.Function{
		"getfenv":      base.environments.debugGet,
		"gethook":      debugGetHook,
		"getinfo":      debugGetInfo,
		"getlocal":     debugGetLocal,
		"getmetatable": debugGetMetaTable,
		"getupvalue":   debugGetUpValue,
		"getuservalue": debugGetUserValue,
		"output":       base.print,
		"setfenv":      base.environments.debugSet,
		"sethook":      debugSetHook,
		"setlocal":     debugSetLocal,
		"setmetatable": base.debugSetMetaTable,
		"setupvalue":   debugSetUpValue,
		"setuservalue": debugSetUserValue,
		"traceback":    debugTraceback,
		"upvalueid":    debugUpValueID,
		"upvaluejoin":  debugUpValueJoin,
	})
	l.Global("tostring")
	base.tostring = luavm.Of(l).Pop()
	// The registry holds what the host keeps from scripts; they get a table
	// with what they may see of it in its place.
	l.CreateTable(0, 1)
	lua.SubTable(l, lua.RegistryIndex, "_LOADED")
	l.SetField(-2, "_LOADED")
	registry := luavm.Of(l).Pop()
	l.PushGoFunction(func(l *lua.State) int { l.PushLightUserData(registry); return 1 })
	l.SetField(-2, "getregistry")
	return 1
}

// threadArgument gives the thread that argument 1 is, and the number of
// arguments that it takes; without one, the running thread. The thread of a
// coroutine that has ended is nil.
func threadArgument(l *lua.State) (t *luavm.Thread, co *luavm.Coroutine, shift int) {
	t = luavm.Of(l)
	if !l.IsThread(1) {
		return t, nil, 0
	}
	if co = t.U.Coroutine(t.Value(1)); co == nil {
		return t.U.Main(), nil, 1
	}
	return co.Thread(), co, 1
}

func debugTraceback(l *lua.State) int {
	t, co, shift := threadArgument(l)
	message, isString := l.ToValue(shift + 1).(string)
	if n, isNumber := l.ToValue(shift + 1).(float64); isNumber {
		message, isString = FormatNumber(n), true
	}
	if !isString && !l.IsNoneOrNil(shift+1) {
		l.SetTop(shift + 1)
		return 1
	}
	level := 1
	if co != nil {
		level = 0
	}
	level = args{l, "debug.traceback"}.optInteger(shift+2, level)
	trace := ""
	if co != nil {
		trace = co.Traceback(level)
	} else {
		trace = t.Traceback("", level)
	}
	if isString {
		trace = message + "\n" + trace
	}
	l.PushString(trace)
	return 1
}

// infoOptions are the letters that getinfo takes.
const infoOptions = "SlnutLf"

func debugGetInfo(l *lua.State) int {
	t, _, shift := threadArgument(l)
	a := args{l, "debug.getinfo"}
	options := a.optStr(shift+2, "flnSut")
	for i := range len(options) {
		if !strings.Contains(infoOptions, options[i:i+1]) {
			a.fail(shift+2, "invalid option")
		}
	}
	var frame luavm.Frame
	var fn any
	switch {
	case l.IsFunction(shift + 1):
		fn = luavm.Of(l).Value(shift + 1)
	case l.IsNumber(shift + 1):
		ok := false
		if t != nil {
			frame, ok = t.Frame(a.integer(shift + 1))
		}
		if !ok {
			l.PushNil()
			return 1
		}
		fn = frame.Function()
	default:
		a.fail(shift+1, "function or level expected")
	}
	pushInfo(l, options, fn, frame)
	return 1
}

// pushInfo pushes the table of getinfo. frame is zero for a function that is
// not looked at while it runs.
func pushInfo(l *lua.State, options string, fn any, frame luavm.Frame) {
	t := luavm.Of(l)
	info := t.U.Info(fn)
	running := frame != luavm.Frame{}
	l.CreateTable(0, 14)
	text := func(name, value string) { l.PushString(value); l.SetField(-2, name) }
	number := func(name string, value int) { pushInt(l, value); l.SetField(-2, name) }
	boolean := func(name string, value bool) { l.PushBoolean(value); l.SetField(-2, name) }
	for i := range len(options) {
		switch options[i] {
		case 'S':
			text("source", info.Source)
			text("short_src", info.ShortSource)
			number("linedefined", info.LineDefined)
			number("lastlinedefined", info.LastLineDefined)
			text("what", info.What)
		case 'l':
			line := -1
			if running {
				line = frame.Line()
			}
			number("currentline", line)
		case 'u':
			t.Push(fn)
			n := upValues{l, l.Top()}.count()
			l.Pop(1)
			number("nups", n)
			number("nparams", info.Parameters)
			boolean("isvararg", info.IsVarArg)
		case 'n':
			name, kind := "", ""
			if running {
				name, kind = frame.Name()
			}
			if kind != "" {
				text("name", name)
			}
			text("namewhat", kind)
		case 't':
			boolean("istailcall", running && frame.IsTailCall())
		case 'L':
			if info.Lines != nil {
				l.NewTable()
				for _, line := range info.Lines {
					l.PushBoolean(true)
					l.RawSetInt(-2, int(line))
				}
				l.SetField(-2, "activelines")
			}
		case 'f':
			t.Push(fn)
			l.SetField(-2, "func")
		}
	}
}

func debugGetMetaTable(l *lua.State) int {
	args{l, "debug.getmetatable"}.any(1)
	if !l.MetaTable(1) {
		l.PushNil()
	}
	return 1
}

func (b *baseLibrary) debugSetMetaTable(l *lua.State) int {
	a, t := args{l, "debug.setmetatable"}, luavm.Of(l)
	if !l.IsTable(2) && !l.IsNil(2) || l.IsNone(2) {
		a.fail(2, "nil or table expected")
	}
	l.SetTop(2)
	if l.IsTable(2) {
		b.hideIndex(l, 2)
	}
	switch typ := l.TypeOf(1); typ {
	case lua.TypeTable, lua.TypeUserData:
		l.SetMetaTable(1)
	default:
		t.SetBasicMetaTable(typ, t.Value(2))
	}
	l.PushBoolean(true)
	return 1
}

func debugGetUserValue(l *lua.State) int {
	if l.TypeOf(1) != lua.TypeUserData {
		l.PushNil()
	} else {
		l.UserValue(1)
	}
	return 1
}

func debugSetUserValue(l *lua.State) int {
	a := args{l, "debug.setuservalue"}
	switch l.TypeOf(1) {
	case lua.TypeUserData:
	case lua.TypeNone:
		if l.Top() > 0 {
			a.fail(1, "full userdata expected, got light userdata")
		}
		fallthrough
	default:
		a.failType(1, "userdata")
	}
	if !a.missing(2) {
		a.table(2)
	}
	l.SetTop(2)
	l.SetUserValue(1)
	return 1
}

func debugSetHook(l *lua.State) int {
	t, _, shift := threadArgument(l)
	a := args{l, "debug.sethook"}
	if t == nil {
		return 0
	}
	if a.missing(shift + 1) {
		t.SetHook(nil, 0, 0)
		return 0
	}
	a.function(shift + 1)
	events, count := a.str(shift+2), a.optInteger(shift+3, 0)
	var mask byte
	for event, bit := range map[string]byte{"c": lua.MaskCall, "r": lua.MaskReturn, "l": lua.MaskLine} {
		if strings.Contains(events, event) {
			mask |= bit
		}
	}
	t.SetHook(luavm.Of(l).Value(shift+1), mask, count)
	return 0
}

func debugGetHook(l *lua.State) int {
	t, _, _ := threadArgument(l)
	if t == nil {
		return 0
	}
	fn, mask, count := t.Hook()
	if fn == nil {
		l.PushNil()
	} else {
		l.PushLightUserData(fn)
	}
	events := ""
	for _, e := range []struct {
		name string
		bit  byte
	}{{"c", lua.MaskCall}, {"r", lua.MaskReturn}, {"l", lua.MaskLine}} {
		if mask&e.bit != 0 {
			events += e.name
		}
	}
	l.PushString(events)
	pushInt(l, count)
	return 3
}
