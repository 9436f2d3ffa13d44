package dkimsig

import (
	"fmt"
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
	var tags Tags
	for item := range strings.SplitSeq(s, ";") {
		item = strings.Trim(item, blanks)
		if item == "" {
			continue
		}
		name, value, found := strings.Cut(item, "=")
		name = strings.TrimRight(name, blanks)
		switch {
		case !found || !validTagName(name):
			return tags, fmt.Errorf("dkimsig: malformed tag %.40q", item)
		case tags.Has(name):
			return tags, fmt.Errorf("dkimsig: tag %s appears twice", name)
		case len(tags) == MaxTags:
			return tags, fmt.Errorf("dkimsig: more than %d tags", MaxTags)
		}
		tags = append(tags, Tag{name, strings.TrimLeft(value, blanks)})
	}
	return tags, nil
}

func validTagName(s string) bool {
	for i := range len(s) {
		c := s[i] | 0x20
		letter := c >= 'a' && c <= 'z'
		if !letter && (i == 0 || (s[i] < '0' || s[i] > '9') && s[i] != '_') {
			return false
		}
	}
	return s != ""
}

// Lookup gives a tag's value and whether the tag is there.
func (t Tags) Lookup(name string) (string, bool) {
	for _, tag := range t {
		if tag.Name == name {
			return tag.Value, true
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
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '\t' || r == '\r' || r == '\n' {
			return -1
		}
		return r
	}, s)
}

// SplitList parts a list at its colons and takes white space off the items.
func SplitList(s string) []string {
	var list []string
	for item := range strings.SplitSeq(s, ":") {
		list = append(list, strings.Trim(item, blanks))
	}
	return list
}

// EmptyValue gives a field of a tag list with the value of a tag and the
// white space around it taken out, as the field is when its own signature is
// computed. All other bytes stay. The field keeps its line end.
func EmptyValue(field []byte, tag string) []byte {
	start := 0
	for i, b := range field {
		if b == ':' {
			start = i + 1
			break
		}
	}
	for start < len(field) {
		end := start
		for end < len(field) && field[end] != ';' {
			end++
		}
		name, _, found := strings.Cut(string(field[start:end]), "=")
		if found && strings.Trim(name, blanks) == tag {
			from := start + len(name) + 1
			out := append([]byte(nil), field[:from]...)
			rest := field[end:]
			if end == len(field) {
				rest = []byte("\r\n")
			}
			return append(out, rest...)
		}
		start = end + 1
	}
	return field
}
