package redisstore_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"github.com/gomsys/gomsys/audit"
	"github.com/gomsys/gomsys/audit/redisstore"
	"github.com/gomsys/gomsys/msys/gaugecache"
)

var shape = audit.Shape{Name: "as:my:series {1}", Interval: 300, Windows: 6}

func addWindows(t testing.TB, s *redisstore.Store, d ...audit.Delta) {
	t.Helper()
	if err := s.AddWindows(ctx, d); err != nil {
		t.Fatal(err)
	}
}

func TestWindows(t *testing.T) {
	server := startServer(t)
	s := server.store(t)
	host, text := "4:32:192.0.2.1", "s:\x00 any:bytes {x}\xff"
	addWindows(t, s,
		audit.Delta{Shape: shape, Item: host, Window: 100, N: 5},
		audit.Delta{Shape: shape, Item: host, Window: 101, N: -2},
		audit.Delta{Shape: shape, Item: host, Window: 100, N: 1},
		audit.Delta{Shape: shape, Item: text, Window: 101, N: 7},
		audit.Delta{Shape: audit.Shape{Name: "ia:connect", Interval: 300, Windows: 6}, Item: host, Window: 100, N: 9},
	)
	got, err := s.SumWindows(ctx, []audit.Sum{
		{Shape: shape, Items: []string{host}, From: 100, To: 101},
		{Shape: shape, Items: []string{host}, From: 101, To: 105},
		{Shape: shape, Items: []string{host, text, "none"}, From: 0, To: 1 << 40},
		{Shape: shape, Items: []string{host}, From: 5, To: 4},
		{Shape: shape, From: 1, To: 4},
	})
	if diff := cmp.Diff([]int64{4, -2, 11, 0, 0}, got); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
	if got, err := s.SumWindows(ctx, nil); len(got) != 0 || err != nil {
		t.Errorf("no questions: %v, %v", got, err)
	}

	client := server.client(t)
	keys, err := client.Keys(ctx, "*").Result()
	if err != nil || len(keys) != 3 {
		t.Errorf("keys %q, %v", keys, err)
	}
	key := "msys:as:my%3Aseries%20%7B1%7D:300x6:" + host
	life, err := client.PTTL(ctx, key).Result()
	if err != nil || life <= 2099*time.Second || life > 2100*time.Second {
		t.Errorf("%s lives %v, %v", key, life, err)
	}

	// Windows that are over go when there are too many.
	for w := int64(102); w < 112; w++ {
		addWindows(t, s, audit.Delta{Shape: shape, Item: host, Window: w, N: 1})
	}
	if n, err := client.HLen(ctx, key).Result(); n > 7 || err != nil {
		t.Errorf("%d windows kept, %v", n, err)
	}

	taken, err := s.TakeWindows(ctx, shape, text)
	if diff := cmp.Diff(map[int64]int64{101: 7}, taken); diff != "" || err != nil {
		t.Errorf("taken: %v %s", err, diff)
	}
	if taken, err := s.TakeWindows(ctx, shape, text); len(taken) != 0 || err != nil {
		t.Errorf("taken again: %v, %v", taken, err)
	}
}

func TestScriptsAreLoadedAgain(t *testing.T) {
	server := startServer(t)
	s := server.store(t)
	client := server.client(t)
	for i := range 3 {
		if err := client.ScriptFlush(ctx).Err(); err != nil {
			t.Fatal(err)
		}
		var d []audit.Delta
		for j := range 50 {
			d = append(d, audit.Delta{Shape: shape, Item: fmt.Sprint("s:", j), Window: 100, N: 1})
		}
		addWindows(t, s, d...)
		got, err := s.SumWindows(ctx, []audit.Sum{{Shape: shape, Items: []string{"s:0", "s:49"}, From: 100, To: 100}})
		if err != nil || got[0] != int64(2*(i+1)) {
			t.Errorf("round %d: %v, %v", i, got, err)
		}
	}
}

func TestSessions(t *testing.T) {
	server := startServer(t)
	s := server.store(t)
	put := func(node string, lease time.Duration, counts map[string]int64) {
		t.Helper()
		if err := s.PutSessions(ctx, node, lease, counts); err != nil {
			t.Fatal(err)
		}
	}
	sum := func(items ...string) int64 {
		t.Helper()
		n, err := s.SumSessions(ctx, items)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	put("a#1", time.Minute, map[string]int64{"x": 2, "y": 1})
	put("b#1", time.Minute, map[string]int64{"x": 3})
	put("c#1", time.Millisecond, map[string]int64{"x": 100})
	eventually(t, "the lease of c ends", func() bool { return sum("x") == 5 })
	if n := sum("x", "y", "none"); n != 6 {
		t.Errorf("%d sessions, want 6", n)
	}
	client := server.client(t)
	if left, err := client.HKeys(ctx, "msys:ss:x").Result(); len(left) != 2 || err != nil {
		t.Errorf("nodes of x: %q, %v", left, err)
	}
	put("a#1", time.Minute, map[string]int64{"x": 0, "y": 4})
	if n := sum("x", "y"); n != 7 {
		t.Errorf("%d sessions, want 7", n)
	}
	put("a#1", 0, nil)
	if n := sum("x", "y"); n != 3 {
		t.Errorf("%d sessions after a left, want 3", n)
	}
}

func TestGauges(t *testing.T) {
	server := startServer(t)
	s := server.store(t)
	l := gaugecache.Limits{Name: "g{}", MaxElems: 3, TTL: 10 * time.Second}
	add := func(key string, n, want int64) {
		t.Helper()
		if got, err := s.Add(ctx, l, key, n); got != want || err != nil {
			t.Errorf("add %q: %d, %v; want %d", key, got, err, want)
		}
	}
	get := func(key string, want int64) {
		t.Helper()
		if got, err := s.Get(ctx, l, key); got != want || err != nil {
			t.Errorf("get %q: %d, %v; want %d", key, got, err, want)
		}
	}
	add("a", 1, 1)
	add("b\x00:{}", 1, 1)
	add("c", 1, 1)
	add("a", 1, 2)
	add("d", -1, -1)
	add("", 1, 1)
	for key, want := range map[string]int64{"a": 2, "b\x00:{}": 0, "c": 0, "d": -1, "": 1, "none": 0} {
		get(key, want)
	}
	for _, want := range []bool{true, false} {
		if existed, err := s.Remove(ctx, l, "a"); existed != want || err != nil {
			t.Errorf("remove: %v, %v; want %v", existed, err, want)
		}
	}
	client := server.client(t)
	for _, kind := range []string{"v", "t"} {
		key := "msys:gc:{g%7B%7D}:" + kind
		if life, err := client.PTTL(ctx, key).Result(); life <= 9*time.Second || life > 10*time.Second || err != nil {
			t.Errorf("%s lives %v, %v", key, life, err)
		}
	}
	l.TTL = 0
	add("d", 1, 0)
	if life, err := client.PTTL(ctx, "msys:gc:{g%7B%7D}:v").Result(); life != -1 || err != nil {
		t.Errorf("without ttl it lives %v, %v", life, err)
	}
}

func TestGaugesExpire(t *testing.T) {
	s := startServer(t).store(t)
	short := gaugecache.Limits{Name: "g", MaxElems: 1000, TTL: time.Microsecond}
	long := short
	long.TTL = time.Hour
	for i := range 300 {
		if _, err := s.Add(ctx, long, fmt.Sprint(i), 1); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, "the entries expire", func() bool {
		n, err := s.Get(ctx, short, "299")
		return n == 0 && err == nil
	})
	if n, err := s.Get(ctx, long, "7"); n != 1 || err != nil {
		t.Errorf("with a longer ttl: %d, %v", n, err)
	}
	if existed, err := s.Remove(ctx, short, "8"); existed || err != nil {
		t.Errorf("remove of an expired entry: %v, %v", existed, err)
	}
	if n, err := s.Add(ctx, short, "299", 5); n != 5 || err != nil {
		t.Errorf("add to an expired entry: %d, %v", n, err)
	}
}

// TestGaugesAgainstMemory compares with the store in memory.
func TestGaugesAgainstMemory(t *testing.T) {
	s := startServer(t).store(t)
	mem := gaugecache.NewMemoryStore(nil)
	l := gaugecache.Limits{Name: "g", MaxElems: 5}
	rnd := rand.New(rand.NewPCG(1, 2))
	for i := range 2000 {
		key := fmt.Sprint(rnd.IntN(9))
		switch rnd.IntN(4) {
		case 0:
			x, errX := s.Get(ctx, l, key)
			y, errY := mem.Get(ctx, l, key)
			if x != y || errX != nil || errY != nil {
				t.Fatalf("step %d: get %d and %d, %v %v", i, x, y, errX, errY)
			}
		case 1:
			x, errX := s.Remove(ctx, l, key)
			y, errY := mem.Remove(ctx, l, key)
			if x != y || errX != nil || errY != nil {
				t.Fatalf("step %d: remove %v and %v, %v %v", i, x, y, errX, errY)
			}
		default:
			x, errX := s.Add(ctx, l, key, 1)
			y, errY := mem.Add(ctx, l, key, 1)
			if x != y || errX != nil || errY != nil {
				t.Fatalf("step %d: add %d and %d, %v %v", i, x, y, errX, errY)
			}
		}
	}
}

// TestClusterMode checks that every script keeps to one slot.
func TestClusterMode(t *testing.T) {
	server := startServer(t, "--cluster-enabled", "yes")
	client := server.client(t)
	if err := client.Do(ctx, "CLUSTER", "ADDSLOTSRANGE", 0, 16383).Err(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the cluster is complete", func() bool {
		info, err := client.ClusterInfo(ctx).Result()
		return err == nil && len(info) > 16 && info[:16] == "cluster_state:ok"
	})
	s := redisstore.New(&redis.UniversalOptions{Addrs: []string{server.addr}, IsClusterMode: true}, &redisstore.Options{KeyPrefix: "p"})
	defer s.Close()
	var d []audit.Delta
	var items []string
	for i := range 200 {
		item := fmt.Sprintf("4:32:192.0.2.%d", i)
		items = append(items, item)
		d = append(d, audit.Delta{Shape: shape, Item: item, Window: 100, N: 1})
	}
	addWindows(t, s, d...)
	if got, err := s.SumWindows(ctx, []audit.Sum{{Shape: shape, Items: items, From: 99, To: 100}}); err != nil || got[0] != 200 {
		t.Errorf("sum %v, %v", got, err)
	}
	if taken, err := s.TakeWindows(ctx, shape, items[0]); taken[100] != 1 || err != nil {
		t.Errorf("taken %v, %v", taken, err)
	}
	l := gaugecache.Limits{Name: "g", MaxElems: 1, TTL: time.Minute}
	for _, key := range []string{"a", "b"} {
		if n, err := s.Add(ctx, l, key, 1); n != 1 || err != nil {
			t.Errorf("gauge %d, %v", n, err)
		}
	}
	if n, err := s.Get(ctx, l, "a"); n != 0 || err != nil {
		t.Errorf("gauge %d, %v", n, err)
	}
	if existed, err := s.Remove(ctx, l, "b"); !existed || err != nil {
		t.Errorf("remove %v, %v", existed, err)
	}
	if err := s.PutSessions(ctx, "n#1", time.Minute, map[string]int64{"x": 1, "y": 2}); err != nil {
		t.Error(err)
	}
	if n, err := s.SumSessions(ctx, []string{"x", "y"}); n != 3 || err != nil {
		t.Errorf("sessions %d, %v", n, err)
	}
}

func TestErrors(t *testing.T) {
	server := startServer(t)
	s := server.store(t)
	client := server.client(t)
	if err := client.Set(ctx, "msys:as:x:60x1:s:bad", "text", 0).Err(); err != nil {
		t.Fatal(err)
	}
	sh := audit.Shape{Name: "as:x", Interval: 60, Windows: 1}
	err := s.AddWindows(ctx, []audit.Delta{{Shape: sh, Item: "s:bad", Window: 1, N: 1}, {Shape: sh, Item: "s:good", Window: 1, N: 1}})
	var unapplied *audit.UnappliedError
	if err == nil || errors.As(err, &unapplied) {
		t.Errorf("a key of the wrong type: %v; sending it again cannot help", err)
	}
	if got, err := s.SumWindows(ctx, []audit.Sum{{Shape: sh, Items: []string{"s:good"}, From: 1, To: 1}}); err != nil || got[0] != 1 {
		t.Errorf("the other delta: %v, %v", got, err)
	}
	for key, field := range map[string]string{"msys:as:x:60x1:s:word": "1", "msys:as:x:60x1:s:window": "x"} {
		if err := client.HSet(ctx, key, field, "word").Err(); err != nil {
			t.Fatal(err)
		}
	}
	for _, q := range []audit.Sum{
		{Shape: sh, Items: []string{"s:bad"}, From: 1, To: 1},
		{Shape: sh, Items: []string{"s:word"}, From: 1, To: 1},
		{Shape: sh, Items: []string{"s:window"}, From: 1, To: 1000},
	} {
		if got, err := s.SumWindows(ctx, []audit.Sum{q}); err == nil {
			t.Errorf("%v: %v", q.Items, got)
		}
	}
	if got, err := s.TakeWindows(ctx, sh, "s:window"); err == nil {
		t.Errorf("taken %v", got)
	}
	if err := client.HSet(ctx, "msys:ss:x", "node", "word").Err(); err != nil {
		t.Fatal(err)
	}
	if got, err := s.SumSessions(ctx, []string{"x"}); err == nil {
		t.Errorf("sessions %d", got)
	}

	server.kill()
	err = s.AddWindows(ctx, []audit.Delta{{Shape: sh, Item: "s:good", Window: 1, N: 1}})
	for i := 0; i < 10 && !errors.As(err, &unapplied); i++ { // connections that broke come first
		err = s.AddWindows(ctx, []audit.Delta{{Shape: sh, Item: "s:good", Window: 1, N: 1}})
	}
	if unapplied == nil || len(unapplied.Deltas) != 1 {
		t.Errorf("nobody listens: %v", err)
	}
	if _, err := s.Add(ctx, gaugecache.Limits{Name: "g", MaxElems: 1}, "k", 1); !errors.Is(err, gaugecache.ErrNotApplied) {
		t.Errorf("nobody listens: %v", err)
	}
	if _, err := s.TakeWindows(ctx, sh, "s:good"); err == nil {
		t.Error("nobody listens: no error")
	}
	if _, err := s.SumSessions(ctx, []string{"x"}); err == nil {
		t.Error("nobody listens: no error")
	}
	if err := s.PutSessions(ctx, "n", time.Minute, nil); err == nil {
		t.Error("nobody listens: no error")
	}
}
