package dict

import (
	"strings"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/vctx"
)

const (
	typeDict     = "msys.core:ECDict"
	typeIterator = "msys.core:ECDict_Iterator"
)

// Library returns what the package adds to the Lua module "msys.core".
func Library() lua.RegistryFunction { return Module().Library() }

// Module declares what the package adds to the Lua module "msys.core".
func Module() *bind.Module {
	return &bind.Module{
		Name:     "msys.core",
		Doc:      "Dictionaries of strings.",
		Classes:  []*bind.Class{dictClass(), iteratorClass()},
		Funcs:    append(dictFuncs(), iterateFuncs()...),
		Examples: snippets,
	}
}

// self gives the dictionary that is argument 1.
func self(c *bind.Call) *vctx.Dict { return bind.Arg[*vctx.Dict](c, 1) }

func dictFuncs() []bind.Func {
	return []bind.Func{
		{
			Name: "dict_blank", Returns: typeDict, Phases: bind.Any, Doc: "Makes an empty dictionary.",
			Example: `local d = msys.core.dict_blank() d.user = "ann" assert(#d == 1 and d.user == "ann")`,
			Fn:      func(c *bind.Call) int { return c.PushObject(&vctx.Dict{}) },
		},
		{
			Name: "dict_add_key_value", Params: "d:" + typeDict + ", key:string, value:string", Phases: bind.Any,
			Doc: "Sets a key; one that is there keeps its place.",
			Fn:  func(c *bind.Call) int { self(c).Set(c.String(2), c.Scalar(3)); return 0 },
		},
		{
			Name: "dict_key_exists", Params: "d:" + typeDict + ", key:string", Returns: "number", Phases: bind.Any, Doc: "Gives 1 if the key is there, else 0.",
			Fn: func(c *bind.Call) int {
				_, ok := self(c).Lookup(c.String(2))
				return c.PushFlag(ok)
			},
		},
		{
			Name: "dict_key_exists_and_fetch", Params: "d:" + typeDict + ", key:string", Returns: "number, string|nil", Phases: bind.Any,
			Doc: "Gives 1 and the value of a key, or 0 and nil.",
			Fn: func(c *bind.Call) int {
				value, ok := self(c).Lookup(c.String(2))
				if !ok {
					return c.Push(0, nil)
				}
				return c.Push(1, value)
			},
		},
		{
			Name: "dict_key_delete", Params: "d:" + typeDict + ", key:string", Returns: "number", Phases: bind.Any,
			Doc: "Removes a key; gives 1, or 0 if it was not there.",
			Fn:  func(c *bind.Call) int { return c.PushFlag(self(c).Delete(c.String(2))) },
		},
		{
			Name: "dict_drop", Params: "d:" + typeDict, Phases: bind.Any, Doc: "Does nothing: a dictionary goes when nobody holds it.",
			Fn: func(c *bind.Call) int { self(c); return 0 },
		},
		{
			Name: "dict_serialize", Params: "d:" + typeDict + ", dest:msys.core:_ec_string", Returns: "number", Phases: bind.Any,
			Doc: "Appends the dictionary to a growing string, in a form that `msys.core.dict_unserialize` reads, and gives the number of bytes.",
			Fn:  serialize,
		},
		{
			Name: "dict_unserialize", Params: "str:msys.core:_ec_string|string", Returns: typeDict + "|nil, [err:string]", Phases: bind.Any,
			Doc: "Makes the dictionary that `msys.core.dict_serialize` wrote. Other text gives nil and the reason.",
			Fn: func(c *bind.Call) int {
				d, err := Unserialize(c.String(1))
				if err != nil {
					return c.Fail(err)
				}
				return c.PushObject(d)
			},
		},
		{
			Name: "dict_stringprint", Params: "out:msys.core:_ec_string, d:" + typeDict + ", [flags:number], [sep:string]", Phases: bind.Any,
			Doc: "Appends the pairs to a growing string as key=value, separated by sep, a space by default. The flags have no effect.",
			Fn: func(c *bind.Call) int {
				out, d := writer(c, 1), bind.Arg[*vctx.Dict](c, 2)
				pairs := make([]string, 0, d.Len())
				for key, value := range d.All() {
					pairs = append(pairs, key+"="+value)
				}
				_, err := out.WriteString(strings.Join(pairs, c.OptString(4, " ")))
				c.Raise(err)
				return 0
			},
		},
	}
}

// stringWriter is what a growing string is here.
type stringWriter interface {
	WriteString(s string) (int, error)
}

// writer gives argument i, which must be a growing string.
func writer(c *bind.Call, i int) stringWriter {
	o, _ := c.Object(i)
	w, ok := o.(stringWriter)
	if !ok {
		c.ArgError(i, "msys.core:_ec_string expected")
	}
	return w
}

func serialize(c *bind.Call) int {
	text := Serialize(self(c))
	_, err := writer(c, 2).WriteString(text)
	c.Raise(err)
	return c.PushInt(len(text))
}
