package dkimsig

import (
	"hash"
	"iter"
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
		if equalFold(h[i].Name, name) {
			n++
		}
	}
	return n
}

// Select gives the fields that a list of names stands for (RFC 6376 section
// 5.4.2): for each name the bottom-most field that was not taken yet. Names
// without a field left stand for nothing.
func (h Header) Select(names []string) [][]byte {
	out := make([][]byte, 0, min(len(names), len(h)))
	for i := range h.selected(names) {
		out = append(out, h[i].Raw)
	}
	return out
}

// few is the product of fields and names up to which looking at each for each
// is fast.
const few = 4096

// selected yields the indexes of the fields that names stand for.
func (h Header) selected(names []string) iter.Seq[int] {
	return func(yield func(int) bool) {
		if len(h)*len(names) > few {
			h.selectMany(names, yield)
			return
		}
		var room [64]bool
		taken := room[:]
		if len(h) > len(room) {
			taken = make([]bool, len(h))
		}
		for _, name := range names {
			for i := len(h) - 1; i >= 0; i-- {
				if len(h[i].Name) == len(name) && !taken[i] && equalFold(h[i].Name, name) {
					taken[i] = true
					if !yield(i) {
						return
					}
					break
				}
			}
		}
	}
}

// selectMany is selected for long lists, in a time that grows with their sum.
func (h Header) selectMany(names []string, yield func(int) bool) {
	left := make(map[string][]int, len(h)) // top to bottom
	for i := range h {
		key := lower(h[i].Name)
		left[key] = append(left[key], i)
	}
	for _, name := range names {
		key := lower(name)
		list := left[key]
		if len(list) == 0 {
			continue
		}
		left[key] = list[:len(list)-1]
		if !yield(list[len(list)-1]) {
			return
		}
	}
}

// equalFold compares ASCII names without regard to case.
func equalFold(s, t string) bool {
	if len(s) != len(t) {
		return false
	}
	for i := range len(s) {
		if s[i] != t[i] && lowerByte(s[i]) != lowerByte(t[i]) {
			return false
		}
	}
	return true
}

// Append appends to dst what is signed of a header: the canonical forms of the
// fields that names stand for and of the signature field itself, whose b= must
// be empty already, without its line end.
func (h Header) Append(dst []byte, c Canon, names []string, signature []byte) []byte {
	for i := range h.selected(names) {
		dst = c.AppendHeader(dst, h[i].Raw)
	}
	dst = c.AppendHeader(dst, signature)
	return dst[:len(dst)-2]
}

// Digest gives the hash of what Append gives.
func (h Header) Digest(sum hash.Hash, c Canon, names []string, signature []byte) []byte {
	sum.Write(h.Append(nil, c, names, signature))
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
