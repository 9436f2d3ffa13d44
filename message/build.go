package message

import (
	"context"
	"io"
	"slices"
	"strings"

	"github.com/gomsys/gomsys/message/internal/charset"
	"github.com/gomsys/gomsys/message/internal/mediatype"
	"github.com/gomsys/gomsys/message/internal/rope"
)

// Draft is what [Message.Build] makes a message of.
type Draft struct {
	// Header has the values of the fields by name. They are written as they
	// are, but for folding and line ends; text that is not ASCII must have
	// been encoded. MIME-Version, Content-Type and Content-Transfer-Encoding
	// are ignored.
	Header map[string][]string
	// Parts has alternative contents by content type.
	Parts map[string]string
	// Attachments follow the parts.
	Attachments []Attachment
}

// Attachment is an attachment of a [Draft]. Its content is the first that is
// not nil of Message, Reader and Text, else that of the file Name, which
// [FileOpener] opens.
type Attachment struct {
	Type string // content type; if empty, application/octet-stream
	Name string // file name, of which the base name is shown
	// Header has more header lines, parted by CRLF.
	Header string

	Message *Message  // attached as message/rfc822; the fields above are ignored
	Reader  io.Reader // base64 text is taken as it is, other content is encoded
	Text    []byte
}

// Build gives an empty message its content: with parts or attachments a
// multipart/mixed of a multipart/alternative of the parts and of the
// attachments, else a header alone. The error is [ErrNotEmpty] if the message
// has content.
func (m *Message) Build(ctx context.Context, d Draft) error {
	if err := m.mayBuild(); err != nil {
		return err
	}
	top := &node{made: true, edited: true, indexed: true}
	names := headerOrder(d.Header)
	fields := make([]Field, 0, len(names)+2)
	for _, name := range names {
		for _, v := range d.Header[name] {
			f, err := m.o.newField(name, v, false)
			if err != nil {
				return err
			}
			fields = append(fields, f)
		}
	}
	top.head = &block{fields: fields, edited: true}
	children, err := m.draftParts(ctx, d)
	if err != nil {
		return err
	}
	if len(children) > 0 {
		if err := m.makeMixed(top, children); err != nil {
			return err
		}
	}
	return m.install(top)
}

func (m *Message) mayBuild() error {
	if err := m.enterEdit(); err != nil {
		return err
	}
	defer m.mu.Unlock()
	if !m.span().Empty() {
		return ErrNotEmpty
	}
	return nil
}

// install makes top the top part, if the message is empty.
func (m *Message) install(top *node) error {
	if err := m.enterEdit(); err != nil {
		return err
	}
	defer m.mu.Unlock()
	if !m.span().Empty() {
		return ErrNotEmpty
	}
	m.setTop(top)
	return nil
}

// headerOrder gives the names in the order in which they are written.
func headerOrder(h map[string][]string) []string {
	rank := func(name string) int {
		i := slices.Index([]string{"from", "sender", "reply-to", "to", "cc", "subject", "date", "message-id"}, strings.ToLower(name))
		if i < 0 {
			return 100
		}
		return i
	}
	var names []string
	for name := range h {
		switch strings.ToLower(name) {
		case "mime-version", "content-type", "content-transfer-encoding":
		default:
			names = append(names, name)
		}
	}
	slices.SortFunc(names, func(a, b string) int {
		if x, y := rank(a), rank(b); x != y {
			return x - y
		}
		if c := strings.Compare(strings.ToLower(a), strings.ToLower(b)); c != 0 {
			return c
		}
		return strings.Compare(a, b)
	})
	return names
}

// draftParts gives the children of the top part.
func (m *Message) draftParts(ctx context.Context, d Draft) ([]*node, error) {
	var children []*node
	if len(d.Parts) > 0 {
		alternative, err := m.NewContainer("multipart/alternative", "")
		if err != nil {
			return nil, err
		}
		for _, typ := range alternativeOrder(d.Parts) {
			c, err := m.draftPart(typ, d.Parts[typ])
			if err != nil {
				return nil, err
			}
			alternative.h.n.link(c)
		}
		children = append(children, alternative.h.n)
	}
	for _, a := range d.Attachments {
		c, err := m.attachment(ctx, a)
		if err != nil {
			return nil, err
		}
		children = append(children, c)
	}
	return children, nil
}

// alternativeOrder gives the types from the plainest to the richest.
func alternativeOrder(parts map[string]string) []string {
	rank := func(typ string) int {
		switch w := mediatype.Parse(typ).Word; {
		case w == "text/plain":
			return 0
		case w == "text/html":
			return 2
		case isText(w):
			return 1
		}
		return 3
	}
	types := make([]string, 0, len(parts))
	for typ := range parts {
		types = append(types, typ)
	}
	slices.SortFunc(types, func(a, b string) int {
		if x, y := rank(a), rank(b); x != y {
			return x - y
		}
		return strings.Compare(a, b)
	})
	return types
}

// draftPart makes one of the alternative parts.
func (m *Message) draftPart(typ, content string) (*node, error) {
	v := mediatype.Parse(typ)
	if v.MIMEType() == "" || isMultipart(v.Word) {
		return nil, ErrInvalidType
	}
	e := EncodingBase64
	if _, ok := v.Get("charset"); isText(v.Word) && !ok {
		e = EncodingQuotedPrintable
		if !charset.IsASCII(content) {
			typ += "; charset=utf-8"
		}
	}
	body, err := m.o.encodeTransfer(rope.OfBytes([]byte(content)), e)
	if err != nil {
		return nil, err
	}
	return m.leaf(body, []string{
		"Content-Type", typ,
		"Content-Disposition", "inline",
		"Content-Transfer-Encoding", e.String(),
	})
}

// leaf makes a part of a body and header fields, name after value.
func (m *Message) leaf(body rope.Span, fields []string) (*node, error) {
	n := &node{made: true, edited: true, indexed: true, body: body, source: body}
	p, err := m.newPart(n, fields)
	if err != nil {
		return nil, err
	}
	return p.h.n, nil
}

// makeMixed makes top a multipart/mixed of the children.
func (m *Message) makeMixed(top *node, children []*node) error {
	boundary, err := m.NewBoundary()
	if err != nil {
		return err
	}
	for _, f := range [][2]string{{"MIME-Version", "1.0"}, {"Content-Type", withBoundary("multipart/mixed", boundary)}} {
		field, err := m.o.newField(f[0], f[1], false)
		if err != nil {
			return err
		}
		top.head.fields = append(top.head.fields, field)
	}
	top.box = &box{boundary: boundary, edited: true, rearranged: true}
	for _, c := range children {
		top.link(c)
	}
	return nil
}
