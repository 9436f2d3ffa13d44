package spf_test

import (
	"strings"
	"testing"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/spf"
)

func parse(t testing.TB, mail string) *message.Message {
	t.Helper()
	m, err := message.ParseBytes([]byte(mail), message.Envelope{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	return m
}

func TestResponsibleAddress(t *testing.T) {
	for _, tt := range []struct{ name, header, mailbox, field string }{
		{"From", "From: Ann <ann@a.test>", "ann@a.test", "from"},
		{"Sender before From", "From: a@a.test, b@b.test|Sender: s@s.test", "s@s.test", "sender"},
		{"Resent-From before Sender", "Sender: s@s.test|Resent-From: r@r.test|From: a@a.test", "r@r.test", "resent-from"},
		{"Resent-Sender before Resent-From", "Resent-From: r@r.test|Resent-Sender: t@t.test|From: a@a.test", "t@t.test", "resent-sender"},
		{"Resent-Sender of an earlier resending", "Resent-From: r@r.test|Received: x|Resent-Sender: t@t.test|From: a@a.test", "r@r.test", "resent-from"},
		{"Return-Path parts resendings too", "Resent-From: r@r.test|Return-Path: <>|Resent-Sender: t@t.test", "r@r.test", "resent-from"},
		{"trace above both", "Received: x|Resent-From: r@r.test|Resent-Sender: t@t.test", "t@t.test", "resent-sender"},
		{"the first of several resendings", "Resent-From: r@r.test|Resent-From: q@q.test|From: a@a.test", "r@r.test", "resent-from"},
		{"empty fields do not count", "Resent-Sender:  |Resent-From:|Sender: \t|From: a@a.test", "a@a.test", "from"},
		{"two Senders", "Sender: s@s.test|Sender: t@t.test|From: a@a.test", "", ""},
		{"two Froms", "From: a@a.test|From: b@b.test", "", ""},
		{"two mailboxes", "From: a@a.test, b@b.test", "", ""},
		{"no domain", "From: nobody", "", ""},
		{"malformed and no way back", "Sender: ???|From: a@a.test", "", ""},
		{"none", "Subject: x", "", ""},
	} {
		m := parse(t, strings.ReplaceAll(tt.header, "|", "\r\n")+"\r\n\r\n")
		mailbox, field, ok := spf.ResponsibleAddress(m.Header())
		if mailbox != tt.mailbox || field != tt.field || ok != (tt.mailbox != "") {
			t.Errorf("%s: got %q %q %v", tt.name, mailbox, field, ok)
		}
	}
}
