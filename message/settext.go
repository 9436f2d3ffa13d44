package message

import (
	"errors"
	"strings"

	"github.com/gomsys/gomsys/message/internal/charset"
	"github.com/gomsys/gomsys/message/internal/mediatype"
	"github.com/gomsys/gomsys/message/internal/rope"
)

// SetText makes value, which is UTF-8, the whole body, as one text part.
//
// If typ is "", the type stays if it is text/..., else it becomes text/plain;
// another type gives [ErrInvalidType]. If charsetName is "", it is the one in
// typ, else the present one; an unknown one gives [ErrUnknownCharset]. If the
// text does not fit the charset, it becomes utf-8. Lone CR and LF become CRLF.
// A transfer encoding of quoted-printable, base64 or 8bit stays; else the text
// gets the one that it needs.
func (m *Message) SetText(value, typ, charsetName string) error {
	if err := m.enterEdit(); err != nil {
		return err
	}
	defer m.mu.Unlock()
	return m.top.setText(value, typ, charsetName)
}

// SetText makes value the content of the part, as [Message.SetText] does. A
// container becomes a leaf.
func (p *Part) SetText(value, typ, charsetName string) error {
	n, err := p.edit()
	if err != nil {
		return err
	}
	defer n.leave()
	return n.setText(value, typ, charsetName)
}

func (n *node) setText(value, typ, charsetName string) error {
	n.index()
	old := n.mediaType()
	v := old
	switch {
	case typ != "":
		if v = mediatype.Parse(typ); !isText(v.MIMEType()) {
			return ErrInvalidType
		}
	case !isText(old.Word) || n.box != nil:
		v = mediatype.Value{Word: defaultType}
	}
	name, err := n.chooseCharset(charsetName, v, old)
	if err != nil {
		return err
	}
	return n.setTextSpan(v, name, rope.OfBytes([]byte(value)))
}

// setTextSpan makes text, which is UTF-8, the content, of type v in the charset
// of that name, or in utf-8 if it does not fit.
func (n *node) setTextSpan(v mediatype.Value, name string, text rope.Span) error {
	o := n.message().o
	set, _ := charset.Lookup(name)
	encoded, facts, err := o.encodeText(text, set)
	if errors.Is(err, charset.ErrUnencodable) {
		name = "utf-8"
		set, _ = charset.Lookup(name)
		encoded, facts, err = o.encodeText(text, set)
	}
	if err != nil {
		return err
	}
	e := n.chooseEncoding(facts, set)
	body, err := o.encodeTransfer(encoded, e)
	if err != nil {
		return err
	}
	if e == EncodingBase64 && n.parent != nil {
		body = body.Slice(0, body.Len()-int64(len(crlf))) // the delimiter has one
	}
	return n.storeText(v, name, e, body)
}

// chooseCharset gives the name of the charset: the one asked for, that of the
// new type, that of the part if it is text, or the default.
func (n *node) chooseCharset(asked string, v, old mediatype.Value) (string, error) {
	for _, name := range []string{asked, param(v, "charset"), param(old, "charset")} {
		if name == "" {
			continue
		}
		if _, ok := charset.Lookup(name); !ok {
			if asked == "" && name == param(old, "charset") {
				return "utf-8", nil // what the part had makes no sense
			}
			return "", ErrUnknownCharset
		}
		return name, nil
	}
	return n.message().o.DefaultCharset, nil
}

func param(v mediatype.Value, name string) string {
	if !isText(v.Word) {
		return ""
	}
	s, _ := v.Get(name)
	return s
}

// chooseEncoding gives the transfer encoding for a text.
func (n *node) chooseEncoding(f textFacts, set charset.Charset) Encoding {
	wide := !set.ASCIICompatible()
	switch e := n.transferEncoding(); {
	case n.box != nil:
	case e == EncodingBase64, e == EncodingQuotedPrintable && !wide, e == Encoding8Bit && !wide:
		return e
	}
	switch {
	case wide, f.high*3 > f.size:
		return EncodingBase64
	case f.high == 0 && !f.nul && f.longest <= 998:
		return Encoding7Bit
	}
	return EncodingQuotedPrintable
}

// storeText makes body the body and changes the Content-* fields that do not say
// what it is.
func (n *node) storeText(v mediatype.Value, set string, e Encoding, body rope.Span) error {
	n.message().retain(body)
	before := n.edits
	if err := n.setBody(body); err != nil {
		return err
	}
	if now := n.mediaType(); !sameText(now, v) || !strings.EqualFold(n.charsetName(now), set) {
		if err := n.setOwnField("Content-Type", withCharset(v, set)); err != nil {
			return err
		}
	}
	if n.transferEncoding() != e {
		if err := n.setOwnField("Content-Transfer-Encoding", e.String()); err != nil {
			return err
		}
	}
	n.indexed = true
	if n.edits != before && n == n.message().top {
		return n.ensureVersion()
	}
	return nil
}

// sameText reports whether two types are the same but for their charset.
func sameText(a, b mediatype.Value) bool {
	if a.Word != b.Word {
		return false
	}
	x, y := withoutCharset(a), withoutCharset(b)
	if len(x) != len(y) {
		return false
	}
	for i := range x {
		if x[i] != y[i] {
			return false
		}
	}
	return true
}

func withoutCharset(v mediatype.Value) []mediatype.Param {
	var out []mediatype.Param
	for _, p := range v.Params {
		if !strings.HasPrefix(p.Name, "charset") {
			out = append(out, p)
		}
	}
	return out
}

// withCharset writes a type with its parameters and the charset.
func withCharset(v mediatype.Value, set string) string {
	var b strings.Builder
	b.WriteString(v.Word)
	b.WriteString("; charset=" + set)
	for _, p := range withoutCharset(v) {
		b.WriteString("; " + p.Name + "=" + quote(p.Value))
	}
	return b.String()
}

// setOwnField replaces a field in its place, so that the others keep their
// order; without one it is added at the bottom.
func (n *node) setOwnField(name, value string) error {
	f, err := n.message().o.newField(name, value, true)
	if err != nil {
		return err
	}
	old := n.block().fields
	fields := make([]Field, 0, len(old)+1)
	placed := false
	for _, o := range old {
		switch {
		case !o.is(name):
			fields = append(fields, o)
		case !placed:
			fields, placed = append(fields, f), true
		}
	}
	if !placed {
		fields = append(fields, f)
	}
	return n.setFields(fields)
}
