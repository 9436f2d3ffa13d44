package cidr_test

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gomsys/gomsys/internal/loopback"
	"github.com/gomsys/gomsys/msys/cidr"
)

// startDaemon runs the real rbldnsd over files of dataset types by zone name,
// and gives a resolver that asks it.
func startDaemon(t *testing.T, zones map[string][2]string) *net.Resolver {
	t.Helper()
	program, err := exec.LookPath("rbldnsd")
	if err != nil {
		if program, err = exec.LookPath("/usr/sbin/rbldnsd"); err != nil {
			t.Skip("rbldnsd is not installed (Debian package rbldnsd): answers are not compared with the real daemon")
		}
	}
	addr := loopback.Addr(t)
	dir, err := os.MkdirTemp("", "rbldnsd")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil { // rbldnsd drops root's rights
		t.Fatal(err)
	}
	args := []string{"-n", "-e", "-b", strings.Replace(addr, ":", "/", 1)}
	if os.Getuid() == 0 {
		args = append(args, "-u", "nobody")
	}
	for zone, f := range zones {
		path := filepath.Join(dir, zone)
		if err := os.WriteFile(path, []byte(f[1]), 0o644); err != nil {
			t.Fatal(err)
		}
		args = append(args, zone+":"+f[0]+":"+path)
	}
	cmd := exec.Command(program, args...)
	var log strings.Builder
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Log(log.String())
		}
	})
	resolver := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", addr)
	}}
	for deadline := time.Now().Add(10 * time.Second); ; {
		short, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
		_, err := resolver.LookupHost(short, "2.0.0.127.ready.")
		cancel()
		if err == nil {
			return resolver
		}
		if time.Now().After(deadline) {
			t.Fatalf("rbldnsd does not answer: %v", err)
		}
	}
}

// reversed gives the name under which a block list is asked for addr.
func reversed(addr netip.Addr) string {
	var b strings.Builder
	if addr.Is4() {
		o := addr.As4()
		return fmt.Sprintf("%d.%d.%d.%d", o[3], o[2], o[1], o[0])
	}
	o := addr.As16()
	for i := 15; i >= 0; i-- {
		fmt.Fprintf(&b, "%x.%x.", o[i]&15, o[i]>>4)
	}
	return strings.TrimSuffix(b.String(), ".")
}

// TestAgainstDaemon asks this package and rbldnsd itself the same questions
// about the same files.
func TestAgainstDaemon(t *testing.T) {
	set4 := mixedFile4 + `127.16-31 :1.2:x
127.40-127.41 :1.2.3:y
127.50.1-3 :0:z
127.60.0.0/16 text # not a comment
127.80.1 # comment
127.80.2#comment
127.80.3 :5 # cmt
127.80.4 :5 garbage
127.80.5 :5:#text
127.80.6 :300:x
127.90.0.0-127.90.3.77 :9
127.91.0.0 - 127.91.0.9
!127.90.2
!127.90.1.128/25
010.1.2.3 :8:lead
10.2.3.4-10.2.3.1
10.5/16
10.6.7.8/24 :6
$MAXRANGE4 /24
10.9/16
10.10.1
`
	const trie6 = `:127.0.0.9:listed $
2001:db8:c000/36
2001:db8:ffff::1 :4:six
2001:db8:ffff::2:5:text
2001:db8:ffff::3#c
!2001:db8:c001::/48
2001:db8:c001:1::/64 :5:
fe80/10
2001
2001:db9: :4:trail
2001:dba:1:2
`
	const combined = `$1 common
$DATASET ip4set:a a @
$2 local
$= base $= [$1|$2] ($)
:2:$1 $2 dflt
1.1.1.1
1.1.1.2 :5:
1.1.1.3 =own $ $1 $=
1.1.1.4 with $1 dollar $
1.1.1.5 :7:=eq
`
	const plain = `$1 one
2.2.2.2 x $1 $2 $= $$
2.2.2.3
2.2.2.4 :5:$ $
2.2.2.5 =eq
`
	sets := map[string][2]string{
		"set4":  {"ip4set", set4},
		"trie6": {"ip6trie", trie6},
		"comb":  {"combined", combined},
		"plain": {"ip4set", plain},
		"ready": {"ip4set", "127.0.0.2\n"},
	}
	probes := map[string][]string{
		"set4": {"192.0.2.0", "192.0.2.5", "192.0.2.7", "192.0.2.127", "192.0.2.128", "192.0.2.199", "192.0.2.200", "192.0.2.203",
			"192.0.2.204", "198.51.100.8", "198.51.101.0", "203.0.113.5", "203.0.113.10", "203.0.113.20", "127.15.255.255",
			"127.16.0.0", "127.31.255.255", "127.32.0.0", "127.40.3.3", "127.41.255.255", "127.42.0.0", "127.50.1.1", "127.60.1.1",
			"127.80.1.1", "127.80.2.1", "127.80.3.1", "127.80.4.1", "127.80.5.1", "127.80.6.1", "127.90.0.0", "127.90.1.127",
			"127.90.1.128", "127.90.2.0", "127.90.3.0", "127.90.3.77", "127.90.3.78", "127.91.0.1", "10.1.2.3", "10.2.3.4",
			"10.5.6.7", "10.6.7.0", "10.6.7.255", "10.6.8.0", "10.9.1.1", "10.10.1.1"},
		"trie6": {"2001:db8:c000::1", "2001:db8:cfff::1", "2001:db8:d000::", "2001:db8:c001::9", "2001:db8:c001:1::1",
			"2001:db8:ffff::1", "2001:db8:ffff::2", "2001:db8:ffff::3", "fe80::1", "febf::", "2001::1", "2001:db9::1", "2001:dba:1:2::ff", "2001:dba:1:3::"},
		"comb":  {"1.1.1.1", "1.1.1.2", "1.1.1.3", "1.1.1.4", "1.1.1.5", "1.1.1.6"},
		"plain": {"2.2.2.2", "2.2.2.3", "2.2.2.4", "2.2.2.5"},
	}
	resolver := startDaemon(t, sets)
	files := files{}
	for zone, f := range sets {
		files[zone] = f[1]
	}
	reg, _ := newRegistry(t, cidr.Config{Open: files.open})
	for zone, addrs := range probes {
		define(t, reg, "a", cidr.Options{Type: cidr.RBLDNSD, Source: zone, Default: ""})
		define(t, reg, "txt", cidr.Options{Type: cidr.RBLDNSD, Source: zone, Value: "txt", Interpolate: true, Default: ""})
		for _, text := range addrs {
			addr := netip.MustParseAddr(text)
			name := reversed(addr) + "." + zone + "."
			a, _ := resolver.LookupHost(ctx, name) // an error is "not listed"
			txt, _ := resolver.LookupTXT(ctx, name)
			wantA := strings.Join(a, " ")
			wantTXT := strings.Join(txt, "")
			if wantTXT == "" {
				wantTXT = wantA // a listed entry without text gives its address
			}
			if got := query(t, reg, "a", text); got != wantA {
				t.Errorf("%s in %s: A %v, rbldnsd says %q", text, zone, got, wantA)
			}
			if got := query(t, reg, "txt", text); got != wantTXT {
				t.Errorf("%s in %s: TXT %v, rbldnsd says %q", text, zone, got, wantTXT)
			}
		}
	}
}

// mixedFile4 is the IPv4 part of mixedFile.
var mixedFile4 = mixedFile[:strings.Index(mixedFile, "2001:")]
