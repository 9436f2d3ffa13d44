package message

import (
	"context"
	"fmt"
	"strings"

	"github.com/gomsys/gomsys/message/internal/rope"
	"github.com/gomsys/gomsys/pcre"
)

const (
	lineTerminator = ".\r\n"     // behind content that ends in CRLF
	fullTerminator = "\r\n.\r\n" // behind other content
)

// cutTerminator takes CRLF, dot, CRLF, written as bytes or as escapes, off the
// end of a pattern and reports whether they were there.
func cutTerminator(pattern string) (string, bool) {
	for _, ways := range [][]string{{`\n`, "\n"}, {`\r`, "\r"}, {`\.`, "."}, {`\n`, "\n"}, {`\r`, "\r"}} {
		cut := false
		for _, w := range ways {
			if rest, ok := strings.CutSuffix(pattern, w); ok {
				pattern, cut = rest, true
				break
			}
		}
		if !cut {
			return "", false
		}
	}
	return pattern, true
}

// replaceEnd replaces a match at the end of the last subject, behind which a
// terminator is imagined.
func (p *Part) replaceEnd(ctx context.Context, s Scope, re *pcre.Regexp, repl string) (int, error) {
	list, err := p.subjectsToEdit(s)
	if err != nil || len(list) == 0 {
		return 0, err
	}
	sub := list[len(list)-1]
	ok, err := sub.replaceEnd(ctx, p.h.settings(), re, repl)
	if err != nil {
		return 0, fmt.Errorf("message: replacing: %w", err)
	}
	if !ok {
		return 0, nil
	}
	changed, err := sub.put(s)
	if err != nil || !changed {
		return 0, err
	}
	return 1, nil
}

// replaceEnd sets sub.result to the subject with a match at its end replaced,
// if there is one.
func (sub *subject) replaceEnd(ctx context.Context, o *settings, re *pcre.Regexp, repl string) (bool, error) {
	content, err := sub.span(ctx, o)
	if err != nil {
		return false, err
	}
	from := max(content.Len()-int64(o.StreamWindow), 0)
	tail, err := content.Slice(from, content.Len()).Bytes()
	if err != nil {
		return false, err
	}
	terminator := fullTerminator
	if strings.HasSuffix(string(tail), "\r\n") {
		terminator = lineTerminator
	}
	b := append(append([]byte(nil), tail...), terminator...)
	loc, err := matchAtEnd(ctx, re, b, from > 0)
	if err != nil || loc == nil {
		return false, err
	}
	text := string(b[:loc[0]]) + string(re.Expand(nil, repl, b, loc))
	text = strings.TrimSuffix(text, terminator)
	var out rope.Builder
	out.Add(content.Slice(0, from))
	out.AddBytes([]byte(text))
	sub.result = out.Span()
	return true, nil
}

// matchAtEnd finds the leftmost match that ends at the end of b.
func matchAtEnd(ctx context.Context, re *pcre.Regexp, b []byte, within bool) ([]int, error) {
	var fl pcre.Flags
	if within {
		fl = pcre.NotBOL
	}
	start := 0
	if prefix, _ := cutTerminator(re.String()); prefix == "" {
		start = len(b) - len(fullTerminator) // nothing longer can match
	}
	for start <= len(b) {
		loc, err := re.MatchContext(ctx, nil, b, start, fl)
		if err != nil || loc == nil || loc[1] == len(b) {
			return loc, err
		}
		start = max(start, loc[0]) + 1
	}
	return nil, nil
}

// span gives the whole subject, text in UTF-8.
func (sub *subject) span(ctx context.Context, o *settings) (rope.Span, error) {
	if !sub.text {
		return sub.body, nil
	}
	r, err := sub.open()
	if err != nil {
		return rope.Span{}, err
	}
	return o.read(ctx, r, readVerbatim)
}
