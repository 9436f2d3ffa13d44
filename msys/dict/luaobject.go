package dict

import (
	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/vctx"
)

func dictClass() *bind.Class {
	return &bind.Class{
		Name: typeDict, Short: "dict", Of: (*vctx.Dict)(nil),
		Doc: "A dictionary of strings: `d[k]` gives a value or nil, `d[k] = v` sets one, `d[k] = nil` removes it, `#d` is the number of keys, " +
			"and `for k, v in d do` goes through them in the order in which they were added.",
		Len: func(self any) int { return self.(*vctx.Dict).Len() },
		Index: func(c *bind.Call) bool {
			key, _ := c.Text(1)
			value, ok := bind.Self[*vctx.Dict](c).Lookup(key)
			if ok {
				c.PushString(value)
			}
			return ok
		},
		NewIndex: func(c *bind.Call) bool {
			key, d := c.String(1), bind.Self[*vctx.Dict](c)
			if c.IsNil(2) {
				d.Delete(key)
			} else {
				d.Set(key, c.Scalar(2))
			}
			return true
		},
		Meta: []bind.Func{
			{Name: "__call", Params: "[state:any], [key:string]", Fn: next},
			{Name: "__iter", Fn: iterate},
			{Name: "__pairs", Fn: iterate},
		},
	}
}

func iteratorClass() *bind.Class {
	return &bind.Class{Name: typeIterator, Short: "dictiterator", Of: (*vctx.DictIterator)(nil), Doc: "A walk through a dictionary."}
}

// iterate pushes the function of a generic for.
func iterate(c *bind.Call) int {
	it := self(c).Iterator()
	c.L.PushGoFunction(luavm.Guard(func(l *lua.State) int { return pushNext(l, it) }))
	return 1
}

func pushNext(l *lua.State, it *vctx.DictIterator) int {
	key, value, ok := it.Next()
	if !ok {
		l.PushNil()
		return 1
	}
	l.PushString(key)
	l.PushString(value)
	return 2
}

// next pushes the pair after a key, for a generic for of plain Lua, whose
// iterator is the dictionary itself.
func next(c *bind.Call) int {
	it := self(c).Iterator()
	if !c.IsNil(3) {
		for last := c.String(3); ; {
			key, _, ok := it.Next()
			if !ok {
				return c.PushNil()
			}
			if key == last {
				break
			}
		}
	}
	return pushNext(c.L, it)
}

func iterateFuncs() []bind.Func {
	iterator := func(c *bind.Call) int { return c.PushObject(self(c).Iterator()) }
	return []bind.Func{
		{
			Name: "dict_iter", Params: "d:" + typeDict, Returns: typeIterator, Phases: bind.Any, Doc: "The same as `msys.core.dict_iter2`.",
			Fn: iterator,
		},
		{
			Name: "dict_iter2", Params: "d:" + typeDict, Returns: typeIterator, Phases: bind.Any,
			Doc: "Begins a walk in the order in which keys were added; changes meanwhile are safe.",
			Fn:  iterator,
		},
		{
			Name: "dict_next", Params: "d:" + typeDict + ", iter:" + typeIterator, Returns: "number, [key:string], [value:string]", Phases: bind.Any,
			Doc: "Gives 1, the next key and its value, or 0 at the end.",
			Example: `local d = msys.core.dict_blank() d.a = "1"
local it = msys.core.dict_iter2(d)
local rc, k, v = msys.core.dict_next(d, it)
assert(rc == 1 and k == "a" and v == "1" and msys.core.dict_next(d, it) == 0)`,
			Fn: func(c *bind.Call) int {
				self(c)
				if key, value, ok := bind.Arg[*vctx.DictIterator](c, 2).Next(); ok {
					return c.Push(1, key, value)
				}
				return c.PushInt(0)
			},
		},
		{
			Name: "dict_iter2_free", Params: "d:" + typeDict + ", iter:" + typeIterator, Phases: bind.Any, Doc: "Ends a walk; does nothing.",
			Fn: func(c *bind.Call) int { self(c); bind.Arg[*vctx.DictIterator](c, 2); return 0 },
		},
	}
}
