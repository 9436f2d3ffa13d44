package pcre

// QuoteMeta returns a pattern that matches s literally, in every mode.
func QuoteMeta(s string) string {
	extra := 0
	for i := range len(s) {
		if special(s[i]) {
			extra++
		}
	}
	if extra == 0 {
		return s
	}
	out := make([]byte, 0, len(s)+extra)
	for i := range len(s) {
		if special(s[i]) {
			out = append(out, '\\')
		}
		out = append(out, s[i])
	}
	return string(out)
}

// special reports whether c needs a backslash to be literal; white space and
// # do where x is set.
func special(c byte) bool {
	return c < 0x80 && !isWordByte(c) && c > ' ' && c != 0x7f || c == ' ' || '\t' <= c && c <= '\r'
}
