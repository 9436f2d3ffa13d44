package openarc_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/openarc"
)

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
