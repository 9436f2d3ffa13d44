package dkim_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestPolicy runs a policy that writes what the signatures are worth, in the
// way policies for DMARC do.
func TestPolicy(t *testing.T) {
	script, err := os.ReadFile("testdata/authresults.lua")
	if err != nil {
		t.Fatal(err)
	}
	small := "DKIM-Signature: v=1; a=rsa-sha256; d=ex.test; s=empty; h=From; bh=AAAA; b=AAAA\r\n" + plainMail
	for _, tt := range []struct{ name, mail, want, good, bad string }{
		{"unsigned", plainMail, "dkim=none (message not signed) header.d=none", "", ""},
		{"signed", signedContent(t, "s1"), "dkim=pass header.d=ex.test", "ex.test", ""},
		{"changed", strings.Replace(signedContent(t, "s1"), "Bob,", "Rob,", 1), "dkim=fail (signature verification failed) header.d=ex.test", "", "ex.test"},
		{"no key", signedContent(t, "none"), "dkim=fail (key not found in DNS) header.d=ex.test", "", "ex.test"},
		{"no answer", signedContent(t, "slow"), "dkim=fail (key DNS query failed) header.d=ex.test", "", "ex.test"},
		{"revoked", signedContent(t, "gone"), "dkim=fail (key revoked) header.d=ex.test", "", "ex.test"},
		{"broken record", small, "dkim=fail (key DNS reply corrupt) header.d=ex.test", "", "ex.test"},
		{"broken field", "DKIM-Signature: nonsense\r\n" + plainMail, "dkim=fail (signature tag list invalid) header.d=", "", ""},
		{"two", signedContent(t, "s1", "gone"), "dkim=fail (key revoked) header.d=ex.test; dkim=pass header.d=ex.test", "ex.test", "ex.test"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k := newKit(t, kitOptions{}, string(script))
			s := k.Session("192.0.2.1:25")
			if got := s.Deliver("a@ex.test", "Authentication-Results: forged; dkim=pass\r\n"+tt.mail, "b@rcpt.test"); got != "250" {
				t.Fatal(got, k.Log())
			}
			m := s.Result.Messages[0]
			results := m.Header().Values("Authentication-Results")
			if len(results) != 1 {
				t.Fatal(results)
			}
			_, got, _ := strings.Cut(results[0], "; spf= smtp.mailfrom=\"a@ex.test\" smtp.helo=\"")
			_, got, _ = strings.Cut(got, "; ")
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s\n%s", results[0], diff)
			}
			good, _ := m.ContextGet(1, "domains_good")
			bad, _ := m.ContextGet(1, "domains_bad")
			if good != tt.good || bad != tt.bad {
				t.Errorf("good %q, bad %q", good, bad)
			}
			if errs := k.Errors(); errs != nil {
				t.Error(errs)
			}
		})
	}
}
