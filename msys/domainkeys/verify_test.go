package domainkeys_test

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
	"github.com/gomsys/gomsys/msys/domainkeys"
)

func TestVerify(t *testing.T) {
	signed := sign(t, plainMail, options())
	simple := options()
	simple.Canon = domainkeys.Simple
	asIs := sign(t, plainMail, simple)
	list := options()
	list.Headers = []string{"Subject", "From"}
	some := sign(t, plainMail, list)
	sub := func(old, new string) func(string) string {
		return func(s string) string { return strings.Replace(s, old, new, 1) }
	}
	for _, tt := range []struct {
		name, mail string
		change     func(string) string
		want       domainkeys.Status
	}{
		{"unsigned", plainMail, sub("", ""), ""},
		{"signed", signed, sub("", ""), domainkeys.Good},
		{"space in a line", signed, sub("Bob", "B ob"), domainkeys.Good},
		{"spaces in the header", signed, sub("a  folded\r\n subject", "a\r\n\tfolded subject"), domainkeys.Good},
		{"lines at the end", signed, func(s string) string { return s + " \r\n\r\n" }, domainkeys.Good},
		{"field above", signed, func(s string) string { return "Received: from c\r\nX-A: b\r\n" + s }, domainkeys.Good},
		{"letter", signed, sub("Bob", "Rob"), domainkeys.Bad},
		{"case", signed, sub("\r\nSubject: a", "\r\nsubject: a"), domainkeys.Bad},
		{"line", signed, sub("bye", "bye\r\nbye"), domainkeys.Bad},
		{"field below", signed, sub("To: bob", "Received: x\r\nTo: bob"), domainkeys.Bad},
		{"new field below", signed, sub("To: bob", "X-A: x\r\nTo: bob"), domainkeys.Good},
		{"field gone", signed, sub("To: bob@rcpt.test\r\n", ""), domainkeys.Bad},
		{"fields swapped", signed, sub("Received: from a\r\nReceived: from b", "Received: from b\r\nReceived: from a"), domainkeys.Bad},
		{"simple", asIs, sub("", ""), domainkeys.Good},
		{"simple, lines at the end", asIs, func(s string) string { return s + "\r\n" }, domainkeys.Good},
		{"simple, space", asIs, sub("Bob", "B ob"), domainkeys.Bad},
		{"simple, fold", asIs, sub("folded\r\n subject", "folded subject"), domainkeys.Bad},
		{"list", some, sub("", ""), domainkeys.Good},
		{"list, other field", some, sub("bob@", "rob@"), domainkeys.Good},
		{"list, signed field", some, sub("a  folded", "b  folded"), domainkeys.Bad},
		{"list, order of the fields", some, func(s string) string {
			return strings.Replace(strings.Replace(s, "From: Ann <Ann@Ex.test>\r\n", "", 1), "Date:", "From: Ann <Ann@Ex.test>\r\nDate:", 1)
		}, domainkeys.Good},
		{"list, one more", some, sub("Date:", "Subject: x\r\nDate:"), domainkeys.Bad},
		{"another From above", signed, func(s string) string { return "From: eve@ex.test\r\n" + s }, domainkeys.Bad},
		{"a Sender above", signed, func(s string) string { return "Sender: eve@ex.test\r\n" + s }, domainkeys.Bad},
		{"From not signed", some, sub("From; b", "Date; b"), domainkeys.Bad},
		{"other domain", signed, sub("d=ex.test", "d=x.test"), domainkeys.Bad},
		{"subdomain", signed, sub("d=ex.test", "d=a.ex.test"), domainkeys.Bad},
		{"no sender", strings.Replace(signed, "From: Ann <Ann@Ex.test>\r\n", "", 1), sub("", ""), domainkeys.Bad},

		{"no d", signed, sub("d=", "y="), domainkeys.BadMalformedSignature},
		{"no s", signed, sub("s=", "y="), domainkeys.BadMalformedSignature},
		{"no b", signed, sub("b=", "y="), domainkeys.BadMalformedSignature},
		{"no c", signed, sub("c=", "y="), domainkeys.BadMalformedSignature},
		{"other c", signed, sub("nofws", "relaxed"), domainkeys.BadMalformedSignature},
		{"other a", signed, sub("rsa-sha1", "rsa-sha256"), domainkeys.BadMalformedSignature},
		{"empty a", signed, sub("rsa-sha1", ""), domainkeys.BadMalformedSignature},
		{"no a", signed, sub("a=rsa-sha1;", ""), domainkeys.Good},
		{"tag twice", signed, sub("q=dns;", "q=dns; s=x;"), domainkeys.BadMalformedSignature},
		{"bad base64", signed, sub("b=", "b=!"), domainkeys.BadMalformedSignature},
		{"no tags", signed, sub("a=rsa-sha1", "hello"), domainkeys.BadMalformedSignature},
		{"many names", signed, sub("h=", "h="+strings.Repeat("a:", 2000)), domainkeys.BadMalformedSignature},
		{"query", signed, sub("q=dns", "q=http"), domainkeys.BadQueryType},
		{"no query", signed, sub("q=dns;", ""), domainkeys.Good},

		{"no key", signed, sub("s=s1", "s=none"), domainkeys.BadNoKey},
		{"selector is no name", signed, sub("s=s1", "s=../s1"), domainkeys.BadNoKey},
		{"revoked", signed, sub("s=s1", "s=gone"), domainkeys.BadKeyRevoked},
		{"key type", signed, sub("s=s1", "s=dsa"), domainkeys.BadKeyType},
		{"ed25519", signed, sub("s=s1", "s=ed"), domainkeys.BadKeyType},
		{"corrupt key", signed, sub("s=s1", "s=junk"), domainkeys.BadPublicKey},
		{"no rsa key", signed, sub("s=s1", "s=nokey"), domainkeys.BadPublicKey},
		{"two keys", signed, sub("s=s1", "s=two"), domainkeys.BadPublicKey},
		{"key for sha256", signed, sub("s=s1", "s=h256"), domainkeys.BadPublicKey},
		{"key record of DKIM", signed, sub("s=s1", "s=dkim"), domainkeys.Good},
		{"bare key", signed, sub("s=s1", "s=plain"), domainkeys.Good},
		{"testing", signed, sub("s=s1", "s=test"), domainkeys.Good},
		{"granted", signed, sub("s=s1", "s=ann"), domainkeys.Good},
		{"granted by pattern", signed, sub("s=s1", "s=an"), domainkeys.Good},
		{"not granted", signed, sub("s=s1", "s=bob"), domainkeys.Bad},
		{"not granted by pattern", signed, sub("s=s1", "s=ax"), domainkeys.Bad},
		{"second is good", signed, func(s string) string { return "DomainKey-Signature: x\r\n" + s }, domainkeys.Good},
		{"sixth is good", signed, func(s string) string { return strings.Repeat("DomainKey-Signature: x\r\n", 5) + s }, domainkeys.BadMalformedSignature},
	} {
		t.Run(tt.name, func(t *testing.T) {
			mail := tt.change(tt.mail)
			if got, err := verify(t, mail); got != tt.want || err != nil {
				t.Errorf("got %q, %v; want %q\n%s", got, err, tt.want, mail)
			}
		})
	}
	_, err := verify(t, strings.Replace(signed, "s=s1", "s=slow", 1))
	var temporary interface{ Temporary() bool }
	if !errors.As(err, &temporary) || !temporary.Temporary() {
		t.Error("DNS failure:", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := newVerifier().Verify(ctx, parse(t, signed)); !errors.Is(err, context.Canceled) {
		t.Error("cancelled:", err)
	}
}

// TestIndependent checks a signature with the canonical text written out by
// hand and nothing but the standard library.
func TestIndependent(t *testing.T) {
	simple := options()
	simple.Canon = domainkeys.Simple
	for _, tt := range []struct {
		o    *domainkeys.SignOptions
		text string
	}{
		{options(), "Received:froma\r\nReceived:fromb\r\nFrom:Ann<Ann@Ex.test>\r\nTo:bob@rcpt.test\r\nSubject:afoldedsubject\r\n" +
			"Date:Fri,11Jul200321:00:37-0700\r\nMessage-ID:<1@ex.test>\r\n\r\nHelloBob,\r\n\r\nbye\r\n"},
		{simple, strings.TrimSuffix(plainMail, "\r\n")},
	} {
		mail := sign(t, plainMail, tt.o)
		sig, err := base64.StdEncoding.DecodeString(tagOf(mail, "b"))
		if err != nil {
			t.Fatal(err)
		}
		sum := sha1.Sum([]byte(tt.text))
		if err := rsa.VerifyPKCS1v15(&rsaKey().PublicKey, crypto.SHA1, sum[:], sig); err != nil {
			t.Error(err)
		}
		if h := tagOf(mail, "h"); h != "Received:Received:From:To:Subject:Date:Message-ID" {
			t.Error(h)
		}
		if a, q, c, s, d := tagOf(mail, "a"), tagOf(mail, "q"), tagOf(mail, "c"), tagOf(mail, "s"), tagOf(mail, "d"); a != "rsa-sha1" || q != "dns" || c != tt.o.Canon.String() || s != "s1" || d != "ex.test" {
			t.Error(a, q, c, s, d)
		}
	}
}

// TestShortKey validates with a key that was common then.
func TestShortKey(t *testing.T) {
	t.Setenv("GODEBUG", "rsa1024min=0")
	key := rsaKeyOf(512)()
	o := options()
	o.Key = key
	mail := sign(t, plainMail, o)
	t.Setenv("GODEBUG", "")
	v := &domainkeys.Verifier{Keys: dkimsig.KeyStore{Resolver: zone{"s1._domainkey.ex.test": "k=rsa; p=" + public(key)}}}
	sigs, err := v.Examine(context.Background(), parse(t, mail))
	if err != nil || len(sigs) != 1 || sigs[0].Status != domainkeys.Good || sigs[0].KeyBits != 512 || sigs[0].Domain != "ex.test" || sigs[0].Selector != "s1" {
		t.Errorf("%+v %v", sigs, err)
	}
	var s domainkeys.Signer
	var noKey *domainkeys.KeyError
	if _, err := s.Sign(context.Background(), parse(t, plainMail), o); !errors.As(err, &noKey) {
		t.Error("signed with 512 bits:", err)
	}
}

func TestValidate(t *testing.T) {
	const forged = "DomainKey-Status: good\r\n"
	signed := sign(t, plainMail, options())
	for _, tt := range []struct {
		name, mail, status, front string
		failed                    bool
	}{
		{"unsigned", forged + plainMail, "-", "", false},
		{"good", signed, "good", "DomainKey-Status: good\r\n", false},
		{"bad", forged + strings.Replace(signed, "Bob", "Rob", 1), "bad", "DomainKey-Status: bad\r\n", false},
		{"revoked", strings.Replace(signed, "s=s1", "s=gone", 1), "bad (key revoked)", "DomainKey-Status: bad\r\n", false},
		{"slow", forged + strings.Replace(signed, "s=s1", "s=slow", 1), "-", "DomainKey-Status: error\r\n", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := parse(t, tt.mail)
			if err := newVerifier().Validate(context.Background(), nil, m); (err != nil) != tt.failed {
				t.Error(err)
			}
			status, ok := m.ContextGet(message.ContextMess, "dk_status")
			if !ok {
				status = "-"
			}
			if status != tt.status {
				t.Errorf("dk_status %q", status)
			}
			if got, want := content(t, m), tt.front+strings.TrimPrefix(tt.mail, forged); got != want {
				t.Errorf("mail is\n%s", got)
			}
			quiet := newVerifier()
			quiet.NoStatusField = true
			m = parse(t, tt.mail)
			quiet.Validate(context.Background(), nil, m)
			if content(t, m) != tt.mail {
				t.Error("the mail was changed")
			}
		})
	}
	if err := newVerifier().Validate(context.Background(), nil, nil); err != nil {
		t.Error(err)
	}
}
