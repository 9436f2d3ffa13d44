package dkim_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"os"
	"strings"
	"testing"
	"time"

	peer "github.com/emersion/go-msgauth/dkim"

	"github.com/gomsys/gomsys/msys/dkim"
	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
)

// TestRFCExamples verifies the messages in RFC 6376 appendix A and RFC 8463
// appendix A.
func TestRFCExamples(t *testing.T) {
	const rsaRecord = "v=DKIM1; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYtIxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB"
	v := &dkim.Verifier{Keys: dkimsig.KeyStore{Resolver: zone{
		"brisbane._domainkey.example.com":          rsaRecord,
		"test._domainkey.football.example.com":     "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB",
		"brisbane._domainkey.football.example.com": "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
	}}}
	for name, want := range map[string][]string{
		"rfc6376": {"rsa-sha256 joe@football.example.com pass"},
		"rfc8463": {"ed25519-sha256 @football.example.com pass", "rsa-sha256 @football.example.com pass"},
	} {
		mail, err := os.ReadFile("testdata/" + name + ".eml")
		if err != nil {
			t.Fatal(err)
		}
		res := verify(t, v, parse(t, string(mail)))
		var got []string
		for _, s := range res.Signatures {
			got = append(got, s.Algorithm()+" "+s.Identity()+" "+s.Result())
		}
		if strings.Join(got, "\n") != strings.Join(want, "\n") || res.Status != dkim.StatOK {
			t.Errorf("%s: status %d, %q", name, res.Status, got)
		}
	}
}

func TestUnsigned(t *testing.T) {
	for _, mail := range []string{plainMail, "", "no header at all\r\n", "Subject: x\r\n\r\n"} {
		if res := verify(t, newVerifier(), parse(t, mail)); res.Status != dkim.StatNoSig || len(res.Signatures) != 0 || res.AuthResults("mx") != "" {
			t.Errorf("%q: %+v", mail, res)
		}
	}
}

// TestPeerSigns verifies what go-msgauth signs.
func TestPeerSigns(t *testing.T) {
	for _, header := range []peer.Canonicalization{"simple", "relaxed"} {
		for _, body := range []peer.Canonicalization{"simple", "relaxed"} {
			var b strings.Builder
			err := peer.Sign(&b, strings.NewReader(plainMail), &peer.SignOptions{Domain: "ex.test", Selector: "s1", Signer: rsaKey(), HeaderCanonicalization: header, BodyCanonicalization: body})
			if err != nil {
				t.Fatal(err)
			}
			res := verify(t, newVerifier(), parse(t, b.String()))
			s := res.Signatures[0]
			h, bo := s.Canons()
			bits, _ := s.KeyBits()
			if res.Status != dkim.StatOK || s.Result() != "pass" || h.String() != string(header) || bo.String() != string(body) || bits != 2048 ||
				s.ErrText() != "no signature error" || s.Flags() != dkim.FlagPassed|dkim.FlagProcessed|dkim.FlagKeyLoaded {
				t.Errorf("%s/%s: %+v", header, body, s)
			}
			if got := res.AuthResults("mx"); got != "mx; dkim=pass header.d=ex.test header.s=s1" {
				t.Error(got)
			}
			changed := strings.Replace(b.String(), "Hello", "Hallo", 1)
			res = verify(t, newVerifier(), parse(t, changed))
			if res.Status != dkim.StatBadSig || res.Signatures[0].Result() != "fail (signature verification failed)" {
				t.Errorf("changed %s/%s: %s", header, body, res.Signatures[0].Result())
			}
		}
	}
}

func TestKeyFaults(t *testing.T) {
	tests := []struct {
		selector string
		fault    dkimsig.Fault
		stat     dkim.Stat
	}{
		{"s1", "", dkim.StatOK},
		{"pkcs1", "", dkim.StatOK},
		{"S1", "", dkim.StatOK},
		{"two.parts", "", dkim.StatOK},
		{"none", dkimsig.KeyNotFound, dkim.StatNoKey},
		{"slow", dkimsig.KeyQueryFailed, dkim.StatKeyFail},
		{"gone", dkimsig.KeyRevoked, dkim.StatRevoked},
		{"two", dkimsig.KeyMultiple, dkim.StatCantVerify},
		{"v2", dkimsig.KeyVersionUnknown, dkim.StatCantVerify},
		{"sha1", dkimsig.KeyHashMismatch, dkim.StatCantVerify},
		{"md5", dkimsig.KeyHashUnknown, dkim.StatCantVerify},
		{"tlsrpt", dkimsig.KeyNotEmail, dkim.StatCantVerify},
		{"nok", dkimsig.KeyTypeMissing, dkim.StatCantVerify},
		{"dsa", dkimsig.KeyTypeUnknown, dkim.StatCantVerify},
		{"junk", dkimsig.KeyCorrupt, dkim.StatCantVerify},
		{"empty", dkimsig.KeyCorrupt, dkim.StatCantVerify},
		{"nokey", dkimsig.KeyUnusable, dkim.StatCantVerify},
		{"mixed", dkimsig.KeyUnusable, dkim.StatCantVerify},
		{"ed", dkimsig.KeyUnusable, dkim.StatCantVerify},
	}
	for _, tt := range tests {
		m := parse(t, plainMail)
		sign(t, m, options(tt.selector))
		res := verify(t, newVerifier(), m)
		s := res.Signatures[0]
		if res.Status != tt.stat || (tt.fault == "") != s.Passed() || tt.fault != "" && s.Err() != tt.fault {
			t.Errorf("%s: status %d, %s", tt.selector, res.Status, s.Result())
		}
		if bits, found := s.KeyBits(); found != (bits != 0) {
			t.Errorf("%s: %d bits, found %v", tt.selector, bits, found)
		}
	}
}

func TestTagFaults(t *testing.T) {
	now := time.Unix(1700000000, 0)
	const good = "v=1; a=rsa-sha256; c=relaxed/relaxed; d=ex.test; s=s1; h=From; bh=AAAA; b=AAAA"
	tests := []struct {
		old, new string
		want     dkimsig.Fault
	}{
		{"", "", dkimsig.Mismatch},
		{"d=ex.test; ", "", dkimsig.DomainMissing},
		{"d=ex.test", "d=", dkimsig.DomainEmpty},
		{"s=s1; ", "", dkimsig.SelectorMissing},
		{"s=s1", "s= \r\n\t", dkimsig.SelectorEmpty},
		{"v=1; ", "", dkimsig.VersionMissing},
		{"v=1", "v=", dkimsig.VersionEmpty},
		{"v=1", "v=2", dkimsig.VersionUnsupported},
		{"d=ex.test", "d=ex.test; i=@other.test", dkimsig.DomainCoverage},
		{"d=ex.test", "d=ex.test; i=@notex.test", dkimsig.DomainCoverage},
		{"d=ex.test", "d=ex.test; x=1600000000", dkimsig.Expired},
		{"d=ex.test", "d=ex.test; x=1699999900", dkimsig.Mismatch},
		{"d=ex.test", "d=ex.test; t=1800000000", dkimsig.TimestampFuture},
		{"d=ex.test", "d=ex.test; t=1700000000; x=1700000000", dkimsig.TimestampOrder},
		{"d=ex.test", "d=ex.test; t=tomorrow", dkimsig.TimestampInvalid},
		{"c=relaxed/relaxed", "c=loose/relaxed", dkimsig.HeaderCanonInvalid},
		{"c=relaxed/relaxed", "c=relaxed/loose", dkimsig.BodyCanonInvalid},
		{"c=relaxed/relaxed", "c=relaxed/", dkimsig.BodyCanonInvalid},
		{"a=rsa-sha256; ", "", dkimsig.AlgorithmMissing},
		{"a=rsa-sha256", "a=", dkimsig.AlgorithmInvalid},
		{"a=rsa-sha256", "a=rsa-md5", dkimsig.AlgorithmInvalid},
		{"h=From; ", "", dkimsig.HeaderListMissing},
		{"h=From", "h=", dkimsig.HeaderListEmpty},
		{"h=From", "h=Subject:To", dkimsig.HeaderListLacksFrom},
		{"s=s1", "s=s1; l=-1", dkimsig.BodyLengthInvalid},
		{"s=s1", "s=s1; l=99999999999999999999999999", dkimsig.BodyLengthInvalid},
		{"s=s1", "s=s1; l=99999", dkimsig.BodyTooShort},
		{"s=s1", "s=s1; q=http", dkimsig.QueryMethodInvalid},
		{"s=s1", "s=s1; q=dns/mx", dkimsig.QueryOptionInvalid},
		{"s=s1", "s=s1; q=http:dns/txt", dkimsig.Mismatch},
		{"bh=AAAA; ", "", dkimsig.BodyHashMissing},
		{"bh=AAAA", "bh=", dkimsig.BodyHashEmpty},
		{"bh=AAAA", "bh=?", dkimsig.BodyHashCorrupt},
		{"; b=AAAA", "", dkimsig.DataMissing},
		{"; b=AAAA", "; b=", dkimsig.DataEmpty},
		{"; b=AAAA", "; b=A", dkimsig.DataCorrupt},
		{"v=1", "v=1; v=1", dkimsig.TagListInvalid},
		{"v=1", "v=1; what", dkimsig.TagListInvalid},
		{"s=s1", "s=../../etc/passwd", dkimsig.KeyNotFound},
	}
	for _, tt := range tests {
		v := newVerifier()
		v.Now = func() time.Time { return now }
		res := verify(t, v, parse(t, "DKIM-Signature: "+strings.Replace(good, tt.old, tt.new, 1)+"\r\n"+plainMail))
		// the header is checked even if the body does not fit, so that
		// both ways to fail look alike, except for the length
		if got := res.Signatures[0].Err(); got != tt.want && !(tt.want == dkimsig.BodyTooShort && got == dkimsig.Mismatch) {
			t.Errorf("%q for %q: %v, want %v", tt.new, tt.old, got, tt.want)
		}
	}
}

func TestSeveralSignatures(t *testing.T) {
	m := parse(t, plainMail)
	sign(t, m, options("s1"))
	sign(t, m, options("gone"))
	res := verify(t, newVerifier(), m)
	if res.Status != dkim.StatOK || res.Signatures[0].Passed() || !res.Signatures[1].Passed() || res.Deciding() != res.Signatures[1] {
		t.Errorf("status %d", res.Status)
	}
	v := newVerifier()
	v.MaxSignatures = 1
	res = verify(t, v, m)
	if s := res.Signatures[1]; res.Status != dkim.StatRevoked || s.Flags() != dkim.FlagIgnore || s.ErrText() != "" || s.Result() != "fail (unknown error)" {
		t.Errorf("status %d, %+v", res.Status, s)
	}
}

func TestSHA1(t *testing.T) {
	m := parse(t, plainMail)
	o := options("s1")
	o.Digest = dkimsig.RSASHA1
	sign(t, m, o)
	v := newVerifier()
	if res := verify(t, v, m); res.Status != dkim.StatOK {
		t.Error(res.Signatures[0].Err())
	}
	v = newVerifier()
	v.RejectSHA1 = true
	if res := verify(t, v, m); res.Signatures[0].Err() != dkimsig.AlgorithmInvalid {
		t.Error(res.Signatures[0].Err())
	}
}

func TestSmallKey(t *testing.T) {
	t.Setenv("GODEBUG", "rsa1024min=0")
	key, err := rsa.GenerateKey(rand.Reader, 768)
	if err != nil {
		t.Fatal(err)
	}
	m := parse(t, plainMail)
	o := options("small")
	o.Key = key
	sign(t, m, o)
	t.Setenv("GODEBUG", "")
	v := &dkim.Verifier{CacheSize: -1, Keys: dkimsig.KeyStore{Resolver: zone{"small._domainkey.ex.test": "p=" + public(key)}}}
	res := verify(t, v, m)
	if bits, _ := res.Signatures[0].KeyBits(); bits != 768 || res.Status != dkim.StatOK {
		t.Errorf("%d bits, %s", bits, res.Signatures[0].Result())
	}
	v.MinKeyBits = 1024
	if res := verify(t, v, m); res.Signatures[0].Err() != dkimsig.KeyTooSmall {
		t.Error(res.Signatures[0].Err())
	}
	changed := parse(t, strings.Replace(content(t, m), "a  folded", "another", 1))
	v.MinKeyBits = 0
	if res := verify(t, v, changed); res.Status != dkim.StatBadSig {
		t.Error(res.Signatures[0].Err())
	}
}

func TestSubdomain(t *testing.T) {
	for selector, want := range map[string]string{"s1": "pass", "strict": "fail (unauthorized subdomain)"} {
		m := parse(t, plainMail)
		o := options(selector)
		o.Identity = "@sub.ex.test"
		sign(t, m, o)
		if got := verify(t, newVerifier(), m).Signatures[0].Result(); got != want {
			t.Errorf("%s: %s", selector, got)
		}
	}
}

func TestTestKey(t *testing.T) {
	m := parse(t, plainMail)
	sign(t, m, options("test"))
	if s := verify(t, newVerifier(), m).Signatures[0]; s.Flags()&dkim.FlagTestKey == 0 || !s.Passed() {
		t.Errorf("%+v", s)
	}
}

func TestVerifyEnds(t *testing.T) {
	m := parse(t, plainMail)
	sign(t, m, options("s1"))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := newVerifier().Verify(ctx, m); err == nil {
		t.Error("no error after the context has ended")
	}
	m.Close()
	if _, err := newVerifier().Verify(context.Background(), m); err == nil {
		t.Error("no error for a message without content")
	}
}

// TestResultsKept sees that unchanged content is verified once, and changed
// content and content without an answer again.
func TestResultsKept(t *testing.T) {
	z := &counting{zone: testZone()}
	v := &dkim.Verifier{Keys: dkimsig.KeyStore{Resolver: z, Size: -1}}
	m := parse(t, signedContent(t, "s1"))
	first := verify(t, v, m)
	if again := verify(t, v, m); again != first || z.asked.Load() != 1 {
		t.Error("unchanged content was verified again")
	}
	cp, err := m.Copy()
	if err != nil {
		t.Fatal(err)
	}
	defer cp.Close()
	if again := verify(t, v, cp); again != first {
		t.Error("a copy was verified again")
	}
	if err := cp.Header().Set("Subject", "other"); err != nil {
		t.Fatal(err)
	}
	if res := verify(t, v, cp); res.Status != dkim.StatBadSig {
		t.Error("a changed copy passes")
	}
	if res := verify(t, v, m); res != first {
		t.Error("the change of the copy reached the message")
	}
	if err := m.SetBody(context.Background(), strings.NewReader("other\r\n")); err != nil {
		t.Fatal(err)
	}
	if res := verify(t, v, m); res.Status != dkim.StatBadSig {
		t.Error("a changed body passes")
	}

	slow := parse(t, signedContent(t, "slow"))
	before := z.asked.Load()
	verify(t, v, slow)
	verify(t, v, slow)
	if z.asked.Load() != before+2 {
		t.Error("a temporary failure is kept")
	}

	v = &dkim.Verifier{CacheSize: 2, Keys: dkimsig.KeyStore{Resolver: z, Size: -1}}
	before = z.asked.Load()
	for range 2 {
		for i := range 3 {
			m := parse(t, signedContent(t, "s1")+strings.Repeat("x", i))
			verify(t, v, m)
			verify(t, v, m)
		}
	}
	if got := z.asked.Load() - before; got != 6 {
		t.Errorf("%d questions", got)
	}
}

// TestLengths has bodies and limits of all sizes, among them none.
func TestLengths(t *testing.T) {
	for _, canon := range []dkimsig.Canon{dkimsig.Simple, dkimsig.Relaxed} {
		for _, body := range []string{"", "\r\n", "x", strings.Repeat("a line\r\n", 500)} {
			o := options("s1")
			o.BodyCanon, o.BodyLength = canon, true
			m := parse(t, "From: a@ex.test\r\n\r\n"+body)
			field := sign(t, m, o)
			for _, more := range []string{"", "\r\nmore text"} {
				if more != "" && body == "" && canon == dkimsig.Simple {
					continue // the empty body is signed as one line end
				}
				if res := verify(t, newVerifier(), parse(t, content(t, m)+more)); res.Status != dkim.StatOK {
					t.Errorf("%s, %d bytes and %q: %s\n%s", canon, len(body), more, res.Signatures[0].ErrText(), field)
				}
			}
		}
	}
}

// TestSeveralBodies verifies signatures that need different hashes of a large
// body, with limits.
func TestSeveralBodies(t *testing.T) {
	m := parse(t, strings.TrimRight(plainMail, "\r\n")+"\r\n"+strings.Repeat("more  text \r\n", 10000))
	for _, length := range []bool{false, true} {
		for _, canon := range []dkimsig.Canon{dkimsig.Simple, dkimsig.Relaxed} {
			for _, digest := range []dkimsig.Algorithm{dkimsig.RSASHA1, dkimsig.RSASHA256} {
				o := options("s1")
				o.BodyCanon, o.Digest, o.BodyLength = canon, digest, length
				sign(t, m, o)
			}
		}
	}
	o := options("ed")
	o.Key = edKey()
	sign(t, m, o)
	res := verify(t, newVerifier(), m)
	if len(res.Signatures) != 9 {
		t.Fatal(len(res.Signatures))
	}
	longer := verify(t, newVerifier(), parse(t, content(t, m)+"appended"))
	for i, s := range res.Signatures {
		if !s.Passed() {
			t.Errorf("signature %d: %s", i, s.ErrText())
		}
		_, limited := s.Tag("l")
		if longer.Signatures[i].Passed() != limited {
			t.Errorf("signature %d of the longer body: %s", i, longer.Signatures[i].ErrText())
		}
	}
}

func FuzzVerify(f *testing.F) {
	for _, s := range []string{"v=1; a=rsa-sha256; d=ex.test; s=s1; h=From; bh=AAAA; b=AAAA", "a=;", "=", "v=1;;b=\r\n\t"} {
		f.Add(s, plainMail)
	}
	v := newVerifier()
	f.Fuzz(func(t *testing.T, field, mail string) {
		res := verify(t, v, parse(t, "DKIM-Signature: "+field+"\r\n"+mail))
		for _, s := range res.Signatures {
			if s.Passed() {
				t.Errorf("%q passed", field)
			}
			if s.Result() == "" {
				t.Error("no result")
			}
		}
	})
}
