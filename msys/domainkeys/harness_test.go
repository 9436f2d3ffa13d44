package domainkeys_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"net"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
	"github.com/gomsys/gomsys/msys/domainkeys"
)

const plainMail = "Received: from a\r\nReceived: from b\r\nFrom: Ann <Ann@Ex.test>\r\nTo: bob@rcpt.test\r\n" +
	"Subject: a  folded\r\n subject\r\nDate: Fri, 11 Jul 2003 21:00:37 -0700\r\nMessage-ID: <1@ex.test>\r\n\r\nHello  Bob, \r\n\r\nbye\r\n \r\n\r\n"

func rsaKeyOf(bits int) func() *rsa.PrivateKey {
	return sync.OnceValue(func() *rsa.PrivateKey {
		k, err := rsa.GenerateKey(rand.Reader, bits)
		if err != nil {
			panic(err)
		}
		return k
	})
}

var rsaKey = rsaKeyOf(1024)

func public(key crypto.Signer) string {
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		panic(err)
	}
	return base64.StdEncoding.EncodeToString(der)
}

// zone answers TXT questions; a record "SERVFAIL" is a failure.
type zone map[string]string

func (z zone) LookupTXT(_ context.Context, name string) ([]string, error) {
	switch txt, ok := z[name]; {
	case !ok:
		return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
	case txt == "SERVFAIL":
		return nil, &net.DNSError{Err: "server misbehaving", Name: name, IsTemporary: true}
	default:
		return strings.Split(txt, "\n"), nil
	}
}

func testZone() zone {
	p := public(rsaKey())
	return zone{
		"s1._domainkey.ex.test":    "g=*; k=rsa; p=" + p,
		"plain._domainkey.ex.test": "p=" + p,
		"dkim._domainkey.ex.test":  "v=DKIM1; p=" + p,
		"test._domainkey.ex.test":  "k=rsa; t=y; p=" + p,
		"ann._domainkey.ex.test":   "g=Ann; p=" + p,
		"bob._domainkey.ex.test":   "g=bob; p=" + p,
		"an._domainkey.ex.test":    "g=An*n; p=" + p,
		"ax._domainkey.ex.test":    "g=A*x; p=" + p,
		"gone._domainkey.ex.test":  "k=rsa; p=",
		"slow._domainkey.ex.test":  "SERVFAIL",
		"dsa._domainkey.ex.test":   "k=dsa; p=" + p,
		"ed._domainkey.ex.test":    "k=ed25519; p=" + base64.StdEncoding.EncodeToString(make([]byte, ed25519.PublicKeySize)),
		"junk._domainkey.ex.test":  "k=rsa; p=!!!",
		"nokey._domainkey.ex.test": "k=rsa; p=aGVsbG8=",
		"two._domainkey.ex.test":   "p=" + p + "\np=",
		"h256._domainkey.ex.test":  "h=sha256; p=" + p,
	}
}

func parse(t testing.TB, mail string) *message.Message {
	t.Helper()
	m, err := message.ParseBytes([]byte(mail), message.Envelope{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	return m
}

func content(t testing.TB, m *message.Message) string {
	t.Helper()
	var b bytes.Buffer
	if _, err := m.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func newVerifier() *domainkeys.Verifier {
	return &domainkeys.Verifier{Keys: dkimsig.KeyStore{Resolver: testZone()}}
}

func options() *domainkeys.SignOptions {
	return &domainkeys.SignOptions{Domain: "ex.test", Selector: "s1", Key: rsaKey()}
}

// sign gives mail with a signature.
func sign(t testing.TB, mail string, o *domainkeys.SignOptions) string {
	t.Helper()
	m := parse(t, mail)
	var s domainkeys.Signer
	field, err := s.Sign(context.Background(), m, o)
	if err != nil {
		t.Fatal(err)
	}
	signed := content(t, m)
	if signed != field+"\r\n"+mail {
		t.Errorf("more than a field was added:\n%s", signed)
	}
	return signed
}

func verify(t testing.TB, mail string) (domainkeys.Status, error) {
	t.Helper()
	return newVerifier().Verify(context.Background(), parse(t, mail))
}

// tagOf gives a tag of the topmost field without its white space.
func tagOf(mail, name string) string {
	field, _, _ := strings.Cut(mail, "\r\nReceived:")
	m := regexp.MustCompile(`(?s)[;:]\s*` + name + `=([^;]*)`).FindStringSubmatch(field)
	if m == nil {
		return "(none)"
	}
	return strings.Join(strings.Fields(m[1]), "")
}
