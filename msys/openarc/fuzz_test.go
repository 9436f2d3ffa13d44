package openarc_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
	"github.com/gomsys/gomsys/msys/openarc"
)

// The fuzz targets work with a key that needs no time and is the same in all
// processes.
func fastVerifier() *openarc.Verifier {
	return &openarc.Verifier{Keys: dkimsig.KeyStore{Resolver: zone{"s3._domainkey.three.test": edRecord()}}, Now: now}
}

func fastSealer() *openarc.Sealer {
	return &openarc.Sealer{Verifier: fastVerifier(), Hostname: "mx.three.test", Now: now}
}

func hop3() *openarc.SealOptions {
	return &openarc.SealOptions{Domain: "three.test", Selector: "s3", Key: edKey()}
}

// FuzzVerify has ARC fields of any kind on mail of any kind: whatever they
// are, validation ends soon, gives one of the three results and changes
// nothing; what passes can be sealed and passes again.
func FuzzVerify(f *testing.F) {
	chain := plainMail
	for range 2 {
		m := parse(f, chain)
		if _, err := fastSealer().Seal(context.Background(), m, hop3()); err != nil {
			f.Fatal(err)
		}
		chain = content(f, m)
	}
	for _, s := range []string{
		plainMail, chain, remove(as, "2")(chain), replace(as, "1", "cv=none", "cv=fail")(chain), strings.Replace(chain, "Hello", "Hallo", 1),
		"ARC-Seal: i=1\r\nARC-Message-Signature: i=1\r\nARC-Authentication-Results: i=1;\r\n\r\n",
		"ARC-Seal: i=1; cv=none; a=rsa-sha256; d=one.test; s=s1; b=AA==\nARC-Message-Signature: i=1; a=rsa-sha256; d=one.test; s=s1; h=from:::; bh=; b=AA==\nARC-Authentication-Results: (\\) i = 1 ;\n\nx",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, mail []byte) {
		m, err := message.ParseBytes(mail, message.Envelope{}, nil)
		if err != nil {
			t.Skip()
		}
		defer m.Close()
		before := content(t, m)
		begin := time.Now()
		res := fastVerifier().Examine(context.Background(), m)
		if d := time.Since(begin); d > 20*time.Second {
			t.Errorf("took %v", d)
		}
		switch {
		case res.CV == openarc.Fail && res.Err != nil, res.CV != openarc.Fail && res.Err == nil && (res.CV == openarc.None) == (len(res.Sets) == 0):
		default:
			t.Errorf("%+v", res)
		}
		if content(t, m) != before {
			t.Error("the mail was changed")
		}
		_, err = fastSealer().Seal(context.Background(), m, hop3())
		if err != nil {
			if content(t, m) != before {
				t.Error("the mail was changed without success:", err)
			}
			return
		}
		if again := fastVerifier().Examine(context.Background(), parse(t, content(t, m))); again.CV != openarc.Pass || len(again.Sets) != len(res.Sets)+1 {
			t.Errorf("sealed, it does not pass: %v\n%q", again.Err, content(t, m))
		}
	})
}

// FuzzAuthResults seals with results of any kind: they cannot begin another
// field, and the chain passes.
func FuzzAuthResults(f *testing.F) {
	for _, s := range []string{"mx.one.test; spf=pass", "mx.one.test; none", "mx.one.test (a;b) 1; dkim=fail reason=\"x;y\"", "mx.one.test;", "\"mx.one.test\"; a=(", "a\r\nX: y\r\n\r\nz"} {
		f.Add(s, "")
		f.Add("", s)
	}
	f.Add("mx.one.test; spf=pass", strings.Repeat("dkim=pass; ", 300))
	f.Fuzz(func(t *testing.T, there, given string) {
		m := parse(t, plainMail)
		if there != "" {
			if err := m.Header().Prepend("Authentication-Results", there); err != nil {
				t.Skip()
			}
		}
		before := len(m.Header().Fields())
		o := hop3()
		o.AuthServID, o.AuthResults = "mx.one.test", given
		if _, err := fastSealer().Seal(context.Background(), m, o); err != nil {
			t.Fatal(err)
		}
		mail := content(t, m)
		if n := len(parse(t, mail).Header().Fields()); n != before+3 && n != before+4 {
			t.Errorf("%d fields more\n%q", n-before, mail)
		}
		for line := range bytes.SplitSeq([]byte(mail), []byte("\r\n")) {
			if len(line) > 998 {
				t.Errorf("a line of %d bytes", len(line))
			}
		}
		if cv, reason := verify(t, fastVerifier(), mail); cv != openarc.Pass {
			t.Errorf("%s: %s\n%q", cv, reason, mail)
		}
	})
}
