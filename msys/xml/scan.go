package xml

import (
	"strings"
	"unicode/utf8"
)

// scanner goes through text.
type scanner struct {
	s string
	i int
}

// has reports whether the text goes on with prefix.
func (s *scanner) has(prefix string) bool { return strings.HasPrefix(s.s[s.i:], prefix) }

// take skips prefix if the text goes on with it.
func (s *scanner) take(prefix string) bool {
	if !s.has(prefix) {
		return false
	}
	s.i += len(prefix)
	return true
}

// space skips white space and reports whether there was any.
func (s *scanner) space() bool {
	start := s.i
	for s.i < len(s.s) && isSpace(s.s[s.i]) {
		s.i++
	}
	return s.i > start
}

// name takes a name, "" if there is none.
func (s *scanner) name() string {
	n := nameLen(s.s[s.i:])
	s.i += n
	return s.s[s.i-n : s.i]
}

// until takes what is before end, and end.
func (s *scanner) until(end, what string) (string, error) {
	n := strings.Index(s.s[s.i:], end)
	if n < 0 {
		return "", fault("%s is not closed", what)
	}
	text := s.s[s.i : s.i+n]
	if err := checkChars(text); err != nil {
		return "", err
	}
	s.i += n + len(end)
	return normalizeBreaks(text), nil
}

// quoted takes a literal in quotes.
func (s *scanner) quoted() (string, error) {
	if s.i == len(s.s) || s.s[s.i] != '"' && s.s[s.i] != '\'' {
		return "", fault("quoted value expected")
	}
	quote := s.s[s.i : s.i+1]
	s.i++
	n := strings.Index(s.s[s.i:], quote)
	if n < 0 {
		return "", fault("quoted value is not closed")
	}
	text := s.s[s.i : s.i+n]
	s.i += n + 1
	return text, checkChars(text)
}

// normalizeBreaks makes a CR alone a line break; CRLF no longer is in the
// text.
func normalizeBreaks(text string) string { return strings.ReplaceAll(text, "\r", "\n") }

func checkChars(text string) error {
	for i := 0; i < len(text); {
		if c := text[i]; c >= ' ' && c < utf8.RuneSelf {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		if !isChar(r) {
			return fault("character U+%04X is not allowed", r)
		}
		i += size
	}
	return nil
}
