package openarc_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"
	"testing"

	peer "github.com/emersion/go-msgauth/dkim"
)

// TestIndependent checks both signatures with nothing but the standard
// library, and the body hash with that of go-msgauth.
func TestIndependent(t *testing.T) {
	for _, hops := range [][]int{{1}, {1, 1}, {1, 2, 1}} {
		mail := seal(t, plainMail, hops...)
		n := fmt.Sprint(len(hops))
		header, body, _ := strings.Cut(mail, "\r\n\r\n")
		relaxed := func(field string) string {
			name, value, _ := strings.Cut(field, ":")
			value = strings.ReplaceAll(value, "\r\n", "")
			value = regexp.MustCompile(`[ \t]+`).ReplaceAllString(value, " ")
			return strings.ToLower(strings.TrimSpace(name)) + ":" + strings.TrimSpace(value) + "\r\n"
		}
		unsigned := func(field string) string {
			return strings.TrimSuffix(relaxed(regexp.MustCompile(`(?s)([ \t]b=)[^;]*`).ReplaceAllString(field, "$1")), "\r\n")
		}
		check := func(what, field, text string) {
			t.Helper()
			sig, err := base64.StdEncoding.DecodeString(tagOf(field, "b"))
			if err != nil {
				t.Fatal(err)
			}
			sum := sha256.Sum256([]byte(text))
			if err := rsa.VerifyPKCS1v15(&rsaKey().PublicKey, crypto.SHA256, sum[:], sig); err != nil {
				t.Error(what, err)
			}
		}
		var text strings.Builder
		field := fieldOf(mail, ams, n)
		for name := range strings.SplitSeq(tagOf(field, "h"), ":") {
			text.WriteString(relaxed(regexp.MustCompile(`(?m)^` + name + `:.*\r\n([ \t].*\r\n)*`).FindString(header + "\r\n")))
		}
		text.WriteString(unsigned(field))
		check(ams, field, text.String())

		text.Reset()
		for i := 1; i < len(hops); i++ {
			for _, name := range []string{aar, ams, as} {
				text.WriteString(relaxed(fieldOf(mail, name, fmt.Sprint(i))))
			}
		}
		text.WriteString(relaxed(fieldOf(mail, aar, n)) + relaxed(fieldOf(mail, ams, n)) + unsigned(fieldOf(mail, as, n)))
		check(as, fieldOf(mail, as, n), text.String())

		var signed strings.Builder
		if err := peer.Sign(&signed, strings.NewReader("From: a@b\r\n\r\n"+body), &peer.SignOptions{
			Domain: "one.test", Selector: "s1", Signer: rsaKey(), BodyCanonicalization: peer.CanonicalizationRelaxed,
		}); err != nil {
			t.Fatal(err)
		}
		if got, want := tagOf(field, "bh"), tagOf(signed.String(), "bh"); got != want {
			t.Errorf("bh %s, go-msgauth has %s", got, want)
		}
	}
}
