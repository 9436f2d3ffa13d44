package httpsrv

import (
	"bytes"
	"context"
	"mime"
	"strings"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/json"
	"github.com/gomsys/gomsys/msys/luaio"
	"github.com/gomsys/gomsys/msys/xml"
	"github.com/gomsys/gomsys/vctx"
)

func requestMethods() []bind.Func {
	self := bind.Self[*session]
	return append(dataMethods(), []bind.Func{
		{
			Name: "request_url_get", Returns: typeURL, Phases: bind.Any, Doc: "Gives the URL, taken apart.",
			Fn: func(c *bind.Call) int { return c.PushObject(urlDetailsOf(self(c).c.r)) },
		},
		{
			Name: "request_method_get", Returns: "string", Phases: bind.Any, Doc: "Gives the method, such as GET.",
			Fn: func(c *bind.Call) int { return c.PushString(self(c).c.r.Method) },
		},
		{
			Name: "request_header_get", Params: "name:string", Returns: "number, value:string|nil", Phases: bind.Any,
			Doc: "Gives 0 and the value of a header, whose name may be in any letter case; values of a repeated one are joined by `, `. 2 and nil if it is missing.",
			Fn: func(c *bind.Call) int {
				values := self(c).headerValues(c.String(1))
				if len(values) == 0 {
					return c.Push(errnoNoEnt, nil)
				}
				return c.Push(errnoNone, strings.Join(values, ", "))
			},
		},
		{
			Name: "request_content_type_get", Returns: "number, type:string|nil, charset:string|nil", Phases: bind.Any,
			Doc: "Gives 0, the type and the charset of the body, nil if none is given. 2 and nil if there is no Content-Type.",
			Fn: func(c *bind.Call) int {
				values := self(c).headerValues("Content-Type")
				if len(values) == 0 {
					return c.Push(errnoNoEnt, nil, nil)
				}
				kind, charset := contentType(values[0])
				return c.Push(errnoNone, kind, charset)
			},
		},
		{
			Name: "request_username_get", Returns: "string|nil", Phases: bind.Any, Doc: "Gives who sent the request, nil if that was not asked.",
			Fn: func(c *bind.Call) int { return pushText(c, self(c).c.user) },
		},
		{
			Name: "request_subject_cn_get", Returns: "string|nil", Phases: bind.Any,
			Doc: "Gives the common name in the client's certificate, nil without a certificate that was verified.",
			Fn: func(c *bind.Call) int {
				state := self(c).c.r.TLS
				if state == nil || len(state.VerifiedChains) == 0 {
					return c.PushNil()
				}
				return pushText(c, state.PeerCertificates[0].Subject.CommonName)
			},
		},
		{
			Name: "request_peer_address", Returns: typeAddr, Phases: bind.Any, Doc: "Gives the client's address.",
			Fn: func(c *bind.Call) int { return pushObject(c, self(c).c.peer, vctx.Library) },
		},
		{
			Name: "request_local_address", Returns: typeAddr, Phases: bind.Any, Doc: "Gives the server's address.",
			Fn: func(c *bind.Call) int { return pushObject(c, self(c).c.local, vctx.Library) },
		},
		{
			Name: "request_accept_construct_get", Returns: "msys.core:_accept_construct", Phases: bind.Any, Doc: "Gives the connection.",
			Fn: func(c *bind.Call) int { return pushObject(c, self(c).conn, vctx.Library) },
		},
	}...)
}

func dataMethods() []bind.Func {
	return []bind.Func{
		{
			Name: "request_data_get", Returns: "number, io:" + luaio.ClassName + "|nil", Phases: bind.Any,
			Doc: "Gives 0 and the body of the request as an io object, or an error number and nil.",
			Fn: withData(func(c *bind.Call, body []byte) {
				pushObject(c, luaio.New(bytes.NewReader(body), luaio.Info{Path: "request", Scheme: "memory"}), ioLibrary)
			}),
		},
		{
			Name: "request_data_get_string", Returns: "number, string|nil", Phases: bind.Any,
			Doc: "Gives 0 and the body of the request, or an error number and nil.",
			Fn:  withData(func(c *bind.Call, body []byte) { c.PushString(string(body)) }),
		},
		{
			Name: "request_data_get_json", Returns: "number, libjson:json_object*|nil", Phases: bind.Any,
			Doc: "Gives 0 and the body as a JSON value, nil if it is no JSON; or an error number and nil.",
			Fn: withData(func(c *bind.Call, body []byte) {
				v, err := json.Parse(body, nil)
				if err != nil || v.Kind() == json.KindNull {
					c.PushNil()
					return
				}
				pushObject(c, v, json.Library)
			}),
		},
		{
			Name: "request_data_get_xml", Returns: "number, libxml:xmlDoc*|nil", Phases: bind.Any,
			Doc: "Gives 0 and the body as an XML document, nil if it is no XML; or an error number and nil.",
			Fn: withData(func(c *bind.Call, body []byte) {
				doc, err := xml.Parse(body, nil)
				if err != nil {
					c.PushNil()
					return
				}
				pushObject(c, doc, xml.Library)
			}),
		},
	}
}

// withData makes a method that gives the body in some form.
func withData(push func(c *bind.Call, body []byte)) func(*bind.Call) int {
	return func(c *bind.Call) int {
		var body []byte
		errno := 0
		c.Raise(c.Block(func(ctx context.Context) error {
			body, errno = bind.Self[*session](c).data(ctx)
			return ctx.Err()
		}))
		if errno != 0 {
			return c.Push(errno, nil)
		}
		c.PushInt(errnoNone)
		push(c, body)
		return 2
	}
}

// ioLibrary declares the class of io objects, where no other module does.
func ioLibrary() lua.RegistryFunction {
	m := &bind.Module{Name: "msys.core", Classes: []*bind.Class{luaio.Class()}}
	return m.Library()
}

// headerValues gives the values of a header.
func (s *session) headerValues(name string) []string {
	if strings.EqualFold(name, "Host") {
		return []string{s.c.r.Host}
	}
	return s.c.r.Header.Values(name)
}

// contentType gives the type and charset of a header that need not be valid.
func contentType(value string) (kind string, charset any) {
	kind, params, err := mime.ParseMediaType(value)
	if err != nil && kind == "" {
		kind, _, _ = strings.Cut(value, ";")
		return strings.TrimSpace(kind), nil
	}
	if cs, ok := params["charset"]; ok {
		return kind, cs
	}
	return kind, nil
}

// pushText pushes a string, nil if it is empty.
func pushText(c *bind.Call, s string) int {
	if s == "" {
		return c.PushNil()
	}
	return c.PushString(s)
}

func urlClass() *bind.Class {
	text := func(name, doc string, get func(*urlDetails) string) bind.Field {
		return bind.Field{Name: name, Type: "string", Doc: doc, Get: func(c *bind.Call) { c.PushString(get(bind.Self[*urlDetails](c))) }}
	}
	optional := func(name, doc string, get func(*urlDetails) *string) bind.Field {
		return bind.Field{Name: name, Type: "string|nil", Doc: doc, Get: func(c *bind.Call) {
			if s := get(bind.Self[*urlDetails](c)); s != nil {
				c.PushString(*s)
				return
			}
			c.PushNil()
		}}
	}
	return &bind.Class{
		Name: typeURL, Short: "url_details", Of: (*urlDetails)(nil),
		Doc:      "The URL of a request.",
		ToString: func(self any) string { return self.(*urlDetails).url },
		Fields: []bind.Field{
			text("url", "Path and query as they were received.", func(d *urlDetails) string { return d.url }),
			text("scheme", "http or https.", func(d *urlDetails) string { return d.scheme }),
			text("host", "The host that was asked, without port.", func(d *urlDetails) string { return d.host }),
			{Name: "port", Type: "number", Doc: "The port that was asked.", Get: func(c *bind.Call) { c.PushInt(bind.Self[*urlDetails](c).port) }},
			text("path", "The path, decoded.", func(d *urlDetails) string { return d.path }),
			optional("raw_query", "The query as it was received.", func(d *urlDetails) *string { return d.rawQuery }),
			optional("query", "The query, decoded.", func(d *urlDetails) *string { return d.query }),
			optional("fragment", "What came after a #.", func(d *urlDetails) *string { return d.fragment }),
			{Name: "userinfo", Type: "table", Doc: "user and pass in the URL.", Get: func(c *bind.Call) {
				d, info := bind.Self[*urlDetails](c), map[string]string{}
				if d.user != nil {
					info["user"] = *d.user
				}
				if d.pass != nil {
					info["pass"] = *d.pass
				}
				c.Push(info)
			}},
			{Name: "attrs", Type: "msys.core:ECDict|nil", Doc: "The decoded parameters of the query, nil without a query.", Get: func(c *bind.Call) {
				if d := bind.Self[*urlDetails](c); d.attrs != nil {
					pushObject(c, d.attrs, vctx.Library)
					return
				}
				c.PushNil()
			}},
		},
	}
}
