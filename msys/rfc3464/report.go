package rfc3464

import (
	"encoding/binary"
	"strings"
	"unicode/utf8"
)

// Field is a field of a report.
type Field struct{ Name, Value string }

// Fields are the fields of a report about the message or about one recipient,
// in order.
type Fields []Field

// Get gives the value of the first field of that name, in any case, "" if
// there is none.
func (f Fields) Get(name string) string {
	for _, field := range f {
		if strings.EqualFold(field.Name, name) {
			return field.Value
		}
	}
	return ""
}

// Address gives the value of a field like Final-Recipient without the type of
// address in front of it.
func (f Fields) Address(name string) string { return withoutType(f.Get(name)) }

// withoutType cuts the type off a value like "rfc822; a@b".
func withoutType(value string) string {
	if kind, rest, ok := strings.Cut(value, ";"); ok && !strings.ContainsAny(strings.TrimSpace(kind), "@ \t\"<") {
		value = rest
	}
	return strings.TrimSpace(value)
}

// add adds a field unless its value is empty.
func (f *Fields) add(name, value string) {
	if value != "" {
		*f = append(*f, Field{name, value})
	}
}

// Report is the content of a message/delivery-status part.
type Report struct {
	// Message is about the message as a whole.
	Message Fields
	// Recipients is about each recipient.
	Recipients []Fields
}

// First gives the fields about the message and about the first recipient.
func (r *Report) First() Fields {
	all := append(Fields(nil), r.Message...)
	if len(r.Recipients) > 0 {
		all = append(all, r.Recipients[0]...)
	}
	return all
}

// String gives the report as it stands in mail: lines that end in CRLF, long
// ones folded, an empty line before the fields of each recipient.
func (r *Report) String() string {
	var b strings.Builder
	for _, f := range r.Message {
		writeField(&b, f)
	}
	for _, recipient := range r.Recipients {
		b.WriteString("\r\n")
		for _, f := range recipient {
			writeField(&b, f)
		}
	}
	return b.String()
}

// maxLine is where lines are folded.
const maxLine = 76

func writeField(b *strings.Builder, f Field) {
	b.WriteString(f.Name)
	b.WriteByte(':')
	column := len(f.Name) + 1
	for word := range strings.FieldsSeq(f.Value) {
		if column+1+len(word) > maxLine && column > len(f.Name)+1 {
			b.WriteString("\r\n")
			column = 0
		}
		b.WriteByte(' ')
		b.WriteString(word)
		column += 1 + len(word)
	}
	b.WriteString("\r\n")
}

// isASCII reports whether s is all ASCII.
func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// isASCIIBytes is isASCII for much text: eight bytes at a time.
func isASCIIBytes(b []byte) bool {
	const highBits = 0x8080808080808080
	for len(b) >= 8 {
		if binary.LittleEndian.Uint64(b)&highBits != 0 {
			return false
		}
		b = b[8:]
	}
	return isASCII(string(b))
}
