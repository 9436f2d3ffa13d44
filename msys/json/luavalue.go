package json

import (
	"slices"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
)

// valueAt gives argument i as a JSON value; what JSON cannot express raises.
func valueAt(c *bind.Call, i int) *Value {
	e := encoder{c: c}
	return e.value(c.Index(i), 0)
}

// encoder makes a JSON value of a Lua value.
type encoder struct {
	c *bind.Call
	// around are the tables that are being converted.
	around []any
}

func (e *encoder) value(index, depth int) *Value {
	l := e.c.L
	switch l.TypeOf(index) {
	case lua.TypeBoolean:
		return Bool(l.ToBoolean(index))
	case lua.TypeNumber:
		n, _ := l.ToNumber(index)
		return Number(n)
	case lua.TypeTable:
		return e.table(l.AbsIndex(index), depth+1)
	}
	if v, ok := bind.ObjectAt[*Value](l, index); ok {
		return v
	}
	text, ok := bind.Text(l, index)
	if !ok {
		e.c.Errorf("cannot assign values of type %s", lua.TypeNameOf(l, index))
	}
	return String(text)
}

func (e *encoder) table(index, depth int) *Value {
	l := e.c.L
	if depth > DefaultMaxDepth || !l.CheckStack(8) {
		e.c.Errorf("%s", CodeDepth)
	}
	table := l.ToValue(index)
	if slices.Contains(e.around, table) {
		e.c.Errorf("cannot assign a table that contains itself")
	}
	e.around = append(e.around, table)
	defer func() { e.around = e.around[:len(e.around)-1] }()
	l.RawGetInt(index, 1)
	isArray := !l.IsNil(-1)
	l.Pop(1)
	if isArray {
		return e.array(index, depth)
	}
	return e.object(index, depth)
}

func (e *encoder) array(index, depth int) *Value {
	l := e.c.L
	v := Array()
	for i := 1; ; i++ {
		l.RawGetInt(index, i)
		if l.IsNil(-1) {
			l.Pop(1)
			return v
		}
		v.body.items = append(v.body.items, attach(e.value(-1, depth)))
		l.Pop(1)
	}
}

func (e *encoder) object(index, depth int) *Value {
	l := e.c.L
	members := map[string]*Value{}
	bind.RangeTable(l, index, func() {
		k, ok := bind.Text(l, -2)
		if !ok {
			k, _ = lua.ToStringMeta(l, -2)
			l.Pop(1)
		}
		members[k] = e.value(-1, depth)
	})
	keys := make([]string, 0, len(members))
	for k := range members {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	v := Object()
	for _, k := range keys {
		v.body.set(k, attach(members[k]))
	}
	return v
}
