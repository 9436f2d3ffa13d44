package lualib

import (
	"math"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
)

// tableLibrary holds what the functions of table table share.
type tableLibrary struct {
	maxString int
	scratch   scratch
}

// openTable leaves the table table on the stack.
func openTable(l *lua.State, o *Options) int {
	lib := &tableLibrary{maxString: o.MaxString}
	lua.NewLibrary(l, []lua.RegistryFunction{
		{Name: "concat", Function: lib.concat},
		{Name: "foreach", Function: tableForeach},
		{Name: "foreachi", Function: tableForeachi},
		{Name: "getn", Function: tableGetn},
		{Name: "insert", Function: tableInsert},
		{Name: "maxn", Function: tableMaxn},
		{Name: "pack", Function: tablePack},
		{Name: "remove", Function: tableRemove},
		{Name: "setn", Function: tableSetn},
		{Name: "sort", Function: tableSort},
		{Name: "unpack", Function: tableUnpack},
	})
	return 1
}

// length returns what # gives for the table that is argument i.
func (a args) length(i int) int {
	a.table(i)
	if !a.l.MetaTable(i) {
		return a.l.RawLength(i)
	}
	a.l.Pop(1)
	a.l.Length(i)
	n, ok := a.l.ToValue(-1).(float64)
	if !ok {
		a.errorf("object length is not a number")
	}
	a.l.Pop(1)
	return truncate(n)
}

func (lib *tableLibrary) concat(l *lua.State) int {
	a := args{l, "table.concat"}
	a.table(1)
	sep, i := a.optStr(2, ""), a.optInteger(3, 1)
	var last int
	if a.missing(4) {
		last = a.length(1)
	} else {
		last = a.integer(4)
	}
	buf := lib.scratch.take()
	for ; i <= last; i++ {
		l.RawGetInt(1, i)
		switch v := l.ToValue(-1).(type) {
		case string:
			buf = append(buf, v...)
		case float64:
			buf = AppendNumber(buf, v)
		default:
			a.errorf("invalid value (%s) at index %d in table for 'concat'", a.typeName(-1), i)
		}
		l.Pop(1)
		if i == last {
			break // i may be the largest int
		}
		buf = append(buf, sep...)
		if len(buf) > lib.maxString {
			a.errorf("resulting string too large")
		}
	}
	if len(buf) > lib.maxString {
		a.errorf("resulting string too large")
	}
	pushString(l, string(buf))
	lib.scratch.put(buf)
	return 1
}

// maxShift limits the elements that an insertion far from the others moves.
const maxShift = 10_000_000

// tableInsert takes every position, as in 5.1; 5.2 refuses those that leave a
// gap.
func tableInsert(l *lua.State) int {
	a := args{l, "table.insert"}
	last := a.length(1) + 1
	pos := last
	switch l.Top() {
	case 2:
	case 3:
		pos = a.integer(2)
		last = max(last, pos)
		if pos < last-maxShift {
			a.fail(2, "position out of bounds")
		}
		for i := last; i > pos; i-- {
			l.RawGetInt(1, i-1)
			l.RawSetInt(1, i)
		}
	default:
		a.errorf("wrong number of arguments to 'insert'")
	}
	l.RawSetInt(1, pos)
	return 0
}

// tableRemove returns nothing when there is no such position, as in 5.1.
func tableRemove(l *lua.State) int {
	a := args{l, "table.remove"}
	last := a.length(1)
	pos := a.optInteger(2, last)
	if pos < 1 || pos > last {
		return 0
	}
	l.RawGetInt(1, pos)
	for ; pos < last; pos++ {
		l.RawGetInt(1, pos+1)
		l.RawSetInt(1, pos)
	}
	l.PushNil()
	l.RawSetInt(1, last)
	return 1
}

func tablePack(l *lua.State) int {
	n := l.Top()
	l.CreateTable(n, 1)
	l.Insert(1)
	for i := n; i >= 1; i-- {
		l.RawSetInt(1, i)
	}
	pushInt(l, n)
	l.SetField(1, "n")
	return 1
}

func tableUnpack(l *lua.State) int {
	a := args{l, "table.unpack"}
	a.table(1)
	first := a.optInteger(2, 1)
	var last int
	if a.missing(3) {
		last = a.length(1)
	} else {
		last = a.integer(3)
	}
	if first > last {
		return 0
	}
	n := last - first + 1
	if n <= 0 || !l.CheckStack(n) { // it overflows when the ends are far apart
		a.errorf("too many results to unpack")
	}
	for i := range n {
		l.RawGetInt(1, first+i)
	}
	return n
}

func tableGetn(l *lua.State) int {
	pushInt(l, args{l, "table.getn"}.length(1))
	return 1
}

func tableSetn(l *lua.State) int {
	a := args{l, "table.setn"}
	a.table(1)
	a.errorf("'setn' is obsolete")
	return 0
}

func tableMaxn(l *lua.State) int {
	args{l, "table.maxn"}.table(1)
	maxn := 0.0
	l.PushNil()
	for luavm.Next(l, 1) {
		if key, ok := l.ToValue(-2).(float64); ok {
			maxn = math.Max(maxn, key)
		}
		l.Pop(1)
	}
	l.PushNumber(maxn)
	return 1
}

func tableForeach(l *lua.State) int {
	a := args{l, "table.foreach"}
	a.table(1)
	a.function(2)
	l.PushNil()
	for luavm.Next(l, 1) {
		l.PushValue(2)
		l.PushValue(-3)
		l.PushValue(-3)
		l.Call(2, 1)
		if !l.IsNil(-1) {
			return 1
		}
		l.Pop(2)
	}
	return 0
}

func tableForeachi(l *lua.State) int {
	a := args{l, "table.foreachi"}
	n := a.length(1)
	a.function(2)
	for i := 1; i <= n; i++ {
		l.PushValue(2)
		pushInt(l, i)
		l.RawGetInt(1, i)
		l.Call(2, 1)
		if !l.IsNil(-1) {
			return 1
		}
		l.Pop(1)
	}
	return 0
}
