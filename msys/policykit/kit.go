package policykit

import (
	"bytes"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"sync"
	"time"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys"
)

// T is what the kit needs of a test; *testing.T and *testing.B are one.
type T interface {
	Helper()
	Cleanup(func())
	Fatalf(format string, args ...any)
}

// Options are the options of a [Kit].
type Options struct {
	// Path lists the directories of the scripts.
	Path []fs.FS
	// Modules are the Lua modules that scripts can require, beside those of
	// the runtime.
	Modules []lua.RegistryFunction
	// Zone is the text of a zone file (RFC 1035) that answers all DNS
	// questions. Other names do not exist.
	Zone string
	// Now is the time of the clock at first. If zero, noon of 1 June 2025,
	// UTC.
	Now time.Time
	// Config is for all else that a runtime takes. The kit sets its Path,
	// Modules, Clock, Resolver, Enqueuer, Logger and Print, unless they are
	// set, and its Hostname, mx.test.
	Config msys.Config
}

// Kit is a runtime in a test.
type Kit struct {
	*msys.Runtime
	// Clock tells the runtime the time.
	Clock *Clock
	// DNS answers its questions.
	DNS *Zone
	// Queue keeps the mail that scripts send.
	Queue *Queue

	t T

	mu      sync.Mutex
	printed []string
	log     bytes.Buffer
}

// New makes a runtime that ends with the test. o may be nil.
func New(t T, o *Options) *Kit {
	t.Helper()
	if o == nil {
		o = &Options{}
	}
	zone, err := ParseZone(o.Zone)
	if err != nil {
		t.Fatalf("policykit: %v", err)
	}
	now := o.Now
	if now.IsZero() {
		now = time.Date(2025, time.June, 1, 12, 0, 0, 0, time.UTC)
	}
	k := &Kit{t: t, Clock: NewClock(now), DNS: zone, Queue: &Queue{}}
	cfg := o.Config
	if cfg.Path == nil {
		cfg.Path = o.Path
	}
	if cfg.Modules == nil {
		cfg.Modules = o.Modules
	}
	if cfg.Clock == nil {
		cfg.Clock = k.Clock
	}
	if cfg.Resolver == nil {
		cfg.Resolver = k.DNS
	}
	if cfg.Enqueuer == nil {
		cfg.Enqueuer = k.Queue
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.NewTextHandler(logWriter{k}, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	if cfg.Print == nil {
		cfg.Print = func(line string) {
			k.mu.Lock()
			defer k.mu.Unlock()
			k.printed = append(k.printed, line)
		}
	}
	if cfg.Hostname == "" {
		cfg.Hostname = "mx.test"
	}
	if k.Runtime, err = msys.New(cfg); err != nil {
		t.Fatalf("policykit: %v", err)
	}
	t.Cleanup(func() { k.Runtime.Close() })
	return k
}

// Load loads scripts as require would find them.
func (k *Kit) Load(names ...string) {
	k.t.Helper()
	for _, name := range names {
		if err := k.Runtime.Load(name); err != nil {
			k.t.Fatalf("policykit: %v", err)
		}
	}
}

// LoadString loads a script that is not in a file.
func (k *Kit) LoadString(name, source string) {
	k.t.Helper()
	if err := k.Runtime.LoadString(name, source); err != nil {
		k.t.Fatalf("policykit: %v", err)
	}
}

// Printed gives what scripts have printed since the last call, line by line.
func (k *Kit) Printed() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	s := strings.Join(k.printed, "\n")
	k.printed = nil
	return s
}

// Log gives the log of the runtime so far: failures of scripts, warnings.
func (k *Kit) Log() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.log.String()
}

// Errors gives the records of the log that are about errors.
func (k *Kit) Errors() []string {
	var errs []string
	for line := range strings.Lines(k.Log()) {
		if strings.Contains(line, " level=ERROR ") {
			errs = append(errs, strings.TrimSuffix(line, "\n"))
		}
	}
	return errs
}

type logWriter struct{ k *Kit }

func (w logWriter) Write(p []byte) (int, error) {
	w.k.mu.Lock()
	defer w.k.mu.Unlock()
	return w.k.log.Write(p)
}

// reply shows a verdict as the client would see it.
func reply(v msys.Verdict) string {
	return strings.TrimRight(fmt.Sprintf("%d %s", v.Code, v.Text), " ")
}
