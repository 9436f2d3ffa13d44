package dkim_test

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/dkim"
	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
)

const plainMail = "Received: from a\r\nReceived: from b\r\nFrom: Ann <ann@ex.test>\r\nTo: bob@rcpt.test\r\n" +
	"Subject: a  folded\r\n subject\r\nDate: Fri, 11 Jul 2003 21:00:37 -0700\r\nMessage-ID: <1@ex.test>\r\n\r\nHello  Bob, \r\n\r\nbye\r\n\r\n\r\n"

var rsaKey = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
})

var edKey = sync.OnceValue(func() ed25519.PrivateKey {
	_, k, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		panic(err)
	}
	return k
})

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
		"s1._domainkey.ex.test":        "v=DKIM1; p=" + p,
		"strict._domainkey.ex.test":    "v=DKIM1; t=s; p=" + p,
		"test._domainkey.ex.test":      "v=DKIM1; k=rsa; t=y; p=" + p,
		"gone._domainkey.ex.test":      "v=DKIM1; p=",
		"slow._domainkey.ex.test":      "SERVFAIL",
		"two._domainkey.ex.test":       "v=DKIM1; p=" + p + "\nv=DKIM1; p=",
		"v2._domainkey.ex.test":        "v=DKIM2; p=" + p,
		"sha1._domainkey.ex.test":      "v=DKIM1; h=sha1; p=" + p,
		"md5._domainkey.ex.test":       "v=DKIM1; h=md5; p=" + p,
		"tlsrpt._domainkey.ex.test":    "v=DKIM1; s=tlsrpt; p=" + p,
		"nok._domainkey.ex.test":       "v=DKIM1; k=; p=" + p,
		"dsa._domainkey.ex.test":       "v=DKIM1; k=dsa; p=" + p,
		"junk._domainkey.ex.test":      "v=DKIM1; p=!!!",
		"nokey._domainkey.ex.test":     "v=DKIM1; p=aGVsbG8=",
		"empty._domainkey.ex.test":     "",
		"ed._domainkey.ex.test":        "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(edKey().Public().(ed25519.PublicKey)),
		"pkcs1._domainkey.ex.test":     "p=" + base64.StdEncoding.EncodeToString(x509.MarshalPKCS1PublicKey(&rsaKey().PublicKey)),
		"mixed._domainkey.ex.test":     "v=DKIM1; k=ed25519; p=" + p,
		"two.parts._domainkey.ex.test": "v=DKIM1; p=" + p,
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
	var b strings.Builder
	if _, err := m.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func newVerifier() *dkim.Verifier {
	return &dkim.Verifier{Keys: dkimsig.KeyStore{Resolver: testZone()}}
}

func verify(t testing.TB, v *dkim.Verifier, m *message.Message) *dkim.Result {
	t.Helper()
	res, err := v.Verify(context.Background(), m)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// options sign plainMail relaxed for ex.test with the key of selector.
func options(selector string) *dkim.SignOptions {
	return &dkim.SignOptions{Domain: "ex.test", Selector: selector, Key: rsaKey(), HeaderCanon: dkimsig.Relaxed, BodyCanon: dkimsig.Relaxed}
}

func sign(t testing.TB, m *message.Message, o *dkim.SignOptions) string {
	t.Helper()
	var s dkim.Signer
	field, err := s.Sign(context.Background(), m, o)
	if err != nil {
		t.Fatal(err)
	}
	return field
}
