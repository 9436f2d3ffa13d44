// Package mediatype reads Content-Type and Content-Disposition fields
// (RFC 2045, 2183, 2231), also broken ones.
package mediatype

import (
	"strings"

	"github.com/gomsys/gomsys/message/internal/charset"
	"github.com/gomsys/gomsys/message/internal/encodedword"
)

// Value is a parsed field: its first word and the parameters behind it.
type Value struct {
	Word   string // lower case
	Params []Param
}

// Param is a parameter as written, its name in lower case.
type Param struct{ Name, Value string }

// maxParams bounds the parameters that are read.
const maxParams = 200

// Parse reads an unfolded value. It does not fail.
func Parse(s string) Value {
	s = strings.TrimLeft(s, " \t")
	for strings.HasPrefix(s, "(") {
		s = strings.TrimLeft(skipComment(s), " \t")
	}
	end := strings.IndexAny(s, "; \t(")
	if end < 0 {
		end = len(s)
	}
	v := Value{Word: strings.ToLower(s[:end])}
	s = s[end:]
	for s != "" && len(v.Params) < maxParams {
		var p Param
		var ok bool
		if p, s, ok = param(s); ok {
			v.Params = append(v.Params, p)
		}
	}
	return v
}

// MIMEType gives the first word if it is a type and subtype, else "".
func (v Value) MIMEType() string {
	typ, sub, ok := strings.Cut(v.Word, "/")
	if !ok || !isToken(typ) || !isToken(sub) {
		return ""
	}
	return v.Word
}

func isToken(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] <= ' ' || s[i] >= 0x7F || strings.IndexByte(`()<>@,;:\"/[]?=`, s[i]) >= 0 {
			return false
		}
	}
	return s != ""
}

// param reads one parameter off s, with what stands in front of it.
func param(s string) (Param, string, bool) {
	s = strings.TrimLeft(s, "; \t")
	if strings.HasPrefix(s, "(") {
		return Param{}, skipComment(s), false
	}
	i := strings.IndexAny(s, "=;")
	if i < 0 {
		return Param{}, "", false
	}
	if s[i] == ';' {
		return Param{}, s[i:], false
	}
	p := Param{Name: strings.ToLower(strings.Trim(s[:i], " \t"))}
	s = strings.TrimLeft(s[i+1:], " \t")
	if strings.HasPrefix(s, `"`) {
		p.Value, s = quoted(s)
	} else {
		p.Value, s = bare(s)
	}
	return p, s, p.Name != ""
}

func skipComment(s string) string {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return s[i+1:]
			}
		}
	}
	return ""
}

// quoted reads a quoted string; only quotes and backslashes are unescaped,
// since mailers write paths with single backslashes.
func quoted(s string) (string, string) {
	escaped := false
	end := len(s)
	for i := 1; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\') {
			escaped = true
			i++
		} else if s[i] == '"' {
			end = i
			break
		}
	}
	v, rest := s[1:end], s[min(end+1, len(s)):]
	if escaped {
		v = strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(v)
	}
	return v, rest
}

// bare reads a value up to the next semicolon, without a comment behind it.
func bare(s string) (string, string) {
	v, rest := s, ""
	if i := strings.IndexByte(s, ';'); i >= 0 {
		v, rest = s[:i], s[i:]
	}
	if i := strings.Index(v, " ("); i > 0 {
		v = v[:i]
	}
	return strings.TrimRight(v, " \t"), rest
}

// Get gives a parameter in UTF-8 and whether there is one. Parameters that are
// continued or encoded by RFC 2231 come before plain ones; in plain ones
// encoded-words are decoded.
func (v Value) Get(name string) (string, bool) {
	if s, ok := v.extended(name); ok {
		return s, true
	}
	s, ok := v.Plain(name)
	return encodedword.Decode(s), ok
}

// Plain gives a parameter as written.
func (v Value) Plain(name string) (string, bool) {
	for i := range v.Params {
		if v.Params[i].Name == name {
			return v.Params[i].Value, true
		}
	}
	return "", false
}

// extended reads a parameter of RFC 2231: name*, name*0, name*0*, and so on.
func (v Value) extended(name string) (string, bool) {
	var raw []byte
	var set string
	found, any := false, false
	for i := range v.Params {
		any = any || strings.HasPrefix(v.Params[i].Name, name) && len(v.Params[i].Name) > len(name)
	}
	if !any {
		return "", false
	}
	if s, ok := v.Plain(name + "*"); ok {
		set, s = cutCharset(s)
		return decode(set, percent(s)), true
	}
	for n := 0; n < maxParams; n++ {
		section := name + "*" + itoa(n)
		s, ok := v.Plain(section + "*")
		if ok {
			if n == 0 {
				set, s = cutCharset(s)
			}
			s = string(percent(s))
		} else if s, ok = v.Plain(section); !ok {
			break
		}
		found = true
		raw = append(raw, s...)
	}
	if set == "" && found {
		return encodedword.Decode(string(raw)), true
	}
	return decode(set, raw), found
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + itoa(n%10)
}

// cutCharset parts charset'language'text.
func cutCharset(s string) (set, text string) {
	set, rest, ok := strings.Cut(s, "'")
	if !ok {
		return "", s
	}
	if _, text, ok = strings.Cut(rest, "'"); !ok {
		return "", s
	}
	return set, text
}

func decode(set string, b []byte) string {
	c, _ := charset.Lookup(set)
	return string(c.Decode(b))
}

// percent decodes %XX; others stay as they are.
func percent(s string) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			hi, lo := hexDigit(s[i+1]), hexDigit(s[i+2])
			if hi|lo < 16 {
				out = append(out, hi<<4|lo)
				i += 2
				continue
			}
		}
		out = append(out, s[i])
	}
	return out
}

func hexDigit(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10
	}
	return 0xFF
}
