package pattern

import (
	"strconv"
	"strings"
)

// AppendExpand appends the replacement repl for the last match to dst, and
// returns the extended slice. In repl, %0 stands for the whole match, %1 to
// %9 for the captures (%1 for the whole match if there are none), and % before
// any other byte for that byte. The error is a *SyntaxError.
func (m *Matcher) AppendExpand(dst []byte, repl string) ([]byte, error) {
	for {
		i := strings.IndexByte(repl, '%')
		if i < 0 || i+1 == len(repl) {
			return append(dst, repl...), nil
		}
		dst = append(dst, repl[:i]...)
		c := repl[i+1]
		repl = repl[i+2:]
		switch {
		case c < '0' || c > '9':
			dst = append(dst, c)
		case c == '0', c == '1' && m.NumCaptures() == 0:
			dst = append(dst, m.s[m.start:m.end]...)
		default:
			capture, err := m.Capture(int(c - '1'))
			if err != nil {
				return dst, err
			}
			if capture.Position {
				dst = strconv.AppendInt(dst, int64(capture.Start)+1, 10)
			} else {
				dst = append(dst, m.s[capture.Start:capture.End]...)
			}
		}
	}
}
