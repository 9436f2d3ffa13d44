package httpclient

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
	"github.com/gomsys/gomsys/msys/bind"
)

// Library returns the Lua module "msys.http.client" backed by s.
func Library(s *Service) lua.RegistryFunction { return Module(s).Library() }

// Module declares the Lua module "msys.http.client" backed by s.
func Module(s *Service) *bind.Module {
	return &bind.Module{
		Name: "msys.http.client", Examples: snippets,
		Doc:     "HTTP requests. While one runs, other sessions go on.",
		Classes: []*bind.Class{clientClass()},
		Funcs: []bind.Func{{
			Name: "new", Returns: "msys.http:_client", Phases: bind.Any,
			Doc:     "Makes a client without headers and time limit.",
			Example: `local client = require("msys.http.client").new() assert(client:get_status() == 0)`,
			Fn:      func(c *bind.Call) int { return c.PushObject(s.Client()) },
		}},
	}
}

func clientClass() *bind.Class {
	self := bind.Self[*Client]
	return &bind.Class{
		Name: "msys.http:_client", Short: "client", Of: (*Client)(nil),
		Doc: "An HTTP client: headers, a time limit and the last response. Sessions that share one wait for each other's requests.",
		Methods: []bind.Func{
			{
				Name: "set_header", Params: "[header:string]", Phases: bind.Any,
				Doc: "Adds a line `Name: value` to the headers of all later requests. `Name:` leaves a header out that would be sent by default. " +
					"Without argument, or with nil, the list becomes empty. A line without colon, or with a line end in it, raises.",
				Fn: func(c *bind.Call) int {
					if c.IsNil(1) {
						self(c).ClearHeaders()
						return 0
					}
					c.Raise(self(c).SetHeader(c.String(1)))
					return 0
				},
			},
			{
				Name: "set_timeout", Params: "[seconds:number]", Phases: bind.Any,
				Doc: "Limits each later request as a whole. Without argument, with nil or 0, only the server's own limit holds.",
				Fn: func(c *bind.Call) int {
					self(c).SetTimeout(seconds(c.OptNumber(1, 0)))
					return 0
				},
			},
			{
				Name: "do_request", Params: "type:string, url:string, [data:string|object]", Returns: "boolean|nil, [err:string]", Phases: bind.Any,
				Doc: "Sends a request: GET, POST, PUT, DELETE, HEAD, PATCH or OPTIONS. Gives true for a response of any status; redirects are not followed. " +
					"Without a response it gives nil and the reason, such as `connection refused`, `timeout`, `malformed URL` or `could not resolve host: h`. " +
					"data may be an io object or a JSON object. Data goes out as a form unless a Content-Type header is set.",
				Fn: doRequest,
			},
			{
				Name: "get_status", Returns: "code:number, reason:string", Phases: bind.Any,
				Doc: "Gives the last response's status, such as 200 and `OK`. After a failure: 0 and the reason.",
				Fn: func(c *bind.Call) int {
					code, reason := self(c).Status()
					return c.Push(code, reason)
				},
			},
			{
				Name: "get_body", Returns: "string", Phases: bind.Any, Doc: "Gives the last response's body, decoded; an empty string if there is none.",
				Fn: func(c *bind.Call) int { return c.PushString(string(self(c).Body())) },
			},
			{
				Name: "get_headers", Returns: "table", Phases: bind.Any,
				Doc: "Gives the last response's status line and headers as an array of strings, empty after a failure.",
				Fn: func(c *bind.Call) int {
					lines := self(c).Headers()
					if lines == nil {
						lines = []string{}
					}
					return c.Push(lines)
				},
			},
			{
				Name: "parse_headers", Params: "headers:table|string", Returns: "table", Phases: bind.Any,
				Doc: "Makes a table of headers by name from what `client:get_headers` gives, or from one string of lines. Names are found in any letter case. " +
					"The values of a repeated name are joined by `, `, those of Set-Cookie by a line feed.",
				Example: `local t = require("msys.http.client").new():parse_headers({ "HTTP/1.1 200 OK", "X-Ab: 1" }) assert(t["x-ab"] == "1")`,
				Fn:      parseHeaders,
			},
		},
	}
}

// seconds makes a duration of a script's number; what is not above 0 is 0.
func seconds(n float64) time.Duration {
	if !(n > 0) {
		return 0
	}
	return time.Duration(min(n*float64(time.Second), math.MaxInt64/2))
}

// doRequest is client:do_request.
func doRequest(c *bind.Call) int {
	client, method, url := bind.Self[*Client](c), c.String(1), c.String(2)
	data := dataAt(c, 3)
	err := c.Block(func(ctx context.Context) error {
		body, err := data()
		if err != nil {
			return err
		}
		return client.Do(ctx, method, url, body)
	})
	if err != nil {
		return c.Fail(err)
	}
	return c.PushBool(true)
}

// dataAt gives how to read the data of a request: argument i. An io object is
// read as a whole first, so that the length can be sent.
func dataAt(c *bind.Call, i int) func() (io.Reader, error) {
	if c.IsNil(i) {
		return func() (io.Reader, error) { return nil, nil }
	}
	if _, isText := c.Text(i); !isText {
		o, _ := c.Object(i)
		switch o := o.(type) {
		case io.Reader:
			return func() (io.Reader, error) {
				b, err := io.ReadAll(o)
				return bytes.NewReader(b), err
			}
		case fmt.Stringer:
			text := o.String()
			return func() (io.Reader, error) { return strings.NewReader(text), nil }
		}
	}
	text := c.String(i)
	return func() (io.Reader, error) { return strings.NewReader(text), nil }
}

// parseHeaders is client:parse_headers.
func parseHeaders(c *bind.Call) int {
	lines, ok := bind.Strings(c.L, c.Index(1))
	if !ok {
		c.CheckTable(1)
		c.ArgError(1, "array of strings expected")
	}
	pushFields(c.L, ParseHeaders(lines...))
	return 1
}

// pushFields pushes a table that finds its keys in any letter case.
func pushFields(l *lua.State, f *Fields) {
	l.NewTable()
	for name, value := range f.All() {
		l.PushString(name)
		l.PushString(value)
		l.RawSet(-3)
	}
	l.CreateTable(0, 1)
	l.PushGoFunction(luavm.Guard(func(l *lua.State) int {
		key, _ := bind.Text(l, 2)
		value, ok := f.Get(key)
		if !ok {
			l.PushNil()
			return 1
		}
		l.PushString(value)
		return 1
	}))
	l.SetField(-2, "__index")
	l.SetMetaTable(-2)
}
