package cidr_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/cidr"
	"github.com/gomsys/gomsys/timer"
)

var (
	t0    = time.Unix(1700000100, 0)
	ctx   = context.Background()
	quiet = slog.New(slog.NewTextHandler(io.Discard, nil))
)

// files is a set of named sources in memory.
type files map[string]string

func (f files) open(_ context.Context, uri string) (io.ReadCloser, error) {
	text, ok := f[uri]
	if !ok {
		return nil, fmt.Errorf("open %s: %w", uri, fs.ErrNotExist)
	}
	return io.NopCloser(strings.NewReader(text)), nil
}

func newRegistry(t testing.TB, c cidr.Config) (*cidr.Registry, *timer.ManualClock) {
	t.Helper()
	clock := timer.NewManualClock(t0)
	c.Clock = clock
	if c.Logger == nil {
		c.Logger = quiet
	}
	reg := cidr.New(&c)
	t.Cleanup(func() {
		reg.Close()
		if n := clock.Waiting(); n != 0 {
			t.Errorf("%d timers are left", n)
		}
	})
	return reg, clock
}

func define(t testing.TB, reg *cidr.Registry, name string, o cidr.Options) {
	t.Helper()
	if err := reg.Define(name, o); err != nil {
		t.Fatal(err)
	}
}

func query(t testing.TB, reg *cidr.Registry, name, addr string) cidr.Value {
	t.Helper()
	v, found, err := reg.QueryText(ctx, name, addr, netip.Addr{})
	if err != nil {
		t.Fatal(err)
	}
	if !found && v != nil && v != "" && v != "dflt" {
		t.Errorf("query %s: nothing found, but %v", addr, v)
	}
	return v
}

// load defines a table of text and reports how many lines were bad.
func load(t testing.TB, text string, o cidr.Options) (reg *cidr.Registry, bad int) {
	t.Helper()
	reg, _ = newRegistry(t, cidr.Config{Open: files{"f": text}.open})
	o.Type, o.Source = cidr.RBLDNSD, "f"
	define(t, reg, "t", o)
	query(t, reg, "t", "192.0.2.1")
	st := reg.List()[0]
	if st.Err != nil {
		t.Fatal(st.Err)
	}
	return reg, st.Bad
}

const mixedFile = `$1 See http://bl.example/why
:127.0.0.9:listed $
192.0.2.0/25
!192.0.2.7
192.0.2.200-203 :4
198.51.100 :6:
203.0.113.5 only text for $ costs $$5 $1 $2
203.0.113.10:7:tight
:2
203.0.113.20
2001:db8:c000/36
2001:db8:ffff::1 :4:six
2001:db8:ffff::2:5:text
10
`

func TestMixedFile(t *testing.T) {
	for _, tc := range []struct {
		value string
		want  map[string]cidr.Value
	}{
		{"A", map[string]cidr.Value{
			"192.0.2.5": "127.0.0.9", "192.0.2.7": nil, "192.0.2.201": "127.0.0.4", "192.0.2.204": nil,
			"198.51.100.8": "127.0.0.6", "203.0.113.20": "127.0.0.2", "2001:db8:c001::9": "127.0.0.2",
			"2001:db8:ffff::2": nil, "192.0.2.0/26": "127.0.0.9", "192.0.2.0/24": nil, "no ip": nil,
		}},
		{"txt", map[string]cidr.Value{
			"192.0.2.201":      "listed 192.0.2.201",
			"198.51.100.8":     "127.0.0.6",
			"203.0.113.5":      "only text for 203.0.113.5 costs $5 See http://bl.example/why $2",
			"203.0.113.10":     "tight",
			"2001:db8:ffff::1": "six",
		}},
	} {
		reg, bad := load(t, mixedFile, cidr.Options{Value: tc.value, Interpolate: true})
		if bad != 2 {
			t.Errorf("%d bad lines, want 2", bad)
		}
		for addr, want := range tc.want {
			if got := query(t, reg, "t", addr); got != want {
				t.Errorf("%s of %s: %v, want %v", tc.value, addr, got, want)
			}
		}
	}
}

func TestLongestPrefixWins(t *testing.T) {
	lines := []string{"10.1.2.3 :9\n", "10.0.0.0/8 :8\n", "0.0.0.0/0 :7\n"}
	for _, order := range [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
		text := lines[order[0]] + lines[order[1]] + lines[order[2]]
		reg, _ := load(t, text, cidr.Options{Default: "dflt"})
		for addr, want := range map[string]string{
			"10.1.2.3": "127.0.0.9", "10.9.9.9": "127.0.0.8", "192.0.2.1": "127.0.0.7", "255.1.1.1": "127.0.0.7",
			"::ffff:10.1.2.3": "127.0.0.9", "2001:db8::1": "dflt",
		} {
			if got := query(t, reg, "t", addr); got != want {
				t.Errorf("order %v, %s: %v, want %s", order, addr, got, want)
			}
		}
	}
	text := strings.Join(lines, "") + "10.1.2.3 :5\n"
	if reg, _ := load(t, text, cidr.Options{}); query(t, reg, "t", "10.1.2.3") != "127.0.0.9" {
		t.Error("the first of two equal prefixes must win")
	}
	for _, text := range []string{text + "!10.1.2.3\n", "!10.1.2.3\n" + text} {
		if reg, _ := load(t, text, cidr.Options{Default: "dflt"}); query(t, reg, "t", "10.1.2.3") != "dflt" {
			t.Error("an exclusion must win over equal prefixes")
		}
	}
}

func TestBaseTemplate(t *testing.T) {
	const text = "$= why?$= ($)\n192.0.2.2 r1\n192.0.2.3\n192.0.2.4 =own $\n192.0.2.5 $$x\n"
	for interpolate, want := range map[bool][]cidr.Value{
		true:  {"why?r1 (192.0.2.2)", "why?192.0.2.3 (192.0.2.3)", "own 192.0.2.4", "why?$$x (192.0.2.5)"},
		false: {"why?r1 ($)", "why?$ ($)", "own $", "why?$$x ($)"},
	} {
		reg, _ := load(t, text, cidr.Options{Value: "txt", Interpolate: interpolate})
		var got []cidr.Value
		for i := range want {
			got = append(got, query(t, reg, "t", fmt.Sprintf("192.0.2.%d", 2+i)))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("interpolate %v (-want +got):\n%s", interpolate, diff)
		}
	}
}

// TestRanges asks for addresses around the ends of each range.
func TestRanges(t *testing.T) {
	for _, tc := range []struct{ line, in, out string }{
		{"192.0.2", "192.0.2.0 192.0.2.255", "192.0.1.255 192.0.3.0"},
		{"192.0", "192.0.0.0 192.0.255.255", "191.255.255.255 192.1.0.0"},
		{"10/8", "10.0.0.0 10.255.255.255", "9.255.255.255 11.0.0.0"},
		{"10.1/12", "10.0.0.0 10.15.255.255", "10.16.0.0"},
		{"10.1.2.3/30", "10.1.2.0 10.1.2.3", "10.1.2.4"},
		{"0/0", "0.0.0.0 255.255.255.255", ""},
		{"1.2.3.4/32", "1.2.3.4", "1.2.3.5"},
		{"127-127.0.0", "", "127.0.0.1"}, // not equally many octets
		{"127.0.0.1-255", "127.0.0.1 127.0.0.255", "127.0.0.0 127.0.1.0"},
		{"127.16.0.0-127.31.255.255", "127.16.0.0 127.31.255.255", "127.15.255.255 127.32.0.0"},
		{"127.16.0-127.31.255", "127.16.0.0 127.31.255.255", "127.32.0.0"},
		{"127.16-127.31", "127.16.0.0 127.31.255.255", "127.32.0.0"},
		{"127.16-31", "127.16.0.0 127.31.255.255", "127.15.255.255 127.32.0.0"},
		{"10-20", "10.0.0.0 20.255.255.255", "9.255.255.255 21.0.0.0"},
		{"0.0.0.1-255.255.255.254", "0.0.0.1 255.255.255.254 128.0.0.0", "0.0.0.0 255.255.255.255"},
		{"0.0.0.0-255.255.255.255", "0.0.0.0 255.255.255.255", ""},
		{"10.0.0.9-10.0.0.1", "", "10.0.0.9 10.0.0.5"},
		{"10.0.0.9-1", "", "10.0.0.9"},
		{"10.0.0.256", "", "10.0.0.25"},
		{"10.0.0.1.2", "", "10.0.0.1"},
		{"10.0.0.", "", "10.0.0.1"},
		{"10.0.0.1/33", "", "10.0.0.1"},
		{"10.0.0.1/", "", "10.0.0.1"},
		{"10.0.0.1-", "", "10.0.0.1"},
		{"10.0.0.1-x", "", "10.0.0.1"},
		{"0010.0.0.1", "", "10.0.0.1"},
		{"10 # bare number", "", "10.0.0.1"},
		{"2001:db8:c000/36", "2001:db8:c000:: 2001:db8:cfff::1", "2001:db8:d000::"},
		{"2001:db8:1", "2001:db8:1:: 2001:db8:1:ffff::", "2001:db8:2::"},
		{"2001:db8::/32", "2001:db8:ffff::1", "2001:db9::"},
		{"2001:db8:0:1:2:3:4:5", "2001:db8:0:1:2:3:4:5", "2001:db8:0:1:2:3:4:6"},
		{"fe80/10", "fe80::1 febf::1", "fec0::"},
		{"::1", "::1", "::2"},
		{"::/0", "::1 ffff::", "10.0.0.1"},
		{"::ffff:10.1.2.0/120", "10.1.2.3", "10.1.3.3"},
		{"2001:db8::1-2001:db8::5", "", "2001:db8::1"},
		{"2001:db8:", "", "2001:db8::1"},
		{"2001:db8::1%eth0", "", "2001:db8::1"},
		{"2001", "", "2001::1"},
		{"12345:db8::", "", "1234::"},
		{"mx.example", "", "10.0.0.1"},
	} {
		reg, bad := load(t, tc.line+"\n", cidr.Options{})
		for _, addr := range strings.Fields(tc.in) {
			if query(t, reg, "t", addr) != "127.0.0.2" {
				t.Errorf("%q does not hold %s", tc.line, addr)
			}
		}
		for _, addr := range strings.Fields(tc.out) {
			if query(t, reg, "t", addr) != nil {
				t.Errorf("%q holds %s", tc.line, addr)
			}
		}
		if (bad > 0) != (tc.in == "") {
			t.Errorf("%q: %d bad lines", tc.line, bad)
		}
	}
}

func TestValues(t *testing.T) {
	for _, tc := range []struct {
		line, a string
		txt     cidr.Value // "" if it is the address again
	}{
		{"1.1.1.1", "127.0.0.3", "d"},
		{"1.1.1.1 # comment", "127.0.0.3", "d"},
		{"1.1.1.1;comment", "127.0.0.3", "d"},
		{"1.1.1.1\t:4", "127.0.0.4", "d"},
		{"1.1.1.1:4:", "127.0.0.4", ""},
		{"1.1.1.1 :4: t#;:", "127.0.0.4", "t#;:"},
		{"1.1.1.1 :4 : t", "127.0.0.4", "t"},
		{"1.1.1.1 text # with : all", "127.0.0.3", "text # with : all"},
		{"1.1.1.1 :1.2:x", "1.0.0.2", "x"},
		{"1.1.1.1 :1.2.3:x", "1.2.0.3", "x"},
		{"1.1.1.1 :10.20.30.40:x", "10.20.30.40", "x"},
		{"1.1.1.1 :4:caf\xe9", "127.0.0.4", "caf\xe9"},
		{"1.1.1.1 :4:" + strings.Repeat("x", 4096), "127.0.0.4", strings.Repeat("x", 4096)},
		{"1.1.1.1 :4:" + strings.Repeat("x", 4097), "", nil},
		{"1.1.1.1 :0:x", "", nil},
		{"1.1.1.1 ::x", "", nil},
		{"1.1.1.1 :4 # comment", "", nil},
		{"1.1.1.1 :4x", "", nil},
		{"1.1.1.1 :300", "", nil},
		{"1.1.1.1 " + strings.Repeat("x", 70_000), "", nil},
	} {
		file := ":3:d\r\n" + tc.line + "\r\n2.2.2.2"
		for _, value := range []string{"a", "txt"} {
			want := cidr.Value(tc.a)
			if tc.a == "" {
				want = nil
			} else if value == "txt" && tc.txt != "" {
				want = tc.txt
			}
			reg, bad := load(t, file, cidr.Options{Value: value})
			if got := query(t, reg, "t", "1.1.1.1"); got != want {
				t.Errorf("%.40q: %s is %.40q, want %.40q", tc.line, value, got, want)
			}
			if (bad == 1) != (tc.a == "") {
				t.Errorf("%.40q: %d bad lines", tc.line, bad)
			}
			if query(t, reg, "t", "2.2.2.2") == nil {
				t.Errorf("%.40q: the line after it is lost", tc.line)
			}
		}
	}
}

func TestSpecials(t *testing.T) {
	stamp := func(d time.Duration, format string) string { return t0.Add(d).Local().Format(format) }
	for _, tc := range []struct {
		name, file string
		want       map[string]cidr.Value
		bad        int
	}{
		{"ignored", "$SOA 0 a b 0 0 0 0 0\n$NS 0 a\n$TTL 5\n$FUTURE x\n# c\n; c\n\n \t\n1.1.1.1\n",
			map[string]cidr.Value{"1.1.1.1": "127.0.0.2"}, 0},
		{"all prefixes, first definition wins", "#$1 a\n;$1 b\n:$2 c\n$3 d\n1.1.1.1 $1$2$3$4\n",
			map[string]cidr.Value{"1.1.1.1": "acd$4"}, 0},
		{"defined later", "1.1.1.1 $1\n$1 late\n", map[string]cidr.Value{"1.1.1.1": "late"}, 0},
		{"variables are not expanded again", "$1 $2$\n$2 x\n1.1.1.1 $1\n", map[string]cidr.Value{"1.1.1.1": "$2$"}, 0},
		{"default inherits nothing", ":3:d\n:4\n1.1.1.1\n", map[string]cidr.Value{"1.1.1.1": "127.0.0.4"}, 0},
		{"bad default", ":3:d\n:x:e\n:\n1.1.1.1\n", map[string]cidr.Value{"1.1.1.1": "d"}, 2},
		{"maxrange", "$MAXRANGE4 /24\n10/8\n11.1.1/24\n$MAXRANGE4 1024\n12.1/22\n$maxrange4 1\n13.1.1.0-1\n13.1.1.9\n$MAXRANGE4 x\n",
			map[string]cidr.Value{"10.1.1.1": nil, "11.1.1.1": "127.0.0.2", "12.1.0.0": nil, "13.1.1.0": nil, "13.1.1.9": "127.0.0.2"}, 4},
		{"timestamp", "$TIMESTAMP " + stamp(0, "2006:01:02:15:04:05") + " +1d\n1.1.1.1\n", map[string]cidr.Value{"1.1.1.1": "127.0.0.2"}, 0},
		{"expired", "$TIMESTAMP 2001:02:03 " + stamp(-time.Second, "20060102150405") + "\n1.1.1.1\n", map[string]cidr.Value{"1.1.1.1": nil}, 0},
		{"expired relative", "$TIMESTAMP 2001-02-03-04-05 +1w2d\n1.1.1.1\n", map[string]cidr.Value{"1.1.1.1": nil}, 0},
		{"timestamps not given", "$TIMESTAMP 0 0\n$TIMESTAMP -\n1.1.1.1\n", map[string]cidr.Value{"1.1.1.1": "127.0.0.2"}, 0},
		{"bad timestamps", "$TIMESTAMP\n$TIMESTAMP x\n$TIMESTAMP 2001:13:01\n$TIMESTAMP 0 +1d\n$TIMESTAMP 2001:01:01 +x\n$TIMESTAMP 2001:01:01 y\n1.1.1.1\n",
			map[string]cidr.Value{"1.1.1.1": "127.0.0.2"}, 6},
		{"datasets", "$1 common\n$DATASET ip4set:a a @\n$2 own\n:3:$1 $2\n1.1.1.1\n$DATASET dnset b\n:9:no\nexample.com\n2.2.2.2\n" +
			"$DATASET generic @\n@ A 127.0.0.8\n$DATASET ip6trie c\n2001:db8::1\n3.3.3.3 $1 $2\n$DATASET nonsense d\n4.4.4.4\n",
			map[string]cidr.Value{"1.1.1.1": "common own", "2.2.2.2": nil, "2001:db8::1": "127.0.0.2", "3.3.3.3": "common $2", "4.4.4.4": nil}, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			reg, bad := load(t, tc.file, cidr.Options{Value: "txt", Interpolate: true})
			if bad != tc.bad {
				t.Errorf("%d bad lines, want %d", bad, tc.bad)
			}
			for addr, want := range tc.want {
				if got := query(t, reg, "t", addr); got != want {
					t.Errorf("%s: %v, want %v", addr, got, want)
				}
			}
		})
	}
}

func TestTimestampInFuture(t *testing.T) {
	reg, _ := newRegistry(t, cidr.Config{Open: files{"f": "$TIMESTAMP 2100:01:01\n1.1.1.1\n"}.open})
	define(t, reg, "t", cidr.Options{Type: cidr.RBLDNSD, Source: "f"})
	if err := reg.Reload(ctx, "t"); err == nil || !strings.Contains(err.Error(), "future") {
		t.Errorf("error %v", err)
	}
}

func TestExpiresWhileLoaded(t *testing.T) {
	f := files{"f": "$TIMESTAMP " + t0.Local().Format("2006:01:02:15:04:05") + " +10\n1.1.1.1\n"}
	reg, clock := newRegistry(t, cidr.Config{Open: f.open})
	define(t, reg, "t", cidr.Options{Type: cidr.RBLDNSD, Source: "f", Default: "dflt"})
	if v := query(t, reg, "t", "1.1.1.1"); v != "127.0.0.2" {
		t.Errorf("value %v", v)
	}
	clock.Advance(11 * time.Second)
	if v := query(t, reg, "t", "1.1.1.1"); v != "dflt" {
		t.Errorf("value %v after expiry", v)
	}
}

func gzipped(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGzip(t *testing.T) {
	reg, _ := load(t, gzipped(t, "1.1.1.1\n"), cidr.Options{})
	if v := query(t, reg, "t", "1.1.1.1"); v != "127.0.0.2" {
		t.Errorf("value %v", v)
	}
}

func TestMaxEntries(t *testing.T) {
	reg, _ := newRegistry(t, cidr.Config{Open: files{"f": "1.1.1.1\n2.2.2.2\n3.3.3.3\n"}.open, MaxEntries: 2})
	define(t, reg, "t", cidr.Options{Type: cidr.RBLDNSD, Source: "f"})
	if err := reg.Reload(ctx, "t"); err == nil || !strings.Contains(err.Error(), "too many entries") {
		t.Errorf("error %v", err)
	}
}

// TestLoggedLines checks that a file full of bad lines does not fill the log.
func TestLoggedLines(t *testing.T) {
	var log bytes.Buffer
	reg, _ := newRegistry(t, cidr.Config{
		Open:   files{"f": strings.Repeat("bad\n", 1000)}.open,
		Logger: slog.New(slog.NewTextHandler(&log, nil)),
	})
	define(t, reg, "t", cidr.Options{Type: cidr.RBLDNSD, Source: "f"})
	query(t, reg, "t", "1.1.1.1")
	if n := strings.Count(log.String(), "\n"); n != 6 || !strings.Contains(log.String(), "lines=1000") {
		t.Errorf("%d records:\n%s", n, log.String())
	}
}

// FuzzRBLDNSD checks that no file breaks the reader, and that each entry made
// of one file line by line is found in the whole file too or overridden.
func FuzzRBLDNSD(f *testing.F) {
	f.Add(mixedFile)
	f.Add("$DATASET ip4set a\n$MAXRANGE4 /8\n:::\n::1\n!::/0\n127-31 :1.2\n$= $=\n1.1.1.1 $$$$$1$")
	f.Add(gzipped(f, mixedFile))
	f.Add("10.0.0.0-10.0.0.9 =\n!10.0.0.3-4\n10.0.0:2:\xff\x00")
	f.Fuzz(func(t *testing.T, text string) {
		reg := cidr.New(&cidr.Config{Open: files{"f": text}.open, Logger: quiet, MaxEntries: 10_000})
		defer reg.Close()
		for _, value := range []string{"a", "txt"} {
			if err := reg.Define(value, cidr.Options{Type: cidr.RBLDNSD, Source: "f", Value: value, Interpolate: true}); err != nil {
				t.Fatal(err)
			}
			if err := reg.Reload(ctx, value); err != nil {
				if errors.Is(err, cidr.ErrUndefined) {
					t.Error(err)
				}
				return
			}
		}
		for _, addr := range []string{"10.0.0.1", "127.0.0.1", "192.0.2.5", "2001:db8::1", "1.1.1.1", "::"} {
			p := netip.PrefixFrom(netip.MustParseAddr(addr), netip.MustParseAddr(addr).BitLen())
			a, listedA, errA := reg.Query(ctx, "a", p)
			txt, listedTxt, errTxt := reg.Query(ctx, "txt", p)
			if listedA != listedTxt || errA != nil || errTxt != nil {
				t.Errorf("%s: listed as a %v, as txt %v", addr, listedA, listedTxt)
			}
			if !listedA {
				continue
			}
			if ip, err := netip.ParseAddr(a.(string)); err != nil || !ip.Is4() {
				t.Errorf("%s: A value %v", addr, a)
			}
			if txt == "" {
				t.Errorf("%s: a listed entry gives empty text", addr)
			}
		}
	})
}
