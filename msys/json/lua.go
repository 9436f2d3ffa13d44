package json

import (
	"fmt"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
	"github.com/gomsys/gomsys/msys/bind"
)

// Library returns the Lua module "json".
func Library() lua.RegistryFunction { return Module().Library() }

// Module declares the Lua module "json".
func Module() *bind.Module {
	return &bind.Module{
		Name: "json", Examples: snippets,
		Doc: "Reads, edits and writes JSON. Values are objects: `o.key` and `a[1]` read and set what is inside, `#a` is the length of an array, " +
			"`for k, v in o do` goes through the members in order, `tostring(o)` is the text. Booleans, numbers, strings and null inside a value " +
			"read as Lua values; objects and arrays inside it are shared, so that a change shows wherever they are.",
		Funcs:   funcs(),
		Consts:  consts(),
		Classes: []*bind.Class{valueClass()},
	}
}

func funcs() []bind.Func {
	encode := bind.Func{
		Name: "encode", Params: "[obj:any]", Returns: "libjson:json_object*", Phases: bind.Any,
		Doc: "Makes a JSON value of a Lua value. A table with something at index 1 becomes an array, up to the first nil; any other table becomes an object " +
			"with its keys as strings, sorted. A JSON value is not copied. Without argument the value is an empty object. What JSON cannot express raises.",
		Example: `assert(tostring(require("json").encode({ 1, "x" })) == '[ 1, "x" ]')`,
		Fn: func(c *bind.Call) int {
			if c.NArgs() == 0 {
				return c.PushObject(Object())
			}
			return c.PushObject(valueAt(c, 1))
		},
	}
	empty := encode
	empty.Name = "new"
	empty.Doc = "Makes an empty object; the same function as `json.encode`."
	empty.Example = `local o = require("json").new() o.name = "value" assert(tostring(o) == '{ "name": "value" }')`
	return []bind.Func{
		{
			Name: "decode", Params: "str:string", Returns: "libjson:json_object*|nil, [code:number, err:string]", Phases: bind.Any,
			Doc: "Gives the JSON value that a string holds; comments, single quotes, a trailing comma and text after the value are forgiven. " +
				"A failure gives nil, one of the `json.ERROR_` codes and the reason with its position. The text `null` gives nil and the code 0.",
			Example: `local o = require("json").decode('{ "a": [ 1 ] }') assert(o.a[1] == 1)`,
			Fn:      decode,
		},
		encode, empty,
		{
			Name: "strerror", Params: "code:number", Returns: "string", Phases: bind.Any,
			Doc:     "Gives the text of an error code.",
			Example: `assert(require("json").strerror(3) == "unexpected end of data")`,
			Fn:      func(c *bind.Call) int { return c.PushString(Code(c.Int(1)).String()) },
		},
		{Name: "free", Params: "[obj:any]", Phases: bind.Any, Doc: "Does nothing: values go when nobody holds them.", Fn: func(*bind.Call) int { return 0 }},
		{Name: "addref", Params: "[obj:any]", Returns: "boolean", Phases: bind.Any, Doc: "Does nothing and gives true.", Fn: func(c *bind.Call) int { return c.PushBool(true) }},
	}
}

func consts() []bind.Const {
	names := map[Code]string{
		CodeDepth: "DEPTH", CodeEOF: "PARSE_EOF", CodeUnexpected: "PARSE_UNEXPECTED", CodeNull: "PARSE_NULL", CodeBoolean: "PARSE_BOOLEAN",
		CodeNumber: "PARSE_NUMBER", CodeArray: "PARSE_ARRAY", CodeObjectKeyName: "PARSE_OBJECT_KEY_NAME", CodeObjectKeySep: "PARSE_OBJECT_KEY_SEP",
		CodeObjectValueSep: "PARSE_OBJECT_VALUE_SEP", CodeString: "PARSE_STRING", CodeComment: "PARSE_COMMENT",
	}
	var list []bind.Const
	for code := CodeDepth; code <= CodeComment; code++ {
		list = append(list, bind.Const{Name: "ERROR_" + names[code], Value: int(code), Doc: code.String() + "."})
	}
	return list
}

func decode(c *bind.Call) int {
	v, n, err := ParsePrefix([]byte(c.String(1)), nil)
	if e, ok := err.(*Error); ok {
		return c.Push(nil, int(e.Code), fmt.Sprintf("%s at offset %d", e.Code, e.Offset))
	}
	if v.Kind() == KindNull {
		return c.Push(nil, int(CodeSuccess), fmt.Sprintf("%s at offset %d", CodeSuccess, n))
	}
	return c.PushObject(v)
}

func valueClass() *bind.Class {
	return &bind.Class{
		Name: "libjson:json_object*", Short: "json", Of: (*Value)(nil),
		Doc:      "A JSON value.",
		ToString: func(self any) string { return self.(*Value).String() },
		Equal:    func(a, b any) bool { return a.(*Value).Same(b.(*Value)) },
		Len: func(self any) int {
			if v := self.(*Value); v.Kind() == KindArray {
				return v.Len()
			}
			return 0
		},
		Index:    index,
		NewIndex: newIndex,
		Meta: []bind.Func{
			{Name: "__call", Params: "[state:any], [key:any]", Fn: func(c *bind.Call) int { return next(c, bind.Arg[*Value](c, 1), 3) }},
			{Name: "__iter", Fn: iterate},
			{Name: "__pairs", Fn: iterate},
			{Name: "__ipairs", Fn: iterate},
		},
	}
}

// push pushes a member or element, scalars as Lua values.
func push(l *lua.State, v *Value) {
	switch v.Kind() {
	case KindBool:
		l.PushBoolean(v.Bool())
	case KindInt, KindDouble:
		l.PushNumber(v.Float())
	case KindString:
		l.PushString(v.Str())
	case KindArray, KindObject:
		bind.PushObject(l, v)
	default:
		l.PushNil()
	}
}

// index reads o.key and a[i].
func index(c *bind.Call) bool {
	v := bind.Self[*Value](c)
	switch v.Kind() {
	case KindObject:
		push(c.L, v.Get(key(c, 1)))
	case KindArray:
		push(c.L, v.Index(c.Int(1)-1))
	default:
		c.L.PushNil()
	}
	return true
}

// key gives argument i as the key of an object.
func key(c *bind.Call, i int) string {
	if text, ok := c.Text(i); ok {
		return text
	}
	text, _ := lua.ToStringMeta(c.L, c.Index(i))
	c.L.Pop(1)
	return text
}

// newIndex does o.key = v and a[i] = v.
func newIndex(c *bind.Call) bool {
	v := bind.Self[*Value](c)
	switch v.Kind() {
	case KindObject:
		if k := key(c, 1); c.IsNil(2) {
			v.Delete(k)
		} else {
			raise(c, v.Set(k, valueAt(c, 2)))
		}
	case KindArray:
		if _, ok := c.L.ToNumber(c.Index(1)); !ok {
			c.Errorf("json array index must be numeric")
		}
		i := c.Int(1)
		if i < 1 {
			c.Errorf("lua array semantics are that index operations are 1-based")
		}
		if c.IsNil(2) {
			c.Errorf("cannot delete from json arrays")
		}
		raise(c, v.SetIndex(i-1, valueAt(c, 2)))
	default:
		c.Errorf("cannot assign to this type of json object")
	}
	return true
}

func raise(c *bind.Call, err error) {
	switch err {
	case nil:
	case ErrCycle:
		c.Errorf("a json value cannot contain itself")
	case ErrIndex:
		c.Errorf("json array index out of range")
	default:
		c.Raise(err)
	}
}

// next pushes the key and value after the key that is argument i: what a
// generic for calls, with the value itself as the iterator.
func next(c *bind.Call, v *Value, i int) int {
	at := 0
	if !c.IsNil(i) {
		if v.Kind() == KindArray {
			at = c.Int(i)
		} else if at = v.MemberIndex(key(c, i)) + 1; at == 0 {
			return c.PushNil() // the key has gone
		}
	}
	return pushPair(c.L, v, at)
}

// pushPair pushes the member or element at a position, or nil at the end: for
// arrays the first null.
func pushPair(l *lua.State, v *Value, at int) int {
	switch v.Kind() {
	case KindArray:
		if e := v.Index(at); e.Kind() != KindNull {
			l.PushInteger(at + 1)
			push(l, e)
			return 2
		}
	case KindObject:
		if k, e, ok := v.Member(at); ok {
			l.PushString(k)
			push(l, e)
			return 2
		}
	}
	l.PushNil()
	return 1
}

// iterate pushes what a generic for needs: a function that knows how far it
// is, so that members may be removed meanwhile.
func iterate(c *bind.Call) int {
	v := bind.Arg[*Value](c, 1)
	at, last := 0, ""
	c.L.PushGoFunction(luavm.Guard(func(l *lua.State) int {
		if k, _, ok := v.Member(at - 1); at > 0 && v.Kind() == KindObject && (!ok || k != last) {
			at--
		}
		if k, _, ok := v.Member(at); ok {
			last = k
		}
		n := pushPair(l, v, at)
		at++
		return n
	}))
	return 1
}
