package docstest

import (
	"strings"
	"testing"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/dkim"
)

// plainMail is what most snippets see.
const plainMail = "From: Ann <ann@example.org>\r\nTo: Bob <bob@example.com>\r\nSubject: hello\r\n" +
	"Date: Sun, 1 Jun 2025 12:00:00 +0000\r\nMessage-ID: <1@example.org>\r\n\r\nHi Bob\r\n"

// bounceMail is a delivery report.
const bounceMail = "From: MAILER-DAEMON@example.net\r\nTo: ann@example.org\r\nSubject: Undelivered Mail\r\nMIME-Version: 1.0\r\n" +
	"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n" +
	"--b\r\n\r\nYour mail could not be delivered.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n" +
	"Reporting-MTA: dns; mx.example.net\r\n\r\nFinal-Recipient: rfc822; eve@example.net\r\nAction: failed\r\nStatus: 5.1.1\r\n" +
	"Diagnostic-Code: smtp; 550 5.1.1 User unknown\r\n--b--\r\n"

// mailFor gives the mail that snippets of a module see.
func mailFor(t *testing.T, module string) string {
	t.Helper()
	switch module {
	case "msys.validate.opendkim", "msys.validate.dkim":
		return signed(t, plainMail)
	case "msys.bounce", "msys.rfc3464":
		return bounceMail
	}
	return plainMail
}

// signed puts a signature of example.org above a mail.
func signed(t *testing.T, mail string) string {
	t.Helper()
	m, err := message.ParseBytes([]byte(mail), message.Envelope{From: "ann@example.org", To: "bob@example.com"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	signer := &dkim.Signer{KeyLoader: keyFile}
	if _, err := signer.Sign(t.Context(), m, &dkim.SignOptions{Domain: "example.org", Selector: "mail", KeyFile: "/etc/dkim/example.org.key"}); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if _, err := m.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
