package audit_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/audit"
	"github.com/gomsys/gomsys/timer"
)

func persistent(s audit.Spec) audit.Spec { s.Persist = true; return s }

func TestPersist(t *testing.T) {
	dir := t.TempDir()
	str := audit.Spec{Type: audit.String, Interval: time.Minute, Windows: 60, Persist: true}
	odd := "=a\tb\nc%\x00\xff /../x"
	{
		a, clock := newAudit(t, audit.Options{PersistDir: dir})
		define(t, a, "s", persistent(cidr6x300))
		define(t, a, "../u", str)
		define(t, a, "local", cidr6x300)
		define(t, a, "shared", audit.Spec{Type: audit.CIDR, Interval: time.Minute, Windows: 1, Persist: true, Replicate: audit.Cluster})
		add(t, a, "s", "/32", 2)
		clock.Advance(300 * time.Second)
		add(t, a, "s", "/32", 5)
		add(t, a, "s", "/24", 1)
		add(t, a, "../u", odd, 7)
		add(t, a, "../u", "=", -3)
		if err := a.Close(ctx); err != nil {
			t.Fatal(err)
		}
	}
	var names []string
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if diff := cmp.Diff([]string{"%2E.%2Fu", "s"}, names); diff != "" {
		t.Errorf("files: %s", diff)
	}
	reopen := func(at time.Duration) *audit.Audit {
		a, _ := newAudit(t, audit.Options{PersistDir: dir, Clock: timer.NewManualClock(t0.Add(at))})
		define(t, a, "s", persistent(cidr6x300))
		define(t, a, "../u", str)
		return a
	}
	a := reopen(300 * time.Second)
	want(t, a, "s", "/32 0 0 = 5", "/32 1 1 = 2", "/24 0 0 = 6", "/24 0 5 = 8")
	if got := count(t, a, "../u", odd, 0, 59); got != 7 {
		t.Errorf("odd key: %d, want 7", got)
	}
	want(t, a, "../u", "= 0 59 = -3")
	want(t, reopen(600*time.Second), "s", "/32 0 0 = 0", "/32 1 1 = 5", "/32 2 2 = 2")
	want(t, reopen(2100*time.Second), "s", "/32 0 5 = 0")
}

func TestPersistDamage(t *testing.T) {
	dir := t.TempDir()
	good := `{"v":1,"name":"s","type":"cidr","interval":300,"windows":6,"saved":1700000100}
5666667	192.0.2.1	5
5666667	198.51.100.0/24	3
end		2
`
	for name, text := range map[string]string{
		"good":         good,
		"truncated":    good[:len(good)-8],
		"half line":    good[:len(good)-14],
		"header only":  good[:strings.Index(good, "\n")+1],
		"empty":        "",
		"not JSON":     "x\n" + good,
		"version":      strings.Replace(good, `"v":1`, `"v":2`, 1),
		"other type":   strings.Replace(good, `"cidr"`, `"string"`, 1),
		"other shape":  strings.Replace(good, `:300`, `:60`, 1),
		"lost line":    strings.Replace(good, "5666667\t192.0.2.1\t5\n", "", 1),
		"bad item":     strings.Replace(good, "192.0.2.1", "192.0.2.x", 1),
		"bad escape":   strings.Replace(good, "192.0.2.1", "%zz", 1),
		"short escape": strings.Replace(good, "192.0.2.1", "%2", 1),
		"bad count":    strings.Replace(good, "\t5\n", "\tx\n", 1),
		"bad window":   strings.Replace(good, "5666667\t192", "now\t192", 1),
	} {
		if err := os.WriteFile(filepath.Join(dir, "s"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		var log bytes.Buffer
		a, _ := newAudit(t, audit.Options{PersistDir: dir, Logger: slog.New(slog.NewTextHandler(&log, nil))})
		define(t, a, "s", persistent(cidr6x300))
		n := count(t, a, "s", "0.0.0.0/0", 0, 5)
		if logged := strings.Contains(log.String(), "not restored"); (n == 8) != (name == "good") || logged == (name == "good") {
			t.Errorf("%s: count %d, logged %v", name, n, log.String())
		}
	}
}

func TestSaveFails(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "missing")
	clock := timer.NewManualClock(t0)
	var log bytes.Buffer
	a, err := audit.New(&audit.Options{PersistDir: dir, Clock: clock, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	define(t, a, "s", persistent(cidr6x300))
	clock.Advance(5 * time.Minute)
	if !strings.Contains(log.String(), "missing") {
		t.Error("a failing save is not logged")
	}
	if err := a.Close(ctx); err == nil {
		t.Error("a failing save is not reported by Close")
	}
}

func TestWarnings(t *testing.T) {
	var log bytes.Buffer
	a, _ := newAudit(t, audit.Options{Logger: slog.New(slog.NewTextHandler(&log, nil))})
	s := cidr6x300
	s.Persist, s.Serialize, s.Replicate = true, true, audit.Cluster
	define(t, a, "s", s)
	define(t, a, "t", s)
	if n := strings.Count(log.String(), "\n"); n != 3 {
		t.Errorf("%d warnings, want 3:\n%s", n, log.String())
	}
	add(t, a, "s", "/32", 1)
	want(t, a, "s", "/32 0 0 = 1")
}

// TestKilled kills a process that saves all the time, and reads its file.
func TestKilled(t *testing.T) {
	const dirVariable = "AUDIT_TEST_PERSIST_DIR"
	if dir := os.Getenv(dirVariable); dir != "" {
		saveForever(t, dir)
	}
	dir := t.TempDir()
	for i := range 3 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestKilled$")
		cmd.Env = append(os.Environ(), dirVariable+"="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		// It writes a byte after each save; between two of them is the kill.
		buf := make([]byte, 1)
		for range 5 + i {
			if _, err := out.Read(buf); err != nil {
				t.Fatal(err)
			}
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait() // it was killed
		var log bytes.Buffer
		a, _ := newAudit(t, audit.Options{PersistDir: dir, Logger: slog.New(slog.NewTextHandler(&log, nil))})
		define(t, a, "s", persistent(cidr6x300))
		n := count(t, a, "s", "0.0.0.0/0", 0, 5)
		if n < 5_000 || n%5_000 != 0 || strings.Contains(log.String(), "not restored") {
			t.Errorf("%d counted in the file of a killed process: %s", n, log.String())
		}
	}
}

// saveForever counts each of many hosts once more and saves, again and again.
func saveForever(t *testing.T, dir string) {
	clock := timer.NewManualClock(t0)
	a, err := audit.New(&audit.Options{PersistDir: dir, Clock: clock, MaintenanceInterval: time.Nanosecond})
	if err != nil {
		t.Fatal(err)
	}
	define(t, a, "s", persistent(cidr6x300))
	for {
		for i := range 5_000 {
			if err := a.Add(ctx, "s", audit.Host(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})), 1); err != nil {
				t.Fatal(err)
			}
		}
		clock.Advance(time.Nanosecond)
		if _, err := os.Stdout.Write([]byte{'.'}); err != nil {
			os.Exit(0)
		}
	}
}

func TestSerialize(t *testing.T) {
	dir := t.TempDir()
	a, clock := newAudit(t, audit.Options{LogDir: dir})
	logged := cidr6x300
	logged.Serialize = true
	define(t, a, "spam", logged)
	define(t, a, "spam", logged)
	define(t, a, "virus", logged)
	define(t, a, "who", audit.Spec{Type: audit.String, Interval: time.Minute, Windows: 3, Serialize: true})
	define(t, a, "silent", cidr6x300)
	add(t, a, "spam", "192.0.2.10", 3)
	add(t, a, "spam", "192.0.2.9", 4)
	add(t, a, "spam", "192.0.2.0/24", 1)
	add(t, a, "virus", "192.0.2.9", 5)
	add(t, a, "who", "=b b", 1)
	add(t, a, "who", "=a", 2)
	add(t, a, "silent", "192.0.2.9", 1)
	clock.Advance(300 * time.Second)
	add(t, a, "spam", "198.51.100.1", 9)
	clock.Set(t0.Add(900 * time.Second)) // a jump over a window
	add(t, a, "spam", "198.51.100.1", 9) // in a window that does not end

	got := map[string]string{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		got[e.Name()] = string(text)
	}
	wantFiles := map[string]string{
		"spam.20231114T222000":  "192.0.2.0/24\t1\n192.0.2.9\t4\n192.0.2.10\t3\n",
		"spam.20231114T222500":  "198.51.100.1\t9\n",
		"virus.20231114T222000": "192.0.2.9\t5\n",
		"who.20231114T221600":   "a\t2\nb%20b\t1\n",
	}
	if diff := cmp.Diff(wantFiles, got); diff != "" {
		t.Error(diff)
	}

	for _, tc := range []struct {
		name string
		q    audit.LogQuery
		want []string
	}{
		{"all", audit.LogQuery{Series: []string{"spam", "virus"}},
			[]string{"192.0.2.0/24 [1 0]", "192.0.2.9/32 [4 5]", "192.0.2.10/32 [3 0]", "198.51.100.1/32 [9 0]"}},
		{"union by count", audit.LogQuery{Series: []string{"spam", "virus"}, Union: true, OrderBy: audit.ByCount, Limit: 2},
			[]string{"192.0.2.9/32 [9]", "198.51.100.1/32 [9]"}},
		{"blocks", audit.LogQuery{Series: []string{"spam"}, CIDRSize: 24}, []string{"192.0.2.0/24 [8]", "198.51.100.0/24 [9]"}},
		{"within", audit.LogQuery{Series: []string{"spam"}, CIDR: netip.MustParsePrefix("192.0.2.8/30")},
			[]string{"192.0.2.9/32 [4]", "192.0.2.10/32 [3]"}},
		{"threshold", audit.LogQuery{Series: []string{"spam"}, Threshold: 4}, []string{"192.0.2.9/32 [4]", "198.51.100.1/32 [9]"}},
		{"from", audit.LogQuery{Series: []string{"spam"}, From: t0.Add(300 * time.Second)}, []string{"198.51.100.1/32 [9]"}},
		{"to", audit.LogQuery{Series: []string{"spam"}, To: t0.Add(300 * time.Second), CIDRSize: 8}, []string{"192.0.0.0/8 [8]"}},
		{"strings", audit.LogQuery{Series: []string{"who"}}, nil},
		{"unknown", audit.LogQuery{Series: []string{"nosuch"}}, nil},
	} {
		results, err := audit.ReadSeriesLogs(dir, tc.q)
		if err != nil {
			t.Errorf("%s: %v", tc.name, err)
		}
		var lines []string
		for _, r := range results {
			lines = append(lines, fmt.Sprint(r.Prefix, " ", r.Counts))
		}
		if diff := cmp.Diff(tc.want, lines); diff != "" {
			t.Errorf("%s: %s", tc.name, diff)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "spam.20231114T223000"), []byte("192.0.2.1 9\n192.0.2.2\t7\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	results, err := audit.ReadSeriesLogs(dir, audit.LogQuery{Series: []string{"spam"}})
	if err == nil || len(results) != 5 {
		t.Errorf("bad line: %d results, error %v", len(results), err)
	}
	if _, err := audit.ReadSeriesLogs(filepath.Join(dir, "none"), audit.LogQuery{Series: []string{"spam"}}); err == nil {
		t.Error("missing directory: no error")
	}
	logged.Serialize = false
	define(t, a, "spam", logged)
	logged.Windows = 7
	logged.Serialize = true
	define(t, a, "virus", logged)
}

func TestConsole(t *testing.T) {
	dir := t.TempDir()
	a, _ := newAudit(t, audit.Options{Monitors: []string{"300,2", "60,1"}, PersistDir: dir})
	define(t, a, "s", persistent(cidr6x300))
	define(t, a, "u", audit.Spec{Type: audit.String, Interval: time.Minute, Windows: 3})
	a.SessionOpened(audit.SMTP, "", peer)
	a.Reception(peer6, 2)
	file := `{"v":1,"name":"x","type":"cidr","interval":300,"windows":6,"saved":1700000100}
5666667	192.0.2.1	5
end		1
`
	if err := os.WriteFile(filepath.Join(dir, "other"), []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ cmd, want, err string }{
		{"show ip 203.0.113.0/24", "Connections 60/0: 1\nReceptions 60/0: 0\nRejections 60/0: 0\n" +
			"Connections 300/0: 1\nConnections 300/1: 0\nReceptions 300/0: 0\nReceptions 300/1: 0\nRejections 300/0: 0\nRejections 300/1: 0\n", ""},
		{"show all", "ip,metric,interval,window,count\n203.0.113.9,Connections,60,0,1\n2001:db8::1,Receptions,60,0,2\n" +
			"203.0.113.9,Connections,300,0,1\n2001:db8::1,Receptions,300,0,2\n", ""},
		{"add s 300,6 192.0.2.1 3", "192.0.2.1 = 3\n", ""},
		{"subtract s 300,6 192.0.2.1 1", "192.0.2.1 = 2\n", ""},
		{"add u 60,3 bob 4", "bob = 4\n", ""},
		{"count_cidr 192.0.2.0/24 s 300,6 0 5", "2\n", ""},
		{"delete_ip 192.0.2.1 s 300,6", "192.0.2.1 deleted.\n", ""},
		{"load s other", "1 keys loaded.\n", ""},
		{"count_cidr 192.0.2.1 s 300,6 0 5", "5\n", ""},
		{"load s", "", "no such file"},
		{"load none", "", "not defined"},
		{"delete_ip 192.0.2.7 s 300,6", "", "not in series"},
		{"delete_ip 192.0.2.7 s 60,6", "", `parameters "300,6"`},
		{"delete_ip x s 300,6", "", "invalid CIDR"},
		{"add s 300,6 x 1", "", "invalid CIDR"},
		{"add s 300,6 192.0.2.1 x", "", "usage"},
		{"add none 300,6 192.0.2.1 1", "", "not defined"},
		{"count_cidr 192.0.2.1 s 300,6 a b", "", "usage"},
		{"count_cidr 192.0.2.1 s 300,6 -1 0", "", "negative"},
		{"count_cidr x s 300,6 0 0", "", "invalid CIDR"},
		{"show ip x", "", "invalid CIDR"},
		{"show", "", "usage"},
		{"add s", "", "usage"},
		{"", "", "usage"},
	} {
		var out bytes.Buffer
		err := a.Console(ctx, strings.Fields(tc.cmd), &out)
		if (err == nil) != (tc.err == "") || (err != nil && !strings.Contains(err.Error(), tc.err)) {
			t.Errorf("%s: error %v, want %q", tc.cmd, err, tc.err)
		}
		if diff := cmp.Diff(tc.want, out.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.cmd, diff)
		}
	}
	var out bytes.Buffer
	if err := a.Console(ctx, []string{"help"}, &out); err != nil || !strings.Contains(out.String(), "count_cidr") {
		t.Errorf("help: %v, %q", err, out.String())
	}
}
