package pcre

import (
	"context"
	"unicode/utf8"
)

// An Iter finds the successive matches in a subject as Perl's /g does: after
// an empty match, an empty match at the same place does not count. It is not safe for concurrent use.
type Iter struct {
	re      *Regexp
	ctx     context.Context
	m       *machine
	engine  *engine
	b       []byte
	want    int
	pos     int
	last    int // end of the previous match
	retry   bool
	done    bool
	started bool
	err     error
}

// Iter returns an iterator over the matches in b. When ctx
// ends, so does the iteration. Next must be called until it reports false, or
// Close at any time.
func (re *Regexp) Iter(ctx context.Context, b []byte) *Iter {
	it := re.iter(ctx, b, len(re.names))
	return &it
}

func (re *Regexp) iter(ctx context.Context, b []byte, want int) Iter {
	return Iter{re: re, ctx: ctx, m: re.get(), engine: re.engineFor(b), b: b, want: want}
}

// Next finds the next match and reports whether there is one.
func (it *Iter) Next() bool {
	if !it.done {
		fl := Flags(0)
		if it.retry {
			fl = NotEmptyAtStart
		}
		ok, err := it.engine.exec(it.ctx, it.m, it.b, it.pos, fl, it.want)
		switch {
		case err != nil:
			it.err = err
			it.Close()
		case ok:
			it.accept()
			return true
		default:
			it.Close()
		}
	}
	it.Close()
	return false
}

// accept notes the match in m.loc and where to go on.
func (it *Iter) accept() {
	start, end := it.m.loc[0], it.m.loc[1]
	stuck := start > end || it.started && end <= it.last && start != end // \K in a look-around
	it.started, it.last = true, end
	it.retry = start >= end
	it.pos = max(it.pos, end)
	if stuck {
		it.retry = false
		if it.pos >= len(it.b) {
			it.done = true
			return
		}
		it.pos = it.nextChar()
	}
}

func (it *Iter) nextChar() int {
	pos := it.pos + 1
	if it.engine.opts.UTF {
		for pos < len(it.b) && !utf8.RuneStart(it.b[pos]) {
			pos++
		}
	}
	return pos
}

// Index returns the offsets of the match and of its groups in pairs, -1 for a
// group that took no part. It is valid until the next call of Next.
func (it *Iter) Index() []int { return it.m.loc }

// Err returns the error that ended the iteration, if one did; see MatchAt.
func (it *Iter) Err() error { return it.err }

// Close ends the iteration. It is not needed after Next has reported false.
func (it *Iter) Close() {
	it.done = true
	if it.m != nil {
		it.re.put(it.m)
		it.m = nil
	}
}
