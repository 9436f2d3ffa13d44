package curl

import (
	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
)

// setopt is c:setopt.
func setopt(c *bind.Call, e *luaEasy) int {
	o := Option(c.Int(1))
	if n := c.NArgs(); n < 2 {
		c.Errorf("Invalid number of arguments %d to `setopt' method", n+1)
	}
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
	if k == text {
		if c.IsNil(2) {
			return nil
		}
		return c.String(2)
	}
	return listOf(c)
}

// listOf reads the strings of a list option, which may be in a table. nil
// among them counts for nothing.
func listOf(c *bind.Call) any {
	if c.Type(2) == lua.TypeTable {
		lines, ok := bind.Strings(c.L, c.Index(2))
		if !ok {
			c.ArgError(2, "array of strings expected")
		}
		return lines
	}
	var lines []string
	for i := 2; i <= c.NArgs(); i++ {
		if !c.IsNil(i) {
			lines = append(lines, c.String(i))
		}
	}
	if lines == nil {
		return nil
	}
	return lines
}
