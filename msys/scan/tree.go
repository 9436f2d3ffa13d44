package scan

import (
	"context"
	"errors"
	"strings"

	"github.com/gomsys/gomsys/message"
)

// maxParts is how many parts a mail may have for the paranoid.
const maxParts = 100

// scanTree scans a mail by its MIME structure.
func (sl *slot) scanTree(ctx context.Context, r *Request) (*Result, error) {
	m, done, err := r.tree(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	top, err := m.MIME(message.ReadOnly)
	if err != nil { // there is nothing to take apart
		return sl.scan(ctx, r)
	}
	if sl.Options.Paranoid {
		if name := suspicion(m, top); name != "" {
			res := &Result{Verdict: Infected, Name: name, Code: name}
			sl.counts.scans.Add(1)
			sl.count(res)
			return res, nil
		}
	}
	if !sl.Options.MIMEDecompose {
		return sl.scan(ctx, r)
	}
	sl.counts.scans.Add(1)
	return sl.scanParts(ctx, r, top)
}

// scanParts scans the leaf parts and gives the worst result. A failure counts
// more than a clean part and less than an unscannable one.
func (sl *slot) scanParts(ctx context.Context, r *Request, top *message.Part) (worst *Result, failed error) {
	for p := top; p != nil; p = p.Thread() {
		if p.IsContainer() {
			continue
		}
		res, err := sl.scan(ctx, r.part(p))
		switch {
		case err != nil:
			if failed = err; ctx.Err() != nil {
				return nil, err
			}
		case worst == nil || res.Verdict.severity() > worst.Verdict.severity():
			if worst = res; res.Verdict == Infected {
				return res, nil
			}
		}
	}
	switch {
	case failed != nil && (worst == nil || worst.Verdict != Unscannable):
		return nil, failed
	case worst == nil: // containers only
		return sl.scan(ctx, r)
	}
	return worst, nil
}

// tree gives the content as a message, and what is to be called when that is
// not needed any more.
func (r *Request) tree(ctx context.Context) (*message.Message, func(), error) {
	if r.msg != nil { // it may have looked for its parts already
		return r.msg, func() {}, nil
	}
	body, err := r.Open()
	if err != nil {
		return nil, nil, &ContentError{err}
	}
	m, err := message.Parse(ctx, body, message.Envelope{}, nil)
	if err = errors.Join(err, body.Close()); err != nil {
		return nil, nil, &ContentError{err}
	}
	return m, func() { _ = m.Close() }, nil
}

// suspicion says by a name why a mail seems made to slip through scanners, or
// gives "".
func suspicion(m *message.Message, top *message.Part) string {
	n := 0
	for p := top; p != nil; p = p.Thread() {
		if n++; n > maxParts {
			return "Paranoid.TooManyParts"
		}
		types := 0
		for _, f := range p.Header().Fields() {
			if strings.EqualFold(f.Name(), "Content-Type") {
				types++
			}
		}
		if types > 1 {
			return "Paranoid.DuplicateContentType"
		}
	}
	if m.Fault() == message.MIMETooLarge {
		return "Paranoid.TooDeep"
	}
	return ""
}
