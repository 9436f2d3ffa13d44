package domainkeys_test

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"io/fs"
	"strings"
	"testing"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/domainkeys"
)

func TestNotSigned(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(o *domainkeys.SignOptions)
		want   string
	}{
		{"selector", func(o *domainkeys.SignOptions) { o.Selector = "" }, "domainkeys: no selector"},
		{"other domain", func(o *domainkeys.SignOptions) { o.Domain = "other.test" }, "domainkeys: domain mismatch"},
		{"subdomain", func(o *domainkeys.SignOptions) { o.Domain = "a.ex.test" }, "domainkeys: domain mismatch"},
		{"half a label", func(o *domainkeys.SignOptions) { o.Domain = "x.test" }, "domainkeys: domain mismatch"},
		{"path", func(o *domainkeys.SignOptions) { o.Selector = "../s1" }, "domainkeys: signing domain or selector is no domain name"},
		{"canon", func(o *domainkeys.SignOptions) { o.Canon = 7 }, "domainkeys: invalid canonicalization"},
		{"no key", func(o *domainkeys.SignOptions) { o.Key = nil }, "domainkeys: no key for ex.test/s1: none configured"},
		{"no rsa key", func(o *domainkeys.SignOptions) { o.Key = ed25519.NewKeyFromSeed(make([]byte, 32)) },
			"domainkeys: no key for ex.test/s1: dkimsig: signing: key does not fit algorithm rsa-sha1"},
		{"condition", func(o *domainkeys.SignOptions) { o.SignCondition = "can_relay" }, "domainkeys: sign condition not met"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := parse(t, plainMail)
			o := options()
			tt.change(o)
			var s domainkeys.Signer
			if _, err := s.Sign(context.Background(), m, o); err == nil || err.Error() != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
			if content(t, m) != plainMail {
				t.Error("the mail was changed")
			}
			if s.Stats() != (domainkeys.Stats{Processed: 1, Failed: 1}) {
				t.Error(s.Stats())
			}
		})
	}
	var s domainkeys.Signer
	if _, err := s.Sign(context.Background(), parse(t, "To: a@b\r\n\r\nx\r\n"), options()); !errors.Is(err, domainkeys.ErrNoDomain) {
		t.Error(err)
	}
}

func TestSign(t *testing.T) {
	ctx := context.Background()
	list := func(names ...string) *domainkeys.SignOptions { o := options(); o.Headers = names; return o }
	for _, tt := range []struct {
		name, mail string
		o          *domainkeys.SignOptions
		h          string
	}{
		{"list", plainMail, list("Subject", "X-None", "received?", "From", "from"), "Subject:received:From"},
		{"From is added", plainMail, list("Date"), "From:Date"},
		{"empty list", plainMail, list(""), "From"},
		{"Sender is added", strings.Replace(plainMail, "From:", "Sender: list@ex.test\r\nFrom:", 1), list("From"), "Sender:From"},
		{"fields that go", strings.Replace(plainMail, "To:", "Return-Path: <>\r\nBcc: a@b\r\nAuthentication-Results: a\r\nDomainKey-Status: x\r\nTo:", 1), options(),
			"Received:Received:From:To:Subject:Date:Message-ID"},
		{"empty body", strings.SplitAfter(plainMail, "\r\n\r\n")[0], options(), "Received:Received:From:To:Subject:Date:Message-ID"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			mail := sign(t, tt.mail, tt.o)
			if h := tagOf(mail, "h"); h != tt.h {
				t.Errorf("h=%s, want %s", h, tt.h)
			}
			if status, err := verify(t, mail); status != domainkeys.Good {
				t.Error(status, err)
			}
		})
	}

	parent := strings.Replace(plainMail, "Ann@Ex.test", "Ann@mail.Ex.test", 1)
	if status, err := verify(t, sign(t, parent, options())); status != domainkeys.Good {
		t.Error("parent:", status, err)
	}
	twice := sign(t, sign(t, plainMail, options()), options())
	if status, err := verify(t, twice); status != domainkeys.Good || strings.Count(twice, "DomainKey-Signature: a") != 2 {
		t.Error("twice:", status, err)
	}
	m := parse(t, plainMail)
	m.ContextSet(message.ContextConn, "can_relay", "true")
	o := options()
	o.SignCondition = "can_relay"
	var s domainkeys.Signer
	if _, err := s.Sign(ctx, m, o); err != nil {
		t.Error(err)
	}
}

// TestKeys reads keys from all sources, with the domain in a path.
func TestKeys(t *testing.T) {
	pem := []byte(base64.StdEncoding.EncodeToString(x509.MarshalPKCS1PrivateKey(rsaKey())))
	mail := strings.Replace(plainMail, "Ann@Ex.test", "Ann@corp.ex.test", 1)
	for _, tt := range []struct {
		name   string
		signer *domainkeys.Signer
		o      *domainkeys.SignOptions
		path   string
	}{
		{"call", &domainkeys.Signer{}, &domainkeys.SignOptions{Domain: "ex.test", Selector: "s1", KeyFile: "/k/%{d}/%{s}.key"}, "/k/ex.test/s1.key"},
		{"buffer", &domainkeys.Signer{}, &domainkeys.SignOptions{Domain: "ex.test", Selector: "s1", KeyBuf: string(pem), KeyFile: "/k"}, ""},
		{"module", &domainkeys.Signer{SignerFor: func(string, string) (crypto.Signer, error) { return rsaKey(), nil }},
			&domainkeys.SignOptions{Domain: "ex.test", Selector: "s1"}, ""},
		{"domain", &domainkeys.Signer{Domains: map[string]domainkeys.SignOptions{
			"corp.ex.test": {Domain: "ex.test", Selector: "s1", KeyFile: "/k/%{d}/%{s}.key"},
		}}, nil, "/k/corp.ex.test/s1.key"},
		{"defaults", &domainkeys.Signer{Defaults: domainkeys.SignOptions{Domain: "ex.test", Selector: "s1", KeyFile: "/k/%{s}"}}, nil, "/k/s1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			read := ""
			tt.signer.KeyLoader = func(_ context.Context, path string) ([]byte, error) { read = path; return pem, nil }
			m := parse(t, mail)
			if _, err := tt.signer.Sign(context.Background(), m, tt.o); err != nil {
				t.Fatal(err)
			}
			if read != tt.path {
				t.Errorf("read %q", read)
			}
			if status, err := verify(t, content(t, m)); status != domainkeys.Good {
				t.Error(status, err)
			}
			if tt.signer.Stats() != (domainkeys.Stats{Processed: 1, Signed: 1}) {
				t.Error(tt.signer.Stats())
			}
		})
	}
}

func TestAutoSign(t *testing.T) {
	allowed, cause := true, error(nil)
	s := &domainkeys.Signer{
		Defaults: domainkeys.SignOptions{Selector: "s1", KeyFile: "/k/%{d}"},
		Allowed:  func(*message.Message) bool { return allowed },
		KeyLoader: func(context.Context, string) ([]byte, error) {
			return []byte(base64.StdEncoding.EncodeToString(x509.MarshalPKCS1PrivateKey(rsaKey()))), cause
		},
	}
	for _, tt := range []struct {
		name           string
		allowed        bool
		cause          error
		signed, failed bool
	}{
		{"signed", true, nil, true, false},
		{"not allowed", false, nil, false, false},
		{"no key", true, fs.ErrNotExist, false, false},
		{"unreadable key", true, fs.ErrPermission, false, true},
	} {
		allowed, cause = tt.allowed, tt.cause
		m := parse(t, plainMail)
		if err := s.AutoSign(context.Background(), nil, m); (err != nil) != tt.failed {
			t.Error(tt.name, err)
		}
		if m.Header().Has("DomainKey-Signature") != tt.signed {
			t.Error(tt.name)
		}
	}
	if err := s.AutoSign(context.Background(), nil, nil); err != nil {
		t.Error(err)
	}
}
