package domainkeys_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/domainkeys"
)

// FuzzVerify has signature fields of any kind on mail of any kind: whatever
// they are, validation ends soon, and only what was signed is good.
func FuzzVerify(f *testing.F) {
	signed := sign(f, plainMail, options())
	for _, s := range []string{
		signed, plainMail, strings.Replace(signed, "s=s1", "s=gone", 1), "DomainKey-Signature:\r\n\r\n", "DomainKey-Signature: c=nofws; d=ex.test; s=s1; h=:::; b=AA==\r\nFrom: a@ex.test\r\n\r\n",
		"DomainKey-Signature: a=; c=simple; d=ex.test; s=s1; b=AA==\nFrom: a@ex.test\n\nx",
	} {
		f.Add([]byte(s))
	}
	_, rest, _ := strings.Cut(signed, "\r\nReceived:")
	f.Fuzz(func(t *testing.T, mail []byte) {
		m, err := message.ParseBytes(mail, message.Envelope{}, nil)
		if err != nil {
			t.Skip()
		}
		defer m.Close()
		begin := time.Now()
		status, err := newVerifier().Verify(context.Background(), m)
		if d := time.Since(begin); d > 20*time.Second {
			t.Errorf("took %v", d)
		}
		if err != nil && status != domainkeys.Unsigned {
			t.Error(status, err)
		}
		if status == domainkeys.Good && !strings.Contains(squeeze(string(mail)), squeeze(rest[:40])) {
			t.Errorf("good: %q", mail)
		}
	})
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }
