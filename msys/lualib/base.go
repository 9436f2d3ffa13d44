package lualib

import (
	"runtime"
	"runtime/metrics"
	"strings"
	"time"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
)

// baseLibrary holds what the global functions share.
type baseLibrary struct {
	options  *Options
	universe *luavm.Universe
	next     any // the function next
	inext    any // the iterator of ipairs
	tostring any // the function tostring
	collect  time.Time

	environments environments
}

// openBase sets the global functions and leaves the table of globals on the
// stack.
func openBase(l *lua.State, o *Options) int {
	t := luavm.Of(l)
	b := &baseLibrary{options: o, universe: t.U, environments: environments{}}
	l.PushGlobalTable()
	register(l, map[string]lua.Function{
		"collectgarbage": b.collectGarbage,
		"gcinfo":         gcInfo,
		"gethostname":    func(l *lua.State) int { l.PushString(o.Hostname); return 1 },
		"getmetatable":   baseGetMetaTable,
		"newproxy":       newProxy,
		"print":          b.print,
		"rawequal":       rawEqual,
		"rawget":         b.rawGet,
		"rawlen":         rawLen,
		"rawset":         b.rawSet,
		"select":         baseSelect,
		"setmetatable":   b.setMetaTable,
		"tonumber":       toNumber,
		"trim":           baseTrim,
		"type":           baseType,
	})
	b.openPairs(l)
	b.openToString(l)
	openErrors(l)
	openLoad(l, o)
	openEnvironments(l, b.environments)
	l.PushValue(-1)
	l.SetField(-2, "_G")
	l.PushString("Lua 5.1")
	l.SetField(-2, "_VERSION")
	for _, name := range []string{"_TLS", "_OSTLS", "arg"} {
		l.NewTable()
		l.SetField(-2, name)
	}
	return 1
}

func baseType(l *lua.State) int {
	a := args{l, "type"}
	a.any(1)
	l.PushString(luavm.Of(l).TypeName(1))
	return 1
}

func baseGetMetaTable(l *lua.State) int {
	args{l, "getmetatable"}.any(1)
	if !l.MetaTable(1) {
		l.PushNil()
		return 1
	}
	l.PushString("__metatable")
	l.RawGet(-2)
	if l.IsNil(-1) {
		l.Pop(1)
	}
	return 1
}

func (b *baseLibrary) setMetaTable(l *lua.State) int {
	a := args{l, "setmetatable"}
	a.table(1)
	if !l.IsTable(2) && !l.IsNil(2) || l.IsNone(2) {
		a.fail(2, "nil or table expected")
	}
	if lua.MetaField(l, 1, "__metatable") {
		a.errorf("cannot change a protected metatable")
	}
	l.SetTop(2)
	if l.IsTable(2) {
		b.hideIndex(l, 2)
	}
	l.SetMetaTable(1)
	return 1
}

// hideIndex gives a metatable without __index the hidden one: without any,
// the virtual machine forgets the metatable's other events.
func (b *baseLibrary) hideIndex(l *lua.State, index int) {
	l.PushString("__index")
	l.RawGet(index)
	if l.IsNil(-1) {
		l.PushString("__index")
		l.PushLightUserData(b.universe.HiddenIndex())
		l.RawSet(index)
	}
	l.Pop(1)
}

func (b *baseLibrary) rawGet(l *lua.State) int {
	a := args{l, "rawget"}
	a.table(1)
	a.any(2)
	l.SetTop(2)
	l.RawGet(1)
	if luavm.Of(l).Value(-1) == b.universe.HiddenIndex() {
		l.PushNil()
	}
	return 1
}

func (b *baseLibrary) rawSet(l *lua.State) int {
	a := args{l, "rawset"}
	a.table(1)
	a.any(2)
	a.any(3)
	l.SetTop(3)
	if l.IsNil(3) && l.ToValue(2) == "__index" {
		l.PushLightUserData(b.universe.HiddenIndex())
		l.Replace(3)
	}
	l.RawSet(1)
	return 1
}

func rawEqual(l *lua.State) int {
	a := args{l, "rawequal"}
	a.any(1)
	a.any(2)
	t := luavm.Of(l)
	l.PushBoolean(t.Value(1) == t.Value(2))
	return 1
}

func rawLen(l *lua.State) int {
	if !l.IsTable(1) && l.TypeOf(1) != lua.TypeString {
		args{l, "rawlen"}.fail(1, "table or string expected")
	}
	pushInt(l, l.RawLength(1))
	return 1
}

func baseSelect(l *lua.State) int {
	a, n := args{l, "select"}, l.Top()
	if s, ok := l.ToValue(1).(string); ok && strings.HasPrefix(s, "#") {
		pushInt(l, n-1)
		return 1
	}
	i := a.integer(1)
	switch {
	case i < 0:
		i += n
	case i > n:
		i = n
	}
	if i < 1 {
		a.fail(1, "index out of range")
	}
	return n - i
}

func toNumber(l *lua.State) int {
	a := args{l, "tonumber"}
	if l.IsNoneOrNil(2) {
		switch v := l.ToValue(1).(type) {
		case float64:
			l.SetTop(1)
			return 1
		case string:
			if n, ok := ParseNumber(v); ok {
				l.PushNumber(n)
				return 1
			}
		}
		a.any(1)
		l.PushNil()
		return 1
	}
	s, base := a.str(1), a.integer(2)
	if base < 2 || base > 36 {
		a.fail(2, "base out of range")
	}
	if n, ok := ParseNumberBase(s, base); ok {
		l.PushNumber(n)
	} else {
		l.PushNil()
	}
	return 1
}

func baseTrim(l *lua.State) int {
	pushString(l, trimSpace(args{l, "trim"}.str(1)))
	return 1
}

func newProxy(l *lua.State) int {
	meta := false
	switch {
	case l.IsNoneOrNil(1):
	case l.TypeOf(1) == lua.TypeBoolean:
		if meta = l.ToBoolean(1); meta {
			l.NewTable()
		}
	default:
		if _, ok := l.ToUserData(1).(*proxy); !ok || !l.MetaTable(1) {
			args{l, "newproxy"}.fail(1, "boolean or proxy expected")
		}
		meta = true
	}
	l.PushUserData(&proxy{})
	if meta {
		l.PushValue(-2)
		l.SetMetaTable(-2)
	}
	return 1
}

// proxy is the data of a userdata that newproxy makes.
type proxy struct{ _ byte }

// collectInterval is the least time between two collections that a script
// asks for: each stops the whole process for a while.
const collectInterval = time.Second

func (b *baseLibrary) collectGarbage(l *lua.State) int {
	a := args{l, "collectgarbage"}
	switch option := a.optStr(1, "collect"); option {
	case "collect", "step", "globaltrace":
		if now := time.Now(); now.Sub(b.collect) >= collectInterval {
			b.collect = now
			runtime.GC()
		}
		if option == "step" {
			l.PushBoolean(true)
			return 1
		}
	case "count":
		l.PushNumber(heapBytes() / 1024)
		return 1
	case "isrunning":
		l.PushBoolean(true)
		return 1
	case "setpause", "setstepmul", "setmajorinc":
		pushInt(l, 200)
		return 1
	case "meminfo", "meminfo:global":
		l.CreateTable(0, 1)
		l.PushNumber(heapBytes())
		l.SetField(-2, "total")
		return 1
	case "stop", "restart", "generational", "incremental":
	default:
		a.fail(1, "invalid option '"+option+"'")
	}
	pushInt(l, 0)
	return 1
}

func gcInfo(l *lua.State) int {
	l.PushNumber(heapBytes() / 1024)
	return 1
}

// heapBytes gives the size of the process's heap.
func heapBytes() float64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return float64(sample[0].Value.Uint64())
}
