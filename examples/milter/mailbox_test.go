package main

import (
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// mailbox is an SMTP server that keeps what it gets.
type mailbox struct {
	mu    sync.Mutex
	mails []mail
	more  chan struct{}
}

type mail struct {
	from string
	to   []string
	data string
}

type mailboxSession struct {
	box *mailbox
	mail
}

func (s *mailboxSession) Reset()        { s.mail = mail{} }
func (s *mailboxSession) Logout() error { return nil }
func (s *mailboxSession) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return nil
}
func (s *mailboxSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = append(s.to, to)
	return nil
}
func (s *mailboxSession) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.data = string(b)
	s.box.mu.Lock()
	s.box.mails = append(s.box.mails, s.mail)
	s.box.mu.Unlock()
	s.box.more <- struct{}{}
	return nil
}

// startMailbox gives the server and its address.
func startMailbox(t *testing.T) (*mailbox, string) {
	t.Helper()
	box := &mailbox{more: make(chan struct{}, 100)}
	s := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &mailboxSession{box: box}, nil }))
	s.Domain = "box.test"
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	t.Cleanup(func() {
		s.Close()
		<-done
	})
	return box, l.Addr().String()
}

// next waits for a mail.
func (b *mailbox) next(t *testing.T) mail {
	t.Helper()
	select {
	case <-b.more:
	case <-time.After(20 * time.Second):
		t.Fatal("no mail arrived")
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	m := b.mails[0]
	b.mails = b.mails[1:]
	return m
}
