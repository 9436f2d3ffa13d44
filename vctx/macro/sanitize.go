package macro

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ErrSanitize is given for LogOptions.Sanitize that cannot be read.
var ErrSanitize = errors.New("macro: invalid sanitize option")

// sanitizer makes text that others wrote fit for a log line. The zero value
// only keeps the line whole.
type sanitizer struct{ steps []sanitizeStep }

// sanitizeStep appends what a byte becomes.
type sanitizeStep func(dst []byte, c byte) []byte

// parseSanitize reads the option.
func parseSanitize(option string) (*sanitizer, error) {
	s := &sanitizer{}
	rest := strings.TrimLeft(option, ", ")
	for rest != "" {
		if strings.HasPrefix(rest, "tr/") {
			step, tail, err := parseTr(rest[len("tr/"):])
			if err != nil {
				return nil, fmt.Errorf("%w %q: %w", ErrSanitize, option, err)
			}
			s.steps = append(s.steps, step)
			rest = tail
		} else {
			word, tail, _ := strings.Cut(rest, ",")
			switch strings.TrimSpace(word) {
			case "special_characters":
				s.steps = append(s.steps, escapeControl)
			case "non_printable":
				s.steps = append(s.steps, decimalCode)
			default:
				return nil, fmt.Errorf("%w %q: unknown word %q", ErrSanitize, option, word)
			}
			rest = tail
		}
		rest = strings.TrimLeft(rest, ", ")
	}
	return s, nil
}

// append appends text, changed.
func (s *sanitizer) append(dst []byte, text string) []byte {
	begin := len(dst)
	dst = append(dst, text...)
	for _, step := range s.steps {
		in := string(dst[begin:])
		dst = dst[:begin]
		for i := range len(in) {
			dst = step(dst, in[i])
		}
	}
	for i := begin; i < len(dst); i++ {
		if c := dst[i]; c == '\n' || c == '\r' || c == 0 {
			dst[i] = ' '
		}
	}
	return dst
}

// escapeControl writes control characters as string literals in C do.
func escapeControl(dst []byte, c byte) []byte {
	if c >= ' ' && c != 0x7f {
		return append(dst, c)
	}
	if i := strings.IndexByte("\a\b\t\n\v\f\r", c); i >= 0 {
		return append(dst, '\\', "abtnvfr"[i])
	}
	return append(dst, '\\', '0'+c>>6, '0'+c>>3&7, '0'+c&7)
}

// decimalCode writes bytes that are not printable as numbers.
func decimalCode(dst []byte, c byte) []byte {
	if c >= ' ' && c < 0x7f {
		return append(dst, c)
	}
	return strconv.AppendUint(dst, uint64(c), 10)
}

// parseTr reads "from/to/" after "tr/" and gives what follows.
func parseTr(s string) (step sanitizeStep, rest string, err error) {
	from, s, ok := trList(s)
	if !ok {
		return nil, "", errors.New("tr has no second /")
	}
	to, rest, ok := trList(s)
	if !ok {
		return nil, "", errors.New("tr has no third /")
	}
	var table [256]byte
	for i := range table {
		table[i] = byte(i)
	}
	if len(to) > 0 { // as in Perl an empty list maps nothing
		for i := len(from) - 1; i >= 0; i-- { // the first of equal characters counts
			table[from[i]] = to[min(i, len(to)-1)]
		}
	}
	return func(dst []byte, c byte) []byte { return append(dst, table[c]) }, rest, nil
}

// trList reads characters up to a slash: a range a-z stands for what is
// between, a backslash takes away a meaning or makes a control character.
func trList(s string) (list []byte, rest string, ok bool) {
	for i := 0; i < len(s); i++ {
		c, escaped := s[i], false
		switch {
		case c == '/':
			return list, s[i+1:], true
		case c == '\\' && i+1 < len(s):
			i++
			c, escaped = unescapeTr(s[i]), true
		}
		next := i + 1
		if !escaped && c == '-' && len(list) > 0 && next < len(s) && s[next] != '/' {
			if last := list[len(list)-1]; last <= s[next] {
				for x := int(last) + 1; x <= int(s[next]); x++ {
					list = append(list, byte(x))
				}
				i++
				continue
			}
		}
		list = append(list, c)
	}
	return nil, "", false
}

func unescapeTr(c byte) byte {
	if i := strings.IndexByte("abtnvfr", c); i >= 0 {
		return "\a\b\t\n\v\f\r"[i]
	}
	return c
}
