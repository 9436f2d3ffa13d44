package pcre

// Options changes how a pattern is compiled and matched. The zero value, like
// nil, is PCRE's default: the pattern and the subject are bytes, case matters,
// and a newline is LF.
type Options struct {
	CaseInsensitive bool // (?i)
	MultiLine       bool // (?m): ^ and $ match at every line
	DotAll          bool // (?s): . matches newlines too
	Extended        bool // (?x): white space and # comments in the pattern are ignored
	ExtendedMore    bool // (?xx): as Extended, and blanks in classes are ignored too
	NoAutoCapture   bool // (?n): only named groups capture
	DupNames        bool // (?J): several groups may have one name
	Ungreedy        bool // (?U): quantifiers are lazy, and greedy when followed by ?
	DollarEndOnly   bool // $ matches at the very end only, not before a final newline
	Anchored        bool // a match must begin where the search begins

	// UTF makes characters out of UTF-8 sequences, in the pattern as in the
	// subject; (*UTF) at the start of a pattern does the same. A pattern that
	// is not valid UTF-8 is compiled as bytes, and a subject that is not
	// valid UTF-8 is matched as bytes, one byte one character.
	UTF bool
	// UCP makes \d, \w, \s, \b and the POSIX classes follow Unicode
	// properties; (*UCP) at the start of a pattern does the same.
	UCP bool
	// Newline is what counts as the end of a line. If zero, NewlineLF.
	Newline Newline
	// BSRAnyCRLF restricts \R to CR, LF and CRLF.
	BSRAnyCRLF bool
	// AtomicRecursion makes recursion and subroutine calls atomic, as in PCRE 8.
	AtomicRecursion bool

	// StepLimit bounds the work of one match; beyond it the match ends with
	// ErrStepLimit. A pattern that is matched in linear time does not need
	// it. If zero, 10,000,000; if negative, no limit.
	StepLimit int
	// MemoryLimit bounds the bytes that one match uses for backtracking;
	// beyond it the match ends with ErrMemoryLimit. If zero, 64 MiB; if
	// negative, no limit.
	MemoryLimit int
	// PatternLimit bounds the length of a pattern in bytes. If zero, 64 KiB;
	// if negative, no limit.
	PatternLimit int
}

const (
	defaultStepLimit    = 10_000_000
	defaultMemoryLimit  = 64 << 20
	defaultPatternLimit = 64 << 10
	maxNesting          = 250
	maxRepeatCount      = 65535
	maxNames            = 10000
	maxNameLength       = 128
)

// A Newline is a convention for the end of a line.
type Newline uint8

// The newline conventions.
const (
	NewlineLF      Newline = iota // LF, the default
	NewlineCR                     // CR
	NewlineCRLF                   // CR followed by LF
	NewlineAnyCRLF                // CR, LF or CRLF
	NewlineAny                    // any Unicode newline sequence
	NewlineNUL                    // the NUL byte
)

// withDefaults resolves the zero values.
func (o *Options) withDefaults() Options {
	var r Options
	if o != nil {
		r = *o
	}
	r.StepLimit = limit(r.StepLimit, defaultStepLimit)
	r.MemoryLimit = limit(r.MemoryLimit, defaultMemoryLimit)
	r.PatternLimit = limit(r.PatternLimit, defaultPatternLimit)
	return r
}

func limit(v, def int) int {
	switch {
	case v == 0:
		return def
	case v < 0:
		return int(^uint(0) >> 1)
	}
	return v
}

// A flags value is the set of options that (?…) can change.
type flags uint16

const (
	flagI flags = 1 << iota
	flagM
	flagS
	flagX
	flagXX
	flagN
	flagJ
	flagU
	flagAsciiD // (?aD): \d is ASCII, even with UCP
	flagAsciiS
	flagAsciiW
	flagAsciiP // (?aP): POSIX classes are ASCII
	flagAsciiT // (?aT): [:digit:] and [:xdigit:] are ASCII
	flagR      // (?r): no folding between ASCII and other characters

	flagsASCII = flagAsciiD | flagAsciiS | flagAsciiW | flagAsciiP | flagAsciiT
)

func (o *Options) flags() flags {
	var f flags
	set := func(on bool, bit flags) {
		if on {
			f |= bit
		}
	}
	set(o.CaseInsensitive, flagI)
	set(o.MultiLine, flagM)
	set(o.DotAll, flagS)
	set(o.Extended || o.ExtendedMore, flagX)
	set(o.ExtendedMore, flagXX)
	set(o.NoAutoCapture, flagN)
	set(o.DupNames, flagJ)
	set(o.Ungreedy, flagU)
	return f
}
