package dns_test

import (
	"errors"
	"net"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
	"github.com/gomsys/gomsys/msys/dns"
)

var (
	_ msys.Resolver    = (*dns.Resolver)(nil)
	_ dkimsig.Resolver = (*dns.Resolver)(nil)
)

const zone = `
$ORIGIN test.
@	300 IN SOA ns hostmaster 1 1 1 1 60
d	MX 20 b.example.
d	MX 10 A.Example.
d	MX 20 c.example.
d	NS ns.test.
_dmarc.d TXT "v=DM" "ARC1; p=none"
bytes	TXT "a\"b\\c\200\000;" "" "\065z"
bytes	TXT "second"
nomail	MX 0 .
a	A 192.0.2.1
a	A 192.0.2.7
a	AAAA 2001:DB8:0:0:0:0:0:1
a	AAAA ::ffff:192.0.2.9
alias	CNAME Other.test.
other	CNAME a
out	CNAME gone.test.
loop	CNAME loop2
loop2	CNAME loop
xn--bcher-kva A 192.0.2.8
_sip._tcp SRV 10 5 5060 sip.test.
*.rbl	A 127.0.0.2
7.2.0.192.in-addr.arpa. PTR host.test.
1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa. PTR six.test.
`

func long(n int) string { return strings.Repeat("x", n) }

func TestLookup(t *testing.T) {
	r := zoned(t, dns.Options{}, zone)
	for _, tt := range []struct {
		name string
		t    dns.Type
		want string // values parted by "|", or the mnemonic of an error
	}{
		{"d.test", dns.MX, "10 A.Example|20 b.example|20 c.example"},
		{"D.TEST.", dns.MX, "10 A.Example|20 b.example|20 c.example"},
		{"d.test", dns.NS, "ns.test"},
		{"nomail.test", dns.MX, "0 ."},
		{"_dmarc.d.test", dns.TXT, "v=DMARC1; p=none"},
		{"bytes.test", dns.TXT, "a\"b\\c\xc8\x00;Az|second"},
		{"a.test", dns.A, "192.0.2.1|192.0.2.7"},
		{"a.test", dns.AAAA, "2001:db8::1|::ffff:192.0.2.9"},
		{"a.test", dns.MX, ""},
		{"alias.test", dns.A, "192.0.2.1|192.0.2.7"},
		{"alias.test", dns.TXT, ""},
		{"alias.test", dns.CNAME, "Other.test"},
		{"out.test", dns.A, "NXDOMAIN"},
		{"loop.test", dns.A, "SERVFAIL"},
		{"nx.test", dns.A, "NXDOMAIN"},
		{"elsewhere.example", dns.A, "NXDOMAIN"},
		{"in-addr.arpa", dns.A, ""}, // a name above others
		{"bücher.test", dns.A, "192.0.2.8"},
		{"BÜCHER。test.", dns.A, "192.0.2.8"},
		{"_sip._tcp.test", dns.SRV, "10 5 5060 sip.test."},
		{"2.0.0.127.rbl.test", dns.A, "127.0.0.2"},
		{"2.0.0.127.rbl.test", dns.TXT, ""},
		{"192.0.2.7", dns.PTR, "host.test"},
		{"::ffff:192.0.2.7", dns.PTR, "host.test"},
		{"7.2.0.192.in-addr.arpa", dns.PTR, "host.test"},
		{"2001:DB8::1", dns.PTR, "six.test"},
		{"192.0.2.8", dns.PTR, "NXDOMAIN"},
		{".", dns.NS, ""},
		{"", dns.A, "FORMERR"},
		{"..", dns.A, "FORMERR"},
		{"a..test", dns.A, "FORMERR"},
		{".test", dns.A, "FORMERR"},
		{"a.test..", dns.A, "FORMERR"},
		{long(63) + ".test", dns.A, "NXDOMAIN"},
		{long(64) + ".test", dns.A, "FORMERR"},
		{strings.Repeat("abcd.", 50) + "abc", dns.A, "NXDOMAIN"},
		{strings.Repeat("abcd.", 50) + "abcd", dns.A, "FORMERR"},
		{"\xff.test", dns.A, "FORMERR"},
		{"xn--\u00fc.test", dns.A, "FORMERR"},
		{"with blank.\"test\"", dns.A, "NXDOMAIN"},
		{`back\slash.test`, dns.A, "NXDOMAIN"},
		{"nul\x00.test", dns.A, "NXDOMAIN"},
	} {
		for range 2 { // asked, then remembered
			records, err := r.Lookup(t.Context(), tt.name, tt.t, nil)
			var got []string
			for _, rec := range records {
				if tt.t == dns.MX {
					rec.Value = strings.Join([]string{itoa(rec.Preference), rec.Value}, " ")
				}
				got = append(got, rec.Value)
			}
			text := strings.Join(got, "|")
			var code *dns.RCodeError
			if errors.As(err, &code) {
				text = code.Mnemonic()
			} else if err != nil {
				t.Errorf("%T is no RCodeError", err)
			}
			if text != tt.want {
				t.Errorf("%q %s: %q (%v), want %q", tt.name, tt.t, text, err, tt.want)
			}
		}
	}
}

func itoa(n uint16) string {
	digits := ""
	for ; n > 0 || digits == ""; n /= 10 {
		digits = string(rune('0'+n%10)) + digits
	}
	return digits
}

func TestTheRecordsAreTheCallers(t *testing.T) {
	r := zoned(t, dns.Options{}, zone)
	for range 2 {
		records, err := r.Lookup(t.Context(), "a.test", dns.A, nil)
		if err != nil || records[0].Value != "192.0.2.1" {
			t.Fatal(records, err)
		}
		records[0].Value = "changed"
	}
}

func TestLikeNet(t *testing.T) {
	r, ctx := zoned(t, dns.Options{}, zone), t.Context()
	check := func(what string, got any, err error, want any) {
		t.Helper()
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v %s", what, err, diff)
		}
	}
	txt, err := r.LookupTXT(ctx, "_dmarc.d.test")
	check("TXT", txt, err, []string{"v=DMARC1; p=none"})
	txt, err = r.LookupTXT(ctx, "a.test")
	check("no TXT", len(txt), err, 0)
	names, err := r.LookupAddr(ctx, "192.0.2.7")
	check("addr", names, err, []string{"host.test."})
	mx, err := r.LookupMX(ctx, "d.test")
	check("MX", mx, err, []*net.MX{{Host: "A.Example.", Pref: 10}, {Host: "b.example.", Pref: 20}, {Host: "c.example.", Pref: 20}})
	mx, err = r.LookupMX(ctx, "nomail.test")
	check("null MX", mx, err, []*net.MX{{Host: "."}})
	hosts, err := r.LookupHost(ctx, "a.test")
	check("host", hosts, err, []string{"192.0.2.1", "192.0.2.7", "2001:db8::1", "::ffff:192.0.2.9"})
	hosts, err = r.LookupHost(ctx, "2001:DB8::1")
	check("literal", hosts, err, []string{"2001:db8::1"})
	hosts, err = r.LookupHost(ctx, "d.test")
	check("no address", len(hosts), err, 0)
	ips, err := r.LookupIPAddr(ctx, "bücher.test")
	check("IPs", ips, err, []net.IPAddr{{IP: net.IP{192, 0, 2, 8}}})

	for _, f := range []func() error{
		func() error { _, err := r.LookupHost(ctx, "nx.test"); return err },
		func() error { _, err := r.LookupMX(ctx, "nx.test"); return err },
		func() error { _, err := r.LookupTXT(ctx, "nx.test"); return err },
		func() error { _, err := r.LookupIPAddr(ctx, "nx.test"); return err },
	} {
		var d *net.DNSError
		if err := f(); !errors.As(err, &d) || !d.IsNotFound || d.IsTemporary || d.Name != "nx.test" {
			t.Errorf("%#v", err)
		}
	}
	if _, err := r.LookupAddr(ctx, "no address"); err == nil {
		t.Error("a name passes for an address")
	}
}

func TestOptionsWithoutSense(t *testing.T) {
	for _, o := range []dns.Options{
		{Servers: []string{"::1:port:"}},
		{Servers: []string{"192.0.2.1:99999"}},
		{Servers: []string{"a name.test"}},
		{Servers: []string{"ns.test"}},
		{ExtraTypes: []string{"BOGUS"}},
		{ExtraTypes: []string{"AXFR"}},
		{ResolvConf: "testdata/there is none"},
	} {
		if _, err := dns.New(&o); err == nil || !strings.HasPrefix(err.Error(), "dns: ") {
			t.Errorf("%+v: %v", o, err)
		}
	}
	if r, err := dns.New(nil); r == nil || err != nil {
		t.Error("no options:", err)
	}
}

func TestZoneErrors(t *testing.T) {
	for _, text := range []string{"a.test. A", "a.test. A nonsense", "$INCLUDE /etc/passwd"} {
		if _, err := dns.NewZone(strings.NewReader(text)); err == nil || !strings.HasPrefix(err.Error(), "dns: reading zone: ") {
			t.Errorf("%q: %v", text, err)
		}
	}
}
