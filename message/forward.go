package message

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gomsys/gomsys/message/internal/charset"
	"github.com/gomsys/gomsys/message/internal/rope"
)

// Forward is what [Message.Forward] sends.
type Forward struct {
	From string
	To   []string
	Text string // in Charset; it is not converted
	// Subject is that of the new message. If empty, it is that of the
	// original behind "Fwd: ". It must be ASCII.
	Subject string
	// Charset is that of Text. If empty, it is us-ascii or utf-8, as Text is.
	Charset string
}

// Forward sends a new message with a text and with this one attached. It does
// not change what becomes of this one. If it has no content, the error is
// [ErrNoContent]; for others see [Message.Inject].
func (m *Message) Forward(ctx context.Context, f Forward) error {
	to, err := recipients(f.To)
	if err != nil {
		return err
	}
	if m.Size() == 0 {
		if err := m.Err(); err != nil {
			return err
		}
		return ErrNoContent
	}
	from, err := bareAddress(f.From)
	if err != nil {
		return err
	}
	fwd, err := m.forward(from, to, f)
	if err != nil {
		return err
	}
	defer fwd.Close()
	if m.o.ForwardHook != nil {
		if err := m.o.ForwardHook.Assembled(ctx, m, fwd); err != nil {
			return fmt.Errorf("message: forwarding: %w", err)
		}
	}
	return fwd.Inject(ctx, from, to)
}

// forward makes the message that is sent.
func (m *Message) forward(from string, to []string, f Forward) (*Message, error) {
	fwd := newMessage(m.o, Envelope{From: from, NullFrom: from == "", To: to[0]})
	now := m.o.Clock.Now()
	fwd.status.Created = now
	fwd.depth = m.Depth()
	fwd.identity = identity{method: ProtocolInternal, generated: true}
	fwd.setTop(emptyNode())

	subject := f.Subject
	if subject == "" {
		subject = "Fwd:"
		if old := m.Header().Raw("Subject"); len(old) > 0 {
			subject += " " + old[0]
		}
	}
	top := &node{made: true, edited: true, indexed: true, head: &block{edited: true}}
	for _, h := range [][2]string{
		{"From", "<" + from + ">"},
		{"To", "<" + strings.Join(to, ">, <") + ">"},
		{"Subject", subject},
		{"Date", now.Format(time.RFC1123Z)},
		{"Message-ID", fwd.newMessageID()},
	} {
		field, err := m.o.newField(h[0], h[1], false)
		if err != nil {
			return nil, err
		}
		top.head.fields = append(top.head.fields, field)
	}
	text, err := fwd.forwardText(f)
	if err != nil {
		return nil, err
	}
	original, err := fwd.attachedMessage(m)
	if err != nil {
		return nil, err
	}
	original.head.fields[0], err = m.o.newField("Content-Type", "message/rfc822", false)
	if err != nil {
		return nil, err
	}
	if err := fwd.makeMixed(top, []*node{text, original}); err != nil {
		return nil, err
	}
	return fwd, fwd.install(top)
}

// forwardText makes the part with the text.
func (m *Message) forwardText(f Forward) (*node, error) {
	name := f.Charset
	switch {
	case name != "":
		if _, ok := charset.Lookup(name); !ok {
			return nil, ErrUnknownCharset
		}
	case charset.IsASCII(f.Text):
		name = "us-ascii"
	case utf8.ValidString(f.Text):
		name = "utf-8"
	default:
		name = "unknown-8bit"
	}
	set, _ := charset.Lookup(name)
	body := rope.OfBytes([]byte(f.Text))
	fields := []string{"Content-Type", "text/plain; charset=" + name}
	e := EncodingQuotedPrintable
	switch {
	case !set.ASCIICompatible():
		e = EncodingBase64
	case charset.IsASCII(f.Text) && !strings.Contains(f.Text, "\x00"):
		encoded, facts, err := m.o.encodeText(body, set)
		if err != nil {
			return nil, err
		}
		if facts.longest <= 998 {
			return m.leaf(encoded, fields)
		}
	}
	body, err := m.o.encodeTransfer(body, e)
	if err != nil {
		return nil, err
	}
	return m.leaf(body, append(fields, "Content-Transfer-Encoding", e.String()))
}
