package openarc_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/dkim"
	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
	"github.com/gomsys/gomsys/msys/openarc"
)

// TestRFC8617 reads the example of appendix B, of which the keys are not
// known: its structure is sound and its body is the one that was signed.
func TestRFC8617(t *testing.T) {
	mail, err := os.ReadFile("testdata/rfc8617.eml")
	if err != nil {
		t.Fatal(err)
	}
	m := parse(t, string(mail))
	res := newVerifier().Examine(context.Background(), m)
	if res.CV != openarc.Fail || res.Err.Error() != "openarc: ARC-Message-Signature i=3: key not found in DNS" || len(res.Sets) != 3 {
		t.Fatalf("%+v", res)
	}
	for i, want := range []struct {
		domain, selector string
		cv               openarc.CV
		results          string
	}{
		{"lists.example.org", "dk-lists", openarc.None, "lists.example.org; spf=pass"},
		{"gmail.example", "20120806", openarc.Pass, "gmail.example; spf=fail"},
		{"clochette.example.org", "clochette", openarc.Pass, "clochette.example.org; spf=fail"},
	} {
		s := res.Sets[i]
		if s.Instance != i+1 || s.Domain != want.domain || s.Selector != want.selector || s.CV != want.cv || s.Time.Unix() != 12345 || !strings.HasPrefix(s.AuthResults, want.results) {
			t.Errorf("set %d: %+v", i+1, s)
		}
	}
	sum, _, err := dkim.BodyHash(m, sha256.New(), dkimsig.Relaxed, -1)
	if err != nil {
		t.Fatal(err)
	}
	if got := base64.StdEncoding.EncodeToString(sum); got != tagOf(fieldOf(string(mail), ams, "3"), "bh") {
		t.Error("body hash", got)
	}
}

// TestCorpus seals the mails that are hard to read: after that they are as
// they were, and the chain holds.
func TestCorpus(t *testing.T) {
	files, err := filepath.Glob("../../message/testdata/awkward/*.eml")
	if err != nil || len(files) == 0 {
		t.Fatal("no mails:", err)
	}
	sealed := 0
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			m, err := message.ParseBytes(text, message.Envelope{}, nil)
			if err != nil {
				t.Skip(err)
			}
			defer m.Close()
			before := content(t, m)
			o := *hop(3)
			o.KeepAuthResults = true
			if _, err := newSealer().Seal(context.Background(), m, &o); err != nil {
				if content(t, m) != before {
					t.Error("changed without success:", err)
				}
				return
			}
			sealed++
			after := content(t, m)
			if !strings.HasSuffix(after, before) {
				t.Errorf("changed from\n%q to\n%q", before, after)
			}
			if cv, reason := verify(t, newVerifier(), after); cv != openarc.Pass {
				t.Errorf("%s\n%q", reason, after)
			}
			twice := seal(t, after, 3)
			if cv, reason := verify(t, newVerifier(), twice); cv != openarc.Pass {
				t.Errorf("sealed twice: %s\n%q", reason, twice)
			}
		})
	}
	if sealed < len(files)/2 {
		t.Errorf("%d of %d mails could be sealed", sealed, len(files))
	}
}
