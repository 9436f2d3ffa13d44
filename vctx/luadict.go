package vctx

import (
	"strings"

	"github.com/gomsys/gomsys/msys/bind"
)

func dictClass() *bind.Class {
	return &bind.Class{Name: "msys.core:ECDict", Short: "dict", Of: (*Dict)(nil), Doc: "A dictionary of strings."}
}

func dictIteratorClass() *bind.Class {
	return &bind.Class{Name: "msys.core:ECDict_Iterator", Short: "dictiterator", Of: (*DictIterator)(nil), Doc: "A walk over a dictionary."}
}

func dictFuncs() []bind.Func {
	dict := func(c *bind.Call) *Dict { return bind.Arg[*Dict](c, 1) }
	return []bind.Func{
		{
			Name: "dict_iter2", Params: "dict:msys.core:ECDict", Returns: "msys.core:ECDict_Iterator", Phases: bind.Any,
			Doc: "Begins a walk in the order in which keys were added; changes meanwhile are safe.",
			Fn:  func(c *bind.Call) int { return c.PushObject(dict(c).Iterator()) },
		},
		{
			Name: "dict_next", Params: "dict:msys.core:ECDict, it:msys.core:ECDict_Iterator", Returns: "number, string, string", Phases: bind.Any,
			Doc: "Gives 1, a key and its value, or 0 at the end.",
			Fn: func(c *bind.Call) int {
				if key, value, ok := bind.Arg[*DictIterator](c, 2).Next(); ok {
					return c.Push(1, key, value)
				}
				return c.PushInt(0)
			},
		},
		{
			Name: "dict_iter2_free", Params: "dict:msys.core:ECDict, it:msys.core:ECDict_Iterator", Phases: bind.Any, Doc: "Ends a walk.",
			Fn: func(c *bind.Call) int { bind.Arg[*DictIterator](c, 2); return 0 },
		},
		{
			Name: "dict_key_exists", Params: "dict:msys.core:ECDict, key:string", Returns: "number", Phases: bind.Any, Doc: "1 if the key is there, else 0.",
			Fn: func(c *bind.Call) int {
				_, ok := dict(c).Lookup(c.String(2))
				return c.PushFlag(ok)
			},
		},
		{
			Name: "dict_key_exists_and_fetch", Params: "dict:msys.core:ECDict, key:string", Returns: "number, string|nil", Phases: bind.Any,
			Doc: "Gives 1 and the value, or 0 and nil.",
			Fn: func(c *bind.Call) int {
				v, ok := dict(c).Lookup(c.String(2))
				if !ok {
					return c.Push(0, nil)
				}
				return c.Push(1, v)
			},
		},
		{
			Name: "dict_add_key_value", Params: "dict:msys.core:ECDict, key:string, value:string", Phases: bind.Any, Doc: "Sets a key.",
			Fn: func(c *bind.Call) int { dict(c).Set(c.String(2), c.Scalar(3)); return 0 },
		},
		{
			Name: "dict_key_delete", Params: "dict:msys.core:ECDict, key:string", Phases: bind.Any, Doc: "Deletes a key.",
			Fn: func(c *bind.Call) int { dict(c).Delete(c.String(2)); return 0 },
		},
		{
			Name: "dict_stringprint", Params: "out:msys.core:_ec_string, dict:msys.core:ECDict, flags:number, sep:string", Phases: bind.Any,
			Doc: "Appends the pairs as key=value, separated by sep.",
			Fn: func(c *bind.Call) int {
				out, ok := c.Object(1)
				w, isWriter := out.(interface{ WriteString(string) (int, error) })
				if !ok || !isWriter {
					c.ArgError(1, "msys.core:_ec_string expected")
				}
				d := bind.Arg[*Dict](c, 2)
				pairs := make([]string, 0, d.Len())
				for _, k := range d.Keys() {
					pairs = append(pairs, k+"="+d.Get(k))
				}
				_, err := w.WriteString(strings.Join(pairs, c.OptString(4, " ")))
				c.Raise(err)
				return 0
			},
		},
	}
}
