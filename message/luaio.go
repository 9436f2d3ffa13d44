package message

import (
	"fmt"
	"strings"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/luaio"
)

// builderFunc declares msys.core.ec_message_builder.
func builderFunc() bind.Func {
	return bind.Func{
		Name: "ec_message_builder", Params: "msg:msys.core:_ec_message, [size_hint:number]", Returns: "msys.core:_io_object", Phases: bind.Any,
		Doc: "Gives a stream that takes the content of an empty message in SMTP's wire form; close parses it.",
		Fn: func(c *bind.Call) int {
			b, err := bind.Arg[*Message](c, 1).Builder(int64(c.OptNumber(2, 0)))
			c.Raise(err)
			return c.PushObject(luaio.New(b, luaio.Info{Path: "message", Scheme: "memory"}))
		},
	}
}

// partTwins are the functions of msys.core for parts under their C names.
func partTwins() []bind.Func {
	var funcs []bind.Func
	methods := partMethods()
	for cName, name := range map[string]string{
		"add_child_first": "addFirstChild", "add_child_last": "addLastChild", "insert_before": "insertBefore",
		"insert_after": "insertAfter", "unlink": "unlink",
	} {
		for _, f := range methods {
			if f.Name != name {
				continue
			}
			fn := f.Fn
			f.Doc = fmt.Sprintf("The same as `msgpart:%s`.", f.Name)
			f.Params = strings.TrimSuffix("part:msys.core:_ec_message_part, "+f.Params, ", ")
			f.Name = "ec_message_part_" + cName
			f.Fn = func(c *bind.Call) int { return c.AsMethod(bind.Arg[*Part](c, 1), fn) }
			funcs = append(funcs, f)
		}
	}
	return funcs
}
