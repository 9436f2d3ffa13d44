package counter_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/counter"
)

type stepClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *stepClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *stepClock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

var t0 = time.Unix(1700000100, 0)

func newRegistry(o counter.Options) (*counter.Registry, *stepClock) {
	clock := &stepClock{now: t0}
	o.Clock = clock
	return counter.New(&o), clock
}

func mustOpen(t testing.TB, r *counter.Registry, path string, s counter.Semantics) *counter.Counter {
	t.Helper()
	c, err := r.Open(path, s)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func mustReach(t testing.TB, r *counter.Registry, path string) *counter.Counter {
	t.Helper()
	c, err := r.Reach(path)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func paths(r *counter.Registry, prefix string) (out []string) {
	for i := range r.All(prefix) {
		out = append(out, fmt.Sprintf("%s %s %d", i.Path, i.Semantics, i.Value))
	}
	return out
}

func TestOpenAddRead(t *testing.T) {
	r, _ := newRegistry(counter.Options{})
	h := mustOpen(t, r, "/site/x/a", counter.Strict)
	h.Add(1)
	mustReach(t, r, "/site/x/a").Add(4)
	if got := h.Load(); got != 5 {
		t.Errorf("handle reads %d, want 5", got)
	}
	if c := r.Lookup("/site/x/none"); c != nil {
		t.Errorf("unknown path found: %v", c.Path())
	}
	c := mustOpen(t, r, "/site/x/r", counter.Relaxed)
	c.Add(1024)
	mustReach(t, r, "/site/x/r").Add(3)
	if again := mustOpen(t, r, "/site/x/r", counter.Strict); again != c || again.Semantics() != counter.Relaxed {
		t.Errorf("second open gives %v %v, want the same relaxed counter", again.Path(), again.Semantics())
	}
	mustReach(t, r, "/site/x/new").Reset()
	want := []string{"/site/x/a strict 5", "/site/x/new strict 0", "/site/x/r relaxed 1027"}
	if diff := cmp.Diff(want, paths(r, "/site/x/")); diff != "" {
		t.Errorf("list (-want +got):\n%s", diff)
	}
	c.Reset()
	c.Add(-7)
	if got := c.Load(); got != -7 {
		t.Errorf("relaxed after reset: %d, want -7", got)
	}
}

func TestPaths(t *testing.T) {
	r, _ := newRegistry(counter.Options{})
	for path, ok := range map[string]bool{
		"/a": true, "/site/x/a": true, "/sites/ü\xff": true, "/" + strings.Repeat("x", 254): true,
		"": false, "/": false, "noslash": false, "//a": false, "/a//b": false, "/a/": false, "/a\nb": false,
		"/a\x7f": false, "/a\x00": false, "/" + strings.Repeat("x", 255): false,
	} {
		_, err := r.Open(path, counter.Strict)
		if (err == nil) != ok {
			t.Errorf("Open(%q): %v, want ok %v", path, err, ok)
		}
		if err != nil && !errors.Is(err, counter.ErrPath) {
			t.Errorf("Open(%q): %v is not ErrPath", path, err)
		}
		if _, err := r.Reach(path); (err == nil) != ok {
			t.Errorf("Reach(%q): %v", path, err)
		}
	}
	if _, err := r.Open("/a", 7); !errors.Is(err, counter.ErrSemantics) {
		t.Errorf("semantics 7: %v", err)
	}
}

func TestUnlink(t *testing.T) {
	r, clock := newRegistry(counter.Options{})
	h := mustOpen(t, r, "/site/x/a", counter.Strict)
	h.Add(5)
	if !r.Unlink("/site/x/a") || r.Unlink("/site/x/a") {
		t.Error("unlink must be true once")
	}
	if got := paths(r, ""); got != nil {
		t.Errorf("listed after unlink: %v", got)
	}
	if got := mustReach(t, r, "/site/x/a"); got != h {
		t.Error("path must reach the detached counter")
	}
	clock.advance(5*time.Minute - time.Nanosecond)
	if r.Lookup("/site/x/a") != h {
		t.Error("path must reach the detached counter for 5 minutes")
	}
	clock.advance(time.Nanosecond)
	if r.Lookup("/site/x/a") != nil {
		t.Error("path still reaches the detached counter after 5 minutes")
	}
	if c := mustReach(t, r, "/site/x/a"); c.Load() != 0 || c == h {
		t.Error("path must name a new counter")
	}
	h.Add(1)
	if h.Load() != 6 {
		t.Error("a handle must stay valid")
	}
}

func TestOpenAfterUnlinkIsFresh(t *testing.T) {
	r, _ := newRegistry(counter.Options{})
	h := mustOpen(t, r, "/site/x/a", counter.Strict)
	h.Add(5)
	r.Unlink("/site/x/a")
	fresh := mustOpen(t, r, "/site/x/a", counter.Relaxed)
	if fresh == h || fresh.Load() != 0 || h.Load() != 5 {
		t.Errorf("fresh %d, old %d; want 0, 5", fresh.Load(), h.Load())
	}
	if mustReach(t, r, "/site/x/a") != fresh {
		t.Error("path must reach the fresh counter")
	}
}

func TestHandleCacheOff(t *testing.T) {
	r, _ := newRegistry(counter.Options{HandleCacheTTL: -1})
	mustOpen(t, r, "/a", counter.Strict)
	r.Unlink("/a")
	if r.Lookup("/a") != nil {
		t.Error("path reaches an unlinked counter")
	}
}

func TestMaxCounters(t *testing.T) {
	r, _ := newRegistry(counter.Options{MaxCounters: 2})
	mustOpen(t, r, "/a", counter.Strict)
	mustReach(t, r, "/b")
	if _, err := r.Reach("/c"); !errors.Is(err, counter.ErrFull) {
		t.Errorf("third counter: %v", err)
	}
	for _, p := range []string{"/a", "/b"} {
		r.Unlink(p)
		mustOpen(t, r, p+"2", counter.Strict)
	}
	if got := len(paths(r, "")); got != 2 {
		t.Errorf("%d counters", got)
	}
}

func TestConcurrentAdd(t *testing.T) {
	for _, s := range []counter.Semantics{counter.Strict, counter.Relaxed} {
		r, _ := newRegistry(counter.Options{})
		c := mustOpen(t, r, "/a", s)
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for range 100_000 {
					c.Add(1)
				}
			})
		}
		wg.Wait()
		if got := c.Load(); got != 800_000 {
			t.Errorf("%v: %d, want 800000", s, got)
		}
	}
}

func TestConcurrentRegistry(t *testing.T) {
	r, _ := newRegistry(counter.Options{})
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 200 {
				path := fmt.Sprintf("/p/%d", i%20)
				switch (g + i) % 4 {
				case 0:
					r.Unlink(path)
				case 1:
					_ = r.String()
				default:
					mustReach(t, r, path).Add(1)
				}
			}
		})
	}
	wg.Wait()
}

func TestAddDoesNotAllocate(t *testing.T) {
	r, _ := newRegistry(counter.Options{})
	strict, relaxed := mustOpen(t, r, "/a", counter.Strict), mustOpen(t, r, "/b", counter.Relaxed)
	n := testing.AllocsPerRun(100, func() {
		strict.Add(1)
		relaxed.Add(1)
		if c, err := r.Reach("/a"); err != nil || c.Load() == 0 {
			t.Error("no counter")
		}
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestConsole(t *testing.T) {
	r, _ := newRegistry(counter.Options{})
	mustOpen(t, r, "/site/r", counter.Relaxed).Add(12)
	for _, tc := range []struct{ cmd, want, err string }{
		{"add /site/a -3", "/site/a = -3\n", ""},
		{"increment /site/a", "/site/a = -2\n", ""},
		{"reset /site/r", "/site/r = 0\n", ""},
		{"list", "VALUE                RESET_TIME          SEMANTICS COUNTER\n" +
			"-2                   " + t0.Format("2006-01-02@15:04:05") + " strict    /site/a\n" +
			"0                    " + t0.Format("2006-01-02@15:04:05") + " relaxed   /site/r\n" +
			"2 counters listed.\n", ""},
		{"unlink /site/a", "/site/a unlinked.\n", ""},
		{"unlink /site/a", "", "no such counter"},
		{"add /site/a x", "", "usage error"},
		{"add /site/a", "", "usage error"},
		{"increment noslash", "", "not a counter path"},
		{"", "", "usage error"},
	} {
		var out bytes.Buffer
		err := r.Console(strings.Fields(tc.cmd), &out)
		if (err == nil) != (tc.err == "") || (err != nil && !strings.Contains(err.Error(), tc.err)) {
			t.Errorf("%s: error %v, want %q", tc.cmd, err, tc.err)
		}
		if diff := cmp.Diff(tc.want, out.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.cmd, diff)
		}
	}
}

func TestStringIsJSON(t *testing.T) {
	r, _ := newRegistry(counter.Options{})
	mustOpen(t, r, `/b"\`, counter.Strict).Add(2)
	mustOpen(t, r, "/a", counter.Relaxed).Add(-1)
	var got map[string]int64
	if err := json.Unmarshal([]byte(r.String()), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]int64{"/a": -1, `/b"\`: 2}, got); diff != "" {
		t.Error(diff)
	}
	if got := counter.New(nil).String(); got != "{}" {
		t.Errorf("empty registry: %s", got)
	}
}
