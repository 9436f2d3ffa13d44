package outbound

import (
	"context"
	"log/slog"
	"time"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/delivery"
)

// Options configure a [Worker]. Driver is required.
type Options struct {
	// Policy is asked around each attempt. If nil, only replies decide.
	Policy *delivery.Policy
	// Driver delivers messages whose method has no driver of its own.
	Driver delivery.Driver
	// Drivers gives the driver of a delivery method, nil for Driver. If nil,
	// there are no others.
	Drivers func(method string) delivery.Driver

	// Connections is how many attempts go on at once for a binding and domain,
	// unless max_outbound_connections says. If zero, 20.
	Connections int
	// MaxConcurrent is how many go on at once in all. If zero, 200.
	MaxConcurrent int
	// RetryInterval is the time to the first retry, which doubles up to
	// MaxRetryInterval, unless retry_interval and max_retry_interval say. If
	// zero, 20 min and 12 h.
	RetryInterval, MaxRetryInterval time.Duration
	// MaxRetries is how often a message is tried again, unless max_retries
	// says. If zero, MaxAge alone limits it.
	MaxRetries int
	// MaxAge is how long a message is tried. If zero, 5 days.
	MaxAge time.Duration
	// Grace is how long attempts may take when the worker ends. If zero, 10 s.
	Grace time.Duration

	// Expiration may change how long and how often a message is tried. If nil,
	// nothing changes that.
	Expiration func(ctx context.Context, m *message.Message, configured msys.RetryParams) (msys.RetryParams, error)
	// Bounce makes the notification about a message that failed, nil for none.
	// If nil, there are no notifications.
	Bounce func(ctx context.Context, m *message.Message, out delivery.Outcome) (*message.Message, error)
	// Requeue sees a message before it waits for another attempt, and may
	// change its binding and routing domain. If nil, nothing happens.
	Requeue func(ctx context.Context, m *message.Message) error
	// Message are the options for the messages of the queue.
	Message message.Options

	// Clock tells the time. If nil, the system's.
	Clock Clock
	// Logger takes records. If nil, slog.Default.
	Logger *slog.Logger
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

func (o Options) withDefaults() Options {
	if o.Policy == nil {
		o.Policy = &delivery.Policy{}
	}
	for n, def := range map[*int]int{&o.Connections: 20, &o.MaxConcurrent: 200} {
		if *n <= 0 {
			*n = def
		}
	}
	for d, def := range map[*time.Duration]time.Duration{
		&o.RetryInterval: 20 * time.Minute, &o.MaxRetryInterval: 12 * time.Hour, &o.MaxAge: 5 * 24 * time.Hour, &o.Grace: 10 * time.Second,
	} {
		if *d == 0 {
			*d = def
		}
	}
	if o.Clock == nil {
		o.Clock = systemClock{}
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	return o
}
