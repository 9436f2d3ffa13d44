package dialect

import (
	"strconv"
	"strings"
)

// A SyntaxError tells why a chunk cannot be compiled.
type SyntaxError struct {
	Chunk string // the chunk's name as messages show it: policy.lua
	Line  int    // the line on which the error was found, from 1
	Near  string // the token at which it was found; empty when none is to blame
	Msg   string // what is wrong, in Lua's own words
}

// Error returns the message in Lua's form:
//
//	policy.lua:12: unexpected symbol near '!'
func (e *SyntaxError) Error() string {
	var b strings.Builder
	b.WriteString(e.Chunk)
	b.WriteByte(':')
	b.WriteString(strconv.Itoa(e.Line))
	b.WriteString(": ")
	b.WriteString(e.Msg)
	if e.Near != "" {
		b.WriteString(" near '")
		b.WriteString(e.Near)
		b.WriteByte('\'')
	}
	return b.String()
}
