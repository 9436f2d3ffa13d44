package outbound

import (
	"testing"

	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/message"
)

func TestDSNOptions(t *testing.T) {
	for _, tt := range []struct {
		name, mail, rcpt string
		wantMail         smtp.MailOptions
		wantRcpt         smtp.RcptOptions
	}{
		{name: "none", mail: "MAIL FROM:<a@b.example> SIZE=7", rcpt: "RCPT TO:<c@d.example>"},
		{name: "all", mail: "MAIL FROM:<a@b.example> RET=FULL ENVID=Q+2Bx", rcpt: "RCPT TO:<c@d.example> NOTIFY=success,DELAY ORCPT=rfc822;a+2Bb@d.example",
			wantMail: smtp.MailOptions{Return: smtp.DSNReturnFull, EnvelopeID: "Q+x"},
			wantRcpt: smtp.RcptOptions{Notify: []smtp.DSNNotify{"SUCCESS", "DELAY"}, OriginalRecipientType: "RFC822", OriginalRecipient: "a+b@d.example"}},
		{name: "lower case", mail: "mail from:<> ret=hdrs", rcpt: "rcpt to:<c@d.example> notify=never",
			wantMail: smtp.MailOptions{Return: smtp.DSNReturnHeaders}, wantRcpt: smtp.RcptOptions{Notify: []smtp.DSNNotify{"NEVER"}}},
		{name: "unicode", rcpt: `RCPT TO:<c@d.example> ORCPT=utf-8;j\x{F6}rg@d.example`,
			wantRcpt: smtp.RcptOptions{OriginalRecipientType: "UTF-8", OriginalRecipient: "jörg@d.example"}},
		{name: "malformed", mail: "MAIL FROM:<a@b.example> RET=SOME ENVID=+0A", rcpt: "RCPT TO:<c@d.example> NOTIFY=NEVER,DELAY ORCPT=rfc822;+0D+0Ax"},
		{name: "other words", rcpt: "RCPT TO:<c@d.example> NOTIFY=SOON ORCPT=x400;y"},
		{name: "twice", rcpt: "RCPT TO:<c@d.example> NOTIFY=DELAY,DELAY", wantRcpt: smtp.RcptOptions{Notify: []smtp.DSNNotify{"DELAY"}}},
		{name: "no command", mail: "text", rcpt: "<"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, err := message.ParseBytes([]byte("a: b\r\n\r\n"), message.Envelope{From: "a@b.example", To: "c@d.example"}, nil)
			if err != nil {
				t.Fatal(err)
			}
			defer m.Close()
			m.ContextSet(message.ContextMess, "mailfrom_string", tt.mail)
			m.ContextSet(message.ContextMess, "rcptto_string", tt.rcpt)
			mail, rcpt := dsnOptions(m)
			if diff := cmp.Diff(tt.wantMail, mail); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(tt.wantRcpt, rcpt); diff != "" {
				t.Error(diff)
			}
		})
	}
}
