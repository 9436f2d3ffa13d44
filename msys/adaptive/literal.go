package adaptive

import "strings"

// literal is text that a pattern cannot match without. Looking for it first
// spares most rules of a domain the pattern.
type literal struct {
	prefix   string // what the subject begins with
	contains string // what is in it
}

// allows reports whether text may match the pattern.
func (l *literal) allows(text string) bool {
	return strings.HasPrefix(text, l.prefix) && strings.Contains(text, l.contains)
}

// literalOf finds the literal text of a pattern, with PCRE's default options.
// It understands the plain part of the syntax and gives nothing for the rest.
func literalOf(pattern string) literal {
	s := literalScanner{p: pattern}
	if !s.scan() {
		return literal{}
	}
	return s.found
}

type literalScanner struct {
	p     string
	i     int
	run   []byte // literal text that ends at i
	start bool   // run begins at the start of the subject
	found literal
}

// scan reads the pattern and reports whether it was understood.
func (s *literalScanner) scan() bool {
	for s.i < len(s.p) {
		c := s.p[s.i]
		s.i++
		switch c {
		case '|':
			return false // an alternative may do without
		case '^':
			s.end()
			s.start = s.i == 1
			continue
		case '$', '.':
			s.end()
		case '[':
			s.end()
			if !s.skipClass() {
				return false
			}
		case '(':
			s.end()
			if !s.skipGroup() {
				return false
			}
		case '\\':
			if !s.escape() {
				return false
			}
		case '*', '?':
			s.drop()
		case '+':
			s.end()
		case '{':
			if !s.skipCount() {
				return false
			}
		default:
			s.run = append(s.run, c)
		}
	}
	s.end()
	return true
}

// end ends the run of literal text.
func (s *literalScanner) end() {
	if s.start && s.found.prefix == "" {
		s.found.prefix = string(s.run)
	} else if len(s.run) > len(s.found.contains) {
		s.found.contains = string(s.run)
	}
	s.run, s.start = s.run[:0], false
}

// drop takes the last byte from the run, which is repeated from zero times on,
// and ends it.
func (s *literalScanner) drop() {
	if len(s.run) > 0 {
		s.run = s.run[:len(s.run)-1]
	}
	s.end()
}

func (s *literalScanner) skipCount() bool {
	n := strings.IndexByte(s.p[s.i:], '}')
	if n < 0 || strings.Trim(s.p[s.i:s.i+n], "0123456789, ") != "" {
		return false
	}
	s.i += n + 1
	s.drop()
	return true
}

// escape reads what follows a backslash.
func (s *literalScanner) escape() bool {
	if s.i == len(s.p) {
		return false
	}
	c := s.p[s.i]
	s.i++
	switch {
	case strings.IndexByte("dDwWsSbBhHvVRnrt", c) >= 0:
		s.end()
	case c < 0x80 && (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9'):
		s.run = append(s.run, c)
	default:
		return false
	}
	return true
}

// skipClass reads the rest of a character class.
func (s *literalScanner) skipClass() bool {
	if s.i < len(s.p) && s.p[s.i] == '^' {
		s.i++
	}
	for first := true; s.i < len(s.p); first = false {
		c := s.p[s.i]
		s.i++
		switch {
		case c == ']' && !first:
			return true
		case c == '\\':
			if s.i == len(s.p) || s.p[s.i] == 'Q' || s.p[s.i] == 'E' {
				return false
			}
			s.i++
		case c == '[' && s.i < len(s.p) && strings.IndexByte(":.=", s.p[s.i]) >= 0:
			return false
		}
	}
	return false
}

// skipGroup reads the rest of a group whose kind does not change how the rest
// of the pattern is read.
func (s *literalScanner) skipGroup() bool {
	rest := s.p[s.i:]
	if strings.HasPrefix(rest, "*") {
		return false
	}
	if strings.HasPrefix(rest, "?") && !plainGroup(rest[1:]) {
		return false
	}
	for s.i < len(s.p) {
		c := s.p[s.i]
		s.i++
		switch c {
		case ')':
			return true
		case '(':
			if !s.skipGroup() {
				return false
			}
		case '[':
			if !s.skipClass() {
				return false
			}
		case '\\':
			if s.i == len(s.p) || s.p[s.i] == 'Q' || s.p[s.i] == 'E' || s.p[s.i] == 'K' {
				return false
			}
			s.i++
		}
	}
	return false
}

// plainGroup reports whether what follows "(?" begins a group without options,
// comments or calls.
func plainGroup(s string) bool {
	for _, kind := range []string{":", "=", "!", ">", "P<", "'", "<"} {
		if strings.HasPrefix(s, kind) {
			return true
		}
	}
	return false
}
