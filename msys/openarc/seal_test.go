package openarc_test

import (
	"context"
	"crypto"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

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
