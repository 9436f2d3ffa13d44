package httpclnt

import (
	"strconv"
	"strings"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
)

// reason is an error's text without the package's name.
func reason(err error) string { return strings.TrimPrefix(err.Error(), "httpclnt: ") }

func sessionClass() *bind.Class {
	self := func(c *bind.Call) *Session { return bind.Self[*Session](c) }
	return &bind.Class{
		Name: "http_session", Short: "sess", Of: (*Session)(nil),
		Doc:     "A request over HTTP and its response.",
		Methods: sessionMethods(),
		Fields: []bind.Field{
			{Name: "connh", Type: "connection_handle", Doc: "The connection, for msys.delivery.ob_get_current_message.",
				Get: func(c *bind.Call) {
					if bind.HasClass(c.L, self(c).conn) {
						c.PushObject(self(c).conn)
						return
					}
					c.PushObject(self(c)) // without msys.delivery, which takes the session as well
				}},
			{Name: "ipaddr", Type: "string|nil", Doc: "The address of the other end, nil before the connection is made.",
				Get: func(c *bind.Call) { pushIf(c, self(c).IP(), self(c).IP() != "") }},
			{Name: "request", Type: "http_request", Doc: "The request.", Get: func(c *bind.Call) { c.PushObject(self(c).request) }},
			{Name: "response", Type: "http_response", Doc: "The response; its body and data are nil before it has come.",
				Get: func(c *bind.Call) { c.PushObject(self(c).response) }},
		},
	}
}

func requestClass() *bind.Class {
	self := func(c *bind.Call) *Request { return bind.Self[*Request](c) }
	text := func(name, doc string, get func(*Request) string, set func(*Request, string) error) bind.Field {
		return bind.Field{Name: name, Type: "string", Doc: doc,
			Get: func(c *bind.Call) { c.PushString(get(self(c))) },
			Set: func(c *bind.Call) {
				if err := set(self(c), c.String(1)); err != nil {
					c.Errorf("request.%s: %s", name, reason(err))
				}
			}}
	}
	return &bind.Class{
		Name: "http_request", Short: "request", Of: (*Request)(nil),
		Doc: "The request of a session. It can be changed in http_request_eval and build_request.",
		Fields: []bind.Field{
			text("method", "The method, such as POST.", (*Request).Method, (*Request).SetMethod),
			text("version", "The version of HTTP, such as 1.1.", (*Request).Version, (*Request).SetVersion),
			text("uri", "The target, such as /send.", (*Request).URI, (*Request).SetURI),
			{Name: "headers", Type: "http_headers", Doc: "The header.", Get: func(c *bind.Call) { c.PushObject(&headers{self(c)}) }},
			{Name: "body", Type: "string|nil", Doc: "The body, nil if there is none.",
				Get: func(c *bind.Call) { body, ok := self(c).Body(); pushIf(c, body, ok) }},
			{Name: "data", Type: "string|nil", Doc: "The whole request as it is sent, nil before it exists. A script may set it.",
				Get: func(c *bind.Call) { data, ok := self(c).Data(); pushIf(c, data, ok) },
				Set: func(c *bind.Call) {
					if err := self(c).SetData(c.String(1)); err != nil {
						c.Errorf("request.data: %s", reason(err))
					}
				}},
		},
	}
}

func responseClass() *bind.Class {
	self := func(c *bind.Call) *Response { return bind.Self[*Response](c) }
	// ec_strings are objects of msys.core; a state without it has strings.
	pushText := func(c *bind.Call, s *message.ECString) {
		if bind.HasClass(c.L, s) {
			c.PushObject(s)
			return
		}
		c.PushString(s.String())
	}
	return &bind.Class{
		Name: "http_response", Short: "response", Of: (*Response)(nil),
		Doc: "The response of a session. Before it has come all is empty or nil.",
		Fields: []bind.Field{
			{Name: "version", Type: "string", Doc: "The protocol, such as HTTP/1.1.", Get: func(c *bind.Call) { c.PushString(self(c).Version()) }},
			{Name: "status_code", Type: "msys.core:_ec_string", Doc: "The status; `.buffer` is the text, such as \"200\".",
				Get: func(c *bind.Call) { pushText(c, self(c).code) }},
			{Name: "status_reason", Type: "msys.core:_ec_string", Doc: "The text behind the status.",
				Get: func(c *bind.Call) { pushText(c, self(c).reason) }},
			{Name: "headers", Type: "http_headers", Doc: "The header.", Get: func(c *bind.Call) { c.PushObject(&headers{self(c)}) }},
			{Name: "body", Type: "string|nil", Doc: "The begin of the body, MAX_HTTP_RESPONSE_LENGTH bytes.",
				Get: func(c *bind.Call) { body, ok := self(c).Body(); pushIf(c, body, ok) }},
			{Name: "data", Type: "string|nil", Doc: "Status line, header and body.",
				Get: func(c *bind.Call) { data, ok := self(c).Data(); pushIf(c, data, ok) }},
			{Name: "content_length", Type: "number", Doc: "The length of the body as the header has it, -1 if it does not say.",
				Get: func(c *bind.Call) { c.PushNumber(float64(self(c).ContentLength())) }},
		},
	}
}

func pushIf(c *bind.Call, s string, ok bool) {
	if ok {
		c.PushString(s)
		return
	}
	c.PushNil()
}

// headers is the header of a request or response, seen from Lua.
type headers struct {
	of interface {
		Header(name string) []string
		Fields() []Field
	}
}

func headersClass() *bind.Class {
	return &bind.Class{
		Name: "http_headers", Short: "headers", Of: (*headers)(nil),
		Doc: "A header: headers[name] gives the value of a field, whose name may be in any case, or nil; several values are parted by " +
			"\", \". #headers is the number of fields, and pairs goes through them in order.",
		Index: func(c *bind.Call) bool {
			name, _ := c.Text(1)
			values := bind.Self[*headers](c).of.Header(name)
			if len(values) > 0 {
				c.PushString(strings.Join(values, ", "))
			}
			return len(values) > 0
		},
		Len: func(self any) int { return len(self.(*headers).of.Fields()) },
		Meta: []bind.Func{{Name: "__pairs", Fn: func(c *bind.Call) int {
			list := bind.Arg[*headers](c, 1).of.Fields()
			i := 0
			c.L.PushGoFunction(func(l *lua.State) int {
				if i >= len(list) {
					l.PushNil()
					return 1
				}
				f := list[i]
				i++
				l.PushString(f.Name)
				l.PushString(f.Value)
				return 2
			})
			return 1
		}}},
		ToString: func(self any) string { return "http_headers: " + strconv.Itoa(len(self.(*headers).of.Fields())) },
	}
}
