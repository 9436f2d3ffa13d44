package pcre

import "bytes"

// A prefilter finds where a match can begin, faster than an automaton.
type prefilter struct {
	literal finder    // what every match begins with, if it is not empty
	few     []byte    // otherwise the bytes that a match can begin with, if they are few
	begin   [256]bool // the bytes that a match can begin with
}

const (
	// maxBeginFrequency is how many of a thousand bytes of text may be
	// candidates for a prefilter to be worth its while.
	maxBeginFrequency = 90

	// fewBytes is up to how many bytes are better looked for one by one.
	fewBytes = 3
)

// newPrefilter returns the prefilter for matches that begin with a byte of set
// and with prefix; nil if none would help.
func newPrefilter(set byteSet, prefix []byte) *prefilter {
	if len(prefix) > 1 {
		return &prefilter{literal: newFinder(prefix)}
	}
	sum := 0
	pre := &prefilter{}
	var few []byte
	for c := range 256 {
		if set.has(byte(c)) {
			sum += byteFrequency(byte(c))
			pre.begin[c] = true
			few = append(few, byte(c))
		}
	}
	switch {
	case sum > maxBeginFrequency:
		return nil
	case len(few) == 1:
		pre.literal = newFinder(few)
	case len(few) <= fewBytes && sum < maxBeginFrequency/4:
		pre.few = few
	}
	return pre
}

// next returns where, from i on, a match can begin; -1 if nowhere.
func (p *prefilter) next(b []byte, i int) int {
	switch {
	case len(p.literal.text) > 0:
		return p.literal.next(b, i)
	case len(p.few) > 0:
		return p.nextFew(b, i)
	}
	for ; i+4 <= len(b); i += 4 {
		c := b[i : i+4 : i+4]
		if p.begin[c[0]] {
			return i
		}
		if p.begin[c[1]] {
			return i + 1
		}
		if p.begin[c[2]] {
			return i + 2
		}
		if p.begin[c[3]] {
			return i + 3
		}
	}
	for ; i < len(b); i++ {
		if p.begin[b[i]] {
			return i
		}
	}
	return -1
}

// nextFew looks for each of a few bytes in windows that grow with the distance.
func (p *prefilter) nextFew(b []byte, i int) int {
	for size := 64; i < len(b); size *= 2 {
		window := b[i:min(i+size, len(b))]
		next := i + len(window)
		found := false
		for _, c := range p.few {
			if j := bytes.IndexByte(window, c); j >= 0 {
				window = window[:j]
				found = true
			}
		}
		if found {
			return i + len(window)
		}
		i = next
	}
	return -1
}

// A finder finds a literal by its rarest byte.
type finder struct {
	text []byte
	rare int // index of the rarest byte
}

func newFinder(text []byte) finder {
	f := finder{text: text}
	for i, c := range text {
		if byteFrequency(c) < byteFrequency(text[f.rare]) {
			f.rare = i
		}
	}
	return f
}

// next returns where the literal begins, from i on; -1 if nowhere.
func (f *finder) next(b []byte, i int) int {
	n := len(f.text)
	rare := f.text[f.rare]
	misses := 0
	for from := i; len(b)-i >= n; {
		j := bytes.IndexByte(b[i+f.rare:len(b)-n+f.rare+1], rare)
		if j < 0 {
			return -1
		}
		i += j
		if n == 1 || string(b[i:i+n]) == string(f.text) {
			return i
		}
		i++
		if misses++; misses > 16+(i-from)/32 {
			// The byte is not so rare here.
			if j := bytes.Index(b[i:], f.text); j >= 0 {
				return i + j
			}
			return -1
		}
	}
	return -1
}

// byteFrequency estimates how often a byte occurs in a thousand bytes of mail.
func byteFrequency(c byte) int {
	switch {
	case c == ' ':
		return 150
	case 'a' <= c && c <= 'z':
		// a to z
		return int("\x3c\x0c\x16\x1e\x5a\x0f\x0f\x28\x32\x02\x06\x1e\x12\x32\x37\x0f\x01\x2d\x2d\x41\x16\x08\x0f\x02\x0e\x01"[c-'a'])
	case '0' <= c && c <= '9', c == '\n', c == '\r':
		return 8
	case 'A' <= c && c <= 'Z', c == '.', c == ',', c == '-', c == '/', c == '=', c == '<', c == '>':
		return 4
	case c < ' ' || c >= 0x80:
		return 1
	}
	return 2
}

// prefix returns the literal that every match begins with, as far as it is known.
func (t *groupTable) prefix(n *node) []byte {
	p, _ := t.appendPrefix(nil, n)
	return p
}

// appendPrefix appends what every match of n begins with; whole says that this
// is all that n matches.
func (t *groupTable) appendPrefix(dst []byte, n *node) (p []byte, whole bool) {
	switch n.op {
	case opEmpty:
		return dst, true
	case opChar:
		return appendChar(dst, n.r, t.utf), true
	case opConcat:
		for _, s := range n.subs {
			if dst, whole = t.appendPrefix(dst, s); !whole {
				return dst, false
			}
		}
		return dst, true
	case opCapture:
		return t.appendPrefix(dst, n.subs[0])
	case opRepeat:
		if n.min > 0 {
			dst, _ = t.appendPrefix(dst, n.subs[0])
		}
	}
	return dst, false
}
