package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/vctx"
)

// injector hands mail to an SMTP listener of the MTA that does not ask this
// milter.
type injector struct{ address, hostname string }

var _ msys.Enqueuer = (*injector)(nil)

// injectTimeout bounds a whole delivery to the listener.
const injectTimeout = time.Minute

// Enqueue takes mail that policies send.
func (i *injector) Enqueue(ctx context.Context, m *message.Message) error {
	return i.send(ctx, m.Sender(), []string{m.Recipient()}, m, "")
}

// send delivers a message with a trace field, or "", in front.
func (i *injector) send(ctx context.Context, from string, to []string, m *message.Message, trace string) error {
	ctx, cancel := context.WithTimeout(ctx, injectTimeout)
	defer cancel()
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", i.address)
	if err != nil {
		return fmt.Errorf("milter: injecting mail: %w", err)
	}
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	c := smtp.NewClient(conn)
	defer c.Close()
	if err := i.talk(c, from, to, m, trace); err != nil {
		return fmt.Errorf("milter: injecting mail by %s: %w", i.address, err)
	}
	return nil
}

func (i *injector) talk(c *smtp.Client, from string, to []string, m *message.Message, trace string) error {
	if err := c.Hello(i.hostname); err != nil {
		return err
	}
	utf8, _ := c.Extension("SMTPUTF8")
	utf8 = utf8 && !ascii(from+strings.Join(to, ""))
	if err := c.Mail(from, &smtp.MailOptions{UTF8: utf8}); err != nil {
		return err
	}
	for _, rcpt := range to {
		if err := c.Rcpt(rcpt, nil); err != nil {
			return err
		}
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := io.Copy(w, io.MultiReader(strings.NewReader(trace), m.Content())); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	c.Quit() // the mail is in
	return nil
}

func ascii(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > 126 }) < 0
}

// trace makes the Received field of mail that leaves the MTA's transaction,
// which would else not show where it came from.
func (ss *session) trace() string {
	conn := ss.policy.Conn()
	id := ss.queueID()
	if id == "" {
		id = ss.policy.ID()
	}
	helo := ss.policy.Context().Get(vctx.ConnScope, vctx.KeyEhloDomain)
	client := conn.RemoteAddr().Host()
	if strings.Contains(client, ":") {
		client = "IPv6:" + client
	}
	line := fmt.Sprintf("Received: from %s ([%s])\r\n\tby %s with ESMTP id %s;\r\n\t%s\r\n",
		helo, client, conn.Hostname, id, time.Now().Format(time.RFC1123Z))
	return strings.ReplaceAll(line, "\x00", "")
}
