package message

import (
	"context"
	"fmt"
	"io"
	"iter"

	"github.com/gomsys/gomsys/message/internal/rope"
	"github.com/gomsys/gomsys/pcre"
)

// Scope says which bytes a pattern is matched against.
type Scope int

const (
	ScopeRaw  Scope = iota // header and body as they are
	ScopeBody              // the body in its transfer encoding
	ScopeText              // each text part in UTF-8, one after the other
)

// Match is a match of a pattern and its groups.
type Match struct {
	Offset int64  // where it begins in its subject
	Text   []byte // the bytes that the match and its groups lie in
	Index  []int  // pairs of offsets in Text: of the match, of each group; -1 for a group that took no part
}

// Group gives the text of a group, 0 being the match, and whether it took part.
func (m Match) Group(n int) (string, bool) {
	if 2*n+1 >= len(m.Index) || m.Index[2*n] < 0 || m.Index[2*n] > m.Index[2*n+1] {
		return "", false
	}
	return string(m.Text[m.Index[2*n]:m.Index[2*n+1]]), true
}

// Match gives the matches of re in the message, at most MaxMatches of them.
//
// Subjects larger than LargeMessageThreshold go by in a window: there, matches
// and look-behind longer than StreamWindow may be missed. A limit of the
// pattern, a failure to read, or the end of ctx ends it with an error.
func (m *Message) Match(ctx context.Context, s Scope, re *pcre.Regexp) iter.Seq2[Match, error] {
	return matches(ctx, m.o, re, func() ([]subject, error) {
		if err := m.enter(); err != nil {
			return nil, err
		}
		defer m.mu.Unlock()
		return m.top.subjects(s), nil
	})
}

// Match gives the matches of re in the part, as [Message.Match] does.
func (p *Part) Match(ctx context.Context, s Scope, re *pcre.Regexp) iter.Seq2[Match, error] {
	return matches(ctx, p.h.settings(), re, func() ([]subject, error) {
		n, err := p.enter()
		if err != nil {
			return nil, err
		}
		defer n.leave()
		return n.subjects(s), nil
	})
}

// subject is what a pattern is matched against: a span, or the text of one.
type subject struct {
	textSource
	text   bool
	result rope.Span // what it is to be replaced by
}

// subjects gives the subjects of a scope; the caller holds the lock.
func (n *node) subjects(s Scope) []subject {
	switch s {
	case ScopeRaw:
		return []subject{{textSource: textSource{n: n, body: n.span()}}}
	case ScopeBody:
		return []subject{{textSource: textSource{n: n, body: n.bodySpan()}}}
	}
	var out []subject
	for _, t := range n.textSources() {
		out = append(out, subject{textSource: t, text: true})
	}
	return out
}

// open gives a reader of the subject.
func (s subject) open() (io.Reader, error) {
	if !s.text {
		return s.body.Reader(), nil
	}
	return s.textSource.open()
}

// finder gives a finder of the subject.
func (s subject) finder(ctx context.Context, o *settings, re *pcre.Regexp) (*finder, error) {
	r, err := s.open()
	if err != nil {
		return nil, err
	}
	x := &finder{ctx: ctx, re: re, r: r}
	if o.isLarge(s.body) {
		x.window = o.StreamWindow
	}
	return x, nil
}

// isLarge reports whether s is too large to be held in memory as a whole.
func (o *settings) isLarge(s rope.Span) bool {
	return o.LargeMessageThreshold >= 0 && s.Len() > int64(o.LargeMessageThreshold)
}

func matches(ctx context.Context, o *settings, re *pcre.Regexp, subjects func() ([]subject, error)) iter.Seq2[Match, error] {
	return func(yield func(Match, error) bool) {
		list, err := subjects()
		if err != nil {
			yield(Match{}, err)
			return
		}
		left := o.MaxMatches
		for _, s := range list {
			x, err := s.finder(ctx, o, re)
			if err != nil {
				yield(Match{}, fmt.Errorf("message: matching: %w", err))
				return
			}
			if !x.yieldAll(&left, yield) {
				return
			}
		}
	}
}

// yieldAll yields the matches and reports whether to go on with other
// subjects.
func (s *finder) yieldAll(left *int, yield func(Match, error) bool) bool {
	defer s.close()
	for *left != 0 {
		loc, ok, err := s.next()
		if err != nil {
			yield(Match{}, fmt.Errorf("message: matching: %w", err))
			return false
		}
		if !ok {
			return true
		}
		*left--
		if !yield(s.match(loc), nil) {
			return false
		}
	}
	return false
}

// match copies a match out of the buffer.
func (s *finder) match(loc []int) Match {
	from, to := loc[0], loc[1]
	for i := 0; i < len(loc); i += 2 {
		if loc[i] >= 0 {
			from, to = min(from, loc[i], loc[i+1]), max(to, loc[i], loc[i+1])
		}
	}
	m := Match{
		Offset: s.base + int64(loc[0]),
		Text:   append([]byte(nil), s.buf[from:to]...),
		Index:  make([]int, len(loc)),
	}
	for i, v := range loc {
		if m.Index[i] = v; v >= 0 {
			m.Index[i] -= from
		}
	}
	return m
}

// close releases what a search that has not ended holds.
func (s *finder) close() {
	if s.iter != nil {
		s.iter.Close()
	}
}
