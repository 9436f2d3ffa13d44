package pbp_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/vctx"
	"github.com/gomsys/gomsys/vctx/pbp"
)

// zone answers DNS questions from maps; names that are not in it do not exist.
type zone struct {
	ptr  map[string][]string
	addr map[string][]string
	fail map[string]error
	asks int
}

func (z *zone) LookupAddr(ctx context.Context, addr string) ([]string, error) {
	return z.answer(ctx, z.ptr, addr)
}

func (z *zone) LookupHost(ctx context.Context, host string) ([]string, error) {
	return z.answer(ctx, z.addr, host)
}

func (z *zone) answer(ctx context.Context, records map[string][]string, key string) ([]string, error) {
	z.asks++
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := z.fail[key]; err != nil {
		return nil, err
	}
	if list, ok := records[key]; ok {
		return list, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: key, IsNotFound: true}
}

type rcode string

func (r rcode) Error() string    { return "dns: " + string(r) }
func (r rcode) Mnemonic() string { return string(r) }

var timeout = &net.DNSError{Err: "i/o timeout", IsTimeout: true, IsTemporary: true}

func TestFCDNS(t *testing.T) {
	many := make([]string, 20)
	for i := range many {
		many[i] = fmt.Sprintf("n%d.x.org.", i)
	}
	tests := []struct {
		name string
		zone zone
		ip   string
		want pbp.Result
	}{
		{
			name: "confirmed",
			zone: zone{ptr: map[string][]string{"192.0.2.7": {"mail.x.org."}}, addr: map[string][]string{"mail.x.org": {"2001:db8::1", "192.0.2.7"}}},
			want: pbp.Result{OK: true, Name: "mail.x.org"},
		},
		{
			name: "second name confirmed",
			zone: zone{ptr: map[string][]string{"192.0.2.7": {"a.x.org.", "b.x.org."}}, addr: map[string][]string{"b.x.org": {"192.0.2.7"}}},
			want: pbp.Result{OK: true, Name: "b.x.org"},
		},
		{
			name: "mapped address",
			zone: zone{ptr: map[string][]string{"192.0.2.7": {"mail.x.org."}}, addr: map[string][]string{"mail.x.org": {"192.0.2.7"}}},
			ip:   "::ffff:192.0.2.7",
			want: pbp.Result{OK: true, Name: "mail.x.org"},
		},
		{
			name: "IPv6",
			zone: zone{ptr: map[string][]string{"2001:db8::7": {"mail.x.org."}}, addr: map[string][]string{"mail.x.org": {"2001:db8:0:0::7"}}},
			ip:   "2001:db8::7",
			want: pbp.Result{OK: true, Name: "mail.x.org"},
		},
		{
			name: "mismatch",
			zone: zone{ptr: map[string][]string{"192.0.2.7": {"mail.x.org."}}, addr: map[string][]string{"mail.x.org": {"192.0.2.9"}}},
			want: pbp.Result{Name: "mail.x.org", ForwardErr: "MISMATCH"},
		},
		{
			name: "name without addresses is a mismatch",
			zone: zone{ptr: map[string][]string{"192.0.2.7": {"mail.x.org."}}, addr: map[string][]string{"mail.x.org": nil}},
			want: pbp.Result{Name: "mail.x.org", ForwardErr: "MISMATCH"},
		},
		{name: "no PTR", want: pbp.Result{ReverseErr: "NXDOMAIN"}},
		{
			name: "empty answer",
			zone: zone{ptr: map[string][]string{"192.0.2.7": nil}},
		},
		{
			name: "PTR server fails",
			zone: zone{fail: map[string]error{"192.0.2.7": timeout}},
			want: pbp.Result{ReverseErr: "SERVFAIL"},
		},
		{
			name: "response code of our resolver",
			zone: zone{fail: map[string]error{"192.0.2.7": fmt.Errorf("lookup: %w", rcode("REFUSED"))}},
			want: pbp.Result{ReverseErr: "REFUSED"},
		},
		{
			name: "name does not exist",
			zone: zone{ptr: map[string][]string{"192.0.2.7": {"mail.x.org."}}},
			want: pbp.Result{Name: "mail.x.org", ForwardErr: "NXDOMAIN"},
		},
		{
			name: "failure hides a possible match",
			zone: zone{
				ptr:  map[string][]string{"192.0.2.7": {"gone.x.org.", "slow.x.org.", "other.x.org."}},
				addr: map[string][]string{"other.x.org": {"192.0.2.9"}},
				fail: map[string]error{"slow.x.org": timeout},
			},
			want: pbp.Result{Name: "gone.x.org", ForwardErr: "SERVFAIL"},
		},
		{
			name: "a name that does not exist beside a mismatch",
			zone: zone{
				ptr:  map[string][]string{"192.0.2.7": {"gone.x.org.", "other.x.org."}},
				addr: map[string][]string{"other.x.org": {"192.0.2.9"}},
			},
			want: pbp.Result{Name: "gone.x.org", ForwardErr: "MISMATCH"},
		},
		{
			name: "hostile names are skipped",
			zone: zone{ptr: map[string][]string{"192.0.2.7": {"evil\r\nX-Spam: no.", ".", "mail.x.org."}}, addr: map[string][]string{"mail.x.org": {"192.0.2.7"}}},
			want: pbp.Result{OK: true, Name: "mail.x.org"},
		},
		{
			name: "ten names at most",
			zone: zone{ptr: map[string][]string{"192.0.2.7": many}, addr: map[string][]string{"n10.x.org": {"192.0.2.7"}}},
			want: pbp.Result{Name: "n0.x.org", ForwardErr: "NXDOMAIN"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.ip == "" {
				tt.ip = "192.0.2.7"
			}
			got, err := pbp.FCDNS(t.Context(), &tt.zone, netip.MustParseAddr(tt.ip))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
			if tt.zone.asks > 11 {
				t.Errorf("asked %d questions", tt.zone.asks)
			}
		})
	}
}

func TestFCDNSWithoutAddress(t *testing.T) {
	got, err := pbp.FCDNS(t.Context(), &zone{}, netip.Addr{})
	if err != nil || got != (pbp.Result{}) {
		t.Errorf("UNIX socket: %+v, %v", got, err)
	}
}

func TestFCDNSContextEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := pbp.FCDNS(ctx, &zone{}, netip.MustParseAddr("192.0.2.7")); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestResultStore(t *testing.T) {
	v := vctx.NewContext(vctx.NewConn(vctx.Conn{}), nil)
	for _, tt := range []struct {
		res          pbp.Result
		name, status string
	}{
		{pbp.Result{OK: true, Name: "mail.x.org"}, "mail.x.org", "true"},
		{pbp.Result{Name: "mail.x.org", ForwardErr: pbp.Mismatch}, "mail.x.org", "false"},
		{pbp.Result{ReverseErr: "NXDOMAIN"}, "", "false"},
	} {
		tt.res.Store(v)
		name, ok := v.Lookup(vctx.ConnScope, "reverse_dns")
		if status := v.Get(vctx.ConnScope, "fcdns_status"); !ok || name != tt.name || status != tt.status {
			t.Errorf("%+v: reverse_dns %q (%v), fcdns_status %q", tt.res, name, ok, status)
		}
	}
}

func TestValidatedName(t *testing.T) {
	z := &zone{
		ptr: map[string][]string{"192.0.2.3": {"liar.example.com.", "pool.isp.net.", "mx.example.org.", "EXAMPLE.ORG.", "slow.example.org."}, "192.0.2.4": {"liar.example.com."}},
		addr: map[string][]string{
			"liar.example.com": {"203.0.113.1"}, "pool.isp.net": {"192.0.2.3"},
			"mx.example.org": {"192.0.2.3"}, "EXAMPLE.ORG": {"192.0.2.3"},
		},
		fail: map[string]error{"slow.example.org": timeout, "192.0.2.5": timeout},
	}
	for _, tt := range []struct{ ip, domain, want string }{
		{"192.0.2.3", "example.org", "EXAMPLE.ORG"},
		{"192.0.2.3", "org", "mx.example.org"},
		{"192.0.2.3", "xample.org", "pool.isp.net"},
		{"192.0.2.3", "", "pool.isp.net"},
		{"192.0.2.3", "example.com", "pool.isp.net"},
		{"192.0.2.4", "example.com", "unknown"},
		{"192.0.2.5", "example.com", "unknown"},
	} {
		if got := pbp.ValidatedName(t.Context(), z, netip.MustParseAddr(tt.ip), tt.domain); got != tt.want {
			t.Errorf("ValidatedName(%s, %q) = %q, want %q", tt.ip, tt.domain, got, tt.want)
		}
	}
}

func TestSize(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want int64
	}{
		{"30m", 31457280}, {"1024b", 1024}, {"50k", 51200}, {"1g", 1 << 30}, {"0", 0}, {"1024", 1024},
		{"30M", 31457280}, {"2G", 2 << 30}, {"9223372036854775807", 1<<63 - 1}, {"8589934591g", 8589934591 << 30},
	} {
		if got, err := pbp.Size(tt.in); err != nil || got != tt.want {
			t.Errorf("Size(%q) = %d, %v; want %d", tt.in, got, err, tt.want)
		}
	}
	for _, in := range []string{"x", "", "m", "-1", "-1k", "1.5m", "10mb", "1 m", "9223372036854775808", "8589934592g", "+5", "0x10", "1_000"} {
		got, err := pbp.Size(in)
		if want := "invalid size '" + in + "'"; !errors.Is(err, pbp.ErrSize) || err.Error() != want {
			t.Errorf("Size(%q) = %d, %v; want %s", in, got, err, want)
		}
	}
}

func TestIPFromAddrAndPort(t *testing.T) {
	for in, want := range map[string]string{
		"192.0.2.1:4321":                 "192.0.2.1",
		"192.0.2.1":                      "192.0.2.1",
		"2001:db8::1.4321":               "2001:db8::1",
		"2001:db8::1":                    "2001:db8::1",
		"[2001:db8::1]:25":               "2001:db8::1",
		"[2001:DB8:0::1]":                "2001:db8::1",
		"[192.0.2.1]:25":                 "192.0.2.1",
		"::ffff:192.0.2.7":               "192.0.2.7",
		"::ffff:192.0.2.7.4321":          "192.0.2.7",
		"::ffff:192.0.2.7:4321":          "192.0.2.7",
		"[::ffff:192.0.2.7]:25":          "192.0.2.7",
		"fe80::1%eth0.25":                "fe80::1",
		"::1.0":                          "::1",
		" 192.0.2.1:25 ":                 "192.0.2.1",
		"192.0.2.1.25":                   "UNKNOWN",
		"192.0.2.1:99999":                "UNKNOWN",
		"192.0.2.1:":                     "UNKNOWN",
		"192.0.2:25":                     "UNKNOWN",
		"/var/run/smtp.sock":             "UNKNOWN",
		"":                               "UNKNOWN",
		":25":                            "UNKNOWN",
		"mail.example.org:25":            "UNKNOWN",
		"unknown":                        "UNKNOWN",
		"192.0.2.1:18446744073709551617": "UNKNOWN",
	} {
		if got := pbp.IPFromAddrAndPort(in); got != want {
			t.Errorf("IPFromAddrAndPort(%q) = %q, want %q", in, got, want)
		}
	}
}

// What Addr writes is read back.
func FuzzIPFromAddrAndPort(f *testing.F) {
	f.Add("192.0.2.1:4321", []byte{192, 0, 2, 1}, uint16(25))
	f.Add("2001:db8::1.4321", make([]byte, 16), uint16(0))
	f.Fuzz(func(t *testing.T, text string, raw []byte, port uint16) {
		if got := pbp.IPFromAddrAndPort(text); got != pbp.UnknownAddress {
			if _, err := netip.ParseAddr(got); err != nil {
				t.Errorf("IPFromAddrAndPort(%q) = %q, which is no address", text, got)
			}
		}
		ip, ok := netip.AddrFromSlice(raw)
		if !ok {
			return
		}
		addr := vctx.AddrOf(netip.AddrPortFrom(ip, port))
		if got := pbp.IPFromAddrAndPort(addr.String()); got != addr.Host() {
			t.Errorf("IPFromAddrAndPort(%q) = %q, want %q", addr, got, addr.Host())
		}
	})
}

func ExampleFCDNS() {
	z := &zone{
		ptr:  map[string][]string{"192.0.2.7": {"mail.x.org."}},
		addr: map[string][]string{"mail.x.org": {"192.0.2.9"}},
	}
	res, err := pbp.FCDNS(context.Background(), z, netip.MustParseAddr("192.0.2.7"))
	fmt.Println(res.OK, res.Name, res.ForwardErr, err)
	// Output: false mail.x.org MISMATCH <nil>
}

func ExampleSize() {
	n, err := pbp.Size("30m")
	fmt.Println(n, err)
	// Output: 31457280 <nil>
}
