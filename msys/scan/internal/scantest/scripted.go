package scantest

import (
	"context"
	"regexp"
	"testing"
	"time"

	"github.com/gomsys/gomsys/msys/scan"
)

// Answers are regular expressions for what a script prints about a scan.
type Answers struct {
	Good     string // the engine works and finds nothing
	TimedOut string // the daemon does not answer
	Lost     string // the daemon disappears in the middle of a scan
	Gone     string // there is no daemon
}

// SeenByScript has scripts scan with the engine in the slot while its daemon
// stops, disappears in the middle of a scan and comes back. run runs a script
// with a set that has the slot and gives what it printed about a mail.
func (o *Outage) SeenByScript(t *testing.T, slot scan.Slot, want Answers, run func(set *scan.Set, mail string) string) {
	dialer := &Dialer{}
	engine := o.Engine(dialer)
	set := func(e scan.Engine, timeout time.Duration) *scan.Set {
		s := slot
		s.Engine, s.Options = e, &scan.Options{Timeout: timeout, FailureLimit: -1}
		made, err := scan.NewSet(s)
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	check := func(what, want string, set *scan.Set, mail string) {
		t.Helper()
		if got := run(set, mail); !regexp.MustCompile("(?s)" + want).MatchString(got) {
			t.Errorf("%s: %s", what, got)
		}
	}
	works := set(engine, time.Minute)
	check("before", want.Good, works, Mail)
	o.Daemon.Suspend()
	check("suspended", want.TimedOut, set(engine, patience), Mail)
	o.Daemon.Resume()
	check("resumed", want.Good, works, Mail)
	check("killed", want.Lost, set(scan.EngineFunc(func(ctx context.Context, r *scan.Request) (*scan.Result, error) {
		return engine.Scan(ctx, Interrupted(r, r.Size/2, o.Daemon.Kill))
	}), time.Minute), longMail())
	check("gone", want.Gone, works, Mail)
	o.Daemon.Start()
	check("back", want.Good, works, Mail)
	if err := works.Close(); err != nil {
		t.Error(err)
	}
	if !until(func() bool { return dialer.Open() == 0 }) {
		t.Errorf("%d connections are open", dialer.Open())
	}
}
