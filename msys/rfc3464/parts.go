package rfc3464

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/gomsys/gomsys/message"
)

// preamble makes the part that people read.
func (o *Options) preamble(ctx context.Context, m *message.Message, a Action, r *Report) (part, error) {
	text, handled := "", false
	if o.Hooks != nil {
		var err error
		if text, handled, err = o.Hooks.Preamble(ctx, m, a); err != nil {
			return part{}, err
		}
	}
	if !handled {
		text = o.explanation(m, a, r.Recipients[0])
	}
	text = strings.ToValidUTF8(text, "\ufffd")
	if !strings.HasSuffix(text, "\n") {
		text += "\r\n"
	}
	return part{"Content-Type: text/plain; charset=UTF-8\r\n", strings.NewReader(text), !isASCII(text)}, nil
}

// explanation tells the sender in words what the report says.
func (o *Options) explanation(m *message.Message, a Action, f Fields) string {
	var b strings.Builder
	fmt.Fprintf(&b, "This is the mail system at %s.\r\n\r\n%s\r\n\r\n", o.Hostname, a.sentence())
	recipient := m.Recipient()
	if recipient == "" {
		recipient = "(unknown)"
	}
	fmt.Fprintf(&b, "    %s\r\n", recipient)
	if reply := withoutType(f.Get("Diagnostic-Code")); reply != "" {
		by := f.Address("Remote-MTA")
		if by == "" {
			by = "The mail system"
		}
		fmt.Fprintf(&b, "\r\n%s said:\r\n\r\n%s", by, indented(reply))
	}
	if until := f.Get("Will-Retry-Until"); until != "" {
		fmt.Fprintf(&b, "\r\nDelivery will be tried until %s.\r\n", until)
	}
	return b.String()
}

// indented wraps text at blanks and indents it.
func indented(text string) string {
	const margin = "    "
	var b strings.Builder
	column := 0
	for word := range strings.FieldsSeq(text) {
		switch {
		case column == 0:
			b.WriteString(margin)
			column = len(margin)
		case column+1+len(word) > maxLine:
			b.WriteString("\r\n" + margin)
			column = len(margin)
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += len(word)
	}
	return b.String() + "\r\n"
}

// statusPart makes the part that machines read.
func statusPart(r *Report) part {
	text := r.String()
	if isASCII(text) {
		return part{"Content-Type: message/delivery-status\r\n", strings.NewReader(text), false}
	}
	return part{"Content-Type: message/global-delivery-status\r\n", strings.NewReader(text), true}
}

// original makes the part for the original message, nil if there is none.
func (o *Options) original(ctx context.Context, m *message.Message, a Action) (*part, error) {
	if o.Hooks != nil {
		text, handled, err := o.Hooks.Fragment(ctx, m, a)
		if err != nil {
			return nil, err
		}
		if handled && text == "" {
			return nil, nil
		}
		if handled {
			return &part{"", strings.NewReader(text), false}, nil
		}
	}
	if m.Size() == 0 || o.InlineOriginal == InlineNone {
		return nil, nil
	}
	if o.InlineOriginal == InlineAll {
		return embedded(m)
	}
	head := m.Header().Bytes()
	if len(head) > 0 && !bytes.HasSuffix(head, []byte("\n")) {
		head = append(bytes.Clone(head), "\r\n"...)
	}
	return &part{"Content-Type: text/rfc822-headers\r\n", bytes.NewReader(head), !isASCIIBytes(head)}, nil
}

// embedded makes the part for all of the original.
func embedded(m *message.Message) (*part, error) {
	content := m.Content()
	eight, err := hasEightBit(content)
	if err != nil {
		return nil, err
	}
	if _, err := content.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	return &part{"Content-Type: message/rfc822\r\n", content, eight}, nil
}

// hasEightBit reports whether what r has is not all ASCII.
func hasEightBit(r io.Reader) (bool, error) {
	buf := make([]byte, 8<<10)
	for {
		n, err := r.Read(buf)
		if !isASCIIBytes(buf[:n]) {
			return true, nil
		}
		if err == io.EOF {
			return false, nil
		}
		if err != nil {
			return false, err
		}
	}
}
