package message

import (
	"strings"

	"github.com/gomsys/gomsys/message/internal/charset"
	"github.com/gomsys/gomsys/message/internal/encodedword"
)

// encodeAddresses turns the display names and comments of an address list
// that are not ASCII into encoded-words. Addresses stay as they are.
func encodeAddresses(value string, first int) string {
	e := addressEncoder{first: first}
	for value != "" {
		value = e.token(value)
	}
	e.endPhrase(false)
	return e.out.String()
}

type addressEncoder struct {
	out    strings.Builder
	first  int
	phrase []string // pending words with the blanks between them
}

// token takes one token off s.
func (e *addressEncoder) token(s string) string {
	n := 1
	switch c := s[0]; {
	case c == '"':
		n = quotedEnd(s)
		e.phrase = append(e.phrase, s[:n])
	case c == '(':
		n = commentEnd(s)
		e.endPhrase(false)
		e.comment(s[:n])
	case c == '<':
		if i := strings.IndexByte(s, '>'); i >= 0 {
			n = i + 1
		} else {
			n = len(s)
		}
		e.endPhrase(true)
		e.out.WriteString(s[:n])
	case c == ',' || c == ';':
		e.endPhrase(false)
		e.out.WriteByte(c)
	case c == ':':
		e.endPhrase(true)
		e.out.WriteByte(c)
	case isBlank(c):
		for n < len(s) && isBlank(s[n]) {
			n++
		}
		e.phrase = append(e.phrase, s[:n])
	default:
		for n < len(s) && strings.IndexByte("\"(<,;: \t", s[n]) < 0 {
			n++
		}
		e.phrase = append(e.phrase, s[:n])
	}
	return s[n:]
}

// endPhrase writes the pending words: as a display name if isName is set or
// there is no address among them.
func (e *addressEncoder) endPhrase(isName bool) {
	text := strings.Join(e.phrase, "")
	words := e.phrase
	e.phrase = nil
	core := strings.Trim(text, " \t")
	if charset.IsASCII(text) || !isName && strings.Contains(core, "@") && !strings.ContainsAny(core, " \t") {
		e.out.WriteString(text)
		return
	}
	lead := text[:strings.Index(text, core)]
	tail := text[len(lead)+len(core):]
	e.out.WriteString(lead)
	var plain strings.Builder
	for _, w := range words {
		plain.WriteString(unquote(w))
	}
	e.encode(strings.Trim(plain.String(), " \t"))
	if tail == "" && isName {
		tail = " "
	}
	e.out.WriteString(tail)
}

func (e *addressEncoder) comment(s string) {
	if charset.IsASCII(s) {
		e.out.WriteString(s)
		return
	}
	inner := strings.TrimSuffix(s[1:], ")")
	e.out.WriteByte('(')
	e.encode(unescape(inner))
	e.out.WriteByte(')')
}

func (e *addressEncoder) encode(s string) {
	first := encodedword.MaxLength
	if e.out.Len() == 0 {
		first = e.first
	}
	e.out.WriteString(encodedword.Encode(s, encodedword.Phrase, first))
}

// quotedEnd gives the length of the quoted string at the start of s.
func quotedEnd(s string) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(s)
}

// commentEnd gives the length of the comment at the start of s.
func commentEnd(s string) int {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(s)
}

// unquote gives the content of a quoted string, or s itself if it is none.
func unquote(s string) string {
	if s == "" || s[0] != '"' {
		return s
	}
	s = s[1:]
	if n := len(s); n > 0 && s[n-1] == '"' {
		s = s[:n-1]
	}
	return unescape(s)
}

// unescape takes away the backslashes of quoted pairs.
func unescape(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
