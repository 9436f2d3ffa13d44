package message

import (
	"strings"

	"github.com/gomsys/gomsys/message/internal/mediatype"
)

// ContentType is what the Content-* fields say of a part.
type ContentType struct {
	MIMEType   string // type/subtype in lower case
	Charset    string // in lower case; "" if unknown and not text
	Encoding   string // transfer encoding as written, in lower case
	Filename   string // "" if there is none
	Attachment bool   // it has a file name or the disposition attachment
}

// Encoding is a content transfer encoding (RFC 2045 section 6).
type Encoding int

const (
	Encoding7Bit Encoding = iota + 1
	Encoding8Bit
	EncodingBinary
	EncodingQuotedPrintable
	EncodingBase64
)

// String gives the name in lower case.
func (e Encoding) String() string {
	switch e {
	case Encoding8Bit:
		return "8bit"
	case EncodingBinary:
		return "binary"
	case EncodingQuotedPrintable:
		return "quoted-printable"
	case EncodingBase64:
		return "base64"
	}
	return "7bit"
}

// ParseEncoding reads the name of a transfer encoding in any case. The second
// result tells whether it is known; if not, the encoding is [Encoding7Bit].
func ParseEncoding(name string) (Encoding, bool) {
	for e := Encoding7Bit; e <= EncodingBase64; e++ {
		if strings.EqualFold(name, e.String()) {
			return e, true
		}
	}
	return Encoding7Bit, false
}

const (
	defaultType = "text/plain"
	digestType  = "message/rfc822"
)

// mediaType gives the parsed Content-Type field; the default, if there is none
// or it makes no sense.
func (n *node) mediaType() mediatype.Value {
	def := defaultType
	if n.inDigest {
		def = digestType
	}
	f, ok := n.block().first("Content-Type")
	if !ok {
		return mediatype.Value{Word: def}
	}
	v := mediatype.Parse(f.RawValue())
	if v.MIMEType() == "" {
		v.Word = defaultType
	}
	return v
}

// boundaryOf gives the boundary of a multipart, "" if there is none.
func boundaryOf(v mediatype.Value) string {
	b, _ := v.Get("boundary")
	return strings.TrimRight(b, " \t")
}

func isMultipart(typ string) bool { return strings.HasPrefix(typ, "multipart/") }

func isText(typ string) bool { return strings.HasPrefix(typ, "text/") }

func isEmbedded(typ string) bool { return typ == "message/rfc822" || typ == "message/global" }

// transferEncoding gives the encoding of the body. That of a multipart is
// ignored.
func (n *node) transferEncoding() Encoding {
	if n.box != nil {
		return Encoding7Bit
	}
	e, _ := ParseEncoding(n.encodingName())
	return e
}

// encodingName gives the encoding as written, in lower case.
func (n *node) encodingName() string {
	f, ok := n.block().first("Content-Transfer-Encoding")
	if !ok {
		return ""
	}
	name := f.RawValue()
	if i := strings.IndexAny(name, "; \t("); i >= 0 {
		name = name[:i]
	}
	return strings.ToLower(strings.Trim(name, `"`))
}

// charsetName gives the charset in lower case.
func (n *node) charsetName(v mediatype.Value) string {
	if cs, ok := v.Get("charset"); ok && cs != "" {
		return strings.ToLower(cs)
	}
	if isText(v.Word) {
		return strings.ToLower(n.message().o.DefaultCharset)
	}
	return ""
}

// contentType gathers what the Content-* fields say.
func (n *node) contentType() ContentType {
	v := n.mediaType()
	t := ContentType{MIMEType: v.Word, Charset: n.charsetName(v), Encoding: n.encodingName()}
	if t.Encoding == "" {
		t.Encoding = Encoding7Bit.String()
	}
	if f, ok := n.block().first("Content-Disposition"); ok {
		d := mediatype.Parse(f.RawValue())
		t.Attachment = d.Word == "attachment"
		t.Filename, _ = d.Get("filename")
	}
	if t.Filename == "" {
		t.Filename, _ = v.Get("name")
	}
	t.Attachment = t.Attachment || t.Filename != ""
	return t
}

// Type gives what the Content-* fields of the top part say.
func (m *Message) Type() ContentType {
	if m.enter() != nil {
		return ContentType{}
	}
	defer m.mu.Unlock()
	return m.top.contentType()
}

// multiChannel is the type of a message that holds versions of itself for
// several kinds of delivery.
const multiChannel = "multipart/vnd.msys.mcmt"

// IsMCMT reports whether the message holds versions of itself for several
// kinds of delivery, not unpacked yet.
func (m *Message) IsMCMT() bool { return m.Type().MIMEType == multiChannel }
