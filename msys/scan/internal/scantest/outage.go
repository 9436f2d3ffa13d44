package scantest

import (
	"context"
	"errors"
	"io"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/gomsys/gomsys/msys/scan"
)

// Outage is a real daemon that fails in the ways that daemons do, and the
// engine that scans with it.
type Outage struct {
	Daemon *Daemon
	// Engine makes an engine that connects by dial.
	Engine func(dial *Dialer) scan.Engine
	// Watch is called before a scan and gives what tells whether the daemon
	// has begun to read the mail. If nil, the engine itself does not send the
	// middle of a mail before that.
	Watch func() (begun func() bool)
}

const (
	// patience is the time-out of scans that are to time out.
	patience = 250 * time.Millisecond
	// pause is how long a failing engine is left alone.
	pause = time.Minute
)

// longMail is a mail that is interrupted at its half.
func longMail() string {
	return "Subject: long\r\n\r\n" + strings.Repeat("a line of a long mail\r\n", 17_000)
}

// rig is a set with an engine under watch.
type rig struct {
	*Outage
	t      *testing.T
	ctx    context.Context
	dialer *Dialer
	set    *scan.Set
	now    time.Time
}

// newRig makes a set with three slots for one engine: "engine", which is left
// alone after two failures and has this time-out, "patient", and "hasty".
func (o *Outage) newRig(t *testing.T, timeout time.Duration) *rig {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	t.Cleanup(cancel)
	r := &rig{Outage: o, t: t, ctx: ctx, dialer: &Dialer{}, now: time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)}
	engine := o.Engine(r.dialer)
	var err error
	r.set, err = scan.NewSet(
		scan.Slot{Name: "engine", Engine: engine, Options: &scan.Options{
			Timeout: timeout, FailureLimit: 2, FailurePause: pause, Now: func() time.Time { return r.now },
		}},
		scan.Slot{Name: "patient", Engine: engine, Options: &scan.Options{Timeout: time.Minute, FailureLimit: 1}},
		scan.Slot{Name: "hasty", Engine: engine, Options: &scan.Options{Timeout: patience, FailureLimit: -1}},
	)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.scan("patient"); err != nil {
		t.Fatalf("before the outage: %v", err)
	}
	return r
}

func (r *rig) scan(slot string) (*scan.Result, error) {
	return r.set.Scan(r.ctx, slot, scan.BytesRequest([]byte(Mail)))
}

// fails scans and wants an error whose text matches.
func (r *rig) fails(what, text string) error {
	r.t.Helper()
	res, err := r.scan("engine")
	return r.failed(what, text, res, err)
}

func (r *rig) failed(what, text string, res *scan.Result, err error) error {
	r.t.Helper()
	var e *scan.Error
	switch {
	case !errors.As(err, &e):
		r.t.Errorf("%s: %+v %v", what, res, err)
	case e.Engine != "engine" || !e.Temporary() || !regexp.MustCompile(text).MatchString(err.Error()):
		r.t.Errorf("%s: %v", what, err)
	}
	return err
}

// down checks that the engine is left alone because of two failures, and that
// scans are refused without a connection.
func (r *rig) down(what string) {
	r.t.Helper()
	if st := r.set.Status()[0]; !st.Down || st.Failures != 2 || st.Err == nil || !st.Since.Equal(r.now) {
		r.t.Errorf("%s: %+v", what, st)
	}
	before := r.dialer.Dials()
	if err := r.fails(what, "engine is down: "); !errors.Is(err, scan.ErrDown) {
		r.t.Errorf("%s: %v", what, err)
	}
	if n := r.dialer.Dials() - before; n != 0 {
		r.t.Errorf("%s: %d connections", what, n)
	}
}

// up checks that the engine works and is not left alone any more.
func (r *rig) up(what string) {
	r.t.Helper()
	if st := r.set.Status()[0]; st.Down || st.Failures != 0 || st.Err != nil {
		r.t.Errorf("%s: %+v", what, st)
	}
}

// none checks that no connection is left open. An HTTP client closes them a
// little later.
func (r *rig) none(what string) {
	r.t.Helper()
	if !until(func() bool { return r.dialer.Open() == 0 }) {
		r.t.Errorf("%s: %d connections are open", what, r.dialer.Open())
	}
}

func (r *rig) close() {
	r.t.Helper()
	if err := r.set.Close(); err != nil {
		r.t.Error(err)
	}
	r.none("closed")
}

// interrupted scans a long mail, and in the middle of it does f.
func (r *rig) interrupted(ctx context.Context, slot string, f func()) (*scan.Result, error) {
	begun := func() bool { return true }
	if r.Watch != nil {
		begun = r.Watch()
	}
	var mu sync.Mutex
	over := false // an HTTP client may go on to read when it has given up
	mail := scan.BytesRequest([]byte(longMail()))
	res, err := r.set.Scan(ctx, slot, Interrupted(mail, mail.Size/2, func() {
		mu.Lock()
		defer mu.Unlock()
		switch {
		case over:
			return
		case !until(begun):
			r.t.Error("the daemon does not begin to read")
		}
		f()
	}))
	mu.Lock()
	defer mu.Unlock()
	over = true
	return res, err
}

// TimesOut has the daemon stopped, by a signal that it cannot handle, between
// scans and in the middle of one, and going on again.
func (o *Outage) TimesOut(t *testing.T) {
	r := o.newRig(t, patience)
	o.Daemon.Suspend()
	for range 2 {
		if err := r.fails("stopped", "^scan: engine: [a-z ]+: timeout after 250ms$"); !errors.Is(err, scan.ErrTimeout) {
			t.Error(err)
		}
	}
	if err := r.set.Ping(r.ctx, "engine"); !errors.Is(err, scan.ErrTimeout) {
		t.Error("ping:", err)
	}
	r.down("stopped")
	r.none("after the time-outs")
	o.Daemon.Resume()
	r.down("going on, but the pause is not over")
	Eventually(t, "a scan after the daemon goes on", func() bool {
		if r.set.Ping(r.ctx, "engine") != nil { // ends the pause
			return false
		}
		_, err := r.scan("engine")
		return err == nil
	})
	r.up("going on")
	r.stopsInTheMiddle()
	r.close()
}

// stopsInTheMiddle has the daemon stop in the middle of a scan until the time
// is over, and until the caller leaves.
func (r *rig) stopsInTheMiddle() {
	r.t.Helper()
	for reached := false; !reached && r.ctx.Err() == nil; { // on a slow machine the time is over before
		_, err := r.interrupted(r.ctx, "hasty", func() {
			r.Daemon.Suspend()
			reached = true
		})
		r.Daemon.Resume()
		if !errors.Is(err, scan.ErrTimeout) {
			r.t.Error("stopped in the middle:", err)
		}
	}
	r.none("after a time-out in the middle")

	gone := errors.New("the client went away")
	ctx, cancel := context.WithCancelCause(r.ctx)
	defer cancel(nil)
	_, err := r.interrupted(ctx, "patient", func() {
		r.Daemon.Suspend()
		cancel(gone)
	})
	r.Daemon.Resume()
	if !errors.Is(err, gone) {
		r.t.Error("stopped in the middle, the caller leaves:", err)
	}
	if st := r.set.Status()[1]; st.Failures != 0 {
		r.t.Errorf("blamed for its caller: %+v", st)
	}
	r.none("after a scan whose caller left")
	if _, err := r.scan("patient"); err != nil {
		r.t.Error("after that:", err)
	}
}

// lost is how a scan ends whose daemon disappears.
const lost = "^scan: engine: (scanning|connecting): .*(connection closed before the answer|EOF|reset by peer|broken pipe|refused)"

// Disappears has the daemon killed in the middle of a scan, and started again.
func (o *Outage) Disappears(t *testing.T) {
	r := o.newRig(t, time.Minute)
	res, err := r.interrupted(r.ctx, "engine", o.Daemon.Kill)
	var content *scan.ContentError
	if err = r.failed("killed", lost, res, err); errors.Is(err, scan.ErrTimeout) || errors.Is(err, scan.ErrAnswer) || errors.As(err, &content) {
		t.Error("wrong blame:", err)
	}
	if err := r.fails("gone", "^scan: engine: connecting: "); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Error(err)
	}
	r.down("gone")
	r.none("without a daemon")
	o.Daemon.Start()
	r.down("back, but the pause is not over")
	r.now = r.now.Add(pause)
	if _, err := r.scan("engine"); err != nil {
		t.Error("back:", err)
	}
	r.up("back")
	r.close()
}

// Interrupted gives a request for the content of r of which the first reader
// does f, once, when it has given that many bytes, and goes on then.
func Interrupted(r *scan.Request, after int64, f func()) *scan.Request {
	q, first := *r, true
	q.Open = func() (io.ReadCloser, error) {
		body, err := r.Open()
		if err != nil || !first {
			return body, err
		}
		first = false
		return &interrupted{ReadCloser: body, left: after, f: f}, nil
	}
	return &q
}

type interrupted struct {
	io.ReadCloser
	left int64
	f    func()
}

// Read implements [io.Reader].
func (i *interrupted) Read(p []byte) (int, error) {
	if i.left == 0 && i.f != nil {
		i.f()
		i.f = nil
	}
	if i.left > 0 && int64(len(p)) > i.left {
		p = p[:i.left]
	}
	n, err := i.ReadCloser.Read(p)
	i.left = max(i.left-int64(n), 0)
	return n, err
}
