package message

import (
	"errors"
	"fmt"
	"io"
	"strings"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
)

// ioObject is the content of a part to be read, or a builder to be written, as
// scripts see it.
type ioObject struct {
	r      *io.SectionReader
	b      *Builder
	closed bool
}

var (
	errNotReadable = errors.New("io object is not readable")
	errNotWritable = errors.New("io object is not writable")
)

// Read implements io.Reader: scripts pass io objects for content.
func (o *ioObject) Read(p []byte) (int, error) {
	if o.r == nil {
		return 0, errNotReadable
	}
	return o.r.Read(p)
}

// Write implements io.Writer: strings may have an io object behind them.
func (o *ioObject) Write(p []byte) (int, error) {
	if o.b == nil {
		return 0, errNotWritable
	}
	return o.b.Write(p)
}

func (o *ioObject) size() int64 {
	if o.r != nil {
		return o.r.Size()
	}
	return o.b.Size()
}

func ioClass() *bind.Class {
	open := func(c *bind.Call) *ioObject {
		o := bind.Self[*ioObject](c)
		if o.closed {
			c.Errorf("attempt to use a closed io_object")
		}
		return o
	}
	return &bind.Class{
		Name: "msys.core:_io_object", Short: "io", Of: (*ioObject)(nil),
		Doc: "A stream of bytes: the body of a part, which can be read, or a builder of a message, which can be written.",
		Len: func(self any) int { return int(self.(*ioObject).size()) },
		Methods: []bind.Func{
			{
				Name: "write", Params: "data:string, [len:number]", Returns: "number|nil, err:string", Phases: bind.Any,
				Doc: "Writes the first len bytes, or all; gives how many.",
				Fn: func(c *bind.Call) int {
					o, text := open(c), c.String(1)
					if c.Type(2) == lua.TypeNumber {
						text = text[:min(max(c.Int(2), 0), len(text))]
					}
					n, err := o.Write([]byte(text))
					if err != nil {
						return c.Fail(err)
					}
					return c.PushInt(n)
				},
			},
			{
				Name: "printf", Params: "format:string, ...", Returns: "number|nil, err:string", Phases: bind.Any, Doc: "string.format, then write.",
				Fn: func(c *bind.Call) int {
					o, n := open(c), c.NArgs()
					c.L.Global("string")
					c.L.Field(-1, "format")
					for i := 1; i <= n; i++ {
						c.L.PushValue(c.Index(i))
					}
					c.L.Call(n, 1)
					s, _ := bind.Text(c.L, -1)
					written, err := o.Write([]byte(s))
					if err != nil {
						return c.Fail(err)
					}
					return c.PushInt(written)
				},
			},
			{
				Name: "read", Params: "[n:number|string]", Returns: "string|nil, err:string", Phases: bind.Any,
				Doc: "Reads up to n bytes, a line (\"*l\", the default; \"*L\" with its end) or the rest (\"*a\"); nil at the end.",
				Fn:  func(c *bind.Call) int { return ioRead(c, open(c)) },
			},
			{
				Name: "seek", Params: "[whence:string], [offset:number]", Returns: "number|nil, err:string", Phases: bind.Any,
				Doc: "Moves to an offset from \"set\", \"cur\" (default) or \"end\" and gives the position.",
				Fn: func(c *bind.Call) int {
					whence, ok := map[string]int{"set": io.SeekStart, "cur": io.SeekCurrent, "end": io.SeekEnd}[c.OptString(1, "cur")]
					if !ok {
						c.ArgError(1, "set, cur or end expected")
					}
					return ioSeek(c, open(c), int64(c.OptNumber(2, 0)), whence)
				},
			},
			{
				Name: "lseek", Params: "offset:number, whence:number", Returns: "number|nil, err:string", Phases: bind.Any,
				Doc: "Moves to an offset from the start (0), the position (1) or the end (2) and gives the position.",
				Fn: func(c *bind.Call) int {
					whence := c.OptInt(2, 0)
					if whence < 0 || whence > 2 {
						c.ArgError(2, "0, 1 or 2 expected")
					}
					return ioSeek(c, open(c), int64(c.Number(1)), whence)
				},
			},
			{
				Name: "flush", Returns: "boolean", Phases: bind.Any, Doc: "Gives true: writes are not buffered.",
				Fn: func(c *bind.Call) int { open(c); return c.PushBool(true) },
			},
			{
				Name: "close", Returns: "boolean|nil, err:string", Phases: bind.Any, Doc: "Ends the stream; a builder's content is parsed. Twice is fine.",
				Fn: func(c *bind.Call) int {
					o := bind.Self[*ioObject](c)
					if o.closed {
						return c.PushBool(true)
					}
					o.closed = true
					if o.b != nil {
						if err := o.b.Close(); err != nil {
							return c.Fail(err)
						}
					}
					return c.PushBool(true)
				},
			},
			{
				Name: "get_size", Returns: "number", Phases: bind.Any, Doc: "Gives the number of bytes.",
				Fn: func(c *bind.Call) int { return c.PushNumber(float64(open(c).size())) },
			},
		},
	}
}

func ioSeek(c *bind.Call, o *ioObject, offset int64, whence int) int {
	if o.r == nil {
		return c.Push(nil, "Illegal seek", 29)
	}
	pos, err := o.r.Seek(offset, whence)
	if err != nil {
		return c.Fail(err)
	}
	return c.PushNumber(float64(pos))
}

func ioRead(c *bind.Call, o *ioObject) int {
	if o.r == nil {
		return c.Fail(errNotReadable)
	}
	format := c.OptString(1, "*l")
	if c.Type(1) == lua.TypeNumber {
		format = ""
	}
	switch strings.TrimPrefix(format, "*") {
	case "":
		return pushRead(c, readN(o.r, c.Int(1)))
	case "a":
		rest, err := io.ReadAll(o.r)
		if err != nil {
			return c.Fail(err)
		}
		return c.PushString(string(rest))
	case "l", "L":
		line := readLine(o.r)
		if !strings.HasSuffix(format, "L") {
			line = strings.TrimSuffix(line, "\n")
			if line == "" {
				if pos, _ := o.r.Seek(0, io.SeekCurrent); pos > 0 && pos <= o.r.Size() && lastByte(o.r, pos) == '\n' {
					return c.PushString("")
				}
			}
		}
		return pushRead(c, line)
	}
	c.ArgError(1, "invalid format '%s'", format)
	return 0
}

func pushRead(c *bind.Call, s string) int {
	if s == "" {
		return c.PushNil()
	}
	return c.PushString(s)
}

func readN(r *io.SectionReader, n int) string {
	pos, _ := r.Seek(0, io.SeekCurrent)
	b := make([]byte, max(min(int64(n), r.Size()-pos), 0))
	got, _ := io.ReadFull(r, b)
	return string(b[:got])
}

// readLine reads up to and with the next line feed.
func readLine(r *io.SectionReader) string {
	var line []byte
	buf := make([]byte, 512)
	for {
		pos, _ := r.Seek(0, io.SeekCurrent)
		n, err := r.Read(buf)
		for i, b := range buf[:n] {
			if b == '\n' {
				r.Seek(pos+int64(i)+1, io.SeekStart)
				return string(append(line, buf[:i+1]...))
			}
		}
		line = append(line, buf[:n]...)
		if err != nil || n == 0 {
			return string(line)
		}
	}
}

func lastByte(r *io.SectionReader, pos int64) byte {
	var b [1]byte
	r.ReadAt(b[:], pos-1)
	return b[0]
}

// builderFunc declares msys.core.ec_message_builder.
func builderFunc() bind.Func {
	return bind.Func{
		Name: "ec_message_builder", Params: "msg:msys.core:_ec_message, [size_hint:number]", Returns: "msys.core:_io_object", Phases: bind.Any,
		Doc: "Gives a stream that takes the content of an empty message in SMTP's wire form; close parses it.",
		Fn: func(c *bind.Call) int {
			b, err := bind.Arg[*Message](c, 1).Builder(int64(c.OptNumber(2, 0)))
			c.Raise(err)
			return c.PushObject(&ioObject{b: b})
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
