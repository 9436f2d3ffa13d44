package openarc_test

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	peer "github.com/emersion/go-msgauth/dkim"
	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
	"github.com/gomsys/gomsys/msys/openarc"
)

// variable gives a message variable, "-" if it is not there.
func variable(m *message.Message, name string) string {
	v, ok := m.ContextGet(message.ContextMess, name)
	if !ok {
		return "-"
	}
	return v
}

func TestSealAndVerify(t *testing.T) {
	ctx := context.Background()
	m := parse(t, plainMail)
	set, err := newSealer().Seal(ctx, m, hop(1))
	if err != nil {
		t.Fatal(err)
	}
	if set.Instance != 1 || set.CV != openarc.None || set.Domain != "one.test" || set.Selector != "s1" || set.AuthResults != "mx.one.test; arc=none" || !set.Time.Equal(sealedAt) {
		t.Errorf("set %+v", set)
	}
	if variable(m, "arc_cv") != "none" || variable(m, "arc_seal") != "ok" {
		t.Error(variable(m, "arc_cv"), variable(m, "arc_seal"))
	}
	mail := content(t, m)
	rest := strings.TrimPrefix(mail, fieldOf(mail, as, "1")+fieldOf(mail, ams, "1")+fieldOf(mail, aar, "1"))
	if rest != "Authentication-Results: mx.one.test; arc=none\r\n"+plainMail {
		t.Errorf("sealed mail is\n%s", mail)
	}
	if cv := tagOf(fieldOf(mail, as, "1"), "cv"); cv != "none" {
		t.Error("cv", cv)
	}
	if h := tagOf(fieldOf(mail, ams, "1"), "h"); h != "From:Subject:Date:To:Message-ID" {
		t.Error("h", h)
	}

	m = parse(t, mail)
	res := newVerifier().Examine(ctx, m)
	if res.CV != openarc.Pass || len(res.Sets) != 1 || res.Sets[0].AuthResults != "mx.one.test; arc=none" || res.OldestPass != -1 {
		t.Errorf("result %+v", res)
	}
	if set, err = newSealer().Seal(ctx, m, hop(2)); err != nil || set.Instance != 2 || set.CV != openarc.Pass {
		t.Fatal(set, err)
	}
	mail = content(t, m)
	if cv, reason := verify(t, newVerifier(), mail); cv != openarc.Pass {
		t.Error(reason)
	}

	// A change on the way: the chain is not continued.
	broken := strings.Replace(mail, "Subject: a", "Subject: b", 1)
	m = parse(t, broken)
	if _, err = newSealer().Seal(ctx, m, hop(3)); !errors.Is(err, openarc.ErrChainFailed) {
		t.Error(err)
	}
	if variable(m, "arc_cv") != "fail" || variable(m, "arc_seal") != "skip" || content(t, m) != broken {
		t.Error(variable(m, "arc_cv"), variable(m, "arc_seal"), "or the mail was changed")
	}
}

// TestChangeBetween validates first, changes the mail, and seals the change.
func TestChangeBetween(t *testing.T) {
	ctx := context.Background()
	m := parse(t, seal(t, plainMail, 1))
	v := newVerifier()
	if cv, err := v.Verify(ctx, m); cv != openarc.Pass {
		t.Fatal(err)
	}
	if err := m.Header().Set("Subject", "[list] changed"); err != nil {
		t.Fatal(err)
	}
	if err := m.SetBody(ctx, strings.NewReader("another body\r\n")); err != nil {
		t.Fatal(err)
	}
	if _, err := newSealer().Seal(ctx, m, hop(2)); err != nil {
		t.Fatal(err)
	}
	mail := content(t, m)
	if cv, reason := verify(t, newVerifier(), mail); cv != openarc.Pass {
		t.Error(reason)
	}
	v.OldestPass = true
	if res := v.Examine(ctx, parse(t, mail)); res.OldestPass != 2 {
		t.Error("oldest pass", res.OldestPass)
	}
	if res := v.Examine(ctx, parse(t, seal(t, mail, 3))); res.OldestPass != 2 {
		t.Error("oldest pass", res.OldestPass)
	}
	if res := v.Examine(ctx, parse(t, chain3())); res.OldestPass != 0 {
		t.Error("oldest pass", res.OldestPass)
	}
}

// TestState has states that a script forces.
func TestState(t *testing.T) {
	for _, tt := range []struct {
		state string
		sets  int
		want  error
		cv    string
		after string
	}{
		{"none", 0, nil, "none", "ok"},
		{"pass", 1, nil, "pass", "ok"},
		{"fail", 1, openarc.ErrChainFailed, "", "skip"},
		{"fail", 0, openarc.ErrChainFailed, "", "skip"},
		{"none", 1, openarc.ErrChainState, "", "-"},
		{"pass", 0, openarc.ErrChainState, "", "-"},
		{"Pass", 1, openarc.ErrChainState, "", "-"},
		{"ok", 1, openarc.ErrChainState, "", "-"},
		{"", 1, nil, "pass", "ok"},
	} {
		t.Run(fmt.Sprintf("%s %d", tt.state, tt.sets), func(t *testing.T) {
			mail := plainMail
			if tt.sets > 0 {
				mail = seal(t, mail, 1)
			}
			m := parse(t, mail)
			m.ContextSet(message.ContextMess, "arc_cv", tt.state)
			m.ContextSet(message.ContextMess, "arc_seal", "earlier")
			set, err := newSealer().Seal(context.Background(), m, hop(2))
			if !errors.Is(err, tt.want) {
				t.Fatal(err)
			}
			if got := variable(m, "arc_seal"); got != tt.after {
				t.Error("arc_seal", got)
			}
			if err != nil {
				if content(t, m) != mail {
					t.Error("the mail was changed")
				}
				return
			}
			if string(set.CV) != tt.cv {
				t.Error(set.CV)
			}
			if cv, reason := verify(t, newVerifier(), content(t, m)); cv != openarc.Pass {
				t.Error(reason)
			}
		})
	}
}

// TestNotSealed has all that keeps a message from being sealed.
func TestNotSealed(t *testing.T) {
	cause := errors.New("no such file")
	for _, tt := range []struct {
		name   string
		change func(o *openarc.SealOptions)
		want   string
	}{
		{"domain", func(o *openarc.SealOptions) { o.Domain = "" }, "openarc: signing_domain missing"},
		{"selector", func(o *openarc.SealOptions) { o.Selector = "" }, "openarc: selector missing"},
		{"path", func(o *openarc.SealOptions) { o.Domain = "../one.test" }, "openarc: signing_domain or selector is no domain name"},
		{"injection", func(o *openarc.SealOptions) { o.Selector = "s1; d=two.test" }, "openarc: signing_domain or selector is no domain name"},
		{"server", func(o *openarc.SealOptions) { o.AuthServID = "mx\r\nX: y" }, "openarc: invalid authservid"},
		{"digest", func(o *openarc.SealOptions) { o.Digest = "rsa-md5" }, "openarc: invalid digest"},
		{"digest of another key", func(o *openarc.SealOptions) { o.Digest = dkimsig.Ed25519SHA256 },
			"openarc: no key for one.test/s1: dkimsig: signing: key does not fit algorithm ed25519-sha256"},
		{"seal signed", func(o *openarc.SealOptions) { o.Headers = dkimsig.ParseHeaderList("From:ARC-Seal+") }, "openarc: ARC field in headerlist"},
		{"results oversigned", func(o *openarc.SealOptions) { o.Oversign = []string{aar} }, "openarc: ARC field in headerlist"},
		{"no key", func(o *openarc.SealOptions) { o.Key = nil }, "openarc: no key for one.test/s1: none configured"},
		{"no file", func(o *openarc.SealOptions) { o.Key, o.KeyFile = nil, "/k/%{d}/%{s}" }, "openarc: no key for one.test/s1: no such file"},
		{"no key in it", func(o *openarc.SealOptions) { o.Key, o.KeyBuf = nil, "AAAA" },
			"openarc: no key for one.test/s1: dkimsig: reading private key: no usable RSA or Ed25519 private key"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := parse(t, plainMail)
			o := *hop(1)
			tt.change(&o)
			s := newSealer()
			s.KeyLoader = func(_ context.Context, path string) ([]byte, error) {
				if path != "/k/one.test/s1" {
					t.Error("read", path)
				}
				return nil, cause
			}
			_, err := s.Seal(context.Background(), m, &o)
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
			if content(t, m) != plainMail || variable(m, "arc_seal") != "-" {
				t.Error("something was changed")
			}
		})
	}
	t.Run("short key", func(t *testing.T) {
		t.Setenv("GODEBUG", "rsa1024min=0")
		o := *hop(1)
		o.Key = rsaKeyOf(768)()
		if _, err := newSealer().Seal(context.Background(), parse(t, plainMail), &o); !errors.Is(err, dkimsig.KeyTooSmall) {
			t.Error(err)
		}
	})
	t.Run("no From", func(t *testing.T) {
		if _, err := newSealer().Seal(context.Background(), parse(t, "To: a@b\r\n\r\nhello\r\n"), hop(1)); !errors.Is(err, openarc.ErrNoFrom) {
			t.Error(err)
		}
	})
}

// TestFullChain seals until the chain is full.
func TestFullChain(t *testing.T) {
	mail := plainMail
	for range openarc.MaxSets {
		mail = seal(t, mail, 3)
	}
	if cv, reason := verify(t, newVerifier(), mail); cv != openarc.Pass {
		t.Error(reason)
	}
	m := parse(t, mail)
	if _, err := newSealer().Seal(context.Background(), m, hop(3)); !errors.Is(err, openarc.ErrTooManySets) || content(t, m) != mail {
		t.Error("a chain of 51:", err)
	}
	if cv, reason := verify(t, newVerifier(), fieldOf(mail, as, "1")+mail); cv != openarc.Fail || reason != "openarc: too many sets" {
		t.Error(cv, reason)
	}
}

func TestAuthResults(t *testing.T) {
	for _, tt := range []struct {
		name, front string
		change      func(o *openarc.SealOptions)
		results     string // of the set
		after       string // Authentication-Results
	}{
		{"none", "", nil, "mx.one.test; arc=none", "Authentication-Results: mx.one.test; arc=none\r\n"},
		{"kept", "", func(o *openarc.SealOptions) { o.KeepAuthResults = true }, "mx.one.test; arc=none", ""},
		{"given", "Authentication-Results: mx.one.test; spf=pass\r\n", func(o *openarc.SealOptions) { o.AuthResults = "dkim=pass header.d=a.test" },
			"mx.one.test; dkim=pass header.d=a.test", "Authentication-Results: mx.one.test; spf=pass; arc=none\r\n"},
		{"given with line ends", "", func(o *openarc.SealOptions) { o.AuthResults = " dkim=pass;\r\n spf=pass\nX: y\r\n\r\n" },
			"mx.one.test; dkim=pass; spf=pass X: y", "Authentication-Results: mx.one.test; arc=none\r\n"},
		{"one", "X-A: b\r\nAuthentication-Results: MX.one.test 1;\r\n  spf=pass smtp.mailfrom=a.test\r\n", nil,
			"mx.one.test; spf=pass smtp.mailfrom=a.test; arc=none", "X-A: b\r\nAuthentication-Results: MX.one.test 1;\r\n  spf=pass smtp.mailfrom=a.test; arc=none\r\n"},
		{"nothing found", "Authentication-Results: mx.one.test; none\r\n", nil, "mx.one.test; arc=none", "Authentication-Results: mx.one.test; arc=none\r\n"},
		{"no results", "Authentication-Results: mx.one.test\r\n", nil, "mx.one.test; arc=none", "Authentication-Results: mx.one.test; arc=none\r\n"},
		{"semicolon at the end", "Authentication-Results: mx.one.test; spf=pass;\r\n", nil, "mx.one.test; spf=pass; arc=none", "Authentication-Results: mx.one.test; spf=pass; arc=none\r\n"},
		{"of others", "Authentication-Results: mx.other.test; spf=pass\r\n", nil, "mx.one.test; arc=none",
			"Authentication-Results: mx.one.test; arc=none\r\nAuthentication-Results: mx.other.test; spf=pass\r\n"},
		{"several", "Authentication-Results: mx.one.test; spf=pass\r\nAuthentication-Results: mx.other.test; dmarc=pass\r\nAuthentication-Results: mx.one.test; dkim=fail (a; b) reason=\"x; y\"\r\n", nil,
			"mx.one.test; spf=pass; dkim=fail (a; b) reason=\"x; y\"; arc=none",
			"Authentication-Results: mx.one.test; spf=pass; arc=none\r\nAuthentication-Results: mx.other.test; dmarc=pass\r\nAuthentication-Results: mx.one.test; dkim=fail (a; b) reason=\"x; y\"\r\n"},
		{"with arc", "Authentication-Results: mx.one.test; arc/1=none (i=1)\r\n", nil, "mx.one.test; arc/1=none (i=1)", "Authentication-Results: mx.one.test; arc/1=none (i=1)\r\n"},
		{"with another arc", "Authentication-Results: mx.one.test; arc=pass; spf=pass\r\n", nil, "mx.one.test; spf=pass; arc=none",
			"Authentication-Results: mx.one.test; arc=pass; spf=pass; arc=none\r\n"},
		{"quoted name", "Authentication-Results: \"mx.one\\.test\" (c) 1; spf=pass\r\n", nil, "mx.one.test; spf=pass; arc=none", "Authentication-Results: \"mx.one\\.test\" (c) 1; spf=pass; arc=none\r\n"},
		{"long", "Authentication-Results: mx.one.test; spf=pass smtp.mailfrom=a-rather-long-name.test reason=ok\r\n", nil,
			"mx.one.test; spf=pass smtp.mailfrom=a-rather-long-name.test reason=ok; arc=none",
			"Authentication-Results: mx.one.test; spf=pass smtp.mailfrom=a-rather-long-name.test reason=ok;\r\n\tarc=none\r\n"},
		{"malformed line", "X-A: b\r\nno field\r\nAuthentication-Results: mx.one.test; spf=pass\r\n", nil, "mx.one.test; spf=pass; arc=none",
			"X-A: b\r\nno field\r\nAuthentication-Results: mx.one.test; spf=pass; arc=none\r\n"},
	} {
		for _, end := range []string{"", "\r\n.\r\n", "\r\nx", "\r\n.", "\n.\n", "\r\n.\n", "\r\n..\r\n", "\r\n.\r"} {
			t.Run(tt.name+fmt.Sprintf(" %q", end), func(t *testing.T) {
				m := parse(t, tt.front+plainMail+end)
				o := *hop(1)
				if tt.change != nil {
					tt.change(&o)
				}
				before := content(t, m)
				set, err := newSealer().Seal(context.Background(), m, &o)
				if err != nil {
					t.Fatal(err)
				}
				if set.AuthResults != tt.results && !strings.Contains(tt.name, "line ends") {
					t.Errorf("results %q", set.AuthResults)
				}
				mail := content(t, m)
				if got := strings.Join(strings.Fields(fieldOf(mail, aar, "1")), " "); got != aar+": i=1; "+tt.results {
					t.Errorf("field %q", got)
				}
				sets := fieldOf(mail, as, "1") + fieldOf(mail, ams, "1") + fieldOf(mail, aar, "1")
				if diff := cmp.Diff(tt.after+strings.TrimPrefix(before, tt.front), strings.TrimPrefix(mail, sets)); diff != "" {
					t.Error(diff)
				}
				if cv, reason := verify(t, newVerifier(), mail); cv != openarc.Pass {
					t.Error(reason)
				}
			})
		}
	}
}

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

// TestKeys seals with keys from all sources.
func TestKeys(t *testing.T) {
	der := x509.MarshalPKCS1PrivateKey(rsaKey())
	file := filepath.Join(t.TempDir(), "one.test.s1.key")
	if err := os.WriteFile(file, []byte(base64.StdEncoding.EncodeToString(der)), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(s *openarc.Sealer, o *openarc.SealOptions){
		"file":   func(_ *openarc.Sealer, o *openarc.SealOptions) { o.KeyFile = filepath.Dir(file) + "/%{d}.%{s}.key" },
		"buffer": func(_ *openarc.Sealer, o *openarc.SealOptions) { o.KeyBuf = base64.StdEncoding.EncodeToString(der) },
		"module": func(s *openarc.Sealer, _ *openarc.SealOptions) {
			s.SignerFor = func(string, string) (crypto.Signer, error) { return rsaKey(), nil }
		},
		"sha1": func(_ *openarc.Sealer, o *openarc.SealOptions) { o.Key, o.Digest = rsaKey(), dkimsig.RSASHA1 },
		"defaults": func(s *openarc.Sealer, o *openarc.SealOptions) {
			s.Defaults = *o
			s.Defaults.Key = rsaKey()
			*o = openarc.SealOptions{}
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, o := newSealer(), *hop(1)
			o.Key = nil
			change(s, &o)
			given := &o
			if o.Domain == "" {
				given = nil
			}
			m := parse(t, plainMail)
			if _, err := s.Seal(context.Background(), m, given); err != nil {
				t.Fatal(err)
			}
			v := newVerifier()
			cv, reason := verify(t, v, content(t, m))
			if name != "sha1" {
				if cv != openarc.Pass {
					t.Error(reason)
				}
				return
			}
			if cv != openarc.Fail || !strings.HasSuffix(reason, "signature algorithm invalid") {
				t.Error(cv, reason)
			}
			v.AllowSHA1 = true
			if cv, reason := verify(t, v, content(t, m)); cv != openarc.Pass {
				t.Error(reason)
			}
		})
	}
}
