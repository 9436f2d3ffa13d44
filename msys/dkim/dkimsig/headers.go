package dkimsig

import (
	"hash"
	"strings"
)

// Header is a header block as the schemes see it: raw fields with their line
// ends, top to bottom.
type Header []HeaderField

// HeaderField is one field: its name as written and its bytes.
type HeaderField struct {
	Name string
	Raw  []byte
}

// Value gives the bytes behind the colon as text.
func (f HeaderField) Value() string {
	_, v, _ := strings.Cut(string(f.Raw), ":")
	return v
}

// Count gives the number of fields of a name, in any case.
func (h Header) Count(name string) int {
	n := 0
	for i := range h {
		if strings.EqualFold(h[i].Name, name) {
			n++
		}
	}
	return n
}

// Select gives the fields that a list of names stands for (RFC 6376 section
// 5.4.2): for each name the bottom-most field that was not taken yet. Names
// without a field left stand for nothing.
func (h Header) Select(names []string) [][]byte {
	next := make(map[string]int, len(names)) // where to look on, from the bottom
	var out [][]byte
	for _, name := range names {
		key := strings.ToLower(name)
		i, ok := next[key]
		if !ok {
			i = len(h) - 1
		}
		for ; i >= 0; i-- {
			if strings.EqualFold(h[i].Name, name) {
				out = append(out, h[i].Raw)
				i--
				break
			}
		}
		next[key] = i
	}
	return out
}

// Digest gives the hash of the fields that names stand for and of the
// signature field itself, whose b= must be empty already.
func (h Header) Digest(sum hash.Hash, c Canon, names []string, signature []byte) []byte {
	var buf []byte
	for _, field := range h.Select(names) {
		buf = c.AppendHeader(buf[:0], field)
		sum.Write(buf)
	}
	buf = c.AppendHeader(buf[:0], signature)
	sum.Write(buf[:len(buf)-2])
	return sum.Sum(nil)
}

// HeaderList says which fields to sign. Items are names with an optional
// suffix: "Name" signs one field and is listed in h= even if there is none,
// "Name?" is not listed then, "Name*" signs all fields that are left and is
// listed once if there is none, "Name+" signs all and is not listed.
type HeaderList []string

// ParseHeaderList reads lists whose items are parted by colons, commas or
// white space.
func ParseHeaderList(lists ...string) HeaderList {
	var out HeaderList
	for _, list := range lists {
		out = append(out, strings.FieldsFunc(list, func(r rune) bool { return strings.ContainsRune(":, \t\r\n", r) })...)
	}
	return out
}

// DefaultHeaders are the fields that are signed if policy names none.
func DefaultHeaders() HeaderList {
	return ParseHeaderList("From:Sender?:Reply-To?:Subject?:Date?:To?:Cc?:Message-ID?:In-Reply-To?:References?:" +
		"MIME-Version?:Content-Type?:Content-Transfer-Encoding?:List-Id?:List-Unsubscribe?")
}

func itemName(item string) (name string, suffix byte) {
	if n := len(item) - 1; n >= 0 && strings.IndexByte("?*+", item[n]) >= 0 {
		return item[:n], item[n]
	}
	return item, 0
}

// Without gives the list without some names.
func (l HeaderList) Without(names ...string) HeaderList {
	var out HeaderList
next:
	for _, item := range l {
		name, _ := itemName(item)
		for _, skip := range names {
			if strings.EqualFold(name, skip) {
				continue next
			}
		}
		out = append(out, item)
	}
	return out
}

// Names gives the names for h=, given the header and the names to oversign:
// those get one more entry than they have fields. From is put in front if the
// list lacks it. Items that are no field name are left out.
func (l HeaderList) Names(h Header, oversign ...string) []string {
	var names []string
	used := map[string]int{}
	add := func(name string, n int) {
		for range n {
			names = append(names, name)
		}
		used[strings.ToLower(name)] += n
	}
	if len(l.Without("From")) == len(l) {
		l = append(HeaderList{"From"}, l...)
	}
	for _, item := range l {
		name, suffix := itemName(item)
		if !validFieldName(name) {
			continue
		}
		left := max(h.Count(name)-used[strings.ToLower(name)], 0)
		switch suffix {
		case '?':
			add(name, min(left, 1))
		case '*':
			add(name, max(left, 1))
		case '+':
			add(name, left)
		default:
			add(name, 1)
		}
	}
	for _, name := range oversign {
		if name, _ = itemName(name); validFieldName(name) {
			add(name, max(h.Count(name)+1-used[strings.ToLower(name)], 0))
		}
	}
	return names
}

func validFieldName(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f || s[i] == ':' || s[i] == ';' {
			return false
		}
	}
	return s != ""
}
