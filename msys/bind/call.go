package bind

import (
	"context"
	"fmt"
	"math"
	"strconv"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
)

// Call is one call of a declared function: its arguments, and where results
// and errors go. Arguments are counted from 1; a method's receiver is not
// counted. A Call is valid until the function returns.
type Call struct {
	// L is the state that runs the call, for what Call does not offer.
	L *lua.State

	t    *luavm.Thread
	fn   *Func
	self any
	base int // stack slots before argument 1
}

// Env gives the environment that the call runs in.
func (c *Call) Env() *Env { return envOf(c.t) }

// Context gives the context that ends when the call must end.
func (c *Call) Context() context.Context { return c.Env().Ctx() }

// Self gives a method's receiver, as it was pushed.
func (c *Call) Self() any { return c.self }

// Name gives the Lua name of the function that was called.
func (c *Call) Name() string { return c.fn.Name }

// NArgs gives the number of arguments.
func (c *Call) NArgs() int { return max(c.L.Top()-c.base, 0) }

// Index gives the stack index of argument i.
func (c *Call) Index(i int) int { return i + c.base }

// Type gives the Lua type of argument i, lua.TypeNone if there is none.
func (c *Call) Type(i int) lua.Type { return c.L.TypeOf(i + c.base) }

// IsNil reports whether argument i is nil or was not given.
func (c *Call) IsNil(i int) bool { return c.L.IsNoneOrNil(i + c.base) }

// Given reports whether argument i was given, be it nil.
func (c *Call) Given(i int) bool { return i <= c.NArgs() }

// Bool gives the truth of argument i.
func (c *Call) Bool(i int) bool { return c.L.ToBoolean(i + c.base) }

// Text gives argument i as a string if it is one, a number, or an object that
// stands for a string.
func (c *Call) Text(i int) (string, bool) { return textOf(c.t, i+c.base) }

// String gives argument i, which must be a string, a number or an object that
// stands for a string.
func (c *Call) String(i int) string {
	s, ok := c.Text(i)
	if !ok {
		c.typeError(i, "string")
	}
	return s
}

// OptString gives argument i like String, or def if it is nil or missing.
func (c *Call) OptString(i int, def string) string {
	if c.IsNil(i) {
		return def
	}
	return c.String(i)
}

// Scalar gives argument i as text: a string, a number, a boolean ("true" or
// "false"), or an object that stands for a string. Others raise.
func (c *Call) Scalar(i int) string {
	if c.Type(i) == lua.TypeBoolean {
		return strconv.FormatBool(c.Bool(i))
	}
	return c.String(i)
}

// AsMethod runs fn as a method of self whose arguments follow argument 1: a
// function that takes its receiver as the first argument.
func (c *Call) AsMethod(self any, fn func(*Call) int) int {
	c.self = self
	c.base++
	return fn(c)
}

// Number gives argument i, which must be a number or a numeric string.
func (c *Call) Number(i int) float64 {
	if n, ok := c.t.Value(i + c.base).(float64); ok {
		return n
	}
	n, ok := c.L.ToNumber(i + c.base)
	if !ok {
		if s, isText := c.Text(i); isText {
			n, err := strconv.ParseFloat(s, 64)
			if err == nil {
				return n
			}
		}
		c.typeError(i, "number")
	}
	return n
}

// OptNumber gives argument i like Number, or def if it is nil or missing.
func (c *Call) OptNumber(i int, def float64) float64 {
	if c.IsNil(i) {
		return def
	}
	return c.Number(i)
}

// Int gives argument i as an integer: a number cut towards zero, kept within
// the range of an int. NaN raises.
func (c *Call) Int(i int) int {
	n := c.Number(i)
	switch {
	case math.IsNaN(n):
		c.ArgError(i, "number has no integer representation")
	case n >= math.MaxInt64:
		return math.MaxInt
	case n <= math.MinInt64:
		return math.MinInt
	}
	return int(n)
}

// OptInt gives argument i like Int, or def if it is nil or missing.
func (c *Call) OptInt(i, def int) int {
	if c.IsNil(i) {
		return def
	}
	return c.Int(i)
}

// CheckTable raises unless argument i is a table.
func (c *Call) CheckTable(i int) {
	if c.Type(i) != lua.TypeTable {
		c.typeError(i, "table")
	}
}

// Function gives argument i, which must be a function, for later use.
func (c *Call) Function(i int) Ref {
	if c.Type(i) != lua.TypeFunction {
		c.typeError(i, "function")
	}
	return RefAt(c.L, i+c.base)
}

// Object gives the Go value of argument i if it is an object of any class.
func (c *Call) Object(i int) (any, bool) { return ObjectAt[any](c.L, i+c.base) }

// Self gives the method's receiver as a T. The class declares what its
// objects are, so the receiver always is one.
func Self[T any](c *Call) T { return c.self.(T) }

// Arg gives argument i, which must be an object whose Go value is a T.
func Arg[T any](c *Call, i int) T {
	v, ok := ObjectAt[T](c.L, i+c.base)
	if !ok {
		c.typeError(i, classNameOf[T](universeOf(c.t)))
	}
	return v
}

// OptArg gives argument i as a T, or the zero T if it is nil or missing.
func OptArg[T any](c *Call, i int) T {
	if c.IsNil(i) {
		var zero T
		return zero
	}
	return Arg[T](c, i)
}

// ArgError raises "bad argument #i to 'name' (message)".
func (c *Call) ArgError(i int, format string, a ...any) {
	luavm.Throw(c.L, 1, "bad argument #%d to '%s' (%s)", i, c.fn.Name, fmt.Sprintf(format, a...))
}

func (c *Call) typeError(i int, expected string) {
	c.ArgError(i, "%s expected, got %s", expected, typeName(c.L, i+c.base))
}

// Errorf raises a Lua error whose text begins with the caller's position.
func (c *Call) Errorf(format string, a ...any) {
	luavm.Throw(c.L, 1, "%s", fmt.Sprintf(format, a...))
}

// Raise raises err's text as a Lua error if err is not nil.
func (c *Call) Raise(err error) {
	if err != nil {
		luavm.Throw(c.L, 1, "%s", err.Error())
	}
}

// Fail pushes nil and err's text and returns 2: the usual result of a
// function that failed.
func (c *Call) Fail(err error) int { return c.FailText(err.Error()) }

// FailText is Fail with a text.
func (c *Call) FailText(text string) int {
	c.L.PushNil()
	c.L.PushString(text)
	return 2
}

// Push pushes the results, converted by [Push], and returns their number.
func (c *Call) Push(results ...any) int {
	for _, r := range results {
		Push(c.L, r)
	}
	return len(results)
}

// PushString pushes s and returns 1.
func (c *Call) PushString(s string) int { c.L.PushString(s); return 1 }

// PushNumber pushes n and returns 1.
func (c *Call) PushNumber(n float64) int { c.L.PushNumber(n); return 1 }

// PushInt pushes n and returns 1.
func (c *Call) PushInt(n int) int { c.L.PushInteger(n); return 1 }

// PushBool pushes b and returns 1.
func (c *Call) PushBool(b bool) int { c.L.PushBoolean(b); return 1 }

// PushFlag pushes 1 for true and 0 for false, and returns 1: how the older
// functions answer yes and no.
func (c *Call) PushFlag(b bool) int {
	if b {
		return c.PushInt(1)
	}
	return c.PushInt(0)
}

// PushNil pushes nil and returns 1.
func (c *Call) PushNil() int { c.L.PushNil(); return 1 }

// PushObject pushes v as an object of the class that is declared for its Go
// type, and returns 1. A nil pointer in v is the caller's to avoid.
func (c *Call) PushObject(v any) int { PushObject(c.L, v); return 1 }

// Block waits for f as [Block] does.
func (c *Call) Block(f func(ctx context.Context) error) error { return Block(c.L, f) }

// Where gives the script position of the call, "file:line", or "".
func (c *Call) Where() string {
	file, line := c.t.Where(1)
	if file == "" {
		return ""
	}
	return file + ":" + strconv.Itoa(line)
}

// Warn writes a warning to the log once for each place in a script that makes
// the call; the record names the place.
func (c *Call) Warn(text string) { warnOnce(c.t, c.Where(), text) }
