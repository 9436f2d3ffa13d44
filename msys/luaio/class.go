package luaio

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
	"github.com/gomsys/gomsys/msys/bind"
)

// ClassName is the name of the class.
const ClassName = "msys.core:_io_object"

// Class declares the class of [*Object].
func Class() *bind.Class {
	return &bind.Class{
		Name: ClassName, Short: "io", Of: (*Object)(nil),
		Doc: "A stream of bytes: a file or another resource that io_wrapper_open opened, the body of a part, " +
			"a builder of a message. It is closed when nobody holds it any more. Sessions may share one.",
		Len:      func(self any) int { return int(self.(*Object).Size()) },
		Methods:  methods(),
		Examples: snippets,
	}
}

// open gives the receiver, which must not be closed.
func open(c *bind.Call) *Object {
	o := bind.Self[*Object](c)
	if o.Closed() {
		c.Errorf("attempt to use a closed io_object")
	}
	return o
}

func methods() []bind.Func {
	return []bind.Func{
		{
			Name: "write", Params: "data:string, [len:number], [...]", Returns: "number|nil, err:string, errno:number", Phases: bind.Any,
			Doc: "Writes the first len bytes of data, or all, as one piece and gives how many. With other arguments it writes each of them, as file:write does. A failure gives nil, a text and the number of the error.",
			Fn: func(c *bind.Call) int {
				o := open(c)
				return pushWritten(c, o, written(c))
			},
		},
		{
			Name: "printf", Params: "format:string, [...]", Returns: "number|nil, err:string, errno:number", Phases: bind.Any,
			Doc: "Writes what string.format makes of the arguments and gives the number of bytes. A failure gives nil, a text and the number of the error.",
			Fn: func(c *bind.Call) int {
				o, n := open(c), c.NArgs()
				c.L.Global("string")
				c.L.Field(-1, "format")
				for i := 1; i <= n; i++ {
					c.L.PushValue(c.Index(i))
				}
				c.L.Call(n, 1)
				s, _ := bind.Text(c.L, -1)
				return pushWritten(c, o, s)
			},
		},
		{
			Name: "read", Params: "[format:number|string], [...]", Returns: "string|number|nil, err:string, errno:number", Phases: bind.Any,
			Doc: "Reads for each format, as file:read does: a number for up to that many bytes, `*l` (the default) for a line, `*L` for a line " +
				"with its end, `*a` for the rest, `*n` for a number. At the end of the stream it gives nil.",
			Fn: func(c *bind.Call) int { return read(c, open(c)) },
		},
		{
			Name: "lines", Returns: "function", Phases: bind.Any,
			Doc: "Gives an iterator over the lines, without their ends. A failed read raises.",
			Fn: func(c *bind.Call) int {
				c.L.PushGoFunction(luavm.Guard(lineIterator(open(c))))
				return 1
			},
		},
		{
			Name: "seek", Params: "[whence:string], [offset:number]", Returns: "number|nil, err:string, errno:number", Phases: bind.Any,
			Doc: "Moves to an offset from `set`, `cur` (the default) or `end` and gives the position. What has no position gives nil, a text and 29.",
			Fn: func(c *bind.Call) int {
				o := open(c)
				whence, ok := map[string]int{"set": io.SeekStart, "cur": io.SeekCurrent, "end": io.SeekEnd}[c.OptString(1, "cur")]
				if !ok {
					c.ArgError(1, "set, cur or end expected")
				}
				return seek(c, o, int64(c.OptInt(2, 0)), whence)
			},
		},
		{
			Name: "lseek", Params: "offset:number, [whence:number]", Returns: "number|nil, err:string, errno:number", Phases: bind.Any,
			Doc: "Moves to an offset from the start (0), the position (1) or the end (2) and gives the position. What has no position gives nil, a text and 29.",
			Fn: func(c *bind.Call) int {
				o, whence := open(c), c.OptInt(2, 0)
				if whence < 0 || whence > 2 {
					c.ArgError(2, "0, 1 or 2 expected")
				}
				return seek(c, o, int64(c.Int(1)), whence)
			},
		},
		{
			Name: "flush", Returns: "boolean|nil, err:string, errno:number", Phases: bind.Any, Doc: "Gives true: writes are not held back. A failure gives nil, a text and the number of the error.",
			Fn: func(c *bind.Call) int {
				o := open(c)
				return pushDone(c, o.wait(c.L, func(context.Context) error { return o.Flush() }))
			},
		},
		{
			Name: "close", Returns: "boolean|nil, err:string, errno:number", Phases: bind.Any,
			Doc: "Ends the stream; the content of a builder is parsed. Twice is fine. Gives true, or nil, a text and the number of the error.",
			Fn: func(c *bind.Call) int {
				o := bind.Self[*Object](c)
				return pushDone(c, o.wait(c.L, func(context.Context) error { return o.Close() }))
			},
		},
		{
			Name: "get_size", Returns: "number", Phases: bind.Any, Doc: "Gives the length of the content in bytes, 0 if it is not known.",
			Fn: func(c *bind.Call) int { return c.PushNumber(float64(open(c).Size())) },
		},
		{
			Name: "get_path", Returns: "string", Phases: bind.Any, Doc: "Gives the path or URI that was opened.",
			Fn: func(c *bind.Call) int { return c.PushString(open(c).info.Path) },
		},
		{
			Name: "get_scheme", Returns: "string", Phases: bind.Any, Doc: "Gives the scheme: `file` for plain paths.",
			Fn: func(c *bind.Call) int { return c.PushString(open(c).info.Scheme) },
		},
		{
			Name: "get_mode", Returns: "number", Phases: bind.Any, Doc: "Gives the permissions that a new file would have got.",
			Fn: func(c *bind.Call) int { return c.PushInt(int(open(c).info.Mode)) },
		},
		{
			Name: "get_options", Returns: "number", Phases: bind.Any, Doc: "Gives the msys.core.O_* that it was opened with.",
			Fn: func(c *bind.Call) int { return c.PushInt(open(c).info.Options) },
		},
		{
			Name: "supports_lseek", Returns: "number", Phases: bind.Any, Doc: "Gives 1 if the stream has a position to change, else 0.",
			Fn: func(c *bind.Call) int { return c.PushFlag(open(c).CanSeek()) },
		},
	}
}

// written gives what the arguments of write say.
func written(c *bind.Call) string {
	n := c.NArgs()
	switch {
	case n <= 1:
		return c.String(1)
	case n == 2 && c.IsNil(2):
		return c.String(1)
	case n == 2 && c.Type(2) == lua.TypeNumber:
		s := c.String(1)
		return s[:min(max(c.Int(2), 0), len(s))]
	}
	var b strings.Builder
	for i := 1; i <= n; i++ {
		b.WriteString(c.String(i))
	}
	return b.String()
}

func pushWritten(c *bind.Call, o *Object, s string) int {
	var n int
	err := o.wait(c.L, func(ctx context.Context) (err error) {
		n, err = o.WriteContext(ctx, []byte(s))
		return err
	})
	if err != nil {
		return pushError(c, err)
	}
	return c.PushInt(n)
}

func seek(c *bind.Call, o *Object, offset int64, whence int) int {
	var at int64
	err := o.wait(c.L, func(context.Context) (err error) {
		at, err = o.Seek(offset, whence)
		return err
	})
	if err != nil {
		return pushError(c, err)
	}
	return c.PushNumber(float64(at))
}

func pushDone(c *bind.Call, err error) int {
	if err != nil {
		return pushError(c, err)
	}
	return c.PushBool(true)
}

func pushError(c *bind.Call, err error) int {
	text, number := SystemError(err)
	return c.Push(nil, text, number)
}

// read pushes a result for each format, and stops at the first that finds
// nothing.
func read(c *bind.Call, o *Object) int {
	n := max(c.NArgs(), 1)
	for i := 1; i <= n; i++ {
		v, err := readFormat(c, o, i)
		if errors.Is(err, io.EOF) {
			c.L.PushNil()
			return i
		}
		if err != nil {
			return pushError(c, err)
		}
		c.Push(v)
	}
	return n
}

// readFormat reads for the format that is argument i; nothing to be read is
// io.EOF.
func readFormat(c *bind.Call, o *Object, i int) (v any, err error) {
	if c.Type(i) == lua.TypeNumber {
		count := int64(c.Int(i))
		err = o.wait(c.L, func(context.Context) (err error) { v, err = o.ReadN(count); return err })
		return v, err
	}
	format := c.OptString(i, "*l")
	switch kind := strings.TrimPrefix(format, "*"); {
	case strings.HasPrefix(kind, "l"), strings.HasPrefix(kind, "L"):
		var line []byte
		err = o.wait(c.L, func(context.Context) (err error) { line, err = o.ReadLine(); return err })
		if kind[0] == 'l' {
			line = bytes.TrimSuffix(line, []byte{'\n'})
		}
		return line, err
	case strings.HasPrefix(kind, "a"):
		err = o.wait(c.L, func(context.Context) (err error) { v, err = o.ReadAll(); return err })
		return v, err
	case strings.HasPrefix(kind, "n"):
		var text string
		if err = o.wait(c.L, func(context.Context) (err error) { text, err = o.ReadNumeral(); return err }); err != nil {
			return nil, err
		}
		c.L.PushString(text)
		number, ok := c.L.ToNumber(-1)
		c.L.Pop(1)
		if !ok {
			return nil, io.EOF
		}
		return number, nil
	}
	c.ArgError(i, "invalid format '%s'", format)
	return nil, nil
}

func lineIterator(o *Object) lua.Function {
	return func(l *lua.State) int {
		if o.Closed() {
			luavm.Throw(l, 1, "attempt to use a closed io_object")
		}
		var line []byte
		err := o.wait(l, func(context.Context) (err error) { line, err = o.ReadLine(); return err })
		if errors.Is(err, io.EOF) {
			l.PushNil()
			return 1
		}
		if err != nil {
			text, _ := SystemError(err)
			luavm.Throw(l, 1, "%s: %s", o.info.Path, text)
		}
		bind.Push(l, bytes.TrimSuffix(line, []byte{'\n'}))
		return 1
	}
}
