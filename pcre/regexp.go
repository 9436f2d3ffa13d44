package pcre

import (
	"context"
	"slices"
	"sync"
	"unicode/utf8"
	"unsafe"
)

// A Regexp is a compiled pattern. It is safe for concurrent use.
type Regexp struct {
	expr     string
	opts     Options
	main     *engine
	fallback func() *engine // for subjects that are not UTF-8; nil in byte mode
	names    []string
	groups   map[string][]int
	pool     sync.Pool // of *machine
}

// Compile compiles a pattern with the default options. The error is a *SyntaxError.
func Compile(pattern string) (*Regexp, error) { return CompileWith(pattern, nil) }

// CompileWith compiles a pattern with options; nil means the defaults. The
// error is a *SyntaxError.
func CompileWith(pattern string, o *Options) (*Regexp, error) {
	opts := o.withDefaults()
	ps, err := parse(pattern, opts)
	if err != nil {
		return nil, err
	}
	e, err := newEngine(ps)
	if err != nil {
		return nil, err
	}
	re := &Regexp{expr: pattern, opts: opts, main: e, names: ps.groupNames, groups: ps.names}
	if ps.opts.UTF {
		re.fallback = sync.OnceValue(func() *engine { return compileBytes(pattern, opts) })
	}
	return re, nil
}

// MustCompile is like Compile but panics if the pattern does not compile. It
// is for patterns that are part of the program.
func MustCompile(pattern string) *Regexp {
	re, err := Compile(pattern)
	if err != nil {
		panic("pcre: Compile(" + quote(pattern) + "): " + err.Error())
	}
	return re
}

func quote(s string) string { return "`" + s + "`" }

// compileBytes compiles a UTF-8 pattern once more for subjects that are not
// UTF-8. If bytes cannot express it, nothing matches.
func compileBytes(pattern string, opts Options) *engine {
	opts.UTF = false
	ps, err := parseBytes(pattern, opts)
	if err == nil {
		if e, err := newEngine(ps); err == nil {
			return e
		}
	}
	return nil
}

// String returns the pattern as it was given to Compile.
func (re *Regexp) String() string { return re.expr }

// NumSubexp returns the number of capturing groups.
func (re *Regexp) NumSubexp() int { return len(re.names) - 1 }

// SubexpNames returns the names of the groups; the name of group i is at index
// i, "" if it has none. The result must not be changed.
func (re *Regexp) SubexpNames() []string { return re.names }

// SubexpIndex returns the number of the first group with the name, or -1.
func (re *Regexp) SubexpIndex(name string) int {
	if nums := re.groups[name]; len(nums) > 0 {
		return nums[0]
	}
	return -1
}

// SubexpIndexes returns the numbers of all groups with the name, several if
// the pattern uses DupNames.
func (re *Regexp) SubexpIndexes(name string) []int { return slices.Clone(re.groups[name]) }

// Flags changes how one match is done.
type Flags uint8

// The flags of MatchAt.
const (
	// NotBOL says that the subject does not begin at the start of a line: ^
	// does not match at offset 0. \A still does.
	NotBOL Flags = 1 << iota
	// NotEOL says that the subject does not end at the end of a line: $ does
	// not match at its end. \z and \Z still do.
	NotEOL
	// NotEmpty refuses empty matches.
	NotEmpty
	// NotEmptyAtStart refuses an empty match at the start offset.
	NotEmptyAtStart
	// Anchored wants the match to begin at the start offset.
	Anchored
)

// MatchAt looks for the leftmost match in b that begins at offset start or
// later. What is before start is context: look-behind, \b and ^ see it, and \G
// matches at start. It appends to dst the offsets of the
// match and of every group in pairs, -1 for a group that took no part, and
// returns it. The result is nil if there is no match. The error is one of
// ErrStepLimit, ErrMemoryLimit, ErrRecursionLoop, ErrSubjectTooLong and
// ErrBadOffset.
func (re *Regexp) MatchAt(dst []int, b []byte, start int, fl Flags) ([]int, error) {
	return re.MatchContext(context.Background(), dst, b, start, fl)
}

// MatchContext is MatchAt under a context: when ctx ends, so does the match,
// with ctx's error.
func (re *Regexp) MatchContext(ctx context.Context, dst []int, b []byte, start int, fl Flags) ([]int, error) {
	return re.Subject(b).MatchContext(ctx, dst, start, fl)
}

func (re *Regexp) get() *machine {
	m, ok := re.pool.Get().(*machine)
	if !ok {
		m = &machine{}
	}
	m.required = -1
	return m
}

func (re *Regexp) put(m *machine) {
	m.vm.release()
	re.pool.Put(m)
}

// engineFor picks the reading of the pattern that suits the subject.
func (re *Regexp) engineFor(b []byte) *engine {
	if re.fallback != nil && !utf8.Valid(b) {
		return re.fallback()
	}
	return re.main
}

// bytesOf returns the bytes of s without copying them; nothing here writes to a subject.
func bytesOf(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }
