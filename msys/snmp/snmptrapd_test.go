package snmp_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gomsys/gomsys/internal/loopback"
	"github.com/gomsys/gomsys/msys/snmp"
)

// trapDaemon is Debian's snmptrapd on a loopback port; its lines come from
// the channel.
func trapDaemon(t *testing.T) (addr string, lines <-chan string) {
	t.Helper()
	program, err := exec.LookPath("snmptrapd")
	if err != nil {
		t.Skip("snmptrapd is not installed (Debian package snmptrapd): traps are checked by our own receiver only")
	}
	addr = loopback.Addr(t)
	dir := t.TempDir()
	conf := filepath.Join(dir, "snmptrapd.conf")
	if err := os.WriteFile(conf, []byte("authCommunity log public\nauthCommunity log mail\nformat2 TRAP %v\\n\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "-f", "-Le", "-On", "-C", "-c", conf, "udp:"+addr)
	cmd.Env = append(os.Environ(), "MIBS=", "SNMP_PERSISTENT_DIR="+dir, "HOME="+dir)
	out, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ch := make(chan string, 1000)
	go func() {
		defer close(ch)
		for s := bufio.NewScanner(out); s.Scan(); {
			ch <- s.Text()
		}
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may have ended
		for range ch {
		}
		_ = cmd.Wait()
	})
	return addr, ch
}

// TestSnmptrapd asks the usual receiver what it understood.
func TestSnmptrapd(t *testing.T) {
	addr, lines := trapDaemon(t)
	s := newSender(t, snmp.Options{Destinations: []snmp.Destination{{Addr: addr, Community: "mail"}}})
	for _, tt := range []struct {
		value snmp.Value
		want  string
	}{
		{snmp.String("queue full"), `STRING: "queue full"`},
		{snmp.Counter(4294967295), "Counter32: 4294967295"},
		{snmp.Gauge(12), "Gauge32: 12"},
		{snmp.IPAddress(addrOf("192.0.2.1")), "IpAddress: 192.0.2.1"},
	} {
		want := fmt.Sprintf("TRAP .1.3.6.1.2.1.1.3.0 = Timeticks: (4200) 0:00:42.00\t.1.3.6.1.6.3.1.1.4.1.0 = OID: .%s\t.%s = %s",
			snmp.DefaultOID, snmp.DefaultVariable, tt.want)
		awaitTrap(t, lines, want, func() error { return s.Send(ctx, snmp.Trap{Value: tt.value}) })
	}
}

// awaitTrap sends until the daemon, which may be starting, tells of the trap.
func awaitTrap(t *testing.T, lines <-chan string, want string, send func() error) {
	t.Helper()
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	late := time.After(20 * time.Second)
	last := ""
	for {
		select {
		case <-again.C:
			if err := send(); err != nil && !strings.Contains(err.Error(), "refused") {
				t.Fatal(err)
			}
		case line, ok := <-lines:
			if line == want {
				return
			}
			if last = line; !ok {
				t.Fatal("snmptrapd has ended")
			}
		case <-late:
			t.Fatalf("want %q, last %q", want, last)
		}
	}
}
