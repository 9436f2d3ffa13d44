package pattern

import "strings"

// set holds the bytes that one item accepts.
type set [256]bool

// newSet returns the set of the bytes for which in is true.
func newSet(in func(c byte) bool) *set {
	var s set
	for i := range s {
		s[i] = in(byte(i))
	}
	return &s
}

func singleton(c byte) *set {
	var s set
	s[c] = true
	return &s
}

func (s *set) union(t *set) *set {
	u := *s
	for i, in := range t {
		u[i] = u[i] || in
	}
	return &u
}

func (s *set) complement() *set {
	var u set
	for i, in := range s {
		u[i] = !in
	}
	return &u
}

func (s *set) disjoint(t *set) bool {
	for i, in := range s {
		if in && t[i] {
			return false
		}
	}
	return true
}

// single returns the only member of s, or -1.
func (s *set) single() int {
	found := -1
	for i, in := range s {
		if in {
			if found >= 0 {
				return -1
			}
			found = i
		}
	}
	return found
}

// all accepts every byte; ".".
var all = newSet(func(byte) bool { return true })

// classes holds the sets of %a and the others, by letter; the complements are
// under the upper-case letters. Nothing writes to it.
var classes = classSets()

func classSets() (c [128]*set) {
	upper := func(c byte) bool { return 'A' <= c && c <= 'Z' }
	lower := func(c byte) bool { return 'a' <= c && c <= 'z' }
	digit := func(c byte) bool { return '0' <= c && c <= '9' }
	alnum := func(c byte) bool { return upper(c) || lower(c) || digit(c) }
	graph := func(c byte) bool { return '!' <= c && c <= '~' }
	for letter, in := range map[byte]func(c byte) bool{
		'a': func(c byte) bool { return upper(c) || lower(c) },
		'c': func(c byte) bool { return c < ' ' || c == 127 },
		'd': digit,
		'g': graph,
		'l': lower,
		'p': func(c byte) bool { return graph(c) && !alnum(c) },
		's': func(c byte) bool { return strings.IndexByte(" \t\n\v\f\r", c) >= 0 },
		'u': upper,
		'w': alnum,
		'x': func(c byte) bool { return digit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' },
		'z': func(c byte) bool { return c == 0 },
	} {
		c[letter] = newSet(in)
		c[letter-'a'+'A'] = c[letter].complement()
	}
	return c
}

// class returns the set that %c stands for: a class, or c itself.
func class(c byte) *set {
	if c < 128 && classes[c] != nil {
		return classes[c]
	}
	return singleton(c)
}
