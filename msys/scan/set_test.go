package scan_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/internal/scantest"
)

var ctx = context.Background()

func newSet(t testing.TB, slots ...scan.Slot) *scan.Set {
	t.Helper()
	set, err := scan.NewSet(slots...)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func text(s string) *scan.Request { return scan.BytesRequest([]byte(s)) }

// reading is an engine that looks for "virus" in the content.
func reading(seen func(content string, r *scan.Request)) scan.Engine {
	return scan.EngineFunc(func(_ context.Context, r *scan.Request) (*scan.Result, error) {
		body, err := r.Open()
		if err != nil {
			return nil, err
		}
		defer body.Close()
		b, err := io.ReadAll(body)
		if err != nil {
			return nil, err
		}
		if seen != nil {
			seen(string(b), r)
		}
		if strings.Contains(string(b), "virus") {
			return &scan.Result{Verdict: scan.Infected, Name: "V", Code: "V"}, nil
		}
		return &scan.Result{Code: "OK"}, nil
	})
}

func TestNewSet(t *testing.T) {
	ok := scantest.Result(scan.Result{})
	for _, slots := range [][]scan.Slot{
		{{Engine: ok}}, {{Name: strings.Repeat("x", 41), Engine: ok}}, {{Name: "a", Engine: ok}, {Name: "a", Engine: ok}},
	} {
		if _, err := scan.NewSet(slots...); err == nil {
			t.Errorf("%+v is good", slots)
		}
	}
	set := newSet(t, scan.Slot{Name: "b", Engine: ok, Kind: scan.Antivirus}, scan.Slot{Name: "a", Engine: ok, Kind: scan.Antivirus},
		scan.Slot{Name: "spam", Engine: ok}, scan.Slot{Name: "none", Kind: scan.Antivirus})
	if diff := cmp.Diff([]string{"b", "a"}, set.Names(scan.Antivirus)); diff != "" {
		t.Error(diff)
	}
	if !set.Has("spam") || set.Has("none") || set.Has("x") {
		t.Error("Has")
	}
}

func TestNilSet(t *testing.T) {
	var set *scan.Set
	if len(set.Names(scan.Antivirus)) != 0 || set.Has("x") || set.Status() != nil || set.Close() != nil || set.Missing("x") != scan.Raise {
		t.Error("a nil set has something")
	}
	if err := set.KeepReceived(ctx, nil, nil); err != nil {
		t.Error(err)
	}
	_, err := set.Scan(ctx, "x", text(""))
	var e *scan.Error
	if !errors.As(err, &e) || !errors.Is(err, scan.ErrNoEngine) || e.Temporary() {
		t.Error(err)
	}
	if _, err := set.Scan(ctx, strings.Repeat("x", 41), text("")); !errors.Is(err, scan.ErrNameTooLong) {
		t.Error(err)
	}
	if set.WithMissing(scan.Neutral).Missing("x") != scan.Neutral {
		t.Error("WithMissing")
	}
}

func TestErrors(t *testing.T) {
	set := newSet(t, scan.Slot{Name: "e", Engine: scan.EngineFunc(func(context.Context, *scan.Request) (*scan.Result, error) {
		return nil, &scan.Error{Engine: "clamd", Op: "connecting", Err: scantest.ErrBroken}
	})}, scan.Slot{Name: "p", Engine: scan.EngineFunc(func(context.Context, *scan.Request) (*scan.Result, error) { panic("ouch") })},
		scan.Slot{Name: "n", Engine: scan.EngineFunc(func(context.Context, *scan.Request) (*scan.Result, error) { return nil, nil })})
	_, err := set.Scan(ctx, "e", text("x"))
	if !errors.Is(err, scantest.ErrBroken) || err.Error() != "scan: e: connecting: engine on fire" || scan.Reason(err) != "connecting: engine on fire" {
		t.Error(err)
	}
	if _, err = set.Scan(ctx, "p", text("x")); err == nil || !strings.HasPrefix(err.Error(), "scan: p: scanning: panic: ouch") {
		t.Error(err)
	}
	if _, err = set.Scan(ctx, "n", text("x")); !errors.Is(err, scan.ErrAnswer) {
		t.Error(err)
	}
	for _, r := range []*scan.Request{nil, {}} {
		var content *scan.ContentError
		if _, err := set.Scan(ctx, "e", r); !errors.As(err, &content) {
			t.Error(err)
		}
	}
	if got := scan.Reason(errors.New("a\r\nb\xff")); got != "a  b\xff" {
		t.Errorf("%q", got)
	}
}

// waiting is an engine that waits for its context.
var waiting = scan.EngineFunc(func(ctx context.Context, _ *scan.Request) (*scan.Result, error) {
	<-ctx.Done()
	return nil, ctx.Err()
})

// telling is an engine that says why its context ended.
var telling = scan.EngineFunc(func(ctx context.Context, _ *scan.Request) (*scan.Result, error) {
	<-ctx.Done()
	return nil, &scan.Error{Engine: "clamd", Op: "scanning", Err: context.Cause(ctx)}
})

type patient struct{ scan.Engine }

func (patient) ScanTimeout() time.Duration { return time.Minute }

func TestTimeout(t *testing.T) {
	for _, tc := range []struct {
		engine scan.Engine
		o      *scan.Options
		want   time.Duration
	}{
		{waiting, nil, 10 * time.Second}, {waiting, &scan.Options{Timeout: time.Second}, time.Second},
		{telling, nil, 10 * time.Second}, {patient{waiting}, nil, time.Minute}, {patient{waiting}, &scan.Options{Timeout: time.Second}, time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			set := newSet(t, scan.Slot{Name: "e", Engine: tc.engine, Options: tc.o})
			begin := time.Now()
			_, err := set.Scan(ctx, "e", text("x"))
			took := time.Since(begin)
			if want := "scan: e: scanning: timeout after " + tc.want.String(); !errors.Is(err, scan.ErrTimeout) || took != tc.want || err.Error() != want {
				t.Errorf("%v after %v", err, took)
			}
		})
	}
}

// The caller's own end is no failure of the engine.
func TestCancel(t *testing.T) {
	set := newSet(t, scan.Slot{Name: "e", Engine: waiting, Options: &scan.Options{FailureLimit: 1, Timeout: -1}})
	gone := errors.New("client went away")
	ended, cancel := context.WithCancelCause(ctx)
	cancel(gone)
	if _, err := set.Scan(ended, "e", text("x")); !errors.Is(err, gone) {
		t.Error(err)
	}
	if st := set.Status()[0]; st.Failures != 0 || st.Down {
		t.Errorf("%+v", st)
	}
}

// Waiting for a turn counts as time, and no more scans run than may.
func TestMaxConcurrency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var running, most atomic.Int32
		slow := scan.EngineFunc(func(ctx context.Context, _ *scan.Request) (*scan.Result, error) {
			if n := running.Add(1); n > most.Load() {
				most.Store(n)
			}
			defer running.Add(-1)
			time.Sleep(4 * time.Second)
			return &scan.Result{}, nil
		})
		set := newSet(t, scan.Slot{Name: "e", Engine: slow, Options: &scan.Options{MaxConcurrency: 2, Timeout: 9 * time.Second}})
		var wg sync.WaitGroup
		var good, late atomic.Int32
		for range 6 {
			wg.Go(func() {
				switch _, err := set.Scan(ctx, "e", text("x")); {
				case err == nil:
					good.Add(1)
				case errors.Is(err, scan.ErrTimeout):
					late.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if most.Load() != 2 || good.Load() != 6 || late.Load() != 0 {
			// Two at a time for 4 s: the third pair starts after 8 s and ends
			// after 12 s; this engine does not look at its context.
			t.Errorf("%d at once, %d good, %d late", most.Load(), good.Load(), late.Load())
		}
		for range 8 {
			wg.Go(func() {
				if _, err := set.Scan(ctx, "e", text("x")); errors.Is(err, scan.ErrTimeout) {
					late.Add(1)
				}
			})
		}
		wg.Wait()
		if late.Load() != 2 { // the fourth pair
			t.Errorf("%d late", late.Load())
		}
	})
}

// An engine that keeps failing is left alone for a while, then tried once.
func TestBreaker(t *testing.T) {
	now := time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)
	calls, broken := 0, true
	engine := scan.EngineFunc(func(context.Context, *scan.Request) (*scan.Result, error) {
		if calls++; broken {
			return nil, scantest.ErrBroken
		}
		return &scan.Result{}, nil
	})
	set := newSet(t, scan.Slot{Name: "e", Engine: engine, Options: &scan.Options{Now: func() time.Time { return now }}})
	try := func(what string, wantCalls int, wantDown bool) {
		t.Helper()
		_, err := set.Scan(ctx, "e", text("x"))
		if down := errors.Is(err, scan.ErrDown); calls != wantCalls || down != wantDown || err == nil && broken {
			t.Errorf("%s: %d calls, %v", what, calls, err)
		}
	}
	for i := range 5 {
		try("failing", i+1, false)
	}
	st := set.Status()[0]
	if !st.Down || st.Failures != 5 || !errors.Is(st.Err, scantest.ErrBroken) || !st.Since.Equal(now) {
		t.Errorf("%+v", st)
	}
	if err := set.Ping(ctx, "e"); !errors.Is(err, scantest.ErrBroken) {
		t.Error(err)
	}
	try("down", 5, true)
	now = now.Add(9 * time.Second)
	try("still down", 5, true)
	now = now.Add(time.Second)
	try("one try", 6, false)
	try("down again", 6, true)
	broken = false
	now = now.Add(10 * time.Second)
	try("back", 7, false)
	try("up", 8, false)
	if st := set.Status()[0]; st.Down || st.Failures != 0 || st.Err != nil || st.Errors != 9 || st.Scans != 11 {
		t.Errorf("%+v", st)
	}
}

// While one scan tries a failing engine, others do not.
func TestBreakerOneTrial(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int32
		engine := scan.EngineFunc(func(context.Context, *scan.Request) (*scan.Result, error) {
			if calls.Add(1) == 1 {
				return nil, scantest.ErrBroken
			}
			time.Sleep(time.Second)
			return &scan.Result{}, nil
		})
		set := newSet(t, scan.Slot{Name: "e", Engine: engine, Options: &scan.Options{FailureLimit: 1}})
		if _, err := set.Scan(ctx, "e", text("x")); err == nil {
			t.Error("no error")
		}
		time.Sleep(10 * time.Second)
		var wg sync.WaitGroup
		var down atomic.Int32
		for range 10 {
			wg.Go(func() {
				if _, err := set.Scan(ctx, "e", text("x")); errors.Is(err, scan.ErrDown) {
					down.Add(1)
				}
			})
		}
		wg.Wait()
		if calls.Load() != 2 || down.Load() != 9 {
			t.Errorf("%d calls, %d down", calls.Load(), down.Load())
		}
	})
}

// Mail that cannot be read or scanned does not count against the engine.
func TestBreakerBlame(t *testing.T) {
	answer := scan.EngineFunc(func(context.Context, *scan.Request) (*scan.Result, error) { return nil, scan.ErrAnswer })
	o := &scan.Options{FailureLimit: 1}
	set := newSet(t, scan.Slot{Name: "answer", Engine: answer, Options: o}, scan.Slot{Name: "content", Engine: reading(nil), Options: o})
	broken := &scan.Request{Open: func() (io.ReadCloser, error) { return nil, &scan.ContentError{Err: scantest.ErrBroken} }}
	for range 3 {
		if _, err := set.Scan(ctx, "answer", text("x")); !errors.Is(err, scan.ErrAnswer) {
			t.Error(err)
		}
		if _, err := set.Scan(ctx, "content", broken); !errors.Is(err, scantest.ErrBroken) {
			t.Error(err)
		}
	}
	off := newSet(t, scan.Slot{Name: "e", Engine: scantest.Broken, Options: &scan.Options{FailureLimit: -1}})
	for range 20 {
		if _, err := off.Scan(ctx, "e", text("x")); errors.Is(err, scan.ErrDown) {
			t.Error(err)
		}
	}
}

type pinger struct {
	scan.Engine
	err error
}

func (p *pinger) Ping(context.Context) error { return p.err }

func TestPing(t *testing.T) {
	p := &pinger{scantest.Broken, scantest.ErrBroken}
	set := newSet(t, scan.Slot{Name: "e", Engine: p, Options: &scan.Options{FailureLimit: 1}}, scan.Slot{Name: "other", Engine: waiting})
	if err := set.Ping(ctx, "e"); !errors.Is(err, scantest.ErrBroken) {
		t.Error(err)
	}
	if _, err := set.Scan(ctx, "e", text("x")); err == nil || !set.Status()[0].Down {
		t.Error(err)
	}
	p.err = nil
	if err := set.Ping(ctx, "e"); err != nil || set.Status()[0].Down {
		t.Error(err, "the engine has answered")
	}
	if err := set.Ping(ctx, "other"); err != nil {
		t.Error(err)
	}
	if err := set.Ping(ctx, "x"); !errors.Is(err, scan.ErrNoEngine) {
		t.Error(err)
	}
}

// Infected contents are remembered; clean ones are not even hashed.
func TestCache(t *testing.T) {
	now := time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)
	calls, opened := 0, 0
	engine := reading(func(string, *scan.Request) { calls++ })
	request := func(s string) *scan.Request {
		r := text(s)
		open := r.Open
		r.Open = func() (io.ReadCloser, error) { opened++; return open() }
		return r
	}
	o := &scan.Options{CacheSize: 2, Now: func() time.Time { return now }}
	set := newSet(t, scan.Slot{Name: "av", Kind: scan.Antivirus, Engine: engine, Options: o}, scan.Slot{Name: "spam", Engine: engine},
		scan.Slot{Name: "off", Kind: scan.Antivirus, Engine: engine, Options: &scan.Options{CacheSize: -1}})
	scanned := func(name, s string, want bool) {
		t.Helper()
		before := calls
		if _, err := set.Scan(ctx, name, request(s)); err != nil {
			t.Fatal(err)
		}
		if got := calls > before; got != want {
			t.Errorf("%s %q scanned: %v", name, s, got)
		}
	}
	scanned("av", "virus 1", true)
	scanned("av", "virus 1", false)
	scanned("av", "clean 1", true)
	opened = 0
	scanned("av", "clean, other size", true)
	if opened != 1 {
		t.Errorf("opened %d times", opened)
	}
	scanned("av", "virus 2", true)
	scanned("av", "virus 1", false)
	scanned("av", "virus 3", true) // 2 is the oldest
	scanned("av", "virus 1", false)
	scanned("av", "virus 2", true)
	now = now.Add(time.Hour + 1)
	scanned("av", "virus 2", true)
	for _, name := range []string{"spam", "off"} {
		scanned(name, "virus 1", true)
		scanned(name, "virus 1", true)
	}
	if st := set.Status()[0]; st.Cached != 3 || st.Infected != 8 || st.Scans != 10 {
		t.Errorf("%+v", st)
	}
}

func TestStatus(t *testing.T) {
	set := newSet(t, scan.Slot{Name: "av", Kind: scan.Antivirus, Engine: reading(nil)}, scan.Slot{Name: "none"})
	for _, s := range []string{"x", "virus"} {
		if _, err := set.Scan(ctx, "av", text(s)); err != nil {
			t.Fatal(err)
		}
	}
	st := set.Status()
	if len(st) != 1 || st[0].Busy <= 0 {
		t.Fatalf("%+v", st)
	}
	st[0].Busy = 0
	if diff := cmp.Diff(scan.Status{Name: "av", Kind: scan.Antivirus, Scans: 2, Infected: 1}, st[0]); diff != "" {
		t.Error(diff)
	}
}

// Many goroutines with one set.
func TestConcurrentUse(t *testing.T) {
	set := newSet(t, scan.Slot{Name: "av", Kind: scan.Antivirus, Engine: reading(nil), Options: &scan.Options{MIMEDecompose: true, Paranoid: true, MaxConcurrency: 4}})
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for _, s := range []string{scantest.Multipart, "virus", "virus", "x"} {
				if _, err := set.Scan(ctx, "av", text(s)); err != nil {
					t.Error(err)
				}
			}
			set.Status()
		})
	}
	wg.Wait()
	if n := set.Status()[0].Scans; n != 64 {
		t.Error(n)
	}
}
