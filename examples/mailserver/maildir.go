package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/vctx"
)

// maildir writes messages as files that a mail reader finds: complete in new,
// never half-written.
type maildir struct {
	dir, host string
	count     atomic.Uint64
}

func openMaildir(dir, host string) (*maildir, error) {
	for _, sub := range []string{"tmp", "new", "cur"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o700); err != nil {
			return nil, fmt.Errorf("maildir: %w", err)
		}
	}
	return &maildir{dir: dir, host: host}, nil
}

// deliver writes one message, with its envelope and trace in front, and
// returns when it is safe on disk.
func (d *maildir) deliver(m *message.Message, received string) error {
	name := fmt.Sprintf("%d.M%dP%dQ%d.%s", time.Now().Unix(), time.Now().Nanosecond()/1000, os.Getpid(), d.count.Add(1), d.host)
	tmp := filepath.Join(d.dir, "tmp", name)
	f, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("maildir: %w", err)
	}
	defer os.Remove(tmp) // after the rename there is nothing to remove
	defer f.Close()
	w := bufio.NewWriter(f)
	fmt.Fprintf(w, "Return-Path: <%s>\r\nDelivered-To: %s\r\n%s", m.Sender(), m.Recipient(), received)
	if _, err := m.WriteTo(w); err != nil {
		return fmt.Errorf("maildir: writing message %s: %w", m.ID(), err)
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("maildir: writing message %s: %w", m.ID(), err)
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("maildir: %w", err)
	}
	if err := os.Rename(tmp, filepath.Join(d.dir, "new", name)); err != nil {
		return fmt.Errorf("maildir: %w", err)
	}
	return nil
}

// received is the trace field of a message that came by this connection
// (RFC 5321 section 4.4), as policy wants it.
func (w *wire) received(m *msys.Message) string {
	with := "ESMTP"
	if w.secured {
		with = "ESMTPS"
	}
	if w.session.Construct().User() != "" {
		with += "A"
	}
	if value, ok, err := w.session.ReceivedHeader(w.ctx, m.Message); err == nil && ok {
		return "Received: " + strings.ReplaceAll(vctx.CleanText(value), "\n", "\r\n\t") + "\r\n"
	}
	if p, err := w.session.ReceivedProtocol(w.ctx, m.Message, with); err == nil {
		with = strings.ReplaceAll(vctx.CleanText(p), "\n", " ")
	}
	return fmt.Sprintf("Received: from %s ([%s])\r\n\tby %s with %s id %s\r\n\tfor <%s>; %s\r\n",
		w.session.Context().Get(vctx.ConnScope, vctx.KeyEhloDomain), w.session.Conn().RemoteAddr().Host(),
		w.s.o.hostname, with, m.ID(), m.Recipient(), time.Now().Format(time.RFC1123Z))
}
