package message

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/gomsys/gomsys/message/internal/charset"
	"github.com/gomsys/gomsys/message/internal/mediatype"
	"github.com/gomsys/gomsys/message/internal/rope"
)

// attachment makes the part of an attachment.
func (m *Message) attachment(ctx context.Context, a Attachment) (*node, error) {
	if a.Message != nil {
		return m.attachedMessage(a.Message)
	}
	body, e, err := m.attachedContent(ctx, a)
	if err != nil {
		return nil, fmt.Errorf("message: attaching %q: %w", a.Name, err)
	}
	typ := a.Type
	if typ == "" {
		typ = "application/octet-stream"
	}
	v := mediatype.Parse(typ)
	if v.MIMEType() == "" || isMultipart(v.Word) {
		return nil, ErrInvalidType
	}
	name := path.Base(strings.ReplaceAll(a.Name, `\`, "/"))
	if a.Name == "" {
		name = ""
	}
	n, err := m.leaf(body, []string{
		"Content-Type", typ + fileParam("name", name),
		"Content-Disposition", "attachment" + fileParam("filename", name),
		"Content-Transfer-Encoding", e.String(),
	})
	if err != nil {
		return nil, err
	}
	n.addExtra(a.Header)
	return n, nil
}

// attachedMessage makes a part of a whole message.
func (m *Message) attachedMessage(a *Message) (*node, error) {
	content, err := a.content()
	if err != nil {
		return nil, err
	}
	fields := []string{"Content-Type", `message/rfc822; name="Attached Message"`}
	clean := true
	err = content.Chunks(make([]byte, readChunk), func(b []byte) error {
		clean = clean && charset.IsASCII(b)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if !clean {
		fields = append(fields, "Content-Transfer-Encoding", Encoding8Bit.String())
	}
	return m.leaf(content, fields)
}

// attachedContent gives the encoded content of an attachment.
func (m *Message) attachedContent(ctx context.Context, a Attachment) (rope.Span, Encoding, error) {
	switch {
	case a.Reader != nil:
		s, err := m.o.read(ctx, a.Reader, readVerbatim)
		if err != nil {
			return s, 0, err
		}
		ready, err := isBase64(s)
		if err == nil && !ready {
			s, err = m.o.encodeTransfer(s, EncodingBase64)
		}
		return s, EncodingBase64, err
	case a.Text != nil:
		s, err := m.o.encodeTransfer(rope.OfBytes(a.Text), EncodingQuotedPrintable)
		return s, EncodingQuotedPrintable, err
	}
	if m.o.Files == nil {
		return rope.Span{}, 0, fmt.Errorf("no files can be opened")
	}
	f, err := m.o.Files.Open(a.Name)
	if err != nil {
		return rope.Span{}, 0, err
	}
	defer f.Close()
	s, err := m.o.read(ctx, f, readVerbatim)
	if err == nil {
		s, err = m.o.encodeTransfer(s, EncodingBase64)
	}
	return s, EncodingBase64, err
}

// isBase64 reports whether s is base64 text already: whole groups in lines of
// a length that mail allows.
func isBase64(s rope.Span) (bool, error) {
	var c base64Check
	err := s.Chunks(make([]byte, readChunk), func(b []byte) error {
		if !c.add(b) {
			return io.EOF
		}
		return nil
	})
	if err == io.EOF {
		return false, nil
	}
	return err == nil && c.digits > 0 && (c.digits+c.padding)%4 == 0 && c.padding <= 2, err
}

type base64Check struct{ digits, padding, line int }

func (c *base64Check) add(b []byte) bool {
	for _, x := range b {
		switch {
		case x == '\n' || x == '\r':
			c.line = -1
		case x == '=':
			c.padding++
		case c.padding > 0, !isBase64Digit(x):
			return false
		default:
			c.digits++
		}
		if c.line++; c.line > 998 {
			return false
		}
	}
	return true
}

func isBase64Digit(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || c == '+' || c == '/'
}

// fileParam gives a parameter with a file name, by RFC 2231 if it is not
// ASCII.
func fileParam(param, name string) string {
	if name == "" {
		return ""
	}
	if charset.IsASCII(name) {
		return "; " + param + "=" + quote(name)
	}
	var b strings.Builder
	b.WriteString("; " + param + "*=utf-8''")
	for i := 0; i < len(name); i++ {
		if c := name[i]; 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || strings.IndexByte("-._~", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// addExtra adds header lines. Those that are no fields, and the type and
// encoding, are left out; others replace fields of that name.
func (n *node) addExtra(lines string) {
	if lines == "" {
		return
	}
	raw := append(bytes.ReplaceAll([]byte(lines), []byte{0}, nil), crlf...)
	for _, f := range scanBlock(raw).fields {
		name := f.Name()
		if name == "" || f.is("Content-Type") || f.is("Content-Transfer-Encoding") {
			continue
		}
		f.off = -1
		if f.is("Content-Disposition") {
			n.head.fields = without(n.head.fields, name)
		}
		n.head.fields = append(n.head.fields, f)
	}
}
