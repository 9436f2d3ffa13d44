package dns_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/dns"
)

func TestConsole(t *testing.T) {
	r := zoned(t, dns.Options{}, zone)
	for _, tt := range []struct{ command, want string }{
		{"lookup D.test MX", "Cached result not found, try a submit.\n"},
		{"submit D.test mx", "Submitted\n"},
		{"lookup d.test MX", ";; QUESTION SECTION:\n;d.test\tIN\tMX\n\n;; ANSWER SECTION:\n" +
			"d.test\tIN\tMX\t10 A.Example\nd.test\tIN\tMX\t20 b.example\nd.test\tIN\tMX\t20 c.example\n"},
		{"submit nx.test A", "Submitted\n"},
		{"lookup nx.test A", ";; QUESTION SECTION:\n;nx.test\tIN\tA\n\n;; NXDOMAIN\n"},
		{"submit _dmarc.d.test TXT", "Submitted\n"},
		{"lookup _dmarc.d.test TXT", ";; QUESTION SECTION:\n;_dmarc.d.test\tIN\tTXT\n\n;; ANSWER SECTION:\n_dmarc.d.test\tIN\tTXT\t\"v=DMARC1; p=none\"\n"},
		{"stats", "DNS cache:\n    Entries: 3\n    Lookups: 6\n   Hit Rate: 50.0000%\n"},
		{"flush", "flushed 3 entries\n"},
	} {
		var out strings.Builder
		if err := r.Console(t.Context(), strings.Fields(tt.command), &out); err != nil {
			t.Errorf("%s: %v", tt.command, err)
		}
		if diff := cmp.Diff(tt.want, out.String()); diff != "" {
			t.Errorf("%s: %s", tt.command, diff)
		}
	}
	for _, command := range []string{"", "nonsense", "lookup", "lookup x", "lookup x BOGUS"} {
		err := r.Console(t.Context(), strings.Fields(command), &strings.Builder{})
		if !errors.Is(err, dns.ErrUsage) && !errors.Is(err, dns.ErrType) {
			t.Errorf("%s: %v", command, err)
		}
	}
}
