package scan

import "time"

// Kind says what an engine is used for.
type Kind int

const (
	// Antispam engines are used by the binding that belongs to their name.
	Antispam Kind = iota
	// Antivirus engines are used by msys.av.
	Antivirus
)

// Missing says what the Lua functions of an engine do that is not configured.
type Missing int

const (
	// Raise raises an error that names the engine.
	Raise Missing = iota
	// Neutral gives the result for a mail about which nothing is known, and
	// logs a warning once for each place in a script.
	Neutral
)

// MaxNameLength is the length in bytes of the longest engine name.
const MaxNameLength = 40

// Slot is the place of an engine in a [Set].
type Slot struct {
	// Name is how scripts and configuration call the engine.
	Name string
	// Engine is the scanner. If nil the slot says nothing but what functions
	// do for want of the engine; see [Options.Missing].
	Engine Engine
	// Kind is what the engine is used for.
	Kind Kind
	// Options are the slot's limits. If nil, all defaults.
	Options *Options
}

// Options are the limits of a slot.
type Options struct {
	// Timeout is how long a scan may take, with all its parts and with waiting
	// for its turn. If zero, what the engine suggests by a method
	// ScanTimeout() time.Duration, or 10 s. If negative, no limit.
	Timeout time.Duration
	// MaxConcurrency is how many scans run at once; others wait. If zero, no
	// limit.
	MaxConcurrency int
	// CacheSize is how many infected contents are remembered by their SHA-256,
	// for engines of kind Antivirus. If zero, 1000. If negative, none.
	CacheSize int
	// CacheTime is how long they are, so that a signature that was wrong does
	// not last. If zero, 1 h.
	CacheTime time.Duration
	// NoWireRep makes the engine see the changes that scripts have made to the
	// mail. If false it gets the bytes as they were received, as far as
	// [Set.KeepReceived] is used; else as they are now.
	NoWireRep bool
	// MIMEDecompose scans each leaf part of a mail by itself, decoded. The
	// worst result counts; after an infection the rest is not scanned.
	MIMEDecompose bool
	// Paranoid takes mail for infected that seems made to slip through: over
	// 100 parts, parts nested too deeply to look into, or a part with two
	// Content-Type fields.
	Paranoid bool
	// Missing says what functions do if Engine is nil. If zero, Raise.
	Missing Missing
	// FailureLimit is how many scans in a row must fail for want of a
	// connection or an answer in time until the engine is left alone for
	// FailurePause. After that one scan tries it again. If zero, 5. If
	// negative, the engine is always asked.
	FailureLimit int
	// FailurePause is how long a failing engine is left alone. If zero, 10 s.
	FailurePause time.Duration
	// Now tells the time. If nil, time.Now.
	Now func() time.Time
}

const (
	defaultTimeout   = 10 * time.Second
	defaultCacheSize = 1000
)

// withDefaults completes o for the engine.
func (o *Options) withDefaults(e Engine) Options {
	var r Options
	if o != nil {
		r = *o
	}
	if r.Timeout == 0 {
		r.Timeout = defaultTimeout
		if s, ok := e.(interface{ ScanTimeout() time.Duration }); ok {
			r.Timeout = s.ScanTimeout()
		}
	}
	if r.CacheSize == 0 {
		r.CacheSize = defaultCacheSize
	}
	if r.CacheTime == 0 {
		r.CacheTime = time.Hour
	}
	if r.FailureLimit == 0 {
		r.FailureLimit = 5
	}
	if r.FailurePause == 0 {
		r.FailurePause = 10 * time.Second
	}
	if r.Now == nil {
		r.Now = time.Now
	}
	return r
}
