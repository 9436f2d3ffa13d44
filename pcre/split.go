package pcre

import "context"

// Split slices s at the matches, as the Split of the standard library's
// regexp does: into at most n pieces, the last holding the rest; all if n is
// negative; nil if n is 0. A match of the empty string at the start or at the
// end of s, or right after another match, does not split.
func (re *Regexp) Split(s string, n int) []string {
	if n == 0 {
		return nil
	}
	if s == "" && len(re.expr) > 0 {
		return []string{""}
	}
	out := []string{}
	begin := 0
	re.each(bytesOf(s), -1, 1, func(loc []int) {
		if n > 0 && len(out) >= n-1 || loc[1] == 0 || loc[0] < begin || loc[1] == begin || loc[0] == len(s) && loc[1] == loc[0] {
			return
		}
		out = append(out, s[begin:loc[0]])
		begin = loc[1]
	})
	return append(out, s[begin:])
}

// Fields returns the pieces of b between the matches that are not empty: at
// most limit, the last holding the rest, or all if limit is negative. A match
// of the empty string splits between two characters. The pieces share b's
// memory. If a limit is hit or ctx ends, Fields returns b
// as the only piece and the error.
func (re *Regexp) Fields(ctx context.Context, b []byte, limit int) ([][]byte, error) {
	it := re.iter(ctx, b, 1)
	defer it.Close()
	var out [][]byte
	begin := 0
	for (limit < 0 || len(out) < limit-1) && it.Next() {
		loc := it.Index()
		if loc[0] < begin || loc[1] < loc[0] {
			continue
		}
		if loc[0] > begin {
			out = append(out, b[begin:loc[0]:loc[0]])
		}
		begin = loc[1]
	}
	if it.Err() != nil {
		return [][]byte{b}, it.Err()
	}
	if begin < len(b) && limit != 0 {
		out = append(out, b[begin:])
	}
	return out, nil
}
