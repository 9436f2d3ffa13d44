package rfc3464

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/gomsys/gomsys/message"
)

// Create makes the notification about what became of a message: a
// multipart/report mail of the null sender to the message's sender. It is not
// queued; see [Send]. The errors are [ErrNullSender], [ErrLoop],
// [ErrNotWanted], [ErrSuppressed] and those of hooks and of reading the
// message.
func Create(ctx context.Context, m *message.Message, a Action, o *Options) (*message.Message, error) {
	opts := o.withDefaults()
	dsn, err := opts.create(ctx, m, a)
	if err != nil {
		return nil, fmt.Errorf("rfc3464: creating notification: %w", err)
	}
	return dsn, nil
}

// Send makes the notification about a message and queues it. It never answers
// a message of the null sender. The errors are those of [Create] and of
// [message.Message.Inject].
func Send(ctx context.Context, m *message.Message, a Action, o *Options) error {
	opts := o.withDefaults()
	opts.FailuresNotify = ""
	dsn, err := opts.create(ctx, m, a)
	if err != nil {
		return fmt.Errorf("rfc3464: creating notification: %w", err)
	}
	defer dsn.Close()
	to := dsn.Recipient()
	if to == "" {
		to = m.Sender() // a hook made it
	}
	if err := dsn.Inject(ctx, "", []string{to}); err != nil {
		return fmt.Errorf("rfc3464: sending notification: %w", err)
	}
	return nil
}

func (o *Options) create(ctx context.Context, m *message.Message, a Action) (*message.Message, error) {
	if !a.Valid() {
		return nil, fmt.Errorf("action %d is unknown", a)
	}
	to, err := o.notified(m, a)
	if err != nil {
		return nil, err
	}
	if o.Hooks != nil {
		dsn, handled, err := o.Hooks.Notification(ctx, m, a)
		if err != nil {
			return nil, err
		}
		if handled && dsn == nil {
			return nil, ErrSuppressed
		}
		if handled {
			return dsn, nil
		}
	}
	dsn, err := o.assemble(ctx, m, a, to)
	if err == nil && o.Hooks != nil {
		err = o.Hooks.Created(ctx, m, dsn, a)
	}
	if err != nil {
		if dsn != nil {
			dsn.Close()
		}
		return nil, err
	}
	return dsn, nil
}

// notified gives who is to be notified.
func (o *Options) notified(m *message.Message, a Action) (string, error) {
	sender := m.Sender()
	if sender != "" {
		if !parametersOf(m).wants(a) {
			return "", ErrNotWanted
		}
		return sender, nil
	}
	if o.FailuresNotify == "" {
		return "", ErrNullSender
	}
	if strings.EqualFold(m.Recipient(), o.FailuresNotify) {
		return "", ErrLoop
	}
	return o.FailuresNotify, nil
}

// assemble makes the mail. It is a copy of the original with everything
// replaced, so that it knows the services of the original's host, and how many
// messages led to it.
func (o *Options) assemble(ctx context.Context, m *message.Message, a Action, to string) (*message.Message, error) {
	content, err := o.content(ctx, m, a, to)
	if err != nil {
		return nil, err
	}
	dsn, err := m.Copy()
	if err != nil {
		return nil, err
	}
	dsn.SetContext(&message.MemoryContext{})
	dsn.SetReception(message.Reception{Method: message.ProtocolInternal})
	dsn.SetStatus(message.Status{Created: o.Now()})
	dsn.SetEnvelope(message.Envelope{NullFrom: true, To: to})
	if err := dsn.Load(ctx, content); err != nil {
		return nil, errors.Join(err, dsn.Close())
	}
	return dsn, nil
}

// part is a part of the notification.
type part struct {
	header string
	body   io.Reader
	eight  bool // it has 8-bit bytes
}

func (o *Options) content(ctx context.Context, m *message.Message, a Action, to string) (io.Reader, error) {
	report := o.compute(m, a)
	preamble, err := o.preamble(ctx, m, a, report)
	if err != nil {
		return nil, err
	}
	parts := []part{preamble, statusPart(report)}
	original, err := o.original(ctx, m, a)
	if err != nil {
		return nil, err
	}
	if original != nil {
		parts = append(parts, *original)
	}
	boundary := "_msys_" + o.NewID()
	readers := []io.Reader{strings.NewReader(o.header(a, to, boundary, parts))}
	for _, p := range parts {
		head := "--" + boundary + "\r\n" + p.header
		if p.eight {
			head += "Content-Transfer-Encoding: 8bit\r\n"
		}
		if p.header != "" || p.eight {
			head += "\r\n"
		}
		readers = append(readers, strings.NewReader(head), p.body, strings.NewReader("\r\n"))
	}
	readers = append(readers, strings.NewReader("--"+boundary+"--\r\n"))
	return io.MultiReader(readers...), nil
}

// header gives the header block of the notification.
func (o *Options) header(a Action, to, boundary string, parts []part) string {
	var b strings.Builder
	line := func(name, value string) {
		b.WriteString(name + ": " + value + "\r\n")
	}
	line("From", o.From)
	line("To", oneLine(to))
	line("Subject", a.subject())
	line("Date", o.Now().Format(time.RFC1123Z))
	line("Message-ID", "<"+o.NewID()+"@"+o.Hostname+">")
	line("Auto-Submitted", "auto-replied")
	line("MIME-Version", "1.0")
	line("Content-Type", "multipart/report; report-type=delivery-status;\r\n boundary=\""+boundary+"\"")
	for _, p := range parts {
		if p.eight {
			line("Content-Transfer-Encoding", "8bit")
			break
		}
	}
	b.WriteString("\r\n")
	return b.String()
}
