package pcre

import "context"

// find returns the offsets of the first match, nil if there is none or if a
// limit was hit. want is how many groups matter.
func (re *Regexp) find(b []byte, want int) []int {
	m := re.get()
	defer re.put(m)
	if ok, _ := re.engineFor(b).exec(context.Background(), m, b, 0, 0, want); !ok {
		return nil
	}
	return append([]int(nil), m.loc...)
}

// Match reports whether b contains a match. A match that hits a limit counts
// as none; MatchAt tells them apart.
func (re *Regexp) Match(b []byte) bool {
	e := re.engineFor(b)
	if res := e.glance(b); res != scanGaveUp {
		return res == scanFound
	}
	m := re.get()
	ok, _ := e.exec(context.Background(), m, b, 0, 0, 0)
	re.put(m)
	return ok
}

// MatchString is like Match for a string.
func (re *Regexp) MatchString(s string) bool { return re.Match(bytesOf(s)) }

// FindIndex returns the offsets of the leftmost match in b, nil if there is none.
func (re *Regexp) FindIndex(b []byte) []int { return re.find(b, 1) }

// FindStringIndex is like FindIndex for a string.
func (re *Regexp) FindStringIndex(s string) []int { return re.find(bytesOf(s), 1) }

// Find returns the text of the leftmost match in b, nil if there is none.
func (re *Regexp) Find(b []byte) []byte {
	return piece(b, re.find(b, 1), 0)
}

// FindString is like Find for a string; "" if there is no match.
func (re *Regexp) FindString(s string) string {
	return pieceString(s, re.find(bytesOf(s), 1), 0)
}

// FindSubmatchIndex returns the offsets of the leftmost match in b and of its
// groups in pairs, -1 for a group that took no part; nil if there is no match.
func (re *Regexp) FindSubmatchIndex(b []byte) []int { return re.find(b, len(re.names)) }

// FindStringSubmatchIndex is like FindSubmatchIndex for a string.
func (re *Regexp) FindStringSubmatchIndex(s string) []int {
	return re.find(bytesOf(s), len(re.names))
}

// FindSubmatch returns the text of the leftmost match in b and of its groups,
// nil for a group that took no part; nil if there is no match.
func (re *Regexp) FindSubmatch(b []byte) [][]byte {
	return pieces(b, re.find(b, len(re.names)))
}

// FindStringSubmatch is like FindSubmatch for a string, with "" for a group
// that took no part.
func (re *Regexp) FindStringSubmatch(s string) []string {
	return piecesString(s, re.find(bytesOf(s), len(re.names)))
}

// piece returns the text of group g, nil if it took no part.
func piece(b []byte, loc []int, g int) []byte {
	if loc == nil || loc[2*g] < 0 || loc[2*g] > loc[2*g+1] {
		return nil
	}
	return b[loc[2*g]:loc[2*g+1]:loc[2*g+1]]
}

func pieceString(s string, loc []int, g int) string {
	if loc == nil || loc[2*g] < 0 || loc[2*g] > loc[2*g+1] {
		return ""
	}
	return s[loc[2*g]:loc[2*g+1]]
}

func pieces(b []byte, loc []int) [][]byte {
	if loc == nil {
		return nil
	}
	out := make([][]byte, len(loc)/2)
	for g := range out {
		out[g] = piece(b, loc, g)
	}
	return out
}

func piecesString(s string, loc []int) []string {
	if loc == nil {
		return nil
	}
	out := make([]string, len(loc)/2)
	for g := range out {
		out[g] = pieceString(s, loc, g)
	}
	return out
}
