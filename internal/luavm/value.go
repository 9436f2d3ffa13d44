package luavm

import (
	"reflect"

	lua "github.com/Shopify/go-lua"
)

// Value gives the value at index as it is, for identity, comparison with ==
// and [Push]: also full userdata, which State.ToValue opens. nil stands for
// nil and for no value. A raw value may be pushed on any thread of the same
// universe.
func (t *Thread) Value(index int) any { return t.view.at(index) }

// Push pushes a raw value.
func (t *Thread) Push(raw any) { t.L.PushLightUserData(raw) }

// Pop removes the value on top and gives it as it is.
func (t *Thread) Pop() any { return t.view.pop() }

func (v *stateView) at(index int) any {
	if index < 0 {
		return v.stack[v.top+index]
	}
	if i := v.callInfo.function + index; i < v.top {
		return v.stack[i]
	}
	return nil
}

func (v *stateView) pop() any {
	v.top--
	x := v.stack[v.top]
	v.stack[v.top] = nil
	return x
}

// XMove moves the n top values of one thread to another thread of the same
// universe. The caller has made room in to.
func XMove(from, to *lua.State, n int) {
	if n == 0 || from == to {
		return
	}
	xmove(Of(from), Of(to), n)
}

func xmove(from, to *Thread, n int) {
	f := from.view
	for _, x := range f.stack[f.top-n : f.top] {
		to.L.PushLightUserData(x)
	}
	clear(f.stack[f.top-n : f.top])
	f.top -= n
}

// typeOf gives the Lua type name of a raw value.
func (u *Universe) typeOf(raw any) lua.Type {
	switch raw.(type) {
	case nil:
		return lua.TypeNil
	case bool:
		return lua.TypeBoolean
	case float64:
		return lua.TypeNumber
	case string:
		return lua.TypeString
	case *lua.State:
		return lua.TypeThread
	}
	switch reflect.TypeOf(raw) {
	case u.types.table:
		return lua.TypeTable
	case u.types.closure, u.types.goFunction, u.types.goClosure:
		return lua.TypeFunction
	case u.types.userData:
		return lua.TypeUserData
	}
	return lua.TypeLightUserData
}

// IsFunction tells whether a raw value is a function.
func (u *Universe) IsFunction(raw any) bool { return u.typeOf(raw) == lua.TypeFunction }

func (u *Universe) isTable(raw any) bool   { return reflect.TypeOf(raw) == u.types.table }
func (u *Universe) isClosure(raw any) bool { return reflect.TypeOf(raw) == u.types.closure }

// TypeName gives the type of the value at index as type does.
func (t *Thread) TypeName(index int) string { return t.U.typeName(t.view.at(index)) }
