package pcre

import "context"

// A Subject is a text that a pattern is matched with several times, at offsets
// of the caller's choice. What depends on the whole text, such as whether it is
// valid UTF-8, is found out once. The text must not change meanwhile. A Subject
// may be used by several goroutines.
type Subject struct {
	re     *Regexp
	engine *engine
	b      []byte
}

// Subject prepares b for matches.
func (re *Regexp) Subject(b []byte) Subject {
	return Subject{re: re, engine: re.engineFor(b), b: b}
}

// MatchContext is [Regexp.MatchContext] with the text.
func (s Subject) MatchContext(ctx context.Context, dst []int, start int, fl Flags) ([]int, error) {
	m := s.re.get()
	defer s.re.put(m)
	ok, err := s.engine.exec(ctx, m, s.b, start, fl, len(s.re.names))
	if !ok {
		return nil, err
	}
	return append(dst, m.loc...), nil
}
