package message

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// outbox is an Injector that keeps what it gets.
type outbox struct {
	mails []*Message
	from  []string
	to    [][]string
	err   error
}

func (b *outbox) Inject(_ context.Context, m *Message, from string, to []string) error {
	b.mails = append(b.mails, m)
	b.from = append(b.from, from)
	b.to = append(b.to, to)
	return b.err
}

type fixedClock time.Time

func (c fixedClock) Now() time.Time { return time.Time(c) }

func TestInject(t *testing.T) {
	var box outbox
	m, err := ParseBytes([]byte(simpleMail), Envelope{From: "a@b", To: "c@d"}, &Options{Injector: &box})
	must(t, err)
	m.ContextSet(ContextMess, "k", "v")
	_, err = m.SetCode(550, "no")
	must(t, err)
	m.SetBinding("default")
	id := m.ID()
	must(t, m.Inject(context.Background(), "s@x.example", SplitRecipients(` <a@y.example>, "q,r"@z.example,,`)))
	if diff := cmp.Diff([][]string{{"a@y.example", `"q,r"@z.example`}}, box.to); diff != "" {
		t.Error(diff)
	}
	c := box.mails[0]
	if c.ReceiveMethod() != ProtocolInternal || c.ID() == id || c.Binding() != "" || c.Sender() != "s@x.example" {
		t.Errorf("copy: method %v, id %q, binding %q, sender %q", c.ReceiveMethod(), c.ID(), c.Binding(), c.Sender())
	}
	if _, ok := c.Code(); ok {
		t.Error("copy has a code")
	}
	if v, _ := c.ContextGet(ContextMess, "mailfrom_domain"); v != "x.example" {
		t.Errorf("mailfrom_domain %q", v)
	}
	if v, _ := c.ContextGet(ContextMess, "k"); v != "v" {
		t.Errorf("k %q", v)
	}
	if raw(t, c) != simpleMail || raw(t, m) != simpleMail || m.ID() != id || m.Sender() != "a@b" {
		t.Error("content or original changed")
	}
	for list, want := range map[string]error{",": ErrNoRecipients, " <> ": ErrNoRecipients, "a b@c": ErrInvalidAddress} {
		if err := m.Inject(context.Background(), "", SplitRecipients(list)); !errors.Is(err, want) {
			t.Errorf("%q: error %v", list, err)
		}
	}
	if err := parse(t, simpleMail).Inject(context.Background(), "", []string{"a@b"}); err != ErrNoInjector {
		t.Errorf("error %v", err)
	}
	box.err = errors.New("queue full")
	if err := m.Inject(context.Background(), "", []string{"a@b"}); !errors.Is(err, box.err) {
		t.Errorf("error %v", err)
	}
}

func TestInjectNewMail(t *testing.T) {
	var box outbox
	o := &Options{Injector: &box, Clock: fixedClock(mailTime), Hostname: "mx.example"}
	m := New(o, mailTime)
	must(t, m.Header().Append("Subject", "x"))
	must(t, m.Header().Append("Content-Type", "text/html"))
	must(t, m.Inject(context.Background(), "", []string{"a@b"}))
	h := box.mails[0].Header()
	if got := h.Get("Date"); got != "Mon, 06 May 2024 07:08:09 +0000" {
		t.Errorf("date %q", got)
	}
	if got := h.Get("Message-ID"); !strings.HasSuffix(got, "@mx.example>") || !strings.HasPrefix(got, "<") {
		t.Errorf("message id %q", got)
	}
	if got := h.Get("MIME-Version"); got != "1.0" {
		t.Errorf("version %q", got)
	}
	if m.Header().Has("Date") {
		t.Error("the original got a date")
	}
}

func TestInjectDepth(t *testing.T) {
	var box outbox
	m := New(&Options{Injector: &box, MaxInjectDepth: 2}, mailTime)
	must(t, m.Inject(context.Background(), "", []string{"a@b"}))
	m = box.mails[0]
	must(t, m.Inject(context.Background(), "", []string{"a@b"}))
	m = box.mails[1]
	if err := m.Inject(context.Background(), "", []string{"a@b"}); err != ErrInjectDepth {
		t.Errorf("error %v", err)
	}
}
