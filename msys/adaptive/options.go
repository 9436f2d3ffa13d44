package adaptive

import (
	"io"
	"log/slog"
	"time"

	"github.com/gomsys/gomsys/msys/delivery"
)

// Options configure an [Engine]; nil works. Durations of zero mean the
// default, negative ones switch the feature off.
type Options struct {
	// Enabled turns adaptive delivery on. If false, rules can be registered
	// but do nothing, and options have the host's values.
	Enabled bool

	// Configured gives the host's value of an option, ok false if it has none.
	// If nil, no option has one. It may be called concurrently.
	Configured func(k delivery.Key, option string) (v int64, ok bool)
	// Bounds gives the limits that the host sets to what rules make of an
	// option: adaptive_<option> in Momentum. If nil, there are none.
	Bounds func(k delivery.Key, option string) (lo, hi int64, ok bool)
	// Managed are the options that rules govern. If nil, ManagedOptions.
	Managed []string

	// AdjustmentInterval is the time in which one rule at most changes the
	// options of a key. If zero, 60 s.
	AdjustmentInterval time.Duration
	// PositiveAdjustmentInterval is the time without a fired rule after which
	// a lowered option is raised a step. If zero, 1 h.
	PositiveAdjustmentInterval time.Duration
	// ReadCacheAfterSuspension keeps what rules made of a key's options when
	// its suspension ends. If false, they start from the host's values again.
	ReadCacheAfterSuspension bool
	// ForceMaxBindingAge has all bindings count as old.
	ForceMaxBindingAge bool
	// RetryFuzz is the time over which mail that waited for the end of a
	// suspension is spread. If zero, 4096 s.
	RetryFuzz time.Duration

	// SweepRules watch bounces and complaints. The default rules are added
	// unless there is one with a bounce class, or with a feedback category,
	// for a key.
	SweepRules []SweepRule
	// BounceSweepInterval is how often Run applies sweep rules. If zero, 1 h.
	BounceSweepInterval time.Duration
	// SuspendSweepInterval is how often Run looks for suspensions that have
	// ended and saves what has changed. If zero, 60 s.
	SuspendSweepInterval time.Duration
	// StatsPeriod is the time over which deliveries and bounces are counted.
	// If zero, 1 h.
	StatsPeriod time.Duration
	// FeedbackPeriod is that for complaints. If zero, 24 h.
	FeedbackPeriod time.Duration
	// AttemptThreshold is how many deliveries and failures there must be
	// before a rate of bounces counts. If zero, 2000.
	AttemptThreshold int64
	// FBLVolumeThreshold is how many deliveries there must be before a rate of
	// complaints counts. If zero, 20,000.
	FBLVolumeThreshold int64

	// DefaultSuspensionEnabled suspends a key for DefaultSuspension (if zero,
	// 4 h) when more than RejectionPercent (if zero, 20) of its mail fails.
	DefaultSuspensionEnabled bool
	DefaultSuspension        time.Duration
	RejectionPercent         float64

	// MaxPairs bounds the keys that are remembered; those not used for longest
	// are forgotten. If zero, 1,000,000.
	MaxPairs int

	// Notifier is told of what happens. If nil, nobody is.
	Notifier Notifier
	// NotificationEvents are the events that it is told of. If nil, throttle,
	// suspension and blackhole.
	NotificationEvents []Event
	// NotificationInterval is the time in which it is told once of an event of
	// a key. If zero, 1 h.
	NotificationInterval time.Duration

	// Store keeps suspensions and values beyond the process, and shares them
	// with other hosts. If nil, they end with it.
	Store Store
	// ChangeLog gets a line of Momentum's adaptive log for each change. If
	// nil, there is none.
	ChangeLog io.Writer
	// Logger takes records. If nil, slog.Default.
	Logger *slog.Logger
	// Clock tells the time. If nil, the system's.
	Clock Clock
}

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

// Options that rules change.
const (
	MaxOutboundConnections     = "max_outbound_connections"
	MaxDeliveriesPerConnection = "max_deliveries_per_connection"
	RetryInterval              = "retry_interval"
	MaxRetryInterval           = "max_retry_interval"
	MaxRetries                 = "max_retries"
	OutboundThrottleMessages   = "outbound_throttle_messages" // messages per hour
)

// ManagedOptions lists the options that rules govern unless the host says
// otherwise.
func ManagedOptions() []string {
	return []string{
		MaxOutboundConnections, MaxDeliveriesPerConnection, RetryInterval,
		MaxRetryInterval, MaxRetries, OutboundThrottleMessages,
	}
}

// isLimit reports whether 0 of an option means that there is no limit.
func isLimit(option string) bool {
	switch option {
	case RetryInterval, MaxRetryInterval, MaxRetries:
		return false
	}
	return true
}

func (o *Options) withDefaults() Options {
	var r Options
	if o != nil {
		r = *o
	}
	for d, def := range map[*time.Duration]time.Duration{
		&r.AdjustmentInterval:         time.Minute,
		&r.PositiveAdjustmentInterval: time.Hour,
		&r.RetryFuzz:                  4096 * time.Second,
		&r.BounceSweepInterval:        time.Hour,
		&r.SuspendSweepInterval:       time.Minute,
		&r.StatsPeriod:                time.Hour,
		&r.FeedbackPeriod:             24 * time.Hour,
		&r.DefaultSuspension:          4 * time.Hour,
		&r.NotificationInterval:       time.Hour,
	} {
		if *d == 0 {
			*d = def
		}
	}
	r.StatsPeriod, r.FeedbackPeriod = max(r.StatsPeriod, time.Second), max(r.FeedbackPeriod, time.Second)
	r.RetryFuzz = max(r.RetryFuzz, 0)
	if r.Configured == nil {
		r.Configured = func(delivery.Key, string) (int64, bool) { return 0, false }
	}
	if r.Bounds == nil {
		r.Bounds = func(delivery.Key, string) (int64, int64, bool) { return 0, 0, false }
	}
	if r.Managed == nil {
		r.Managed = ManagedOptions()
	}
	if r.AttemptThreshold == 0 {
		r.AttemptThreshold = 2000
	}
	if r.FBLVolumeThreshold == 0 {
		r.FBLVolumeThreshold = 20_000
	}
	if r.RejectionPercent == 0 {
		r.RejectionPercent = 20
	}
	if r.MaxPairs <= 0 {
		r.MaxPairs = 1_000_000
	}
	if r.NotificationEvents == nil {
		r.NotificationEvents = []Event{ThrottleEvent, SuspensionEvent, BlackholeEvent}
	}
	if r.Logger == nil {
		r.Logger = slog.Default()
	}
	if r.Clock == nil {
		r.Clock = systemClock{}
	}
	return r
}
