package message

import (
	"context"
	"io"
	"strings"

	"github.com/gomsys/gomsys/message/internal/mediatype"
	"github.com/gomsys/gomsys/message/internal/rope"
)

// NewPart makes an unlinked leaf of that type, which may have parameters. The
// body is what r has, which is in that transfer encoding already; r may be
// nil. If the encoding is 0, it is [Encoding7Bit].
func (m *Message) NewPart(ctx context.Context, typ string, r io.Reader, e Encoding) (*Part, error) {
	if mediatype.Parse(typ).MIMEType() == "" {
		return nil, ErrInvalidType
	}
	if e < 0 || e > EncodingBase64 {
		return nil, ErrInvalidEncoding
	}
	var body rope.Span
	if r != nil {
		var err error
		if body, err = m.o.read(ctx, r, readVerbatim); err != nil {
			return nil, err
		}
	}
	n := &node{made: true, edited: true, indexed: true, body: body, source: body}
	fields := []string{"Content-Type", typ}
	if e > Encoding7Bit {
		fields = append(fields, "Content-Transfer-Encoding", e.String())
	}
	return m.newPart(n, fields)
}

// NewContainer makes an unlinked part of a type multipart/..., without
// children. If the boundary is "", one is made; else it must be of 1 to 70
// characters that RFC 2046 allows.
func (m *Message) NewContainer(typ, boundary string) (*Part, error) {
	v := mediatype.Parse(typ)
	if !isMultipart(v.MIMEType()) {
		return nil, ErrInvalidType
	}
	if boundary == "" {
		var err error
		if boundary, err = m.NewBoundary(); err != nil {
			return nil, err
		}
	}
	if !validBoundary(boundary) {
		return nil, ErrInvalidBoundary
	}
	n := &node{made: true, edited: true, indexed: true}
	n.box = &box{boundary: boundary, edited: true, rearranged: true}
	return m.newPart(n, []string{"Content-Type", withBoundary(typ, boundary)})
}

// withBoundary adds the boundary to a type in place of one that is there.
func withBoundary(typ, boundary string) string {
	v := mediatype.Parse(typ)
	var b strings.Builder
	b.WriteString(v.Word)
	for _, p := range v.Params {
		if !strings.HasPrefix(p.Name, "boundary") {
			b.WriteString("; " + p.Name + "=" + quote(p.Value))
		}
	}
	b.WriteString(`; boundary="` + boundary + `"`)
	return b.String()
}

// quote gives a parameter value as a quoted string.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\r", "", "\n", "", "\x00", "").Replace(s) + `"`
}

// newPart makes a part of a node and header fields, name after value.
func (m *Message) newPart(n *node, fields []string) (*Part, error) {
	if err := m.enter(); err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	k := &block{edited: true}
	for i := 0; i < len(fields); i += 2 {
		f, err := m.o.newField(fields[i], fields[i+1], true)
		if err != nil {
			return nil, err
		}
		k.fields = append(k.fields, f)
	}
	n.head = k
	n.init(m)
	m.retain(n.body)
	return &n.writable, nil
}

// BodyRange gives the part of the body source that is the body; see
// [Part.SetBodyRange].
func (p *Part) BodyRange() (start, end int64) {
	o := p.Offsets()
	return o.Body, o.BodyEnd
}

// SetBodyRange makes the bytes from start up to end of the body that the part
// was made with its body. Parts that were not made by [Message.NewPart] give
// [ErrNotWritable], other ranges [ErrInvalidRange].
func (p *Part) SetBodyRange(start, end int64) error {
	n, err := p.edit()
	if err != nil {
		return err
	}
	defer n.leave()
	switch {
	case !n.made || n.box != nil || n.changed:
		return ErrNotWritable
	case start < 0 || end < start || end > n.source.Len():
		return ErrInvalidRange
	}
	n.body = n.source.Slice(start, end)
	n.touch()
	return nil
}
