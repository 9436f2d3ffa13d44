package luaio

import (
	"context"
	"strings"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
)

// Funcs declares the functions msys.core.io_wrapper_* that take an open
// object: the class's methods under their C names, and what only the C
// interface has.
func Funcs() []bind.Func {
	funcs := []bind.Func{
		{
			Name: "io_wrapper_open_memory", Params: "data:string", Returns: ClassName, Phases: bind.Any,
			Doc: "Gives an object from which the bytes of data can be read.",
			Fn: func(c *bind.Call) int {
				return c.PushObject(New(strings.NewReader(c.String(1)), Info{Path: "memory:", Scheme: "memory"}))
			},
		},
		{
			Name: "io_wrapper_clone", Params: "io:" + ClassName, Returns: ClassName, Phases: bind.Any,
			Doc: "Gives another object for the same stream and position. The stream ends with the last of them.",
			Fn: func(c *bind.Call) int {
				o, err := bind.Arg[*Object](c, 1).Clone()
				if err != nil {
					c.Errorf("attempt to use a closed io_object")
				}
				return c.PushObject(o)
			},
		},
		{
			Name: "io_wrapper_delref", Params: "io:" + ClassName, Phases: bind.Any,
			Doc: "Lets go of the object, which cannot be used any more; the stream ends when no clone is left.",
			Fn: func(c *bind.Call) int {
				o := bind.Arg[*Object](c, 1)
				_ = o.wait(c.L, func(context.Context) error { return o.Close() }) // the C function has no result
				return 0
			},
		},
	}
	for _, m := range methods() {
		switch m.Name {
		case "lines", "seek":
			continue
		}
		method, fn := m.Name, m.Fn
		m.Doc = "The same as `io:" + method + "`. " + m.Doc
		m.Name = "io_wrapper_" + method
		m.Params = strings.TrimSuffix("io:"+ClassName+", "+m.Params, ", ")
		m.Fn = func(c *bind.Call) int {
			if o, ok := bind.ObjectAt[*Object](c.L, c.Index(1)); ok {
				return c.AsMethod(o, fn)
			}
			return callMethod(c, method)
		}
		funcs = append(funcs, m)
	}
	return funcs
}

// callMethod calls the method of argument 1, an object of another class (a
// file of the io library) that has one of that name.
func callMethod(c *bind.Call, method string) int {
	if c.Type(1) != lua.TypeUserData {
		bind.Arg[*Object](c, 1) // raises
	}
	first, n := c.Index(1), c.NArgs()
	c.L.Field(first, method)
	if !c.L.IsFunction(-1) {
		bind.Arg[*Object](c, 1)
	}
	c.L.Insert(first)
	c.L.Call(n, lua.MultipleReturns)
	return c.L.Top() - first + 1
}
