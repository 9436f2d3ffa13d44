package httpsrv

import (
	"context"
	"errors"
	"io"
	"net/http"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/json"
	"github.com/gomsys/gomsys/msys/luaio"
	"github.com/gomsys/gomsys/msys/xml"
)

// head makes a method about status or headers: f reads the arguments and gives
// what to do.
func head(f func(c *bind.Call) func(out *response) int) func(*bind.Call) int {
	return func(c *bind.Call) int { return c.PushInt(bind.Self[*session](c).respond(true, f(c))) }
}

// body makes a method about the body.
func body(f func(c *bind.Call) func(out *response) int) func(*bind.Call) int {
	return func(c *bind.Call) int { return c.PushInt(bind.Self[*session](c).respond(false, f(c))) }
}

func responseMethods() []bind.Func {
	methods := append(statusMethods(), contentMethods()...)
	return append(methods, bind.Func{
		Name: "response_header_set", Params: "name:string, value:string", Returns: "number", Phases: bind.Any,
		Doc: "Sets a header in place of those of that name. Gives 22 for a name or value that is not possible, such as one with a line end.",
		Fn: head(func(c *bind.Call) func(*response) int {
			name, value := c.String(1), c.Scalar(2)
			return func(out *response) int { return out.setHeader(name, value) }
		}),
	}, bind.Func{
		Name: "response_flush", Params: "[final:number]", Returns: "number", Phases: bind.Any,
		Doc: "Sends what there is of the response; status and headers are fixed from then on. final has no effect.",
		Fn: func(c *bind.Call) int {
			errno := 0
			c.Raise(c.Block(func(ctx context.Context) error {
				errno = bind.Self[*session](c).flush()
				return ctx.Err()
			}))
			return c.PushInt(errno)
		},
	})
}

func statusMethods() []bind.Func {
	methods := []bind.Func{
		{
			Name: "response_status_set_std", Params: "code:number, message:string, [mimetype:string]", Returns: "number", Phases: bind.Any,
			Doc: "Sets the status. message becomes the body unless another function sets one, and mimetype its type, `text/plain; charset=utf-8` by default. " +
				"The reason phrase is always the standard one. Gives 22 if code is no number from 100 to 599.",
			Fn: head(func(c *bind.Call) func(*response) int {
				code, message, mimetype := code(c), c.OptString(2, ""), c.OptString(3, "")
				return func(out *response) int {
					errno := out.setStatus(code)
					if errno == 0 && mimetype != "" {
						errno = out.setHeader("Content-Type", mimetype)
					}
					if errno == 0 {
						out.message = message
					}
					return errno
				}
			}),
		},
		{
			Name: "response_status_set", Params: "code:number, [message:string]", Returns: "number", Phases: bind.Any,
			Doc: "Sets the status only; the reason phrase is the standard one whatever message says. Gives 22 if code is no number from 100 to 599.",
			Fn: head(func(c *bind.Call) func(*response) int {
				code := code(c)
				return func(out *response) int { return out.setStatus(code) }
			}),
		},
	}
	for _, status := range []struct {
		name string
		code int
	}{
		{"ok", http.StatusOK}, {"denied", http.StatusForbidden}, {"not_found", http.StatusNotFound}, {"error", http.StatusInternalServerError},
	} {
		methods = append(methods, bind.Func{
			Name: "response_status_" + status.name, Params: "[type:string]", Returns: "number", Phases: bind.Any,
			Doc: "Sets the status \"" + http.StatusText(status.code) + "\" and the Content-Type.",
			Fn: head(func(c *bind.Call) func(*response) int {
				mimetype := c.OptString(1, "")
				return func(out *response) int {
					if mimetype != "" {
						if errno := out.setHeader("Content-Type", mimetype); errno != 0 {
							return errno
						}
					}
					return out.setStatus(status.code)
				}
			}),
		})
	}
	return methods
}

// code gives argument 1 if it is a number, 0 if not.
func code(c *bind.Call) int {
	if c.Type(1) != lua.TypeNumber {
		return 0
	}
	n := c.Number(1)
	if !(n >= 0 && n < 1000) {
		return 0
	}
	return int(n)
}

func contentMethods() []bind.Func {
	return []bind.Func{
		{
			Name: "response_append", Params: "buf:string, [len:number]", Returns: "number", Phases: bind.Any, Doc: "Adds the first len bytes of buf to the body, or all.",
			Fn: body(func(c *bind.Call) func(*response) int {
				text := c.String(1)
				if !c.IsNil(2) {
					text = text[:min(max(c.Int(2), 0), len(text))]
				}
				return func(out *response) int { return out.append(text) }
			}),
		},
		{
			Name: "response_printf", Params: "fmt:string, ...", Returns: "number", Phases: bind.Any, Doc: "Adds to the body what string.format gives.",
			Fn: body(func(c *bind.Call) func(*response) int {
				text := format(c)
				return func(out *response) int { return out.append(text) }
			}),
		},
		{
			Name: "response_string", Params: "s:string", Returns: "number", Phases: bind.Any, Doc: "Makes s the body.",
			Fn: body(func(c *bind.Call) func(*response) int {
				text := c.String(1)
				return func(out *response) int { return out.set(text) }
			}),
		},
		{
			Name: "response_json", Params: "obj:libjson:json_object*", Returns: "number", Phases: bind.Any,
			Doc: "Makes a JSON value the body; the type is `application/json` unless one is set.",
			Fn: body(func(c *bind.Call) func(*response) int {
				text, err := bind.Arg[*json.Value](c, 1).Append(nil, nil)
				c.Raise(err)
				return typed("application/json", string(text))
			}),
		},
		{
			Name: "response_xml", Params: "doc:libxml:xmlDoc*", Returns: "number", Phases: bind.Any,
			Doc: "Makes an XML document the body; the type is `text/xml` unless one is set.",
			Fn: body(func(c *bind.Call) func(*response) int {
				return typed("text/xml", bind.Arg[*xml.Document](c, 1).String())
			}),
		},
		{
			Name: "response_io", Params: "io:" + luaio.ClassName + ", [immediate:number]", Returns: "number", Phases: bind.Any,
			Doc: "Makes what an io object still has the body: read when the response is sent, or, if immediate is a number other than 0, read now and added to the body.",
			Fn:  responseIO,
		},
	}
}

// typed sets a body and its type.
func typed(mimetype, text string) func(*response) int {
	return func(out *response) int {
		out.setType(mimetype)
		return out.set(text)
	}
}

// format gives what Lua's string.format makes of the arguments.
func format(c *bind.Call) string {
	c.String(1)
	n := c.NArgs()
	c.L.Global("string")
	c.L.Field(-1, "format")
	for i := 1; i <= n; i++ {
		c.L.PushValue(c.Index(i))
	}
	c.L.Call(n, 1)
	text, _ := bind.Text(c.L, -1)
	c.L.Pop(2)
	return text
}

// responseIO is session:response_io.
func responseIO(c *bind.Call) int {
	s := bind.Self[*session](c)
	o, _ := c.Object(1)
	r, ok := o.(io.Reader)
	if !ok {
		c.ArgError(1, "%s expected", luaio.ClassName)
	}
	if c.Bool(2) && !(c.Type(2) == lua.TypeNumber && c.Number(2) == 0) {
		return c.PushInt(s.readNow(c, r))
	}
	stream := io.NopCloser(r)
	if shared, ok := o.(*luaio.Object); ok { // the script may close its own
		clone, err := shared.Clone()
		c.Raise(err)
		stream = clone
	}
	errno := s.respond(false, func(out *response) int { out.setStream(stream); return errnoNone })
	if errno != 0 {
		c.Raise(stream.Close())
	}
	return c.PushInt(errno)
}

// readNow adds what r has to the body.
func (s *session) readNow(c *bind.Call, r io.Reader) (errno int) {
	if limit := s.c.s.o.MaxResponse; limit >= 0 {
		r = io.LimitReader(r, limit+1)
	}
	var text []byte
	err := c.Block(func(context.Context) (err error) {
		text, err = io.ReadAll(r)
		return err
	})
	switch {
	case errors.Is(err, luaio.ErrTooLarge):
		return errnoNoMem
	case err != nil:
		return errnoIO
	}
	return s.respond(false, func(out *response) int { return out.append(string(text)) })
}
