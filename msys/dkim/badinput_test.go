package dkim_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gomsys/gomsys/msys/dkim"
	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
)

// TestHostileFields verifies fields that nobody means well with. All of them
// must end soon with the status and the fault that is documented.
func TestHostileFields(t *testing.T) {
	giant := strings.Repeat("A", 200<<10)
	for _, tt := range []struct {
		name, field string
		stat        dkim.Stat
		fault       dkimsig.Fault
	}{
		{"giant signature", "v=1; a=rsa-sha256; d=ex.test; s=s1; h=From; bh=AAAA; b=" + giant, dkim.StatBadSig, dkimsig.Mismatch},
		{"giant body hash", "v=1; a=rsa-sha256; d=ex.test; s=s1; h=From; b=AAAA; bh=" + giant, dkim.StatBadSig, dkimsig.Mismatch},
		{"giant header list", "v=1; a=rsa-sha256; d=ex.test; s=s1; bh=AAAA; b=AAAA; h=From" + strings.Repeat(":x", 100<<10), dkim.StatBadSig, dkimsig.Mismatch},
		{"giant domain", "v=1; a=rsa-sha256; d=" + giant + "; s=s1; h=From; bh=AAAA; b=AAAA", dkim.StatNoKey, dkimsig.KeyNotFound},
		{"many tags", "v=1; a=rsa-sha256; d=ex.test; s=s1; h=From; bh=AAAA; b=AAAA;" + strings.Repeat("x;", 1000), dkim.StatCantVerify, dkimsig.TagListInvalid},
		{"only separators", strings.Repeat(";", 100<<10), dkim.StatCantVerify, dkimsig.DomainMissing},
		{"empty", "", dkim.StatCantVerify, dkimsig.DomainMissing},
		{"empty algorithm", "v=1; a=; d=ex.test; s=s1; h=From; bh=AAAA; b=AAAA", dkim.StatCantVerify, dkimsig.AlgorithmInvalid},
		{"binary", "v=1; a=rsa-sha256; d=ex\x00.test; s=\xff; h=From; bh=AAAA; b=AAAA", dkim.StatNoKey, dkimsig.KeyNotFound},
		{"path as selector", "v=1; a=rsa-sha256; d=ex.test; s=../../x; h=From; bh=AAAA; b=AAAA", dkim.StatNoKey, dkimsig.KeyNotFound},
		{"domain of all", "v=1; a=rsa-sha256; d=.; s=s1; h=From; bh=AAAA; b=AAAA; i=@ex.test", dkim.StatCantVerify, dkimsig.DomainCoverage},
		{"top-level domain", "v=1; a=rsa-sha256; d=test; s=s1; h=From; bh=AAAA; b=AAAA; i=@ex.test", dkim.StatNoKey, dkimsig.KeyNotFound},
		{"nothing of the body", "v=1; a=rsa-sha256; d=ex.test; s=s1; h=From; l=0; b=AAAA; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", dkim.StatBadSig, dkimsig.Mismatch},
		{"length with sign", "v=1; a=rsa-sha256; d=ex.test; s=s1; h=From; l=+1; bh=AAAA; b=AAAA", dkim.StatCantVerify, dkimsig.BodyLengthInvalid},
		{"length beyond all", "v=1; a=rsa-sha256; d=ex.test; s=s1; h=From; l=4611686018427387903; bh=AAAA; b=AAAA", dkim.StatCantVerify, dkimsig.BodyTooShort},
		{"length twice", "v=1; a=rsa-sha256; d=ex.test; s=s1; h=From; l=1; l=0; bh=AAAA; b=AAAA", dkim.StatCantVerify, dkimsig.TagListInvalid},
		{"times out of range", "v=1; a=rsa-sha256; d=ex.test; s=s1; h=From; t=99999999999999999999; bh=AAAA; b=AAAA", dkim.StatCantVerify, dkimsig.TimestampInvalid},
		{"body hash of another kind", "v=1; a=ed25519-sha256; d=ex.test; s=ed; h=From; bh=AAAA; b=AAAA", dkim.StatBadSig, dkimsig.Mismatch},
		{"revoked key", "v=1; a=rsa-sha256; d=ex.test; s=gone; h=From; bh=AAAA; b=AAAA", dkim.StatRevoked, dkimsig.KeyRevoked},
		{"testing key", "v=1; a=rsa-sha256; d=ex.test; s=test; h=From; bh=AAAA; b=AAAA", dkim.StatBadSig, dkimsig.Mismatch},
		{"no key at all", "v=1; a=rsa-sha256; d=ex.test; s=nokey; h=From; bh=AAAA; b=AAAA", dkim.StatCantVerify, dkimsig.KeyUnusable},
	} {
		res := verify(t, newVerifier(), parse(t, "DKIM-Signature: "+tt.field+"\r\n"+plainMail))
		s := res.Signatures[0]
		if res.Status != tt.stat || s.Err() != tt.fault || s.Passed() {
			t.Errorf("%s: status %d, %v", tt.name, res.Status, s.Err())
		}
	}
}

// TestResultsInjectNothing sees that no part of a field reaches a header that
// is made of results.
func TestResultsInjectNothing(t *testing.T) {
	for _, domain := range []string{"ex.test dkim=pass", "ex.test\r\n\tx", "ex.test(", `"ex.test"`, "a\x00b", strings.Repeat("a", 300)} {
		field := "DKIM-Signature: v=1; a=rsa-sha256; d=" + domain + "; s=s1; h=From; bh=AAAA; b=AAAA\r\n"
		got := verify(t, newVerifier(), parse(t, field+plainMail)).AuthResults("mx")
		if want := "mx; dkim=fail (key not found in DNS)"; got != want {
			t.Errorf("%q: %q", domain, got)
		}
	}
}

// TestSignInjectsNothing signs with options that try to end the field.
func TestSignInjectsNothing(t *testing.T) {
	o := options("s1")
	o.Identity = "x\r\nBcc: victim;l=0@ex.test"
	o.Headers = dkimsig.HeaderList{"From", "Sub\r\nject", "To;l=0", "To:x"}
	o.Oversign = []string{"X\r\nBcc: y"}
	o.CopyHeaders = true
	m := parse(t, "X-Odd;l=0: \x00\r\nFrom: a@ex.test\r\nSubject: x|y;z=\r\n\r\nbody\r\n")
	o.Headers = append(o.Headers, "Subject")
	field := sign(t, m, o)
	for _, line := range strings.Split(field, "\r\n")[1:] {
		if !strings.HasPrefix(line, "\t") {
			t.Errorf("line %q", line)
		}
	}
	if tagOf(field, "h") != "From:Subject" || tagOf(field, "l") != "(none)" {
		t.Error(field)
	}
	if err := peerVerify(t, content(t, m)); err != nil {
		t.Error(err)
	}
}

// TestManySignatures bounds what many fields cost: the keys that are asked
// for, and the passes over the body.
func TestManySignatures(t *testing.T) {
	var b strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&b, "DKIM-Signature: v=1; a=rsa-sha256; d=ex.test; s=k%d; h=From; l=%d; bh=AAAA; b=AAAA\r\n", i, i)
	}
	z := &counting{zone: testZone()}
	v := &dkim.Verifier{Keys: dkimsig.KeyStore{Resolver: z}}
	res := verify(t, v, parse(t, b.String()+plainMail))
	if len(res.Signatures) != 1000 || z.asked.Load() != 20 || res.Status != dkim.StatNoKey {
		t.Errorf("%d signatures, %d questions, status %d", len(res.Signatures), z.asked.Load(), res.Status)
	}
	for i, s := range res.Signatures[20:] {
		if s.Flags() != dkim.FlagIgnore || s.Err() != nil {
			t.Fatalf("signature %d: %v", i+20, s.Err())
		}
	}
}

// meeting answers no question before n of them are asked.
type meeting struct {
	zone
	all sync.WaitGroup
}

func (m *meeting) LookupTXT(ctx context.Context, name string) ([]string, error) {
	m.all.Done()
	m.all.Wait()
	return m.zone.LookupTXT(ctx, name)
}

// TestKeysAtOnce sees that the keys of several signatures are looked up at the
// same time.
func TestKeysAtOnce(t *testing.T) {
	r := &meeting{zone: testZone()}
	r.all.Add(3)
	v := &dkim.Verifier{Keys: dkimsig.KeyStore{Resolver: r, Timeout: time.Minute}}
	res := verify(t, v, parse(t, signedContent(t, "s1", "strict", "pkcs1")))
	for _, s := range res.Signatures {
		if !s.Passed() {
			t.Error(s.Selector(), s.ErrText())
		}
	}
}

// silent never answers.
type silent struct{}

func (silent) LookupTXT(ctx context.Context, _ string) ([]string, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestNoAnswer(t *testing.T) {
	v := &dkim.Verifier{Keys: dkimsig.KeyStore{Resolver: silent{}, Timeout: time.Millisecond}}
	res := verify(t, v, parse(t, signedContent(t, "s1", "strict")))
	if text, _ := res.Status.Text(); res.Status != dkim.StatKeyFail || text != "temperror (verification status 11)" {
		t.Errorf("status %d", res.Status)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := v.Verify(ctx, parse(t, signedContent(t, "s1"))); err == nil {
		t.Error("no error after the end of the context")
	}
}

// TestCorpus signs the mails of package message and verifies them: whatever
// they look like, the signature is the last edit and holds.
func TestCorpus(t *testing.T) {
	files, err := filepath.Glob("../../message/testdata/awkward/*")
	if err != nil || len(files) == 0 {
		t.Skip("no mails in package message")
	}
	for _, file := range files {
		mail, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range canons {
			m := parse(t, string(mail))
			if m.Header().Get("From") == "" {
				continue
			}
			o := options("s1")
			o.HeaderCanon, o.BodyCanon = c, c
			var s dkim.Signer
			field, err := s.Sign(t.Context(), m, o)
			if err != nil {
				t.Errorf("%s: %v", file, err)
				continue
			}
			if got := content(t, m); got != field+"\r\n"+string(mail) {
				t.Errorf("%s: signing changed more than the field it added", file)
			}
			if res := verify(t, newVerifier(), parse(t, content(t, m))); res.Status != dkim.StatOK {
				t.Errorf("%s %s: %s", file, c, res.Signatures[0].ErrText())
			}
		}
	}
}
