package pcre

import "context"

// each calls fn with the offsets of up to n successive matches, all if n is
// negative. fn must not keep them.
func (re *Regexp) each(b []byte, n, want int, fn func(loc []int)) {
	it := re.iter(context.Background(), b, want)
	defer it.Close()
	for ; n != 0 && it.Next(); n-- {
		fn(it.Index())
	}
}

// FindAllIndex returns the offsets of up to n successive matches in b, all if
// n is negative; nil if there is none.
func (re *Regexp) FindAllIndex(b []byte, n int) (all [][]int) {
	re.each(b, n, 1, func(loc []int) { all = append(all, append([]int(nil), loc...)) })
	return all
}

// FindAllStringIndex is like FindAllIndex for a string.
func (re *Regexp) FindAllStringIndex(s string, n int) [][]int { return re.FindAllIndex(bytesOf(s), n) }

// FindAll returns the text of up to n successive matches in b, all if n is
// negative; nil if there is none.
func (re *Regexp) FindAll(b []byte, n int) (all [][]byte) {
	re.each(b, n, 1, func(loc []int) { all = append(all, piece(b, loc, 0)) })
	return all
}

// FindAllString is like FindAll for a string.
func (re *Regexp) FindAllString(s string, n int) (all []string) {
	re.each(bytesOf(s), n, 1, func(loc []int) { all = append(all, pieceString(s, loc, 0)) })
	return all
}

// FindAllSubmatchIndex returns what FindSubmatchIndex does for up to n
// successive matches in b, all if n is negative; nil if there is none.
func (re *Regexp) FindAllSubmatchIndex(b []byte, n int) (all [][]int) {
	re.each(b, n, len(re.names), func(loc []int) { all = append(all, append([]int(nil), loc...)) })
	return all
}

// FindAllStringSubmatchIndex is like FindAllSubmatchIndex for a string.
func (re *Regexp) FindAllStringSubmatchIndex(s string, n int) [][]int {
	return re.FindAllSubmatchIndex(bytesOf(s), n)
}

// FindAllSubmatch returns what FindSubmatch does for up to n successive
// matches in b, all if n is negative; nil if there is none.
func (re *Regexp) FindAllSubmatch(b []byte, n int) (all [][][]byte) {
	re.each(b, n, len(re.names), func(loc []int) { all = append(all, pieces(b, loc)) })
	return all
}

// FindAllStringSubmatch is like FindAllSubmatch for a string.
func (re *Regexp) FindAllStringSubmatch(s string, n int) (all [][]string) {
	re.each(bytesOf(s), n, len(re.names), func(loc []int) { all = append(all, piecesString(s, loc)) })
	return all
}
