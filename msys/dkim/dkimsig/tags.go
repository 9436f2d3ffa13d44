package dkimsig

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
)

// Tag is one tag of a tag list, its value without surrounding white space.
type Tag struct{ Name, Value string }

// Tags is a tag list (RFC 6376 section 3.2) in its order.
type Tags []Tag

// MaxTags is the most tags in a list.
const MaxTags = 64

const blanks = " \t\r\n"

// ParseTags takes a tag list apart: "v=1; a=rsa-sha256; …", folded or not.
// An error gives the tags before it too.
func ParseTags(s string) (Tags, error) {
	return AppendTags(make(Tags, 0, min(strings.Count(s, ";")+1, MaxTags)), s)
}

// AppendTags is ParseTags that appends to an empty list, in whose room it can
// place them.
func AppendTags(tags Tags, s string) (Tags, error) {
	for more := true; more; {
		item, end := s, strings.IndexByte(s, ';')
		if more = end >= 0; more {
			item, s = s[:end], s[end+1:]
		}
		if item = trimBlanks(item); item == "" {
			continue
		}
		n := 0
		for n < len(item) && isNameByte(item[n]) {
			n++
		}
		name, value := item[:n], trimBlanks(item[n:])
		switch {
		case value == "" || value[0] != '=' || !validTagName(name):
			return tags, fmt.Errorf("dkimsig: malformed tag %.40q", item)
		case tags.Has(name):
			return tags, fmt.Errorf("dkimsig: tag %s appears twice", name)
		case len(tags) == MaxTags:
			return tags, fmt.Errorf("dkimsig: more than %d tags", MaxTags)
		}
		tags = append(tags, Tag{name, trimBlanks(value[1:])})
	}
	return tags, nil
}

func isBlank(b byte) bool { return b == ' ' || b == '\t' || b == '\r' || b == '\n' }

// trimBlanks takes white space off both ends.
func trimBlanks[T string | []byte](s T) T {
	for len(s) > 0 && isBlank(s[0]) {
		s = s[1:]
	}
	for len(s) > 0 && isBlank(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s
}

func isLetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

func isNameByte(b byte) bool { return isLetter(b) || b >= '0' && b <= '9' || b == '_' }

// validTagName reports whether bytes that may be in a tag's name are one.
func validTagName(s string) bool { return s != "" && isLetter(s[0]) }

// Lookup gives a tag's value and whether the tag is there.
func (t Tags) Lookup(name string) (string, bool) {
	for i := range t {
		// few names begin alike
		if n := t[i].Name; len(n) == len(name) && (n == "" || n[0] == name[0] && n == name) {
			return t[i].Value, true
		}
	}
	return "", false
}

// Get gives a tag's value, "" if it is absent.
func (t Tags) Get(name string) string { v, _ := t.Lookup(name); return v }

// Has reports whether a tag is there.
func (t Tags) Has(name string) bool { _, ok := t.Lookup(name); return ok }

// StripSpace takes all folding white space out of a value.
func StripSpace(s string) string {
	if !strings.ContainsAny(s, blanks) {
		return s
	}
	var room [512]byte
	return string(appendStripped(room[:0], s))
}

func appendStripped(dst []byte, s string) []byte {
	start := len(dst)
	for len(s) > 0 {
		n := strings.IndexByte(s, '\r')
		if n < 0 {
			n = len(s)
		}
		dst = append(dst, s[:n]...)
		for s = s[n:]; len(s) > 0 && isBlank(s[0]); {
			s = s[1:]
		}
	}
	if line := dst[start:]; bytes.IndexByte(line, ' ') >= 0 || bytes.IndexByte(line, '\t') >= 0 || bytes.IndexByte(line, '\n') >= 0 {
		line = slices.DeleteFunc(line, isBlank)
		dst = dst[:start+len(line)]
	}
	return dst
}

// DecodeBase64 decodes a value that may be folded (RFC 6376 section 3.2).
func DecodeBase64(s string) ([]byte, error) { return AppendBase64(nil, s) }

// AppendBase64 is DecodeBase64 that appends to dst. An error gives nil.
func AppendBase64(dst []byte, s string) ([]byte, error) {
	var room [512]byte
	dst, err := base64.StdEncoding.AppendDecode(dst, appendStripped(room[:0], s))
	if err != nil {
		return nil, fmt.Errorf("dkimsig: decoding base64: %w", err)
	}
	return dst, nil
}

// SplitList parts a list at its colons and takes white space off the items.
func SplitList(s string) []string {
	return AppendList(make([]string, 0, strings.Count(s, ":")+1), s)
}

// AppendList is SplitList that appends to a list.
func AppendList(list []string, s string) []string {
	for {
		end := strings.IndexByte(s, ':')
		if end < 0 {
			return append(list, trimBlanks(s))
		}
		list = append(list, trimBlanks(s[:end]))
		s = s[end+1:]
	}
}

// EmptyValue gives a field of a tag list with the value of a tag and the
// white space around it taken out, as the field is when its own signature is
// computed. All other bytes stay. The field keeps its line end.
func EmptyValue(field []byte, tag string) []byte {
	return AppendEmptyValue(nil, field, tag)
}

// AppendEmptyValue appends to dst what EmptyValue gives.
func AppendEmptyValue(dst, field []byte, tag string) []byte {
	for i := bytes.IndexByte(field, ':') + 1; i < len(field); {
		from := i
		for from < len(field) && isBlank(field[from]) {
			from++
		}
		end := bytes.IndexByte(field[i:], ';') + i
		if end < i {
			end = len(field)
		}
		if n, ok := cutName(field[from:end], tag); ok {
			dst = append(dst, field[:from+n]...)
			if end == len(field) {
				return append(dst, crlf...)
			}
			return append(dst, field[end:]...)
		}
		i = end + 1
	}
	return append(dst, field...)
}

// cutName gives the length of the name of an item, with its equals sign and
// what is between, if the name is tag.
func cutName(item []byte, tag string) (int, bool) {
	if !bytes.HasPrefix(item, []byte(tag)) {
		return 0, false
	}
	n := len(tag)
	for n < len(item) && isBlank(item[n]) {
		n++
	}
	return n + 1, n < len(item) && item[n] == '='
}
