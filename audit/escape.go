package audit

import (
	"fmt"
	"strconv"
	"strings"
)

// escape writes the bytes for which plain is false as %XX.
func escape(s string, plain func(c byte) bool) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; plain(c) {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// fileName gives the name of a series in a form that any file system takes,
// and that stays within its directory.
func fileName(series string) string {
	name := escape(series, func(c byte) bool {
		return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-' || c == '.'
	})
	if name[0] == '.' {
		name = "%2E" + name[1:]
	}
	return name
}

// itemText gives a key in a form without blanks and line ends.
func itemText(k Key) string {
	return escape(k.String(), func(c byte) bool { return c > ' ' && c < 0x7f && c != '%' })
}

// unescape is the reverse of escape.
func unescape(s string) (string, error) {
	if strings.IndexByte(s, '%') < 0 {
		return s, nil
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			b.WriteByte(s[i])
			continue
		}
		if i+3 > len(s) {
			return "", fmt.Errorf("bad escape in %q", s)
		}
		c, err := strconv.ParseUint(s[i+1:i+3], 16, 8)
		if err != nil {
			return "", fmt.Errorf("bad escape in %q", s)
		}
		b.WriteByte(byte(c))
		i += 2
	}
	return b.String(), nil
}
