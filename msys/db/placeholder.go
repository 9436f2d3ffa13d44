package db

import (
	"strings"
)

// ref is what a placeholder refers to: a parameter's number from 1, or its
// name.
type ref struct {
	number int
	name   string
}

// statement is a query taken apart: text, placeholder, text and so on.
type statement struct {
	query string   // as it was given
	parts []string // one more than refs, unless there are none
	refs  []ref
}

// parse takes a query apart. Without parameters nothing in it is a
// placeholder. The error is ErrMixedStyles.
func (d *Dialect) parse(query string, parameters bool) (*statement, error) {
	st := &statement{query: query}
	if !parameters {
		return st, nil
	}
	var used Style
	from := 0
	for i := 0; i < len(query); {
		style, length := d.placeholder(query, i)
		if length == 0 {
			i += d.skip(query[i:])
			continue
		}
		r := ref{name: query[i+1 : i+length]}
		if style == Question {
			r = ref{number: len(st.refs) + 1}
		}
		st.parts = append(st.parts, query[from:i])
		st.refs = append(st.refs, r)
		i += length
		from = i
		if used |= style; used != style {
			return nil, ErrMixedStyles
		}
	}
	st.parts = append(st.parts, query[from:])
	return st, nil
}

// placeholder tells whether one stands at i, and how long it is.
func (d *Dialect) placeholder(query string, i int) (Style, int) {
	var style Style
	switch query[i] {
	case '?':
		if d.Placeholders&Question != 0 {
			return Question, 1
		}
		return 0, 0
	case ':':
		style = Colon
	case '$':
		style = Dollar
	default:
		return 0, 0
	}
	n := nameLength(query[i+1:])
	if d.Placeholders&style == 0 || n == 0 {
		return 0, 0
	}
	return style, n + 1
}

// nameLength gives the length of the name at the start of s.
func nameLength(s string) int {
	n := 0
	for n < len(s) && (letter(s[n]) || n > 0 && s[n] >= '0' && s[n] <= '9') {
		n++
	}
	return n
}

func letter(c byte) bool { return c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' }

// partOfName tells what a "$" after it is part of: SQL names may have it.
func partOfName(c byte) bool { return letter(c) || c >= '0' && c <= '9' || c >= 0x80 || c == '$' }

// skip gives the length of what stands at the start of s and has no
// placeholder in it: a string, a comment, a cast, or one character.
func (d *Dialect) skip(s string) int {
	if d.Bind == nil {
		return 1
	}
	switch c := s[0]; {
	case c == '\'' || c == '"':
		return quoted(s, c, d.BackslashEscapes)
	case c == '`':
		return quoted(s, c, false)
	case c == '[' && d.Brackets:
		return through(s, 1, "]")
	case c == '#' && d.HashComments || strings.HasPrefix(s, "--"):
		return through(s, 1, "\n")
	case strings.HasPrefix(s, "/*"):
		return comment(s, d.EscapeStrings)
	case strings.HasPrefix(s, "::"):
		return 2
	case c == '$':
		return d.dollarQuoted(s)
	case letter(c) || c >= '0' && c <= '9' || c >= 0x80:
		return d.word(s)
	}
	return 1
}

// word gives the length of a name or number, or of a string with escapes,
// E'…'.
func (d *Dialect) word(s string) int {
	if d.EscapeStrings && s[0]|0x20 == 'e' && strings.HasPrefix(s[1:], "'") {
		return 1 + quoted(s[1:], '\'', true)
	}
	n := 1
	for n < len(s) && partOfName(s[n]) {
		n++
	}
	return n
}

// quoted gives the length of the string at the start of s, all of s if it does
// not end. A doubled quote is two strings side by side, which is as good.
func quoted(s string, quote byte, backslash bool) int {
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == quote:
			return i + 1
		case s[i] == '\\' && backslash:
			i++
		}
	}
	return len(s)
}

// through gives the length of s to the end of the first end at or after from.
func through(s string, from int, end string) int {
	if i := strings.Index(s[from:], end); i >= 0 {
		return from + i + len(end)
	}
	return len(s)
}

// comment gives the length of a comment, in which others may nest.
func comment(s string, nest bool) int {
	depth := 1
	for i := 2; i+1 < len(s); i++ {
		switch {
		case s[i] == '*' && s[i+1] == '/':
			if depth--; depth == 0 {
				return i + 2
			}
			i++
		case nest && s[i] == '/' && s[i+1] == '*':
			depth++
			i++
		}
	}
	return len(s)
}

// dollarQuoted gives the length of $$…$$ or, where there are tags, $tag$…$tag$.
func (d *Dialect) dollarQuoted(s string) int {
	n := 0
	if d.EscapeStrings {
		n = nameLength(s[1:])
	}
	if n+1 < len(s) && s[n+1] == '$' {
		tag := s[:n+2]
		return through(s, len(tag), tag)
	}
	return 1
}

// sql gives the query with the database's own placeholders.
func (st *statement) sql(bind func(n int) string) string {
	if len(st.refs) == 0 {
		return st.query
	}
	var b strings.Builder
	for i, part := range st.parts {
		if i > 0 {
			b.WriteString(bind(i))
		}
		b.WriteString(part)
	}
	return b.String()
}

// interpolate gives the query with the parameters' text in it.
func (st *statement) interpolate(args []any, escape func(string) string) string {
	if len(st.refs) == 0 {
		return st.query
	}
	var b strings.Builder
	for i, part := range st.parts {
		if i > 0 {
			text := textOf(args[i-1])
			if escape != nil {
				text = escape(text)
			}
			b.WriteString(text)
		}
		b.WriteString(part)
	}
	return b.String()
}
