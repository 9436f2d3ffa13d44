package curl

import (
	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
)

// setopt is c:setopt.
func setopt(c *bind.Call, e *luaEasy) int {
	if n := c.NArgs(); n < 2 {
		c.Errorf("Invalid number of arguments to setopt: expected an option and a value, got %d", n)
	}
	if c.Type(1) != lua.TypeNumber {
		c.Number(1) // raises for what is no number
	}
	o := Option(c.Int(1))
	k, ok := o.kind()
	if !ok {
		c.Errorf("Not supported curl option %d", int(o))
	}
	switch k {
	case callback:
		if c.IsNil(2) {
			delete(e.functions, o)
		} else {
			e.functions[o] = c.Function(2)
		}
		return c.PushBool(true)
	case data:
		e.data[o] = bind.RefAt(c.L, c.Index(2))
		return c.PushBool(true)
	}
	return result(c, e.SetOpt(o, valueOf(c, k)))
}

// valueOf reads the value of an option.
func valueOf(c *bind.Call, k kind) any {
	switch k {
	case flag:
		if c.Type(2) != lua.TypeBoolean {
			c.Errorf("boolean value expected")
		}
		return c.Bool(2)
	case number:
		return int64(c.Int(2))
	}
	if c.IsNil(2) {
		return nil
	}
	if k == text {
		return c.String(2)
	}
	if c.Type(2) == lua.TypeTable {
		lines, ok := bind.Strings(c.L, c.Index(2))
		if !ok {
			c.ArgError(2, "array of strings expected")
		}
		return lines
	}
	lines := make([]string, 0, c.NArgs()-1)
	for i := 2; i <= c.NArgs(); i++ {
		lines = append(lines, c.String(i))
	}
	return lines
}
