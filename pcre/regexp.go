package pcre

import (
	"context"
	"math"
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

// An engine is what one reading of a pattern, as bytes or as UTF-8, compiles to.
type engine struct {
	prog *program
	opts Options
}

// A machine is the working memory of a match.
type machine struct {
	vm  vm
	loc []int // result: pairs of offsets
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

func newEngine(ps *parsed) (*engine, error) {
	t := newGroupTable(ps)
	t.settle(ps.root, t.calls)
	prog, err := generate(ps, t)
	if err != nil {
		return nil, err
	}
	return &engine{prog: prog, opts: ps.opts}, nil
}

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
	m := re.get()
	defer re.put(m)
	ok, err := re.exec(ctx, m, re.engineFor(b), b, start, fl, len(re.names))
	if !ok {
		return nil, err
	}
	return append(dst, m.loc...), nil
}

func (re *Regexp) get() *machine {
	if m, ok := re.pool.Get().(*machine); ok {
		return m
	}
	return &machine{}
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

// exec matches once. m.loc receives the offsets of the first want groups,
// group 0 being the match.
func (re *Regexp) exec(ctx context.Context, m *machine, e *engine, b []byte, start int, fl Flags, want int) (bool, error) {
	switch {
	case len(b) > math.MaxInt32-1:
		return false, ErrSubjectTooLong
	case start < 0 || start > len(b):
		return false, ErrBadOffset
	case e == nil:
		return false, nil
	}
	m.vm.reset(e.prog, b, start, fl, &e.opts, ctx)
	ok, err := m.vm.search(start)
	if !ok {
		return false, err
	}
	m.loc = m.loc[:0]
	for g := range want {
		m.loc = append(m.loc, int(m.vm.regs[regStart(g)]), int(m.vm.regs[regEnd(g)]))
	}
	return true, nil
}

// bytesOf returns the bytes of s without copying them; nothing here writes to a subject.
func bytesOf(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }
