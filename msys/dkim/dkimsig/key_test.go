package dkimsig_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
)

var rsaKey = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		panic(err)
	}
	return k
})

func edKey() ed25519.PrivateKey { return ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)) }

func spki(t testing.TB, key any) string {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(der)
}

func TestParseKey(t *testing.T) {
	p := spki(t, &rsaKey().PublicKey)
	ed := base64.StdEncoding.EncodeToString(edKey().Public().(ed25519.PublicKey))
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	giant, err := asn1.Marshal(struct {
		N *big.Int
		E int
	}{new(big.Int).Add(new(big.Int).Lsh(big.NewInt(1), dkimsig.MaxKeyBits), big.NewInt(1)), 65537})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		txt  string
		want error
	}{
		{"v=DKIM1; p=" + p, nil},
		{"p=" + p, nil},
		{"V=DKIM1; p=" + p, nil}, // V is some other tag
		{" v = DKIM1 ;\tk = RSA ; p = " + p[:20] + " \t" + p[20:] + " ; ", nil},
		{"p=" + strings.TrimRight(p, "="), nil},
		{"k=ed25519; p=" + ed, nil},
		{"k=ed25519; p=" + spki(t, edKey().Public()), nil},
		{"h=sha512:sha256; s=tlsrpt:*; t=y:s:z; n=note; p=" + p, nil},
		{"", dkimsig.KeyCorrupt},
		{"nonsense", dkimsig.KeyCorrupt},
		{"p=" + p + "; p=" + p, dkimsig.KeyCorrupt},
		{"v=DKIM1", dkimsig.KeyCorrupt},
		{"v=DKIM1; p=", dkimsig.KeyRevoked},
		{"v=DKIM1; p= \t", dkimsig.KeyRevoked},
		{"v=DKIM1; p=?", dkimsig.KeyCorrupt},
		{"v=DKIM1; p=AAAA", dkimsig.KeyUnusable},
		{"v=DKIM2; p=" + p, dkimsig.KeyVersionUnknown},
		{"v=; p=" + p, dkimsig.KeyVersionUnknown},
		{"p=" + p + "; v=DKIM1", dkimsig.KeyVersionUnknown},
		{"h=; p=" + p, dkimsig.KeyHashUnknown},
		{"h=md5; p=" + p, dkimsig.KeyHashUnknown},
		{"s=tlsrpt; p=" + p, dkimsig.KeyNotEmail},
		{"k=; p=" + p, dkimsig.KeyTypeMissing},
		{"k=dsa; p=" + p, dkimsig.KeyTypeUnknown},
		{"k=ed25519; p=" + p, dkimsig.KeyUnusable},
		{"k=rsa; p=" + ed, dkimsig.KeyUnusable},
		{"k=rsa; p=" + spki(t, edKey().Public()), dkimsig.KeyUnusable},
		{"k=rsa; p=" + spki(t, ec.Public()), dkimsig.KeyUnusable},
		{"p=" + base64.StdEncoding.EncodeToString(giant), dkimsig.KeyUnusable},
	} {
		k, err := dkimsig.ParseKey(tt.txt)
		if err != tt.want || (k == nil) != (err != nil) {
			t.Errorf("%.60q: %v, want %v", tt.txt, err, tt.want)
		}
	}
	k, err := dkimsig.ParseKey("h=sha1; t=y:s; g=ann; p=" + p)
	if err != nil || !k.Testing || !k.NoSubdomain || k.Granularity != "ann" || k.Bits != 1024 {
		t.Errorf("%+v, %v", k, err)
	}
	if k.Allows(dkimsig.RSASHA1) != nil || k.Allows(dkimsig.RSASHA256) != dkimsig.KeyHashMismatch {
		t.Error("h=sha1 is not heeded")
	}
	if k, _ := dkimsig.ParseKey("k=ed25519; p=" + ed); k.Allows(dkimsig.RSASHA256) != dkimsig.KeyUnusable || k.Allows(dkimsig.Ed25519SHA256) != nil {
		t.Error("the key's type is not heeded")
	}
}

// answers counts the questions it is asked.
type answers struct {
	records map[string][]string
	fail    error
	asked   int
	late    bool // waits for the end of the context
}

func (a *answers) LookupTXT(ctx context.Context, name string) ([]string, error) {
	a.asked++
	if a.late {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return a.records[name], a.fail
}

func TestKeyStore(t *testing.T) {
	ctx := context.Background()
	now := time.Unix(1e9, 0)
	a := &answers{records: map[string][]string{"s1._domainkey.ex.test": {"p=" + spki(t, &rsaKey().PublicKey)}, "two._domainkey.ex.test": {"p=", "p="}}}
	s := &dkimsig.KeyStore{Resolver: a, Now: func() time.Time { return now }, Size: 2}
	step := func(what, selector, domain string, want error, asked int) {
		t.Helper()
		before := a.asked
		k, err := s.Key(ctx, selector, domain)
		if err != want || (k == nil) != (err != nil) || a.asked-before != asked {
			t.Errorf("%s: %v, asked %d times", what, err, a.asked-before)
		}
	}
	step("first", "s1", "ex.test", nil, 1)
	step("again, in other case", "S1", "EX.test", nil, 0)
	now = now.Add(6 * time.Minute)
	step("after a while", "s1", "ex.test", nil, 1)
	step("missing", "none", "ex.test", dkimsig.KeyNotFound, 1)
	now = now.Add(59 * time.Minute)
	step("still missing", "none", "ex.test", dkimsig.KeyNotFound, 0)
	step("two records", "two", "ex.test", dkimsig.KeyMultiple, 1)
	step("no name", "..", "ex.test", dkimsig.KeyNotFound, 0)
	step("no name either", "s1", "a b", dkimsig.KeyNotFound, 0)
	step("too long", "s1", strings.Repeat("a.", 130)+"test", dkimsig.KeyNotFound, 0)
	a.fail = &net.DNSError{IsNotFound: true}
	step("told by an error", "gone", "ex.test", dkimsig.KeyNotFound, 1)
	a.fail = errors.New("no server")
	step("failure", "slow", "ex.test", dkimsig.KeyQueryFailed, 1)
	step("failures are not remembered", "slow", "ex.test", dkimsig.KeyQueryFailed, 1)
	a.late = true
	s2 := &dkimsig.KeyStore{Resolver: a, Timeout: time.Millisecond, Size: -1}
	if _, err := s2.Key(ctx, "late", "ex.test"); err != dkimsig.KeyQueryFailed || !dkimsig.KeyQueryFailed.Temporary() || dkimsig.KeyNotFound.Temporary() {
		t.Error(err)
	}
	a.late, a.fail = false, nil
	for range 2 {
		before := a.asked
		if _, err := s2.Key(ctx, "s1", "ex.test"); err != nil || a.asked != before+1 {
			t.Error("a store without a memory", err)
		}
	}
}

func TestValidName(t *testing.T) {
	for name, want := range map[string]bool{
		"ex.test": true, "a_b-c.1": true, "bücher.test": true, "": false, ".a": false, "a.": false, "a..b": false, "a/b": false, "a b": false,
		"a\r\nb": false, "a;b": false, "a:b": false, strings.Repeat("a", 254): false,
	} {
		if dkimsig.ValidName(name) != want {
			t.Errorf("%q", name)
		}
	}
}

func TestASCIIName(t *testing.T) {
	for name, want := range map[string]string{
		"ex.test": "ex.test", "s1._domainkey.BÜCHER.test": "s1._domainkey.xn--bcher-kva.test", "b\xfc.test": "b\xfc.test", "": "",
	} {
		if got := dkimsig.ASCIIName(name); got != want {
			t.Errorf("%q: %q", name, got)
		}
	}
}

func TestPrivateKeys(t *testing.T) {
	pkcs8, err := x509.MarshalPKCS8PrivateKey(edKey())
	if err != nil {
		t.Fatal(err)
	}
	pkcs1 := x509.MarshalPKCS1PrivateKey(rsaKey())
	ec, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ecDER, _ := x509.MarshalPKCS8PrivateKey(ec)
	var keys dkimsig.PrivateKeys
	for name, data := range map[string][]byte{
		"PKCS #1": pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: pkcs1}),
		"PKCS #8": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}),
		"base64":  []byte(" " + base64.StdEncoding.EncodeToString(pkcs8) + "\n"),
	} {
		first, err := keys.Parse(data)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if second, err := keys.Parse(data); err != nil || !first.Public().(interface{ Equal(crypto.PublicKey) bool }).Equal(second.Public()) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, data := range map[string][]byte{
		"nothing": nil, "text": []byte("not a key"), "base64 of nothing": []byte("AAAA"), "public": []byte(spki(t, &rsaKey().PublicKey)),
		"other type": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: ecDER}), "cut": pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: pkcs1[:100]}),
	} {
		if _, err := keys.Parse(data); !errors.Is(err, dkimsig.ErrKeyFormat) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAlgorithms(t *testing.T) {
	digest := sha256.Sum256([]byte("x"))
	sig, err := dkimsig.RSASHA256.Sign(rsaKey(), digest[:])
	if err != nil {
		t.Fatal(err)
	}
	pub := &rsaKey().PublicKey
	ed, err := dkimsig.Ed25519SHA256.Sign(edKey(), digest[:])
	if err != nil {
		t.Fatal(err)
	}
	other := sha256.Sum256([]byte("y"))
	for _, tt := range []struct {
		name   string
		alg    dkimsig.Algorithm
		key    crypto.PublicKey
		digest []byte
		sig    []byte
		want   error
	}{
		{"good", dkimsig.RSASHA256, pub, digest[:], sig, nil},
		{"other digest", dkimsig.RSASHA256, pub, other[:], sig, dkimsig.Mismatch},
		{"other hash", dkimsig.RSASHA1, pub, digest[:20], sig, dkimsig.Mismatch},
		{"short", dkimsig.RSASHA256, pub, digest[:], sig[1:], dkimsig.Mismatch},
		{"empty", dkimsig.RSASHA256, pub, digest[:], nil, dkimsig.Mismatch},
		{"giant", dkimsig.RSASHA256, pub, digest[:], bytes.Repeat([]byte{1}, 1<<20), dkimsig.Mismatch},
		{"Ed25519", dkimsig.Ed25519SHA256, edKey().Public(), digest[:], ed, nil},
		{"Ed25519, cut", dkimsig.Ed25519SHA256, edKey().Public(), digest[:], ed[1:], dkimsig.Mismatch},
		{"wrong type", dkimsig.Ed25519SHA256, pub, digest[:], sig, dkimsig.KeyUnusable},
		{"wrong type too", dkimsig.RSASHA256, edKey().Public(), digest[:], ed, dkimsig.KeyUnusable},
		{"broken Ed25519", dkimsig.Ed25519SHA256, ed25519.PublicKey{1}, digest[:], ed, dkimsig.Mismatch},
		{"even modulus", dkimsig.RSASHA256, &rsa.PublicKey{N: big.NewInt(1 << 40), E: 3}, digest[:], sig, dkimsig.Mismatch},
		{"tiny modulus", dkimsig.RSASHA256, &rsa.PublicKey{N: big.NewInt(15), E: 3}, digest[:], []byte{1}, dkimsig.Mismatch},
		{"tiny exponent", dkimsig.RSASHA256, &rsa.PublicKey{N: pub.N, E: 1}, digest[:], sig, dkimsig.Mismatch},
		{"no key", dkimsig.RSASHA256, nil, digest[:], sig, dkimsig.KeyUnusable},
	} {
		if err := tt.alg.Verify(tt.key, tt.digest, tt.sig); err != tt.want {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	if _, err := dkimsig.RSASHA256.Sign(edKey(), digest[:]); err == nil {
		t.Error("an Ed25519 key signs RSA")
	}
}
