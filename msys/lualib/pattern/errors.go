package pattern

import "errors"

// ErrTooComplex reports that a search used up its steps, or that a pattern
// has more repetitions than a search may keep track of.
var ErrTooComplex = errors.New("pattern: pattern too complex")

// SyntaxError reports a malformed pattern.
type SyntaxError struct {
	Pattern string // the whole pattern
	Msg     string // C Lua's wording, such as "malformed pattern (missing ']')"
}

func (e *SyntaxError) Error() string { return "pattern: " + e.Msg }
