//go:build soak

package soak_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/gomsys/gomsys/audit"
	"github.com/gomsys/gomsys/audit/redisstore"
	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/db"
	"github.com/gomsys/gomsys/msys/dns"
	"github.com/gomsys/gomsys/msys/gaugecache"
	"github.com/gomsys/gomsys/msys/modules"
	"github.com/gomsys/gomsys/vctx"
)

var (
	soak    = flag.Duration("soak", 30*time.Second, "how long to run")
	seed    = flag.Uint64("seed", 0, "of what is random; if 0, the time")
	workers = flag.Int("workers", 40, "sessions at once")
)

const (
	luaTime = 200 * time.Millisecond // that a script may run
	// plainWait is the longest that a step of a session may take that waits
	// for nothing; below slowDNS. It has room for scripts of other sessions
	// that run until their limit, and for a busy machine.
	plainWait = 3500 * time.Millisecond
	// slowWait is the same for sessions that wait.
	slowWait = 30 * time.Second
)

// policies is a directory with one script that changes.
type policies struct{ source atomic.Pointer[string] }

func (p *policies) Open(name string) (fs.File, error) {
	return fstest.MapFS{"soak.lua": {Data: []byte(*p.source.Load())}}.Open(name)
}

// counts is what came of the mail.
type counts struct {
	sent, verdicts, ended, refused, accepted, discarded, queued, reloads atomic.Int64
	worstPlain, worstSlow                                                atomic.Int64
}

func (c *counts) String() string {
	return fmt.Sprintf("%d mails: %d verdicts (%d accepted, %d discarded), %d refused before the data, %d clients vanished; %d sent by scripts, %d reloads; longest steps %v plain, %v slow",
		c.sent.Load(), c.verdicts.Load(), c.accepted.Load(), c.discarded.Load(), c.refused.Load(), c.ended.Load(), c.queued.Load(), c.reloads.Load(),
		time.Duration(c.worstPlain.Load()).Round(time.Millisecond), time.Duration(c.worstSlow.Load()).Round(time.Millisecond))
}

// world is a runtime with its services and their faults.
type world struct {
	t *testing.T
	faults
	counts
	rt  *msys.Runtime
	dir policies

	dump sync.Once
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t}
	w.spool, w.excused = filepath.Join(t.TempDir(), "spool"), map[string]bool{}
	if err := os.Mkdir(w.spool, 0o700); err != nil {
		t.Fatal(err)
	}
	var path string
	w.db, path = newDatabase(t)
	w.check = w.checkQueued
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	var o modules.Options
	var err error
	must := func() {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	o.DNS, err = dns.New(&dns.Options{Exchange: w.exchange, MaxTTL: time.Second, NegTTL: time.Second})
	must()
	o.DB, err = db.New(&db.Options{Sources: map[string]db.Config{"users": {URI: []string{"sqlite:" + path}, CacheLife: time.Second}}})
	must()
	t.Cleanup(func() { o.DB.Close() })
	auditing := audit.Options{Logger: quiet, OpTimeout: 50 * time.Millisecond}
	gauging := gaugecache.Options{Logger: quiet}
	if w.redis = newRedis(t); w.redis != nil {
		store := redisstore.New(&redis.UniversalOptions{Addrs: []string{w.redis.addr}}, nil)
		t.Cleanup(func() { store.Close() })
		auditing.Store, auditing.SessionStore, gauging.Store = store, store, store
	}
	o.Audit, err = audit.New(&auditing)
	must()
	t.Cleanup(func() { o.Audit.Close(context.Background()) })
	o.Gauges = gaugecache.New(&gauging)
	t.Cleanup(func() { o.Gauges.Close(context.Background()) })
	set, err := modules.New(o)
	must()
	t.Cleanup(func() { set.Close() })
	w.rt, err = msys.New(msys.Config{
		Path: []fs.FS{&w.dir}, Modules: set.Libraries(), Loops: 2, Logger: quiet, Print: func(string) {},
		Clock: &w.clock, Resolver: set.DNS, Enqueuer: w, Hostname: "mx.test",
		Message: message.Options{SpoolDir: w.spool, LargeMessageThreshold: 16 << 10},
		Limits:  msys.Limits{Time: luaTime},
	})
	must()
	t.Cleanup(func() { w.rt.Close() })
	return w
}

// checkQueued looks at mail that scripts sent: copies of mail that policy may
// have marked.
func (w *world) checkQueued(m *message.Message) {
	w.queued.Add(1)
	var b bytes.Buffer
	if _, err := m.WriteTo(&b); err != nil {
		w.t.Errorf("mail of a script: %v", err)
	}
}

// round runs sessions, faults and reloads for d.
func (w *world) round(d time.Duration, r *rand.Rand) {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	defer cancel()
	var wg sync.WaitGroup
	for range *workers {
		own := rand.New(rand.NewPCG(r.Uint64(), r.Uint64()))
		wg.Go(func() {
			for ctx.Err() == nil {
				w.session(own)
			}
		})
	}
	own := rand.New(rand.NewPCG(r.Uint64(), r.Uint64()))
	wg.Go(func() {
		if err := w.run(ctx, own); err != nil {
			w.t.Errorf("making faults: %v", err)
		}
	})
	for ctx.Err() == nil {
		source := randomPolicy(r)
		w.dir.source.Store(&source)
		began := time.Now()
		if err := w.rt.Reload(); err != nil {
			w.t.Errorf("reload: %v", err)
		}
		if took := time.Since(began); took > slowWait {
			w.t.Errorf("reload took %v", took)
		}
		w.reloads.Add(1)
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
	wg.Wait()
}

// session plays a client with some mails.
func (w *world) session(r *rand.Rand) {
	ctx, cancel := context.WithCancel(context.Background())
	vanishing := r.IntN(20) == 0
	if vanishing {
		ctx, cancel = context.WithTimeout(ctx, time.Duration(r.IntN(30))*time.Millisecond)
	}
	defer cancel()
	s := w.rt.NewSession(vctx.Conn{
		Remote:  netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 0, 2, byte(r.IntN(256))}), 4321),
		Local:   netip.MustParseAddrPort("198.51.100.1:25"),
		Service: "SMTP",
	})
	defer s.Close()
	helo, longest, worst := "plain", plainWait, &w.worstPlain
	if r.IntN(3) == 0 {
		helo, longest, worst = "slow", slowWait, &w.worstSlow
	}
	// step reports whether the session can go on.
	step := func(name string, do func() (msys.Verdict, error)) (ok bool, err error) {
		began := time.Now()
		watchdog := time.AfterFunc(longest, func() { w.dump.Do(w.goroutines) })
		v, err := do()
		watchdog.Stop()
		took := time.Since(began)
		for old := worst.Load(); int64(took) > old && !worst.CompareAndSwap(old, int64(took)); old = worst.Load() {
		}
		if took > longest {
			w.t.Errorf("%s of a %s session took %v", name, helo, took)
		}
		switch {
		case err == nil && (v.Code < 200 || v.Code > 599 || v.Action == ""):
			w.t.Errorf("%s: no verdict: %+v", name, v)
		case err != nil && ctx.Err() == nil && !errors.Is(err, fs.ErrNotExist): // that is the spool
			w.t.Errorf("%s: %v", name, err)
		}
		return err == nil && v.OK() && v.Action != msys.Disconnect, err
	}
	if ok, _ := step("connect", func() (msys.Verdict, error) { return s.Connect(ctx) }); !ok {
		return
	}
	if ok, _ := step("ehlo", func() (msys.Verdict, error) { return s.Ehlo(ctx, helo) }); !ok {
		return
	}
	for range 1 + r.IntN(3) {
		if !w.mail(ctx, s, r, step) {
			return
		}
	}
}

// mail sends one mail; false ends the session.
func (w *world) mail(ctx context.Context, s *msys.Session, r *rand.Rand, step func(string, func() (msys.Verdict, error)) (bool, error)) bool {
	w.counts.sent.Add(1)
	refused := func(err error) bool {
		if err != nil {
			w.ended.Add(1)
		} else {
			w.refused.Add(1)
		}
		s.Reset()
		return false
	}
	if ok, err := step("mailfrom", func() (msys.Verdict, error) { return s.MailFrom(ctx, "ann@sender.example") }); !ok {
		return refused(err)
	}
	rcpts := 0
	for i := range 1 + r.IntN(3) {
		hungUp := false
		ok, err := step("rcptto", func() (msys.Verdict, error) {
			v, err := s.RcptTo(ctx, fmt.Sprintf("bob%d@rcpt.example", i))
			hungUp = v.Action == msys.Disconnect
			return v, err
		})
		if err != nil {
			return refused(err)
		}
		if ok {
			rcpts++
		}
		if hungUp {
			return refused(nil)
		}
	}
	if rcpts == 0 {
		return refused(nil)
	}
	content := randomMail(r)
	var res *msys.Result
	ok, err := step("data", func() (v msys.Verdict, err error) {
		if res, err = s.Data(ctx, strings.NewReader(content)); err == nil {
			v = res.Verdict
		}
		return v, err
	})
	if err != nil {
		w.ended.Add(1)
		return false
	}
	w.verdicts.Add(1)
	if !ok {
		if len(res.Messages) > 0 {
			w.t.Errorf("refused with %+v, and %d messages to queue", res.Verdict, len(res.Messages))
		}
		return res.Action != msys.Disconnect
	}
	if n := len(res.Messages) + len(res.Discarded); n != rcpts && (res.Action != msys.Discard || n != 1) {
		w.t.Errorf("%d messages for %d recipients: %+v", n, rcpts, res.Verdict)
	}
	w.discarded.Add(int64(len(res.Discarded)))
	for _, m := range res.Messages {
		w.accepted.Add(1)
		var b strings.Builder
		if _, err := m.WriteTo(&b); err != nil {
			w.t.Errorf("accepted mail cannot be read: %v", err)
		} else if got := unmarked(b.String()); got != content {
			w.t.Errorf("accepted mail is not as it was sent:\n%q\n%q", got, content)
		}
	}
	return true
}

// use is what the process uses when nobody is connected.
type use struct{ goroutines, files, heap int }

func measure() use {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	u := use{goroutines: runtime.NumGoroutine(), heap: int(m.HeapAlloc)}
	if files, err := os.ReadDir("/proc/self/fd"); err == nil {
		u.files = len(files)
	}
	return u
}

func (u use) String() string {
	return fmt.Sprintf("%d goroutines, %d files, %.1f MiB", u.goroutines, u.files, float64(u.heap)/(1<<20))
}

// exceeds reports whether u is more than what there was at first, with room for
// the connections that pools keep: at most one for each session.
func (u use) exceeds(first use) bool {
	return u.goroutines > first.goroutines+20 || u.files > first.files+*workers || u.heap > first.heap*3/2+16<<20
}

// settled measures until what sessions left behind has ended.
func settled(first *use) use {
	u := measure()
	for deadline := time.Now().Add(15 * time.Second); first != nil && u.exceeds(*first) && time.Now().Before(deadline); u = measure() {
		time.Sleep(200 * time.Millisecond)
	}
	return u
}

// watch sees every few seconds that a running round stays within bounds.
func (w *world) watch(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(2 * time.Second):
		}
		u := measure()
		if u.goroutines > 20**workers+300 || u.files > 4**workers+200 || u.heap > 512<<20 {
			w.t.Errorf("in a round: %v", u)
		}
	}
}

// goroutines logs what all goroutines do.
func (w *world) goroutines() {
	var b bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&b, 1); err != nil {
		w.t.Error(err)
	}
	w.t.Log(b.String())
}

func TestSoak(t *testing.T) {
	if *seed == 0 {
		*seed = uint64(time.Now().UnixNano())
	}
	t.Logf("-seed %d", *seed)
	r := rand.New(rand.NewPCG(*seed, 0))
	w := newWorld(t)
	source := randomPolicy(r)
	w.dir.source.Store(&source)
	if err := w.rt.Load("soak"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var wg sync.WaitGroup
	wg.Go(func() { w.watch(ctx) })
	round := min(*soak/3, time.Minute)
	var first *use
	for range *soak / round {
		w.round(round, r)
		time.Sleep(slowDNS) // what was asked is answered
		u := settled(first)
		t.Log(u, "after", &w.counts)
		if first == nil {
			first = &u
		} else if u.exceeds(*first) {
			t.Errorf("%v, after the first round %v", u, first)
			w.goroutines()
		}
	}
	if sent, came := w.counts.sent.Load(), w.verdicts.Load()+w.refused.Load()+w.ended.Load(); sent != came {
		t.Errorf("%d mails were sent, %d were answered", sent, came)
	}
	if w.accepted.Load() == 0 || w.refused.Load() == 0 || w.reloads.Load() == 0 {
		t.Errorf("the policies did too little: %v", &w.counts)
	}
	files, err := os.ReadDir(w.spool)
	if err != nil {
		t.Error(err)
	}
	for _, f := range files {
		if !w.excused[f.Name()] {
			t.Errorf("%s is left in the spool", f.Name())
		}
	}
	cancel()
	wg.Wait()
}
