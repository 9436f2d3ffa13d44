package message

import (
	"context"
	"io"
	"strings"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/message/addr"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/luaio"
	"github.com/gomsys/gomsys/pcre"
)

func selfPart(c *bind.Call) *Part { return bind.Self[*Part](c) }

func partClass(patterns *pcre.Cache) *bind.Class {
	return &bind.Class{
		Name: "msys.core:_ec_message_part", Short: "msgpart", Of: (*Part)(nil),
		Doc:     "A part of a message: a leaf, or a container of parts.",
		Fields:  partFields(),
		Methods: append(partMethods(), searchMethods(patterns, partSearch)...),
	}
}

// pushPart pushes a part, nil for none.
func pushPart(c *bind.Call, p *Part) int {
	if p == nil {
		return c.PushNil()
	}
	return c.PushObject(p)
}

func partFields() []bind.Field {
	part := func(name, doc string, get func(*Part) *Part) bind.Field {
		return bind.Field{Name: name, Type: "msys.core:_ec_message_part|nil", Doc: doc,
			Get: func(c *bind.Call) { p := selfPart(c); c.Raise(p.Err()); pushPart(c, get(p)) }}
	}
	offset := func(name, doc string, get func(Offsets) int64) bind.Field {
		return bind.Field{Name: name, Type: "number", Doc: doc,
			Get: func(c *bind.Call) { p := selfPart(c); c.Raise(p.Err()); c.PushNumber(float64(get(p.Offsets()))) }}
	}
	return []bind.Field{
		part("parts", "The first child; nil for a leaf.", (*Part).First),
		part("next", "The next sibling.", (*Part).Next),
		part("parent", "The container.", (*Part).Parent),
		part("thread", "The next part in document order.", (*Part).Thread),
		{Name: "boundary", Type: "string|nil", Doc: "The boundary; nil for a leaf.", Get: func(c *bind.Call) {
			if b := selfPart(c).Boundary(); b != "" {
				c.PushString(b)
				return
			}
			c.PushNil()
		}},
		{Name: "boundary_len", Type: "number", Doc: "The boundary's length; 0 for a leaf.",
			Get: func(c *bind.Call) { c.PushInt(len(selfPart(c).Boundary())) }},
		{Name: "encoding", Type: "number", Doc: "The transfer encoding, msys.core.EC_MIME_TE_*.",
			Get: func(c *bind.Call) { c.PushInt(int(selfPart(c).Encoding())) }},
		{Name: "touched", Type: "number", Doc: "1 if the part was changed.",
			Get: func(c *bind.Call) { c.PushFlag(selfPart(c).Changed()) }},
		{Name: "body", Type: "msys.core:_io_object", Doc: "The raw body, to be read.",
			Get: func(c *bind.Call) {
				c.PushObject(luaio.New(selfPart(c).Body(), luaio.Info{Path: "body", Scheme: "memory"}))
			}},
		offset("headers_start", "Offset of the headers in the content.", func(o Offsets) int64 { return o.Header }),
		offset("preamble_start", "Offset of what precedes the first child.", func(o Offsets) int64 { return o.Preamble }),
		offset("preamble_len", "Length of what precedes the first child.", func(o Offsets) int64 { return o.PreambleLen }),
		offset("epilogue_end", "Offset of the part's end.", func(o Offsets) int64 { return o.EpilogueEnd }),
		{Name: "body_start", Type: "number", Doc: "Offset of the body; of a part made by makePart, where its body begins in its source.",
			Get: func(c *bind.Call) { start, _ := selfPart(c).BodyRange(); c.PushNumber(float64(start)) },
			Set: func(c *bind.Call) {
				_, end := selfPart(c).BodyRange()
				c.Raise(selfPart(c).SetBodyRange(int64(c.Number(1)), end))
			}},
		{Name: "body_end", Type: "number", Doc: "Offset of the body's end; of a part made by makePart, where its body ends in its source.",
			Get: func(c *bind.Call) { _, end := selfPart(c).BodyRange(); c.PushNumber(float64(end)) },
			Set: func(c *bind.Call) {
				start, _ := selfPart(c).BodyRange()
				c.Raise(selfPart(c).SetBodyRange(start, int64(c.Number(1))))
			}},
	}
}

func partMethods() []bind.Func {
	place := func(name, doc, param string, put func(p, other *Part) (bool, error)) bind.Func {
		return bind.Func{Name: name, Params: param + ":msys.core:_ec_message_part", Returns: "boolean", Phases: inData, Doc: doc,
			Fn: func(c *bind.Call) int {
				ok, err := put(selfPart(c), bind.Arg[*Part](c, 1))
				c.Raise(err)
				return c.PushBool(ok)
			}}
	}
	return []bind.Func{
		{
			Name: "header", Params: "headername:string, [value:string|table|nil], [mode:string]", Returns: "table|boolean", Phases: inData,
			Doc: "As msg:header, on the part's own header.",
			Fn:  func(c *bind.Call) int { return headerCall(c, selfPart(c).Header()) },
		},
		addressHeader(func(c *bind.Call) *Header { return selfPart(c).Header() }),
		contentTypeMethod(func(c *bind.Call) (ContentType, error) { p := selfPart(c); return p.Type(), p.Err() }),
		{
			Name: "text", Params: "[value:string], [type:string], [charset:string]", Returns: "string|table|boolean|nil", Phases: inData,
			Doc: "Without a value: the text in UTF-8, nil if there is none; of a container, an array if there are several; of a leaf " +
				"that is no text, its decoded bytes. With a value: the part becomes one text part; gives true.",
			Fn: func(c *bind.Call) int {
				p := selfPart(c)
				if c.NArgs() == 0 {
					texts, err := p.Text()
					c.Raise(err)
					return pushTexts(c, texts)
				}
				c.Raise(p.SetText(c.String(1), c.OptString(2, ""), c.OptString(3, "")))
				return c.PushBool(true)
			},
		},
		{
			Name: "raw", Params: "[value:string]", Returns: "string, number", Phases: inData, Doc: "As msg:raw, for the part.",
			Fn: func(c *bind.Call) int {
				p := selfPart(c)
				if !c.IsNil(1) {
					c.Raise(p.SetRaw(c.Context(), valueReader(c, 1)))
				}
				c.Raise(p.Err())
				s := luaString(c, p.Message(), p.Raw())
				return c.Push(s, len(s))
			},
		},
		place("addFirstChild", "Makes an unlinked part the first child. false if this is no container, the part is linked, or contains this one.", "child",
			(*Part).PrependChild),
		place("addLastChild", "Makes an unlinked part the last child. false as for addFirstChild.", "child", (*Part).AppendChild),
		place("insertBefore", "Puts this unlinked part before another one. false if the other is the top, or this one is linked or contains it.", "before",
			(*Part).InsertBefore),
		place("insertAfter", "Puts this unlinked part after another one. false as for insertBefore.", "after", (*Part).InsertAfter),
		{
			Name: "unlink", Phases: inData, Doc: "Takes the part and what it contains out of its tree; the top part raises.",
			Fn: func(c *bind.Call) int { c.Raise(selfPart(c).Unlink()); return 0 },
		},
	}
}

func addressHeader(header func(*bind.Call) *Header) bind.Func {
	return bind.Func{
		Name: "address_header", Params: "headername:string, [component:string], [decode:boolean]", Returns: "table", Phases: toB,
		Also: anywhere, AlsoNote: note,
		Doc: "Gives a component of all addresses in the fields of that name: all (default), localpart, user, detail or domain. An " +
			"address without it contributes nothing.",
		Fn: func(c *bind.Call) int {
			component := componentArg(c, 2)
			list := header(c).AddressParts(c.String(1), component, c.Bool(3))
			if list == nil {
				list = []string{}
			}
			return c.Push(list)
		},
	}
}

func componentArg(c *bind.Call, i int) addr.Component {
	component, err := addr.ParseComponent(c.OptString(i, ""))
	if err != nil {
		c.ArgError(i, "all, localpart, user, detail or domain expected")
	}
	return component
}

func contentTypeMethod(get func(*bind.Call) (ContentType, error)) bind.Func {
	return bind.Func{
		Name: "content_type", Returns: "table", Phases: inData, Also: anywhere, AlsoNote: note,
		Doc: "Gives mimetype, charset, encoding, is_attachment and filename of the part; what is unknown is absent.",
		Fn: func(c *bind.Call) int {
			t, err := get(c)
			c.Raise(err)
			m := map[string]any{"mimetype": t.MIMEType, "encoding": t.Encoding, "is_attachment": t.Attachment}
			if t.Charset != "" {
				m["charset"] = t.Charset
			}
			if t.Filename != "" {
				m["filename"] = t.Filename
			}
			return c.Push(m)
		},
	}
}

// pushTexts pushes nil, one text, or an array of several.
func pushTexts(c *bind.Call, texts []string) int {
	switch len(texts) {
	case 0:
		return c.PushNil()
	case 1:
		return c.PushString(texts[0])
	}
	return c.Push(texts)
}

func mimeMethods() []bind.Func {
	return []bind.Func{
		{
			Name: "mime", Params: "[readonly:boolean]", Returns: "msys.core:_ec_message_part|nil", Phases: inData, Also: anywhere, AlsoNote: note,
			Doc: "Gives the top part, nil without content. With true, edits through it or parts reached from it raise.",
			Fn: func(c *bind.Call) int {
				access := Writable
				if c.Bool(1) {
					access = ReadOnly
				}
				p, err := self(c).MIME(access)
				if err == ErrNoContent {
					return c.PushNil()
				}
				c.Raise(err)
				return pushPart(c, p)
			},
		},
		{
			Name: "text", Params: "[value:string], [type:string], [charset:string]", Returns: "string|table|boolean|nil", Phases: inData,
			Also: bind.SetBinding | bind.FinalValidation | outgoing, AlsoNote: note,
			Doc: "Without a value: the text of the text parts in UTF-8: nil, one string, or an array. With a value: the whole body " +
				"becomes one text part; gives true.",
			Fn: func(c *bind.Call) int {
				m := self(c)
				if c.NArgs() == 0 {
					texts, err := m.Text()
					c.Raise(err)
					return pushTexts(c, texts)
				}
				c.Raise(m.SetText(c.String(1), c.OptString(2, ""), c.OptString(3, "")))
				return c.PushBool(true)
			},
		},
		addressHeader(func(c *bind.Call) *Header { return self(c).Header() }),
		contentTypeMethod(func(c *bind.Call) (ContentType, error) {
			p, err := self(c).MIME(ReadOnly)
			if err != nil {
				return ContentType{}, err
			}
			return p.Type(), p.Err()
		}),
		{
			Name: "is_mcmt", Returns: "number", Phases: anywhere, Doc: "1 if the top type is multipart/vnd.msys.mcmt.",
			Fn: func(c *bind.Call) int {
				p, err := self(c).MIME(ReadOnly)
				return c.PushFlag(err == nil && p.Type().MIMEType == "multipart/vnd.msys.mcmt")
			},
		},
		{
			Name: "makeBoundary", Params: "...", Returns: "string", Phases: inData, Also: anywhere, AlsoNote: note,
			Doc: "Makes a boundary that confuses with none in the message, nor in the parts and messages that are given.",
			Fn: func(c *bind.Call) int {
				var others []Bounded
				for i := 1; i <= c.NArgs(); i++ {
					o, _ := c.Object(i)
					b, ok := o.(Bounded)
					if !ok {
						c.ArgError(i, "part or message expected")
					}
					others = append(others, b)
				}
				b, err := self(c).NewBoundary(others...)
				c.Raise(err)
				return c.PushString(b)
			},
		},
		{
			Name: "makeContainer", Params: "mimetype:string, [boundary:string], [add_terminator:boolean]", Returns: "msys.core:_ec_message_part",
			Phases: inData, Also: anywhere, AlsoNote: note,
			Doc: "Makes an unlinked container of a type multipart/*. Without a boundary one is made.",
			Fn: func(c *bind.Call) int {
				p, err := self(c).NewContainer(c.String(1), c.OptString(2, ""))
				c.Raise(err)
				return pushPart(c, p)
			},
		},
		{
			Name: "makePart", Params: "mimetype:string, [body:string|object], [encoding:number|string]", Returns: "msys.core:_ec_message_part",
			Phases: inData, Also: anywhere, AlsoNote: note,
			Doc: "Makes an unlinked leaf. The body is verbatim, already in the encoding (EC_MIME_TE_* or its name, default 7bit).",
			Fn: func(c *bind.Call) int {
				var body io.Reader
				if !c.IsNil(2) {
					body = valueReader(c, 2)
				}
				p, err := self(c).NewPart(c.Context(), c.String(1), body, encodingArg(c, 3))
				c.Raise(err)
				return pushPart(c, p)
			},
		},
		{
			Name: "set_first_part", Params: "part:msys.core:_ec_message_part", Returns: "boolean", Phases: anywhere,
			Doc: "Makes an unlinked part the top; fields that are not of MIME move over to it.",
			Fn: func(c *bind.Call) int {
				ok, err := self(c).SetTop(bind.Arg[*Part](c, 1))
				c.Raise(err)
				return c.PushBool(ok)
			},
		},
		{
			Name: "build", Params: "headers:table, parts:table|nil, attachments:table|nil", Returns: "boolean", Phases: toB, Also: anywhere, AlsoNote: note,
			Doc: "Gives an empty message its content: headers by name, alternative contents by content type, attachments of the form " +
				"{type, name, headers, content}.",
			Fn: luaBuild,
		},
		{
			Name: "forward", Params: "sender:string, rcptto:string|table, text:string, [subject:string], [charset:string]",
			Returns: "boolean|nil, err:string", Phases: fromT, Also: anywhere, AlsoNote: note,
			Doc: "Sends a new message with the text and with this one attached; this one is still delivered. Gives true, or nil and why not.",
			Fn: func(c *bind.Call) int {
				to, ok := bind.Strings(c.L, c.Index(2))
				if !ok {
					c.ArgError(2, "string or array of strings expected")
				}
				if c.Type(2) != lua.TypeTable {
					to = SplitRecipients(to[0])
				}
				m := self(c)
				f := Forward{From: c.String(1), To: to, Text: c.String(3), Subject: c.OptString(4, ""), Charset: c.OptString(5, "")}
				if err := c.Block(func(ctx context.Context) error { return m.Forward(ctx, f) }); err != nil {
					return c.FailText(strings.TrimPrefix(err.Error(), "message: "))
				}
				return c.PushBool(true)
			},
		},
	}
}

// encodingArg reads a transfer encoding by number or name.
func encodingArg(c *bind.Call, i int) Encoding {
	switch {
	case c.IsNil(i):
		return Encoding7Bit
	case c.Type(i) == lua.TypeNumber:
		return Encoding(c.Int(i))
	}
	e, ok := ParseEncoding(c.String(i))
	if !ok {
		c.ArgError(i, "transfer encoding expected")
	}
	return e
}

// luaBuild is msg:build.
func luaBuild(c *bind.Call) int {
	d := Draft{Header: map[string][]string{}, Parts: map[string]string{}}
	c.CheckTable(1)
	bind.RangeTable(c.L, c.Index(1), func() {
		name, _ := bind.Text(c.L, -2)
		values, ok := bind.Strings(c.L, -1)
		if !ok {
			c.ArgError(1, "header '%s': string or array of strings expected", name)
		}
		d.Header[name] = values
	})
	if !c.IsNil(2) {
		c.CheckTable(2)
		bind.RangeTable(c.L, c.Index(2), func() {
			typ, _ := bind.Text(c.L, -2)
			text, ok := bind.Text(c.L, -1)
			if !ok {
				c.ArgError(2, "part '%s': string expected", typ)
			}
			d.Parts[typ] = text
		})
	}
	if !c.IsNil(3) {
		c.CheckTable(3)
		for i := 1; ; i++ {
			c.L.RawGetInt(c.Index(3), i)
			if c.L.IsNil(-1) {
				c.L.Pop(1)
				break
			}
			d.Attachments = append(d.Attachments, attachmentAt(c, i))
			c.L.Pop(1)
		}
	}
	c.Raise(self(c).Build(c.Context(), d))
	return c.PushBool(true)
}

// attachmentAt reads the attachment on top of the stack, the i-th of its
// array.
func attachmentAt(c *bind.Call, i int) Attachment {
	l := c.L
	if !l.IsTable(-1) {
		c.ArgError(3, "attachment %d: table expected", i)
	}
	field := func(name string) string {
		l.Field(-1, name)
		s, _ := bind.Text(l, -1)
		l.Pop(1)
		return s
	}
	a := Attachment{Type: field("type"), Name: field("name"), Header: field("headers")}
	l.Field(-1, "content")
	if m, ok := bind.ObjectAt[*Message](l, -1); ok {
		a.Message = m
	} else if r, ok := bind.ObjectAt[io.Reader](l, -1); ok {
		a.Reader = r
	} else if s, ok := bind.Text(l, -1); ok {
		a.Text = []byte(s)
	} else if !l.IsNil(-1) {
		c.ArgError(3, "attachment %d: content must be a string, an io object or a message", i)
	}
	l.Pop(1)
	return a
}

// addrModule declares msys.parseRFC2822Addresses.
func addrModule(o *Options) *bind.Module {
	separator := resolve(o).DetailSeparator
	return &bind.Module{
		Name: "msys",
		Funcs: []bind.Func{{
			Name: "parseRFC2822Addresses", Params: "addressstring:string, [component:string]", Returns: "table", Phases: inData, Also: anywhere, AlsoNote: note,
			Doc: "Gives a component of each address in a header value: all (default), localpart, user, detail or domain. What is no " +
				"address is skipped; an address without the component contributes nothing.",
			Example: "assert(msys.parseRFC2822Addresses('Ann <ann+x@a.org>', 'detail')[1] == 'x')",
			Fn: func(c *bind.Call) int {
				list := addr.Components(c.String(1), componentArg(c, 2), separator)
				if list == nil {
					list = []string{}
				}
				return c.Push(list)
			},
		}},
	}
}
