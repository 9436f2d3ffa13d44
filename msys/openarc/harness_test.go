package openarc_test

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
	"time"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
	"github.com/gomsys/gomsys/msys/openarc"
)

const plainMail = "Received: from a\r\nFrom: Ann <ann@ex.test>\r\nTo: bob@rcpt.test\r\n" +
	"Subject: a  folded\r\n subject\r\nDate: Fri, 11 Jul 2003 21:00:37 -0700\r\nMessage-ID: <1@ex.test>\r\n\r\nHello  Bob, \r\n\r\nbye\r\n\r\n\r\n"

var sealedAt = time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)

func rsaKeyOf(bits int) func() *rsa.PrivateKey {
	return sync.OnceValue(func() *rsa.PrivateKey {
		k, err := rsa.GenerateKey(rand.Reader, bits)
		if err != nil {
			panic(err)
		}
		return k
	})
}

var (
	rsaKey   = rsaKeyOf(2048)
	otherKey = rsaKeyOf(1024)
	edKey    = func() ed25519.PrivateKey { return ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)) }
)

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
		return []string{txt}, nil
	}
}

func edRecord() string {
	return "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(edKey().Public().(ed25519.PublicKey))
}

func testZone() zone {
	p := public(rsaKey())
	return zone{
		"s1._domainkey.one.test":   "v=DKIM1; p=" + p,
		"s2._domainkey.two.test":   "v=DKIM1; p=" + public(otherKey()),
		"s3._domainkey.three.test": edRecord(),
		"gone._domainkey.one.test": "v=DKIM1; p=",
		"slow._domainkey.one.test": "SERVFAIL",
		"mask._domainkey.one.test": "v=DKIM1; p=" + public(otherKey()),
		"sha1._domainkey.one.test": "v=DKIM1; h=sha1; p=" + p,
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

func now() time.Time { return sealedAt }

func newVerifier() *openarc.Verifier {
	return &openarc.Verifier{Keys: dkimsig.KeyStore{Resolver: testZone()}, Now: now}
}

func newSealer() *openarc.Sealer {
	return &openarc.Sealer{Verifier: newVerifier(), Hostname: "mx.one.test", Now: now}
}

// hop gives the options of the handlers of a chain, counted from 1.
func hop(n int) *openarc.SealOptions {
	return []*openarc.SealOptions{
		{Domain: "one.test", Selector: "s1", Key: rsaKey(), AuthServID: "mx.one.test"},
		{Domain: "two.test", Selector: "s2", Key: otherKey(), AuthServID: "mx.two.test", SimpleBody: true},
		{Domain: "three.test", Selector: "s3", Key: edKey(), AuthServID: "mx.three.test"},
	}[(n-1)%3]
}

// seal gives mail with n more sets.
func seal(t testing.TB, mail string, hops ...int) string {
	t.Helper()
	for _, n := range hops {
		m := parse(t, mail)
		if _, err := newSealer().Seal(context.Background(), m, hop(n)); err != nil {
			t.Fatal(err)
		}
		mail = content(t, m)
	}
	return mail
}

// chain3 is a mail with three sets.
var chain3 = sync.OnceValue(func() string {
	t := &testing.B{}
	return seal(t, plainMail, 1, 2, 3)
})

// verify gives the status of a mail and why it fails.
func verify(t testing.TB, v *openarc.Verifier, mail string) (openarc.CV, string) {
	t.Helper()
	m := parse(t, mail)
	cv, err := v.Verify(context.Background(), m)
	if kept, _ := m.ContextGet(message.ContextMess, "arc_cv"); kept != string(cv) {
		t.Errorf("arc_cv is %q, result %q", kept, cv)
	}
	if (cv == openarc.Fail) != (err != nil) {
		t.Errorf("%s with error %v", cv, err)
	}
	if err != nil {
		return cv, err.Error()
	}
	return cv, ""
}

// tagOf gives a tag of a field without its white space.
func tagOf(field, name string) string {
	m := regexp.MustCompile(`(?s)[;:]\s*` + name + `=([^;]*)`).FindStringSubmatch(field)
	if m == nil {
		return "(none)"
	}
	return strings.Join(strings.Fields(m[1]), "")
}

// fieldOf gives the raw field of a name and instance, "" if there is none.
func fieldOf(mail, name, instance string) string {
	for _, f := range regexp.MustCompile(`(?im)^`+name+`:.*\r\n([ \t].*\r\n)*`).FindAllString(mail, -1) {
		if regexp.MustCompile(`[:;]\s*i=` + instance + `;`).MatchString(f) {
			return f
		}
	}
	return ""
}
