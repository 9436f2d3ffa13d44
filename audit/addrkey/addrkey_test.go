package addrkey_test

import (
	"errors"
	"fmt"
	"net/netip"
	"testing"

	"github.com/gomsys/gomsys/audit/addrkey"
)

var (
	peer4 = netip.MustParseAddr("203.0.113.9")
	peer6 = netip.MustParseAddr("2001:db8::1")
)

func TestParse(t *testing.T) {
	for _, tc := range []struct {
		s    string
		peer netip.Addr
		want string // "" is a syntax error
	}{
		{"192.0.2.1", peer4, "192.0.2.1/32"},
		{"2001:db8::1", peer4, "2001:db8::1/128"},
		{"[2001:db8::1]", peer4, "2001:db8::1/128"},
		{"fe80::1%eth0", peer4, "fe80::1/128"},
		{"192.0.2.77/24", peer4, "192.0.2.0/24"},
		{"192.0.2.77/255.255.255.0", peer4, "192.0.2.0/24"},
		{"192.0.2.77/0.0.0.0", peer4, "0.0.0.0/0"},
		{"192.0.2.77/255.255.255.255", peer4, "192.0.2.77/32"},
		{"2001:db8::1/32", peer4, "2001:db8::/32"},
		{"[2001:db8::1]/32", peer4, "2001:db8::/32"},
		{"0.0.0.0/0", peer4, "0.0.0.0/0"},
		{"::/0", peer4, "::/0"},
		{"/24", peer4, "203.0.113.0/24"},
		{"/0", peer4, "0.0.0.0/0"},
		{"/32", peer6, "2001:db8::/32"},
		{"/128", peer6, "2001:db8::1/128"},
		{"/24", netip.MustParseAddr("::ffff:203.0.113.9"), "203.0.113.0/24"},
		{"192.0.2.1:25", peer4, "192.0.2.1/32"},
		{"2001:db8::1.25", peer4, "2001:db8::1/128"},
		{"[2001:db8::1]:25", peer4, "2001:db8::1/128"},
		{"localhost", peer4, "127.0.0.1/32"},
		{"localhost/8", peer4, "127.0.0.0/8"},
		{"::ffff:10.1.2.3", peer4, "10.1.2.3/32"},
		{"::ffff:10.1.2.3/104", peer4, "10.0.0.0/8"},
		{"::ffff:10.1.2.3/255.0.0.0", peer4, "10.0.0.0/8"},
		{"::ffff:10.1.2.3/90", peer4, "::ffc0:0:0/90"},
		{"::ffff:10.1.2.3.25", peer4, "10.1.2.3/32"},

		{"", peer4, ""},
		{"10.0.0.300", peer4, ""},
		{"10.0.0", peer4, ""},
		{"10.0.0.1/33", peer4, ""},
		{"10.0.0.1/", peer4, ""},
		{"10.0.0.1/-1", peer4, ""},
		{"10.0.0.1/255.0.255.0", peer4, ""},
		{"2001:db8::1/255.0.0.0", peer4, ""},
		{"2001:db8::1/129", peer4, ""},
		{"/33", peer4, ""},
		{"/129", peer6, ""},
		{"/", peer4, ""},
		{"/x", peer4, ""},
		{"/255.255.0.0", peer4, ""},
		{"192.0.2.1:x", peer4, ""},
		{"192.0.2.1:", peer4, ""},
		{"192.0.2.1:65536", peer4, ""},
		{"192.0.2.1:+25", peer4, ""},
		{"192.0.2.1:25/24", peer4, ""},
		{"192.0.2.1.25", peer4, ""},
		{"[192.0.2.1]", peer4, ""},
		{"[2001:db8::1", peer4, ""},
		{"[2001:db8::1]25", peer4, ""},
		{"localhost:25", peer4, ""},
		{"mx.example", peer4, ""},
		{" 192.0.2.1", peer4, ""},
	} {
		got, err := addrkey.Parse(tc.s, tc.peer)
		switch {
		case tc.want == "":
			if !errors.Is(err, addrkey.ErrSyntax) || err.Error() != "invalid CIDR '"+tc.s+"'" {
				t.Errorf("Parse(%q) = %v, %v; want a syntax error", tc.s, got, err)
			}
		case err != nil || got.String() != tc.want:
			t.Errorf("Parse(%q) = %v, %v; want %s", tc.s, got, err, tc.want)
		}
	}
	if _, err := addrkey.Parse("/24", netip.Addr{}); !errors.Is(err, addrkey.ErrNoPeer) {
		t.Errorf("no peer: %v", err)
	}
}

func TestParseBoth(t *testing.T) {
	for _, tc := range []struct {
		s    string
		peer netip.Addr
		want netip.Prefix
	}{
		{"/32", peer4, addrkey.Host(peer4)},
		{"/32", peer6, addrkey.Host(peer6)},
		{"/0", peer4, netip.Prefix{}},
		{"/0", peer6, netip.Prefix{}},
		{"/64", peer6, netip.MustParsePrefix("2001:db8::/64")},
		{"2001:db8::/32", peer6, netip.MustParsePrefix("2001:db8::/32")},
		{"0.0.0.0/0", peer4, netip.MustParsePrefix("0.0.0.0/0")},
	} {
		if got, err := addrkey.ParseBoth(tc.s, tc.peer); got != tc.want || err != nil {
			t.Errorf("ParseBoth(%q, %v) = %v, %v; want %v", tc.s, tc.peer, got, err, tc.want)
		}
	}
	if _, err := addrkey.ParseBoth("", peer4); !errors.Is(err, addrkey.ErrSyntax) {
		t.Error(err)
	}
}

func TestHost(t *testing.T) {
	if p := addrkey.Host(netip.Addr{}); p.IsValid() {
		t.Errorf("no address gives %v", p)
	}
	if p := addrkey.Host(netip.MustParseAddr("::ffff:10.1.2.3")); p.String() != "10.1.2.3/32" {
		t.Errorf("mapped gives %v", p)
	}
}

// FuzzParse checks that what was read prints as something that is read the
// same way.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"192.0.2.1", "/24", "[2001:db8::1]:25", "2001:db8::1.25", "localhost/8", "::ffff:1.2.3.4/120", "10.0.0.1/255.255.0.0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := addrkey.Parse(s, peer4)
		if err != nil {
			return
		}
		if !p.IsValid() || p != p.Masked() || p.Addr().Zone() != "" {
			t.Errorf("Parse(%q) = %v", s, p)
		}
		again, err := addrkey.Parse(p.String(), netip.Addr{})
		if err != nil || again != p {
			t.Errorf("Parse(%q) = %v, which reads as %v, %v", s, p, again, err)
		}
	})
}

func Example() {
	peer := netip.MustParseAddr("203.0.113.9")
	for _, s := range []string{"/24", "192.0.2.1:25", "2001:db8::5/32"} {
		p, err := addrkey.Parse(s, peer)
		fmt.Println(p, err)
	}
	// Output:
	// 203.0.113.0/24 <nil>
	// 192.0.2.1/32 <nil>
	// 2001:db8::/32 <nil>
}
