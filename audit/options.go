package audit

import (
	"log/slog"
	"os"
	"time"
)

// Clock tells the time and calls back later, as timer.Clock does.
type Clock interface {
	Now() time.Time
	AfterFunc(d time.Duration, f func()) (stop func() bool)
}

type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

func (systemClock) AfterFunc(d time.Duration, f func()) func() bool {
	return time.AfterFunc(d, f).Stop
}

// Options are the settings of an engine; nil works.
type Options struct {
	// Monitors are the monitors that Count can be asked about, each as
	// "interval in seconds,number of windows", like "300,6". If nil, none.
	Monitors []string
	// AutoMonitors makes Count create a monitor that does not exist.
	AutoMonitors bool
	// MaintenanceInterval is how often old keys are dropped and persistent
	// series are saved. If zero, 5 minutes.
	MaintenanceInterval time.Duration
	// LogDir is the directory for the logs of series with Spec.Serialize. If
	// empty, there are none.
	LogDir string
	// PersistDir is the directory for the files of series with Spec.Persist.
	// If empty, there are none.
	PersistDir string
	// MaxKeys bounds the keys of a series, and of each metric of a monitor
	// and address family. If zero, 1,000,000; -1 means no bound.
	MaxKeys int
	// MaxSeries bounds the number of series, and of monitors. If zero, 10,000.
	MaxSeries int

	// Store keeps what is shared with other hosts. If nil, nothing is.
	Store Store
	// SessionStore shares the open sessions. If nil, they are not shared.
	SessionStore SessionStore
	// NodeID is this host's name, which no other may have. If empty,
	// os.Hostname.
	NodeID string
	// ReplicateMetrics are the metrics of monitors that are shared: "connect",
	// "reception", "rejection". If nil, none.
	ReplicateMetrics []string
	// MaxDelay is how long additions are collected before they are sent. If
	// zero, 1 second.
	MaxDelay time.Duration
	// MaxPending is the number of collected additions that are sent without
	// delay. If zero, 100.
	MaxPending int
	// OpTimeout bounds each call of a store. If zero, 50 ms.
	OpTimeout time.Duration
	// MaxRetained bounds the additions that wait for a store that fails;
	// beyond it, new ones count on this host only. If zero, 100,000.
	MaxRetained int
	// Levels6 are the lengths of the IPv6 blocks that are shared. All hosts
	// must have the same. If nil, 0, 32, 48, 56, 64 and 128.
	Levels6 []int
	// OnStoreError, if not nil, is told of failures of the stores, at most
	// once per second and operation.
	OnStoreError func(op string, err error)

	// Logger takes records. If nil, slog.Default.
	Logger *slog.Logger
	// Clock tells the time. If nil, the system's.
	Clock Clock
}

func (o *Options) withDefaults() Options {
	var out Options
	if o != nil {
		out = *o
	}
	set(&out.MaintenanceInterval, 5*time.Minute)
	set(&out.MaxKeys, 1_000_000)
	set(&out.MaxSeries, 10_000)
	set(&out.MaxDelay, time.Second)
	set(&out.MaxPending, 100)
	set(&out.OpTimeout, 50*time.Millisecond)
	set(&out.MaxRetained, 100_000)
	out.MaxKeys = max(out.MaxKeys, 0)
	if out.NodeID == "" {
		name, err := os.Hostname()
		if err != nil {
			name = "localhost"
		}
		out.NodeID = name
	}
	if out.Levels6 == nil {
		out.Levels6 = []int{0, 32, 48, 56, 64, 128}
	}
	return out
}

func set[T comparable](v *T, d T) {
	var zero T
	if *v == zero {
		*v = d
	}
}
