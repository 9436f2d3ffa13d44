package dkim_test

import (
	"context"
	"crypto"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	peer "github.com/emersion/go-msgauth/dkim"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/dkim"
	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
)

// peerVerify gives the error of go-msgauth for the topmost signature.
func peerVerify(t testing.TB, mail string) error {
	t.Helper()
	list, err := peer.VerifyWithOptions(strings.NewReader(mail), &peer.VerifyOptions{
		LookupTXT: func(name string) ([]string, error) { return testZone().LookupTXT(context.Background(), name) },
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(list) == 0 {
		t.Fatal("the peer sees no signature")
	}
	return list[0].Err
}

// tagOf gives a tag of a signature field without its white space.
func tagOf(field, name string) string {
	m := regexp.MustCompile(`(?s)[;:]\s*` + name + `=([^;]*)`).FindStringSubmatch(field)
	if m == nil {
		return "(none)"
	}
	return strings.Join(strings.Fields(m[1]), "")
}

// TestPeerVerifies has signatures of every kind read by go-msgauth and by
// ourselves, and again after a change.
func TestPeerVerifies(t *testing.T) {
	for name, change := range map[string]func(o *dkim.SignOptions){
		"plain":       func(*dkim.SignOptions) {},
		"no options":  func(o *dkim.SignOptions) { *o = dkim.SignOptions{Domain: "ex.test", Selector: "s1", Key: rsaKey()} },
		"from domain": func(o *dkim.SignOptions) { o.Domain = "" },
		"identity":    func(o *dkim.SignOptions) { o.Identity = "J=;ö@mail.ex.test" },
		"length":      func(o *dkim.SignOptions) { o.BodyLength = true },
		"lifetime":    func(o *dkim.SignOptions) { o.Lifetime = time.Hour },
		"copies":      func(o *dkim.SignOptions) { o.CopyHeaders = true },
		"oversign":    func(o *dkim.SignOptions) { o.Oversign = []string{"From", "Subject", "X-None"} },
		"many":        func(o *dkim.SignOptions) { o.Headers = dkimsig.ParseHeaderList("Received*:To:To:Subject?:X-None") },
		"ed25519":     func(o *dkim.SignOptions) { o.Selector, o.Key = "ed", edKey() },
		"long selector": func(o *dkim.SignOptions) {
			o.Selector = "two.parts"
		},
	} {
		for _, header := range []dkimsig.Canon{dkimsig.Simple, dkimsig.Relaxed} {
			for _, body := range []dkimsig.Canon{dkimsig.Simple, dkimsig.Relaxed} {
				t.Run(fmt.Sprint(name, "/", header, "/", body), func(t *testing.T) {
					o := options("s1")
					change(o)
					o.HeaderCanon, o.BodyCanon = header, body
					m := parse(t, plainMail)
					field := sign(t, m, o)
					mail := content(t, m)
					if mail != field+"\r\n"+plainMail {
						t.Errorf("the mail was changed:\n%s", mail)
					}
					for _, line := range strings.Split(field, "\r\n") {
						if len(line) > 78 {
							t.Errorf("line of %d bytes: %s", len(line), line)
						}
					}
					if err := peerVerify(t, mail); err != nil && !strings.Contains(err.Error(), "insecure") {
						t.Errorf("peer: %v\n%s", err, field)
					} else if err != nil && !o.BodyLength {
						t.Errorf("peer: %v\n%s", err, field)
					}
					if res := verify(t, newVerifier(), parse(t, mail)); res.Status != dkim.StatOK {
						t.Errorf("own: %s\n%s", res.Signatures[0].ErrText(), field)
					}
					changed := strings.Replace(mail, "To: bob", "To: rob", 1)
					if err := peerVerify(t, changed); err == nil {
						t.Error("the peer accepts a changed header")
					}
					if res := verify(t, newVerifier(), parse(t, changed)); res.Status != dkim.StatBadSig {
						t.Error("own: accepts a changed header")
					}
				})
			}
		}
	}
}

// TestRealMail signs mail as it comes: 8-bit, long lines, no body, no final
// line end.
func TestRealMail(t *testing.T) {
	mails := map[string]string{
		"no body":       "From: a@ex.test\r\n\r\n",
		"no final line": "From: a@ex.test\r\n\r\nbye",
		"8 bit":         "From: a@ex.test\r\nSubject: gr\xfc\xdfe\r\n\r\n\xff\xfe caf\xe9 \t \r\n",
		"long":          "From: a@ex.test\r\nSubject: " + strings.Repeat("long ", 400) + "\r\n\r\n" + strings.Repeat("x", 5000) + "\r\n",
		"dots":          "From: a@ex.test\r\n\r\n.\r\n..\r\n.a\r\n",
	}
	files, _ := filepath.Glob("../bounce/testdata/mail/*.eml")
	more, _ := filepath.Glob("testdata/*.eml")
	for _, file := range append(files, more...) {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		mails[filepath.Base(file)] = string(data)
	}
	for name, mail := range mails {
		m := parse(t, mail)
		if dkim.HeaderOf(m).Count("From") == 0 {
			continue
		}
		for _, canon := range []dkimsig.Canon{dkimsig.Simple, dkimsig.Relaxed} {
			m := parse(t, mail)
			o := options("s1")
			o.HeaderCanon, o.BodyCanon = canon, canon
			sign(t, m, o)
			if res := verify(t, newVerifier(), parse(t, content(t, m))); res.Signatures[0].ErrText() != "no signature error" {
				t.Errorf("%s, %v: %s", name, canon, res.Signatures[0].ErrText())
			}
			if strings.Count(mail, "\n") != strings.Count(mail, "\r\n") {
				continue // the peer reads other line ends in its own way
			}
			if err := peerVerify(t, content(t, m)); err != nil {
				t.Errorf("%s, %v: peer: %v", name, canon, err)
			}
		}
	}
}

func TestHeaderLists(t *testing.T) {
	for _, tt := range []struct{ mail, list, skip, over, want string }{
		{"Received: a\r\nReceived: b\r\nFrom: a@ex.test\r\n\r\n", "Received+:X-E*:From:Subject?:Received", "", "", "Received:Received:X-E:From:Received"},
		{plainMail, "From:Subject:Date:To:MIME-Version?:Content-Type?", "", "", "From:Subject:Date:To"},
		{plainMail, "To, Subject Date", "", "", "From:To:Subject:Date"},
		{plainMail, "from:To:Subject", "SUBJECT", "", "from:To"},
		{plainMail, "From:Received", "", "From:Received:X", "From:Received:From:Received:Received:X"},
		{plainMail, "From:a b:x;y", "", "", "From:a:b"},
	} {
		o := options("s1")
		o.Headers, o.Skip, o.Oversign = dkimsig.ParseHeaderList(tt.list), dkimsig.ParseHeaderList(tt.skip), dkimsig.ParseHeaderList(tt.over)
		m := parse(t, tt.mail)
		if got := tagOf(sign(t, m, o), "h"); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.list, got, tt.want)
		}
		if err := peerVerify(t, content(t, m)); err != nil {
			t.Errorf("%s: peer: %v", tt.list, err)
		}
	}
}

// TestOversigned sees that no second field can be added.
func TestOversigned(t *testing.T) {
	o := options("s1")
	o.Oversign = []string{"Subject"}
	m := parse(t, plainMail)
	sign(t, m, o)
	mail := "Subject: other\r\n" + content(t, m)
	if res := verify(t, newVerifier(), parse(t, mail)); res.Status != dkim.StatBadSig {
		t.Error("accepts a second Subject")
	}
}

func TestBodyLength(t *testing.T) {
	o := options("s1")
	o.BodyLength = true
	m := parse(t, plainMail)
	field := sign(t, m, o)
	if got := tagOf(field, "l"); got != "19" { // "Hello Bob,", "" and "bye" with their line ends, relaxed
		t.Errorf("l=%s", got)
	}
	if res := verify(t, newVerifier(), parse(t, content(t, m)+"more\r\n")); res.Status != dkim.StatOK {
		t.Error("appended text:", res.Signatures[0].ErrText())
	}
	cut := strings.Replace(content(t, m), "bye\r\n\r\n\r\n", "", 1)
	res := verify(t, newVerifier(), parse(t, cut))
	if got := res.Signatures[0].ErrText(); got != "length tag value exceeds body size" {
		t.Error("a body that is too short:", got)
	}
}

func TestTimes(t *testing.T) {
	at := time.Unix(1700000000, 0)
	s := dkim.Signer{Now: func() time.Time { return at }}
	o := options("s1")
	o.Lifetime = 2 * time.Hour
	m := parse(t, plainMail)
	field, err := s.Sign(context.Background(), m, o)
	if err != nil || tagOf(field, "t") != "1700000000" || tagOf(field, "x") != "1700007200" {
		t.Fatal(field, err)
	}
	for hours, want := range map[int]string{1: "no signature error", 3: "signature expired", -1: "signature timestamp in the future"} {
		v := newVerifier()
		v.Now = func() time.Time { return at.Add(time.Duration(hours) * time.Hour) }
		if got := verify(t, v, parse(t, content(t, m))).Signatures[0].ErrText(); got != want {
			t.Errorf("after %d h: %s, want %s", hours, got, want)
		}
	}
}

func TestCopies(t *testing.T) {
	o := options("s1")
	o.CopyHeaders, o.Headers = true, dkimsig.ParseHeaderList("From:Subject")
	got := tagOf(sign(t, parse(t, plainMail), o), "z")
	if want := "From:=20Ann=20<ann@ex.test>|Subject:=20a=20=20folded=0D=0A=20subject"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestKeys gives the key in every form there is.
func TestKeys(t *testing.T) {
	pkcs8, err := x509.MarshalPKCS8PrivateKey(rsaKey())
	if err != nil {
		t.Fatal(err)
	}
	pkcs1 := x509.MarshalPKCS1PrivateKey(rsaKey())
	one := base64.StdEncoding.EncodeToString(pkcs1)
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "ex.test"), 0o700); err != nil {
		t.Fatal(err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})
	if err := os.WriteFile(filepath.Join(dir, "ex.test", "s1.key"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(s *dkim.Signer, o *dkim.SignOptions){
		"PKCS #1, one line":    func(_ *dkim.Signer, o *dkim.SignOptions) { o.KeyBuf = one },
		"PKCS #1, white space": func(_ *dkim.Signer, o *dkim.SignOptions) { o.KeyBuf = one[:64] + "\r\n " + one[64:] },
		"PKCS #8, one line":    func(_ *dkim.Signer, o *dkim.SignOptions) { o.KeyBuf = base64.StdEncoding.EncodeToString(pkcs8) },
		"PEM":                  func(_ *dkim.Signer, o *dkim.SignOptions) { o.KeyBuf = string(text) },
		"file":                 func(_ *dkim.Signer, o *dkim.SignOptions) { o.KeyFile = dir + "/%{d}/%{s}.key" },
		"buffer before file":   func(_ *dkim.Signer, o *dkim.SignOptions) { o.KeyBuf, o.KeyFile = one, "/nonexistent" },
		"loader": func(s *dkim.Signer, o *dkim.SignOptions) {
			o.KeyFile = "k/%{d}"
			s.KeyLoader = func(_ context.Context, path string) ([]byte, error) {
				if path != "k/ex.test" {
					return nil, errors.New(path)
				}
				return text, nil
			}
		},
		"signer": func(s *dkim.Signer, _ *dkim.SignOptions) {
			s.SignerFor = func(domain, selector string) (crypto.Signer, error) {
				if domain != "ex.test" || selector != "s1" {
					return nil, errors.New("other")
				}
				return rsaKey(), nil
			}
		},
		"domain's": func(s *dkim.Signer, o *dkim.SignOptions) {
			s.Defaults = dkim.SignOptions{Selector: "none"}
			s.Domains = map[string]dkim.SignOptions{"ex.test": {Selector: "s1", KeyBuf: one}}
			*o = dkim.SignOptions{}
		},
	} {
		t.Run(name, func(t *testing.T) {
			var s dkim.Signer
			o := options("s1")
			o.Key = nil
			change(&s, o)
			if o.Selector == "" {
				o = nil
			}
			m := parse(t, plainMail)
			if _, err := s.Sign(context.Background(), m, o); err != nil {
				t.Fatal(err)
			}
			if err := peerVerify(t, content(t, m)); err != nil {
				t.Error(err)
			}
			if got := s.Stats(); got.Processed != 1 || got.Signed != 1 || got.Failed != 0 {
				t.Error(got)
			}
		})
	}
}

func TestSignErrors(t *testing.T) {
	opened := false
	loader := func(context.Context, string) ([]byte, error) {
		opened = true
		return nil, os.ErrNotExist
	}
	for _, tt := range []struct {
		name, mail string
		change     func(o *dkim.SignOptions)
		want       error
		text       string
	}{
		{"no From", "To: a@b\r\n\r\n", func(*dkim.SignOptions) {}, dkim.ErrNoFrom, ""},
		{"no domain", "From: nobody\r\n\r\n", func(o *dkim.SignOptions) { o.Domain = "" }, dkim.ErrNoDomain, ""},
		{"no selector", plainMail, func(o *dkim.SignOptions) { o.Selector = "" }, dkim.ErrNoSelector, ""},
		{"path as selector", plainMail, func(o *dkim.SignOptions) { o.Selector, o.Key, o.KeyFile = "../s1", nil, "/k/%{s}" }, dkim.ErrName, ""},
		{"dots as domain", plainMail, func(o *dkim.SignOptions) { o.Domain, o.Key, o.KeyFile = "a..b", nil, "/k/%{d}" }, dkim.ErrName, ""},
		{"field in domain", plainMail, func(o *dkim.SignOptions) { o.Domain = "a\r\nBcc: x" }, dkim.ErrName, ""},
		{"tag in selector", plainMail, func(o *dkim.SignOptions) { o.Selector = "s1;l=0" }, dkim.ErrName, ""},
		{"canon", plainMail, func(o *dkim.SignOptions) { o.BodyCanon = dkimsig.Unknown }, dkim.ErrCanon, ""},
		{"digest", plainMail, func(o *dkim.SignOptions) { o.Digest = "rsa-md5" }, dkim.ErrDigest, ""},
		{"identity", plainMail, func(o *dkim.SignOptions) { o.Identity = "@notex.test" }, dkim.ErrIdentity, ""},
		{"condition", plainMail, func(o *dkim.SignOptions) { o.SignCondition = "can_relay" }, dkim.ErrSignCondition, ""},
		{"no key", plainMail, func(o *dkim.SignOptions) { o.Key = nil }, nil, "dkim: no key for ex.test/s1: none configured"},
		{"broken key", plainMail, func(o *dkim.SignOptions) { o.Key, o.KeyBuf = nil, "AAAA" }, nil, "dkim: no key for ex.test/s1: "},
		{"wrong key", plainMail, func(o *dkim.SignOptions) { o.Digest = dkimsig.Ed25519SHA256 }, nil, "dkim: no key for ex.test/s1: "},
	} {
		o := options("s1")
		tt.change(o)
		s := dkim.Signer{KeyLoader: loader}
		m := parse(t, tt.mail)
		_, err := s.Sign(context.Background(), m, o)
		if err == nil || tt.want != nil && !errors.Is(err, tt.want) || !strings.HasPrefix(err.Error(), tt.text) {
			t.Errorf("%s: got %v", tt.name, err)
		}
		if content(t, m) != tt.mail || opened || s.Stats().Processed != 1 || s.Stats().Failed != 1 {
			t.Errorf("%s: mail changed, file opened (%v) or counted wrongly %+v", tt.name, opened, s.Stats())
		}
	}

	s := dkim.Signer{KeyLoader: loader}
	o := options("s1")
	o.Key, o.KeyFile = nil, "/k/%{d}/%{s}"
	_, err := s.Sign(context.Background(), parse(t, plainMail), o)
	var noKey *dkim.KeyError
	if !errors.As(err, &noKey) || noKey.Selector != "s1" || !errors.Is(err, os.ErrNotExist) || !opened {
		t.Error(err)
	}
}

// TestSignCondition lets a variable of the message allow the signature.
func TestSignCondition(t *testing.T) {
	o := options("s1")
	o.SignCondition = "can_relay"
	m := parse(t, plainMail)
	m.ContextSet(message.ContextMess, "can_relay", "true")
	sign(t, m, o)
}

func TestSignTwice(t *testing.T) {
	m := parse(t, plainMail)
	sign(t, m, options("s1"))
	sign(t, m, options("strict"))
	res := verify(t, newVerifier(), parse(t, content(t, m)))
	if len(res.Signatures) != 2 || !res.Signatures[0].Passed() || !res.Signatures[1].Passed() || res.Signatures[0].Selector() != "strict" {
		t.Errorf("%+v", res)
	}
}

// TestInternationalDomain signs for a domain in UTF-8: d= has A-labels, and a
// field that has UTF-8 itself is verified too (RFC 8616).
func TestInternationalDomain(t *testing.T) {
	z := zone{"s1._domainkey.xn--bcher-kva.test": "p=" + public(rsaKey())}
	v := func() *dkim.Verifier { return &dkim.Verifier{Keys: dkimsig.KeyStore{Resolver: z}} }
	o := options("s1")
	o.Domain, o.Identity = "", "@mail.bücher.test"
	m := parse(t, "From: Ann <ann@Bücher.test>\r\nSubject: x\r\n\r\nbody\r\n")
	field := sign(t, m, o)
	if got := tagOf(field, "d"); got != "xn--bcher-kva.test" {
		t.Error(got)
	}
	if res := verify(t, v(), m); res.Status != dkim.StatOK {
		t.Error(res.Signatures[0].ErrText())
	}

	utf8 := "DKIM-Signature: v=1; a=rsa-sha256; d=bücher.test; s=s1; i=@xn--bcher-kva.test; h=From; bh=AAAA; b=AAAA\r\n" + plainMail
	if s := verify(t, v(), parse(t, utf8)).Signatures[0]; s.Err() != dkimsig.Mismatch || s.Domain() != "bücher.test" {
		t.Error(s.Domain(), s.Err())
	}
	odd := strings.ReplaceAll(utf8, "bücher", "b\xfccher")
	if s := verify(t, v(), parse(t, odd)).Signatures[0]; s.Passed() || s.Err() == nil {
		t.Error(s.Err())
	}
}
