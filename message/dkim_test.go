package message

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/emersion/go-msgauth/dkim"
)

// signer signs mail and knows its own key.
type signer struct{ key ed25519.PrivateKey }

func newSigner() signer {
	return signer{ed25519.NewKeyFromSeed([]byte("0123456789abcdef0123456789abcdef"))}
}

func (s signer) sign(t *testing.T, mail string, c dkim.Canonicalization) string {
	t.Helper()
	var b bytes.Buffer
	must(t, dkim.Sign(&b, strings.NewReader(mail), &dkim.SignOptions{
		Domain: "x.example", Selector: "s", Signer: s.key,
		HeaderCanonicalization: c, BodyCanonicalization: c,
		HeaderKeys: []string{"From", "Subject", "MIME-Version", "Content-Type"},
	}))
	return b.String()
}

func (s signer) verify(t *testing.T, mail string) {
	t.Helper()
	lookup := func(string) ([]string, error) {
		return []string{"v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(s.key.Public().(ed25519.PublicKey))}, nil
	}
	found, err := dkim.VerifyWithOptions(strings.NewReader(mail), &dkim.VerifyOptions{LookupTXT: lookup})
	must(t, err)
	if len(found) != 1 || found[0].Err != nil {
		t.Fatalf("verification: %+v\n%s", found, mail)
	}
}

// TestDKIMSurvives checks that changes beside what was signed keep a signature
// good.
func TestDKIMSurvives(t *testing.T) {
	s := newSigner()
	for _, c := range []dkim.Canonicalization{dkim.CanonicalizationSimple, dkim.CanonicalizationRelaxed} {
		for _, mail := range []string{simpleMail, mixedMail, strings.Replace(mixedMail, "epilogue\r\n", "", 1)} {
			signed := s.sign(t, mail, c)
			m := parse(t, signed)
			h := m.Header()
			must(t, h.Prepend("Received", "from a by b; Mon, 6 May 2024 07:08:09 +0000"))
			must(t, h.Append("X-Spam-Score", "1.5"))
			must(t, h.Set("X-Spam-Score", "2", "3"))
			must(t, h.Append("X-Empty", strings.Repeat("long value ", 30)))
			_, err := h.Del("X-Empty")
			must(t, err)
			for p := firstPart(m); p != nil; p = p.Thread() {
				_, err := p.Text()
				must(t, err)
			}
			s.verify(t, raw(t, m))

			// putting text back as it was is no change
			texts, err := m.Text()
			must(t, err)
			for p := firstPart(m); p != nil; p = p.Thread() {
				if mt := p.Type().MIMEType; strings.HasPrefix(mt, "text/") {
					must(t, p.SetText(texts[0], "", ""))
					texts = texts[1:]
				}
			}
			s.verify(t, raw(t, m))

			copied, err := m.Copy()
			must(t, err)
			must(t, copied.Header().Prepend("X-Copy", "1"))
			var wire bytes.Buffer
			_, err = copied.Render(&wire, 0)
			must(t, err)
			back := New(nil, mailTime)
			b, err := back.Builder(0)
			must(t, err)
			_, err = b.Write(wire.Bytes())
			must(t, err)
			must(t, b.Close())
			s.verify(t, raw(t, back))
		}
	}
}

// TestDKIMOfOtherPart checks that a signed message in one part keeps its
// signature when other parts change.
func TestDKIMOfOtherPart(t *testing.T) {
	s := newSigner()
	signed := s.sign(t, mixedMail, dkim.CanonicalizationSimple)
	m := parse(t, "From: a@b\r\nContent-Type: multipart/mixed; boundary=outer\r\n\r\n"+
		"--outer\r\n\r\ncover note\r\n--outer\r\nContent-Type: message/rfc822\r\n\r\n"+signed+"\r\n--outer--\r\n")
	all := parts(t, m)
	must(t, all[1].SetText("größer", "text/html", ""))
	must(t, all[2].Header().Append("X-Seen", "1"))
	wantPlaced(t, true)(all[0].AppendChild(newPart(t, m, "text/plain", "footer")))
	if _, err := m.Replace(context.Background(), ScopeText, compile(t, "foot"), "head"); err != nil {
		t.Fatal(err)
	}
	again := parts(t, parse(t, raw(t, m)))
	if len(again) != 4 {
		t.Fatalf("%d parts", len(again))
	}
	s.verify(t, read(t, again[2].Body()))
}
