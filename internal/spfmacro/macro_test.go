package spfmacro_test

import (
	"errors"
	"net/netip"
	"testing"

	"github.com/gomsys/gomsys/internal/spfmacro"
)

// TestExpand has rules of RFC 7208 section 7.3; what is no macro gives "-".
func TestExpand(t *testing.T) {
	for _, tt := range []struct{ macro, value, want string }{
		{"d", "mail.example.org", "mail.example.org"},
		{"D2", "mail.example.org", "example.org"},
		{"dr", "mail.example.org", "org.example.mail"},
		{"d1r", "mail.example.org", "mail"},
		{"d9", "example.org", "example.org"},
		{"l-", "a-b-c", "a.b.c"},
		{"l2r-/", "a-b/c", "b.a"},
		{"S", "a b@c", "a%20b%40c"},
		{"l", "", ""},
		{"l.", "a..b", "a..b"},
		{"", "x", "-"},
		{"x", "x", "-"},
		{"d!", "x", "-"},
		{"dr2", "x", "-"},
	} {
		got := "-"
		m, ok, err := spfmacro.Parse(tt.macro)
		if ok {
			got = m.Expand(tt.value)
		}
		if got != tt.want || err != nil {
			t.Errorf("%s of %q: %q, %v", tt.macro, tt.value, got, err)
		}
	}
	if _, ok, err := spfmacro.Parse("d0"); ok || !errors.Is(err, spfmacro.ErrZeroParts) {
		t.Error(err)
	}
	if got := spfmacro.DottedIP(netip.MustParseAddr("2001:db8::cb01")); got != "2.0.0.1.0.d.b.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.c.b.0.1" {
		t.Error(got)
	}
	if got := spfmacro.DottedIP(netip.MustParseAddr("192.0.2.1")); got != "192.0.2.1" {
		t.Error(got)
	}
}
