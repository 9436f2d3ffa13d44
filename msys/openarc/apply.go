package openarc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/gomsys/gomsys/message"
)

// results gives the results for the new set.
func (w *work) results() string {
	w.own = findResults(w.h, w.o.AuthServID)
	w.told = w.own.settle(w.cv)
	if w.o.AuthResults != "" {
		return w.o.AuthServID + "; " + strings.Trim(w.o.AuthResults, blanks)
	}
	clauses := append([]string{w.o.AuthServID}, w.own.clauses...)
	if !w.told {
		clauses = append(clauses, w.clause())
	}
	return strings.Join(clauses, "; ")
}

// clause gives the result of the chain.
func (w *work) clause() string { return "arc=" + string(w.cv) }

// foldResults makes text one header field: a line end that does not begin a
// fold becomes a space, and long lines are folded behind semicolons, or at
// blanks where that does not do.
func foldResults(text string) string {
	var out strings.Builder
	lines := strings.FieldsFunc(text, func(r rune) bool { return r == '\r' || r == '\n' })
	kept := lines[:0]
	for i, line := range lines {
		switch blank := strings.Trim(line, " \t") == ""; {
		case blank:
		case i > 0 && len(kept) > 0 && line[0] != ' ' && line[0] != '\t':
			kept[len(kept)-1] += " " + line
		default:
			kept = append(kept, line)
		}
	}
	for i, line := range kept {
		if i > 0 {
			out.WriteString("\r\n")
		}
		foldLine(&out, strings.TrimRight(line, " \t"))
	}
	return strings.ReplaceAll(out.String(), "\x00", "")
}

const (
	softLimit = 78
	hardLimit = 998
)

// foldLine writes a line in pieces.
func foldLine(out *strings.Builder, line string) {
	for len(line) > softLimit {
		cut := strings.LastIndex(line[:softLimit], "; ") + 1
		if cut <= 1 {
			cut = strings.Index(line, "; ") + 1
		}
		if cut <= 1 || cut > hardLimit {
			if len(line) <= hardLimit {
				break
			}
			if cut = strings.LastIndexByte(line[:hardLimit], ' '); cut <= 1 {
				cut = hardLimit
			}
		}
		out.WriteString(strings.TrimRight(line[:cut], " \t"))
		rest := strings.TrimLeft(line[cut:], " \t")
		if rest == "" {
			return
		}
		out.WriteString("\r\n")
		line = "\t" + rest
	}
	out.WriteString(line)
}

// apply puts the fields into the message.
func (w *work) apply(ctx context.Context, m *message.Message) error {
	if err := w.addResult(ctx, m); err != nil {
		return fmt.Errorf("openarc: sealing: %w", err)
	}
	for _, f := range [][]byte{w.set.results.Raw, w.set.message.Raw, w.set.seal.Raw} {
		if err := m.Header().AddRaw(f); err != nil {
			return fmt.Errorf("openarc: sealing: %w", err)
		}
	}
	return nil
}

// addResult adds the result of the chain to Authentication-Results.
func (w *work) addResult(ctx context.Context, m *message.Message) error {
	switch {
	case w.o.KeepAuthResults || w.told:
		return nil
	case w.own.top < 0:
		return m.Header().AddRaw([]byte("Authentication-Results: " + w.o.AuthServID + "; " + w.clause() + "\r\n"))
	}
	old := w.h[w.own.top].Raw
	return replaceField(ctx, m, w.own.top, withResult(old, w.clause()))
}

// errMoved says that the header is not where it was expected.
var errMoved = errors.New("header does not begin the content")

// replaceField puts raw in the place of the field number n, counting only
// fields that have a name. All other bytes stay.
func replaceField(ctx context.Context, m *message.Message, n int, raw []byte) error {
	var was, header bytes.Buffer
	for _, f := range m.Header().Fields() {
		was.Write(f.Raw())
		if f.Name() != "" {
			n--
		}
		if f.Name() != "" && n == -1 {
			header.Write(raw)
		} else {
			header.Write(f.Raw())
		}
	}
	content := m.Content()
	front := make([]byte, was.Len())
	if _, err := content.ReadAt(front, 0); err != nil || !bytes.Equal(front, was.Bytes()) {
		return errMoved
	}
	rest := io.NewSectionReader(content, int64(len(front)), content.Size()-int64(len(front)))
	return m.SetContent(ctx, io.MultiReader(&header, rest, strings.NewReader(terminator(content))))
}

// terminator gives the line with a dot behind content whose last line could be
// taken for it: the message is read as SMTP has it.
func terminator(content *io.SectionReader) string {
	var end [2]byte
	if _, err := content.ReadAt(end[:], max(content.Size()-2, 0)); err == nil && string(end[:]) == "\r\n" {
		return ".\r\n"
	}
	return ""
}
