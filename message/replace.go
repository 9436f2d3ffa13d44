package message

import (
	"bytes"
	"context"
	"fmt"

	"github.com/gomsys/gomsys/message/internal/charset"
	"github.com/gomsys/gomsys/message/internal/rope"
	"github.com/gomsys/gomsys/pcre"
)

// Replace replaces the matches of re in the message by repl, in which $1,
// ${name} and so on stand for groups (see [pcre.Regexp.Expand]), and gives
// their number; 0 if that leaves all bytes as they were. Text goes back into
// the charset and transfer encoding of its part; only parts with a match
// change. What [Message.Match] says of large subjects holds here too.
//
// A pattern that ends in CRLF, dot, CRLF matches at the end of the subject
// only (of the last text part, in [ScopeText]), as if the terminator of SMTP
// stood there; a terminator at the end of the result is left out.
func (m *Message) Replace(ctx context.Context, s Scope, re *pcre.Regexp, repl string) (int, error) {
	if err := m.enter(); err != nil {
		return 0, err
	}
	top := m.top
	m.mu.Unlock()
	if _, ok := cutTerminator(re.String()); ok {
		return top.writable.replaceEnd(ctx, s, re, repl)
	}
	return top.writable.replaceAll(ctx, s, re, repl)
}

// Replace replaces the matches of re in the part, as [Message.Replace] does;
// there is no terminator.
func (p *Part) Replace(ctx context.Context, s Scope, re *pcre.Regexp, repl string) (int, error) {
	return p.replaceAll(ctx, s, re, repl)
}

// subjectsToEdit gives the subjects of a scope if the part may be changed.
func (p *Part) subjectsToEdit(s Scope) ([]subject, error) {
	n, err := p.edit()
	if err != nil {
		return nil, err
	}
	defer n.leave()
	return n.subjects(s), nil
}

func (p *Part) replaceAll(ctx context.Context, s Scope, re *pcre.Regexp, repl string) (int, error) {
	list, err := p.subjectsToEdit(s)
	if err != nil {
		return 0, err
	}
	total := 0
	for _, sub := range list {
		n, err := sub.replace(ctx, p.h.settings(), re, repl)
		if err != nil {
			return total, fmt.Errorf("message: replacing: %w", err)
		}
		if n == 0 {
			continue
		}
		changed, err := sub.put(s)
		if err != nil {
			return total, err
		}
		if changed {
			total += n
		}
	}
	return total, nil
}

// replace sets sub.body to the subject with all matches replaced and gives
// their number.
func (sub *subject) replace(ctx context.Context, o *settings, re *pcre.Regexp, repl string) (int, error) {
	x, err := sub.finder(ctx, o, re)
	if err != nil {
		return 0, err
	}
	defer x.close()
	w := o.writer()
	x.out = w
	count := 0
	var text []byte
	for {
		loc, ok, err := x.next()
		if err != nil {
			w.Abandon()
			return 0, err
		}
		if !ok {
			break
		}
		if loc[0] < x.copied || loc[1] < loc[0] {
			continue // \K moved the match out of order
		}
		count++
		text = re.Expand(text[:0], repl, x.buf, loc)
		if err := x.replace(loc, text); err != nil {
			w.Abandon()
			return 0, err
		}
	}
	if count == 0 {
		w.Abandon()
		return 0, nil
	}
	sub.result = w.Span()
	return count, nil
}

// put stores the result in the part that the subject came from and reports
// whether that changed bytes.
func (sub *subject) put(s Scope) (bool, error) {
	n := sub.n
	if err := n.enter(); err != nil {
		return false, err
	}
	defer n.leave()
	if err := n.message().writable(); err != nil {
		return false, err
	}
	n.message().retain(sub.result)
	before := n.edits
	var err error
	switch {
	case s == ScopeText:
		err = n.putText(sub.textSource, sub.result)
	case s == ScopeBody:
		err = n.setBody(sub.result)
	case n == n.message().top:
		return n.message().putContent(sub.result)
	default:
		err = n.setRaw(sub.result)
	}
	return n.edits != before, err
}

// putContent replaces and parses everything.
func (m *Message) putContent(s rope.Span) (bool, error) {
	same, err := rope.Equal(m.span(), s)
	if err != nil || same {
		return false, err
	}
	return true, m.load(s)
}

// putText stores text in UTF-8 unless it is what the part says already.
func (n *node) putText(old textSource, text rope.Span) error {
	same, err := old.equals(text)
	if err != nil || same {
		return err
	}
	name := n.charsetName(n.mediaType())
	if _, ok := charset.Lookup(name); !ok {
		name = "utf-8"
	}
	return n.setTextSpan(n.mediaType(), name, text)
}

// equals reports whether the text of the part is the same.
func (t textSource) equals(text rope.Span) (bool, error) {
	a, err := t.open()
	if err != nil {
		return false, err
	}
	b := text.Reader()
	x, y := make([]byte, readChunk), make([]byte, readChunk)
	for {
		n, errA := readFull(a, x)
		k, errB := readFull(b, y)
		switch {
		case errA != nil:
			return false, errA
		case errB != nil:
			return false, errB
		case n != k || !bytes.Equal(x[:n], y[:k]):
			return false, nil
		case n < len(x):
			return true, nil
		}
	}
}
