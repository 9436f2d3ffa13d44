package bind

import (
	"fmt"
	"reflect"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
)

// object is the data of a userdata: a Go value and its class.
type object struct {
	class *Class
	value any
}

// classData is a class in one Lua universe.
type classData struct {
	class    *Class
	meta     any // the metatable
	members  map[string]member
	extended bool // a script has added to the metatable
}

type member struct {
	method any // the function, as a Lua value
	field  *Field
}

// PushObject pushes v as an object of the class that a module of the Lua
// universe declares for v's Go type; without one it raises a Lua error. Two
// objects of the same Go value are equal in Lua; see [Handle] for objects that
// are also the same key of a table.
func PushObject(l *lua.State, v any) {
	d := universeOf(luavm.Of(l)).byType[reflect.TypeOf(v)]
	if d == nil {
		luavm.Throw(l, 1, "no module that declares objects of type %T is open", v)
	}
	l.PushUserData(&object{d.class, v})
	l.PushLightUserData(d.meta)
	l.SetMetaTable(-2)
}

// HasClass reports whether PushObject can push v.
func HasClass(l *lua.State, v any) bool {
	return v != nil && universeOf(luavm.Of(l)).byType[reflect.TypeOf(v)] != nil
}

// ObjectAt gives the Go value of the object at index if it is a T.
func ObjectAt[T any](l *lua.State, index int) (v T, ok bool) {
	o, isObject := l.ToUserData(index).(*object)
	if !isObject {
		return v, false
	}
	v, ok = o.value.(T)
	return v, ok
}

// classNameOf names the class of objects whose Go type is T.
func classNameOf[T any](u *universe) string {
	if d := u.byType[reflect.TypeFor[T]()]; d != nil {
		return d.class.Name
	}
	return "object"
}

// ClassOf gives the class of the object at index, nil if it is none.
func ClassOf(l *lua.State, index int) *Class {
	if o, ok := l.ToUserData(index).(*object); ok {
		return o.class
	}
	return nil
}

// PushClassMeta pushes the metatable of the class with that name and reports
// whether there is one in the Lua universe; if not, nothing is pushed.
func PushClassMeta(l *lua.State, name string) bool {
	d := universeOf(luavm.Of(l)).byName[name]
	if d == nil {
		return false
	}
	l.PushLightUserData(d.meta)
	return true
}

// class gives the class's data and builds its metatable at first.
func (u *universe) class(l *lua.State, class *Class) *classData {
	if d := u.classes[class]; d != nil {
		return d
	}
	d := &classData{class: class, members: map[string]member{}}
	for i := range class.Methods {
		f := &class.Methods[i]
		l.PushGoFunction(f.function(class.Short+":"+f.Name, class))
		d.members[f.Name] = member{method: l.ToValue(-1)}
		l.Pop(1)
	}
	for i := range class.Fields {
		f := &class.Fields[i]
		d.members[f.Name] = member{field: f, method: d.members[f.Name].method}
	}
	l.NewTable()
	d.meta = l.ToValue(-1)
	d.fill(l)
	l.Pop(1)
	u.classes[class], u.byName[class.Name] = d, d
	if class.Of != nil {
		u.byType[reflect.TypeOf(class.Of)] = d
	}
	return d
}

// fill sets the metamethods in the metatable on top of the stack. The
// metatable's own metatable notices when a script adds a method.
func (d *classData) fill(l *lua.State) {
	set := func(name string, f lua.Function) {
		l.PushString(name)
		l.PushGoFunction(luavm.Guard(f))
		l.RawSet(-3)
	}
	class := d.class
	set("__index", d.index)
	set("__newindex", d.newIndex)
	set("__tostring", func(l *lua.State) int {
		o, _ := l.ToUserData(1).(*object)
		switch {
		case o != nil && o.class.ToString != nil:
			l.PushString(o.class.ToString(o.value))
		case o != nil:
			l.PushString(fmt.Sprintf("%s: %p", o.class.Name, o))
		default:
			l.PushString(class.Name)
		}
		return 1
	})
	set("__eq", func(l *lua.State) int {
		a, _ := l.ToUserData(1).(*object)
		b, _ := l.ToUserData(2).(*object)
		l.PushBoolean(a != nil && b != nil && a.class == b.class && class.equal(a.value, b.value))
		return 1
	})
	if class.Len != nil {
		set("__len", func(l *lua.State) int {
			o, ok := l.ToUserData(1).(*object)
			if !ok {
				luavm.Throw(l, 1, "attempt to get length of a %s value", typeName(l, 1))
			}
			l.PushInteger(class.Len(o.value))
			return 1
		})
	}
	for i := range class.Meta {
		f := &class.Meta[i]
		set(f.Name, f.function(class.Short+"."+f.Name, nil))
	}
	l.PushString("__name")
	l.PushString(class.Name)
	l.RawSet(-3)

	l.NewTable()
	l.PushGoFunction(func(l *lua.State) int {
		d.extended = true
		l.SetTop(3)
		l.RawSet(1)
		return 0
	})
	l.SetField(-2, "__newindex")
	l.SetMetaTable(-2)
}

func (class *Class) equal(a, b any) bool {
	if class.Equal != nil {
		return class.Equal(a, b)
	}
	return a == b
}

// index looks for what a script added, then fields, methods, and what the
// class finds itself.
func (d *classData) index(l *lua.State) int {
	o, ok := l.ToUserData(1).(*object)
	if !ok || o.class != d.class {
		luavm.Throw(l, 1, "attempt to index a %s value as %s", typeName(l, 1), d.class.Name)
	}
	if d.extended {
		l.PushLightUserData(d.meta)
		l.PushValue(2)
		if l.RawGet(-2); !l.IsNil(-1) {
			return 1
		}
		l.Pop(2)
	}
	if key, isText := luavm.Of(l).Value(2).(string); isText {
		if m, found := d.members[key]; found {
			if m.field != nil && m.field.Get != nil {
				d.with(l, o, key, m.field.Get)
			} else {
				l.PushLightUserData(m.method)
			}
			return 1
		}
	}
	if d.class.Index != nil {
		found := false
		d.with(l, o, "index", func(c *Call) { found = d.class.Index(c) })
		if found {
			return 1
		}
	}
	l.PushNil()
	return 1
}

func (d *classData) newIndex(l *lua.State) int {
	o, ok := l.ToUserData(1).(*object)
	if !ok || o.class != d.class {
		luavm.Throw(l, 1, "attempt to index a %s value as %s", typeName(l, 1), d.class.Name)
	}
	key, _ := text(l, 2)
	if m, found := d.members[key]; found && m.field != nil && m.field.Set != nil {
		l.Remove(2) // the value becomes argument 1
		d.with(l, o, key, m.field.Set)
		return 0
	}
	if d.class.NewIndex != nil {
		done := false
		d.with(l, o, "newindex", func(c *Call) { done = d.class.NewIndex(c) })
		if done {
			return 0
		}
	}
	switch d.class.ReadOnlyText {
	case "":
		luavm.Throw(l, 1, "field '%s' of %s cannot be assigned", key, d.class.Name)
	default:
		luavm.Throw(l, 1, "%s", d.class.ReadOnlyText)
	}
	return 0
}

// with runs f as a call on o whose arguments follow the receiver.
func (d *classData) with(l *lua.State, o *object, name string, f func(*Call)) {
	t := luavm.Of(l)
	u := universeOf(t)
	c := u.call()
	c.L, c.t, c.fn, c.self, c.base = l, t, &Func{Name: name}, o.value, 1
	f(c)
	u.done(c)
}
