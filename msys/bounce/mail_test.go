package bounce

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/rfc3464"
)

// readMail reads a mail of testdata with CRLF line breaks.
func readMail(t testing.TB, name, from string) *message.Message {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata/mail", name+".eml"))
	if err != nil {
		t.Fatal(err)
	}
	data = bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n"))
	m, err := message.ParseBytes(data, message.Envelope{From: from, NullFrom: from == "", To: "sender@example.com"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// mailCases are the mails of testdata with what they are.
var mailCases = []struct {
	name, from string
	code       int
	recipient  string
}{
	{"dsn-postfix", "", 22, "alias@example.org"},
	{"dsn-status-only", "", 10, "gone@example.net"},
	{"dsn-reason-in-text", "", 21, "someone@example.invalid"},
	{"dsn-delayed", "", 70, "slow@example.net"},
	{"dsn-delivered", "", 1, "happy@example.net"},
	{"dsn-second-failed", "", 10, "gone@example.net"},
	{"dsn-no-recipient", "", 30, ""},
	{"dsn-nothing-known", "", 40, "someone@example.net"},
	{"exim", "", 10, "nobody@example.net"},
	{"exim-sender-refused", "", 50, "nobody@example.net"},
	{"exim-no-reason", "", 40, "nobody@example.net"},
	{"qmail", "", 10, "nobody@example.net"},
	{"sendmail-transcript", "", 10, "gone@example.net"},
	{"exchange-words", "", 10, "someone@example.net"},
	{"exchange-words", "postmaster@example.net", 10, "someone@example.net"},
	{"html-only", "", 22, "gone@example.net"},
	{"broken-mime", "", 10, "gone@example.net"},
	{"delay-words", "", 70, "slow@example.net"},
	{"vacation", "friend@example.net", 60, ""},
	{"vacation-subject", "", 60, ""},
	{"vacation-precedence", "friend@example.net", 60, ""},
	{"subscribe", "reader@example.net", 80, ""},
	{"unsubscribe-body", "reader@example.net", 90, ""},
	{"unsubscribe-mentioned", "reader@example.net", 1, ""},
	{"challenge", "friend@example.net", 100, ""},
	{"letter", "friend@example.net", 1, ""},
	{"empty", "friend@example.net", 1, ""},
	{"empty", "", 1, ""},
}

func TestClassifyMessage(t *testing.T) {
	c := newClassifier(t, nil)
	for _, tt := range mailCases {
		t.Run(tt.name, func(t *testing.T) {
			m := readMail(t, tt.name, tt.from)
			class, recipient, err := c.ClassifyMessage(context.Background(), m)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(tt.name, "vacation") {
				recipient = "" // whatever is found there is not asked for
			}
			if class.Code != tt.code || recipient != tt.recipient {
				v, _, _ := c.judgeMail(context.Background(), m)
				t.Errorf("%s (%s), %q; want %d, %q", class, v.explanation(), recipient, tt.code, tt.recipient)
			}
		})
	}
}

// TestOwnNotification classifies what package rfc3464 makes.
func TestOwnNotification(t *testing.T) {
	original, err := message.ParseBytes([]byte("Subject: hello\r\n\r\nbody\r\n"), message.Envelope{From: "s@sender.example", To: "r@d"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := original.SetCode(550, "5.1.1 unknown"); err != nil {
		t.Fatal(err)
	}
	for action, code := range map[rfc3464.Action]int{rfc3464.Failed: 10, rfc3464.Delayed: 10, rfc3464.Delivered: 1, rfc3464.Expanded: 1} {
		dsn, err := rfc3464.Create(context.Background(), original, action, nil)
		if err != nil {
			t.Fatal(err)
		}
		class, recipient, err := newClassifier(t, nil).ClassifyMessage(context.Background(), dsn)
		if err != nil || class.Code != code || recipient != "r@d" {
			t.Errorf("%s: %s, %q, %v", action, class, recipient, err)
		}
	}
}

func TestMailOverrides(t *testing.T) {
	f := files{"mdn": "23,no room|in reply\n22,beach\n", "smtp": "example.net,24,no such user\n"}
	c := newClassifier(t, &Options{UserMDN: "mdn", UserSMTP: "smtp", Open: f.open})
	for name, code := range map[string]int{"dsn-postfix": 23, "vacation": 22, "dsn-second-failed": 24} {
		class, _, err := c.ClassifyMessage(context.Background(), readMail(t, name, ""))
		if err != nil || class.Code != code {
			t.Errorf("%s: %s, %v", name, class, err)
		}
	}
}

func TestClassifyMessageErrors(t *testing.T) {
	c := newClassifier(t, nil)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if class, _, err := c.ClassifyMessage(ctx, readMail(t, "qmail", "")); !errors.Is(err, context.Canceled) || class.Code != Undetermined {
		t.Errorf("%s, %v", class, err)
	}
	m := readMail(t, "qmail", "")
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.ClassifyMessage(context.Background(), m); err == nil {
		t.Error("a freed message gives no error")
	}
}

func TestVisibleText(t *testing.T) {
	for in, want := range map[string]string{
		"plain": "plain", "a<b>c</b>d": "acd", "<p>x</p>y": "\nx\ny", "a<br/>b": "a\nb", "&lt;a@b&gt; &amp;": "<a@b> &",
		"<style>p{}</style>x": "x", "<": "", "a<b": "a", "<script>1<2</script>3": "3",
	} {
		if got := visibleText(in); got != want {
			t.Errorf("visibleText(%q) = %q, want %q", in, got, want)
		}
	}
}

// FuzzClassifyMessage checks that any mail gets a known class.
func FuzzClassifyMessage(f *testing.F) {
	for _, tt := range mailCases {
		data, err := os.ReadFile(filepath.Join("testdata/mail", tt.name+".eml"))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data, tt.from)
	}
	c := newClassifier(f, nil)
	f.Fuzz(func(t *testing.T, data []byte, from string) {
		m, err := message.ParseBytes(data, message.Envelope{From: from, NullFrom: from == "", To: "a@b"}, nil)
		if err != nil {
			return
		}
		class, recipient, err := c.ClassifyMessage(context.Background(), m)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := c.Class(class.Code); !ok || strings.ContainsAny(recipient, "\r\n") {
			t.Fatalf("%s, %q", class, recipient)
		}
	})
}

func BenchmarkClassifyMessage(b *testing.B) {
	c := newClassifier(b, nil)
	for _, name := range []string{"dsn-postfix", "exim", "vacation"} {
		m := readMail(b, name, "")
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := c.ClassifyMessage(context.Background(), m); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
