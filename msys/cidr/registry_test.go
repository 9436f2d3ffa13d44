package cidr_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/cidr"
)

func TestFileLifecycle(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bl.txt")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	reg, _ := newRegistry(t, cidr.Config{})
	define(t, reg, "t", cidr.Options{Type: cidr.RBLDNSD, Source: path, Default: "dflt"})
	if v := query(t, reg, "t", "192.0.2.1"); v != "dflt" {
		t.Errorf("missing file: %v", v)
	}
	if err := reg.Reload(ctx, "t"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("reload of a missing file: %v", err)
	}
	write("192.0.2.1 :9\n")
	if err := reg.Reload(ctx, "t"); err != nil || query(t, reg, "t", "192.0.2.1") != "127.0.0.9" {
		t.Errorf("after creation: %v", err)
	}
	write(gzipped(t, "192.0.2.1 :8\n")[:20])
	if err := reg.Reload(ctx, "t"); err == nil || query(t, reg, "t", "192.0.2.1") != "127.0.0.9" {
		t.Errorf("truncated gzip: %v", err)
	}
	if st := reg.List()[0]; st.Err == nil || st.Entries != 1 || !st.Loaded.Equal(t0) {
		t.Errorf("status %+v", st)
	}
	define(t, reg, "uri", cidr.Options{Type: cidr.RBLDNSD, Source: "file://" + path})
	write("192.0.2.1 :7\n")
	if err := reg.Reload(ctx, "uri"); err != nil || query(t, reg, "uri", "192.0.2.1") != "127.0.0.7" {
		t.Errorf("file URI: %v", err)
	}
	for _, uri := range []string{"http://192.0.2.1/x", "file://remote/x", "file:%zz"} {
		define(t, reg, "bad", cidr.Options{Type: cidr.RBLDNSD, Source: uri})
		if err := reg.Reload(ctx, "bad"); err == nil {
			t.Errorf("%s was opened", uri)
		}
	}
}

func TestDefinitions(t *testing.T) {
	reg, _ := newRegistry(t, cidr.Config{Open: files{"f": "192.0.2.1\n", "g": "192.0.2.2\n"}.open})
	for name, tc := range map[string]struct {
		o    cidr.Options
		want string
	}{
		"t1": {cidr.Options{}, `option "type" is required`},
		"t2": {cidr.Options{Type: "rbl"}, `unknown type "rbl"`},
		"t3": {cidr.Options{Type: cidr.RBLDNSD}, `option "source" is required`},
		"t4": {cidr.Options{Type: cidr.RBLDNSD, Source: "f", Value: "mx"}, `option "value"`},
		"t5": {cidr.Options{Type: cidr.Datasource, Query: "q"}, `option "cachename" is required`},
		"t6": {cidr.Options{Type: cidr.Datasource, CacheName: "c"}, `option "query" is required`},
		"t7": {cidr.Options{Type: cidr.Empty, Default: 1}, "default value"},
		"":   {cidr.Options{Type: cidr.Empty}, "empty name"},
	} {
		err := reg.Define(name, tc.o)
		if !errors.Is(err, cidr.ErrOptions) || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: error %v, want %q", name, err, tc.want)
		}
	}
	if _, _, err := reg.QueryText(ctx, "nosuch", "192.0.2.1", netip.Addr{}); !errors.Is(err, cidr.ErrUndefined) {
		t.Errorf("query: %v", err)
	}
	if _, _, err := reg.QueryText(ctx, "nosuch", "bad", netip.Addr{}); !errors.Is(err, cidr.ErrUndefined) {
		t.Errorf("query: %v", err)
	}
	if err := reg.Reload(ctx, "nosuch"); !errors.Is(err, cidr.ErrUndefined) {
		t.Errorf("reload: %v", err)
	}
	define(t, reg, "r", cidr.Options{Type: cidr.RBLDNSD, Source: "f"})
	query(t, reg, "r", "192.0.2.1")
	before := reg.List()
	define(t, reg, "r", cidr.Options{Type: cidr.RBLDNSD, Source: "f", Value: "A", CIDRColumn: "ignored", Refresh: 30 * time.Minute})
	if diff := cmp.Diff(before, reg.List()); diff != "" {
		t.Errorf("equal options must keep the table:\n%s", diff)
	}
	define(t, reg, "r", cidr.Options{Type: cidr.RBLDNSD, Source: "g"})
	if a, b := query(t, reg, "r", "192.0.2.1"), query(t, reg, "r", "192.0.2.2"); a != nil || b != "127.0.0.2" {
		t.Errorf("after redefinition: %v, %v", a, b)
	}
}

func TestPeerForms(t *testing.T) {
	reg, _ := newRegistry(t, cidr.Config{Open: files{"f": "192.0.2.0/24 :9\n"}.open})
	define(t, reg, "t", cidr.Options{Type: cidr.RBLDNSD, Source: "f"})
	peer := netip.MustParseAddr("192.0.2.77")
	for text, want := range map[string]bool{
		"/32": true, "/24": true, "/23": false, "192.0.2.1:25": true, "[::ffff:192.0.2.1]:25": true, "198.51.100.1": false, "x": false, "": false,
	} {
		if v, found, err := reg.QueryText(ctx, "t", text, peer); found != want || err != nil || (v != nil) != want {
			t.Errorf("%q: %v %v %v", text, v, found, err)
		}
	}
	if _, found, err := reg.Query(ctx, "t", netip.Prefix{}); found || err != nil {
		t.Errorf("invalid prefix: %v %v", found, err)
	}
}

func TestEmpty(t *testing.T) {
	reg, clock := newRegistry(t, cidr.Config{Open: files{"f": ""}.open})
	define(t, reg, "e", cidr.Options{Type: cidr.Empty, Interpolate: true})
	insert := func(p string, v cidr.Value) {
		t.Helper()
		if err := reg.Insert("e", netip.MustParsePrefix(p), v); err != nil {
			t.Error(err)
		}
	}
	insert("10.1.2.3/8", true)
	insert("10.1.0.0/16", "see $, costs $$5")
	insert("::ffff:192.0.2.1/128", 3.0)
	insert("2001:db8::/32", "$$")
	for addr, want := range map[string]cidr.Value{
		"10.200.0.1": true, "10.1.9.9": "see 10.1.9.9, costs $5", "192.0.2.1": 3.0, "2001:db8::1": "$", "11.0.0.1": nil, "no ip": nil,
	} {
		if got := query(t, reg, "e", addr); got != want {
			t.Errorf("%s: %v, want %v", addr, got, want)
		}
	}
	insert("10.0.0.0/8", false)
	if err := reg.Delete("e", netip.MustParsePrefix("10.1.0.0/16")); err != nil {
		t.Error(err)
	}
	if err := reg.Delete("e", netip.MustParsePrefix("99.0.0.0/8")); err != nil {
		t.Error(err)
	}
	if got := query(t, reg, "e", "10.1.9.9"); got != false {
		t.Errorf("after delete: %v", got)
	}
	if err := reg.Reload(ctx, "e"); err != nil || reg.List()[0].Entries != 3 {
		t.Errorf("reload: %v, %+v", err, reg.List()[0])
	}
	define(t, reg, "r", cidr.Options{Type: cidr.RBLDNSD, Source: "f"})
	p := netip.MustParsePrefix("10.0.0.0/8")
	if err := reg.Insert("r", p, "x"); !errors.Is(err, cidr.ErrNotEmptyType) {
		t.Errorf("insert: %v", err)
	}
	if err := reg.Delete("none", p); !errors.Is(err, cidr.ErrUndefined) {
		t.Errorf("delete: %v", err)
	}
	if err := reg.Insert("e", p, []int{1}); !errors.Is(err, cidr.ErrOptions) {
		t.Errorf("insert of a slice: %v", err)
	}
	query(t, reg, "r", "10.0.0.1")
	// The next load is planned a moment after the table answers.
	for deadline := time.Now().Add(time.Minute); clock.Waiting() != 1; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d timers, want that of r only", clock.Waiting())
		}
	}
}

func TestDatasource(t *testing.T) {
	rows := [][]any{
		{"10.0.0.0/8", "ok"}, {"bad", "x"}, {"192.0.2.1", nil}, {[]byte("198.51.100.0/255.255.255.0"), int64(7)},
		{"203.0.113.1-203.0.113.6", []byte("at $ for $$1")}, {"2001:db8::/32", true}, {nil, "null"}, {" 192.0.2.9 ", 1.5},
	}
	var mu sync.Mutex // tables load in the background
	var asked []string
	var fail atomic.Bool
	reg, _ := newRegistry(t, cidr.Config{Query: func(_ context.Context, cache, query string, row func([]string, []any) error) error {
		mu.Lock()
		defer mu.Unlock()
		asked = append(asked, cache+": "+query)
		for _, r := range rows {
			if err := row([]string{"Net", "Val"}, r); err != nil {
				return err
			}
		}
		if fail.Load() {
			return errors.New("connection lost")
		}
		return nil
	}})
	o := cidr.Options{Type: cidr.Datasource, CacheName: "db", Query: "select", Default: "dflt"}
	withValue := o
	withValue.ValueColumn, withValue.CIDRColumn, withValue.Interpolate = "val", "NET", true
	define(t, reg, "plain", o)
	define(t, reg, "value", withValue)
	for addr, want := range map[string][2]cidr.Value{
		"10.1.1.1":      {true, "ok"},
		"192.0.2.1":     {true, "dflt"},
		"8.8.8.8":       {"dflt", "dflt"},
		"198.51.100.77": {true, "7"},
		"203.0.113.4":   {true, "at 203.0.113.4 for $1"},
		"203.0.113.7":   {"dflt", "dflt"},
		"2001:db8::1":   {true, "true"},
		"192.0.2.9":     {true, "1.5"},
	} {
		got := [2]cidr.Value{query(t, reg, "plain", addr), query(t, reg, "value", addr)}
		if got != want {
			t.Errorf("%s: %v, want %v", addr, got, want)
		}
	}
	mu.Lock()
	if asked[0] != "db: select" {
		t.Errorf("asked %q", asked)
	}
	mu.Unlock()
	if st := reg.List()[0]; st.Bad != 2 {
		t.Errorf("%d bad rows, want 2", st.Bad)
	}
	fail.Store(true)
	if err := reg.Reload(ctx, "value"); err == nil || query(t, reg, "value", "10.1.1.1") != "ok" {
		t.Errorf("failing reload: %v", err)
	}
	fail.Store(false)
	for _, column := range []string{"nosuch", "0", "3"} {
		bad := withValue
		bad.ValueColumn = column
		define(t, reg, "bad", bad)
		if err := reg.Reload(ctx, "bad"); err == nil || !strings.Contains(err.Error(), "column") {
			t.Errorf("column %s: %v", column, err)
		}
	}
	byNumber := withValue
	byNumber.CIDRColumn, byNumber.ValueColumn = "1", "2"
	define(t, reg, "number", byNumber)
	if v := query(t, reg, "number", "10.1.1.1"); v != "ok" {
		t.Errorf("columns by number: %v", v)
	}
	mu.Lock()
	rows = [][]any{{"10.0.0.0/8"}}
	mu.Unlock()
	if err := reg.Reload(ctx, "value"); err == nil {
		t.Error("a short row is accepted")
	}
}

func TestNoDatasources(t *testing.T) {
	reg, _ := newRegistry(t, cidr.Config{})
	define(t, reg, "t", cidr.Options{Type: cidr.Datasource, CacheName: "db", Query: "select"})
	if err := reg.Reload(ctx, "t"); err == nil {
		t.Error("no error")
	}
}

// source counts how often it is opened, and has a version.
type source struct {
	mu      sync.Mutex
	opened  int
	read    int
	version string
	text    string
	err     error
}

type versioned struct {
	io.Reader
	s *source
}

func (versioned) Close() error      { return nil }
func (v versioned) Version() string { return v.s.version }
func (v versioned) Read(p []byte) (int, error) {
	v.s.read++
	return v.Reader.Read(p)
}

func (s *source) open(context.Context, string) (io.ReadCloser, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.opened++; s.err != nil {
		return nil, s.err
	}
	return versioned{strings.NewReader(s.text), s}, nil
}

func TestRefresh(t *testing.T) {
	src := &source{text: "192.0.2.1 :1\n", version: "1"}
	reg, clock := newRegistry(t, cidr.Config{Open: src.open})
	define(t, reg, "t", cidr.Options{Type: cidr.RBLDNSD, Source: "s", Refresh: 100 * time.Second})
	query(t, reg, "t", "192.0.2.1")
	for reg.List()[0].Next.IsZero() { // the load ends a moment after the table is there
		runtime.Gosched()
	}
	next := reg.List()[0].Next.Sub(t0)
	if next < 90*time.Second || next > 110*time.Second {
		t.Errorf("next load after %v", next)
	}
	src.text = "192.0.2.1 :2\n"
	before := src.read
	if clock.Advance(110 * time.Second); query(t, reg, "t", "192.0.2.1") != "127.0.0.1" || src.opened != 2 || src.read != before {
		t.Errorf("an unchanged source was read, opened %d times", src.opened)
	}
	src.version = "2"
	if clock.Advance(110 * time.Second); query(t, reg, "t", "192.0.2.1") != "127.0.0.2" {
		t.Error("a changed source was not read")
	}
	src.err = errors.New("down")
	clock.Advance(110 * time.Second)
	opened := src.opened
	if clock.Advance(60 * time.Second); src.opened != opened+1 {
		t.Errorf("opened %d times within the retry interval, want 1", src.opened-opened)
	}
	src.err, src.version, src.text = nil, "3", "192.0.2.1 :3\n"
	if clock.Advance(60 * time.Second); query(t, reg, "t", "192.0.2.1") != "127.0.0.3" {
		t.Error("not read after it came back")
	}

	define(t, reg, "t", cidr.Options{Type: cidr.RBLDNSD, Source: "s", Refresh: -1})
	query(t, reg, "t", "192.0.2.1")
	if err := reg.Reload(ctx, "t"); err != nil {
		t.Error(err)
	}
	opened = src.opened
	if clock.Advance(1000 * time.Hour); src.opened != opened {
		t.Error("loaded by itself")
	}
}

// TestQueryWaitsForFirstLoad has a source that answers late.
func TestQueryWaitsForFirstLoad(t *testing.T) {
	release := make(chan struct{})
	reg, clock := newRegistry(t, cidr.Config{Open: func(ctx context.Context, uri string) (io.ReadCloser, error) {
		<-release
		return files{"f": "192.0.2.1\n"}.open(ctx, "f")
	}})
	define(t, reg, "t", cidr.Options{Type: cidr.RBLDNSD, Source: "f", Default: "dflt"})
	canceled, cancel := context.WithCancel(ctx)
	cancel()
	p := netip.MustParsePrefix("192.0.2.1/32")
	if v, found, err := reg.Query(canceled, "t", p); v != "dflt" || found || err != nil {
		t.Errorf("canceled: %v %v %v", v, found, err)
	}
	if err := reg.Reload(canceled, "t"); !errors.Is(err, context.Canceled) {
		t.Errorf("reload: %v", err)
	}
	answer := make(chan cidr.Value)
	ask := func() {
		v, _, err := reg.Query(ctx, "t", p)
		if err != nil {
			t.Error(err)
		}
		answer <- v
	}
	go ask()
	for clock.Waiting() == 0 {
		runtime.Gosched()
	}
	clock.Advance(30 * time.Second)
	if v := <-answer; v != "dflt" {
		t.Errorf("after LoadTimeout: %v", v)
	}
	go ask()
	close(release)
	if v := <-answer; v != "127.0.0.2" {
		t.Errorf("after the load: %v", v)
	}
}

func TestPanickingHost(t *testing.T) {
	reg, _ := newRegistry(t, cidr.Config{Open: func(context.Context, string) (io.ReadCloser, error) { panic("host bug") }})
	define(t, reg, "t", cidr.Options{Type: cidr.RBLDNSD, Source: "f", Default: "dflt"})
	if v := query(t, reg, "t", "192.0.2.1"); v != "dflt" {
		t.Errorf("value %v", v)
	}
}

// TestQueriesDuringReload checks that queries always see a complete table.
func TestQueriesDuringReload(t *testing.T) {
	var version atomic.Int64
	reg, _ := newRegistry(t, cidr.Config{Open: func(context.Context, string) (io.ReadCloser, error) {
		v := version.Add(1)%200 + 1
		var b strings.Builder
		for i := range 300 {
			fmt.Fprintf(&b, "10.0.%d.0/24 :%d\n", i%256, v)
		}
		return io.NopCloser(strings.NewReader(b.String())), nil
	}})
	define(t, reg, "t", cidr.Options{Type: cidr.RBLDNSD, Source: "f"})
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if v, found, err := reg.Query(ctx, "t", netip.MustParsePrefix("10.0.7.7/32")); !found || v == nil || err != nil {
					t.Errorf("query: %v %v %v", v, found, err)
					return
				}
			}
		})
	}
	for range 50 {
		if err := reg.Reload(ctx, "t"); err != nil {
			t.Error(err)
		}
	}
	close(stop)
	wg.Wait()
}

func TestTableHandle(t *testing.T) {
	sources := files{"f": "192.0.2.0/24 :9\n2001:db8::/32 :6\n!192.0.2.7\n", "g": "$TIMESTAMP 2001:01:01 2001:01:02\n192.0.2.1\n"}
	reg, _ := newRegistry(t, cidr.Config{Open: sources.open})
	define(t, reg, "t", cidr.Options{Type: cidr.RBLDNSD, Source: "f", Default: "dflt"})
	define(t, reg, "e", cidr.Options{Type: cidr.Empty, Default: "dflt"})
	define(t, reg, "old", cidr.Options{Type: cidr.RBLDNSD, Source: "g", Default: "dflt"})
	if err := reg.Insert("e", netip.MustParsePrefix("192.0.2.0/24"), true); err != nil {
		t.Fatal(err)
	}
	for name, wants := range map[string]map[string]cidr.Value{
		"t":   {"192.0.2.1": "127.0.0.9", "192.0.2.7": "dflt", "::ffff:192.0.2.1": "127.0.0.9", "2001:db8::1": "127.0.0.6", "10.0.0.1": "dflt"},
		"e":   {"192.0.2.1": true, "10.0.0.1": "dflt"},
		"old": {"192.0.2.1": "dflt"},
	} {
		table, err := reg.Table(name)
		if err != nil {
			t.Fatal(err)
		}
		for addr, want := range wants {
			if got, found := table.Lookup(ctx, netip.MustParseAddr(addr)); got != want || found != (want != "dflt") {
				t.Errorf("%s in %s: %v, %v; want %v", addr, name, got, found, want)
			}
		}
		if got, found := table.Lookup(ctx, netip.Addr{}); got != "dflt" || found {
			t.Errorf("no address in %s: %v, %v", name, got, found)
		}
		query(t, reg, name, "10.0.0.1") // ends the first load
	}
	if _, err := reg.Table("none"); !errors.Is(err, cidr.ErrUndefined) {
		t.Errorf("error %v", err)
	}
}

func TestClose(t *testing.T) {
	reg, clock := newRegistry(t, cidr.Config{Open: files{"f": "192.0.2.1\n"}.open})
	define(t, reg, "t", cidr.Options{Type: cidr.RBLDNSD, Source: "f"})
	query(t, reg, "t", "192.0.2.1")
	reg.Close()
	if v := query(t, reg, "t", "192.0.2.1"); v != "127.0.0.2" {
		t.Errorf("value %v after Close", v)
	}
	if err := reg.Reload(ctx, "t"); err == nil {
		t.Error("reload after Close")
	}
	if err := reg.Define("u", cidr.Options{Type: cidr.Empty}); !errors.Is(err, cidr.ErrOptions) {
		t.Errorf("define after Close: %v", err)
	}
	if clock.Waiting() != 0 {
		t.Error("a timer is left")
	}
}

func TestConsole(t *testing.T) {
	reg, _ := newRegistry(t, cidr.Config{Open: files{"f": "192.0.2.1\n"}.open})
	define(t, reg, "b", cidr.Options{Type: cidr.RBLDNSD, Source: "f"})
	define(t, reg, "a", cidr.Options{Type: cidr.Empty})
	define(t, reg, "c", cidr.Options{Type: cidr.RBLDNSD, Source: "none"})
	for _, tc := range []struct{ cmd, want, err string }{
		{"list", "a [refresh in 0 seconds]\nb [refresh in 1800 seconds]\nc [refresh in 1800 seconds]\n", ""},
		{"reload b", "b reloaded.\n", ""},
		{"reload c", "", "does not exist"},
		{"reload d", "", "is not defined"},
		{"reload", "", "usage"},
		{"", "", "usage"},
	} {
		var out bytes.Buffer
		err := reg.Console(ctx, strings.Fields(tc.cmd), &out)
		if (err == nil) != (tc.err == "") || (err != nil && !strings.Contains(err.Error(), tc.err)) {
			t.Errorf("%s: error %v, want %q", tc.cmd, err, tc.err)
		}
		if diff := cmp.Diff(tc.want, out.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.cmd, diff)
		}
	}
}

func TestQueryDoesNotAllocate(t *testing.T) {
	reg, _ := load(t, "192.0.2.0/24 :9\n", cidr.Options{})
	p := netip.MustParsePrefix("192.0.2.1/32")
	n := testing.AllocsPerRun(100, func() {
		if v, _, err := reg.Query(ctx, "t", p); v != "127.0.0.9" || err != nil {
			t.Error(v, err)
		}
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}
