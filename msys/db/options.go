package db

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Options are what all datasources of a [Registry] have in common. A nil
// *Options is all defaults.
type Options struct {
	// Sources are the datasources that New defines, by name.
	Sources map[string]Config
	// Drivers are further drivers by the name in a URI, in any letter case; one
	// with the name of a built-in driver takes its place.
	Drivers map[string]Driver
	// ODBC gives the URI of another driver for the DSN in a URI
	// "odbc:DSN=name".
	ODBC map[string]string
	// ReadFile reads the files that queries of csv: and iowrapper: name; the
	// names come from scripts. If nil, such queries fail.
	ReadFile func(ctx context.Context, name string) ([]byte, error)
	// Pools are the thread pools that bound how many queries run at one time,
	// with their sizes. "IO" is always there, with 50 if it is not listed.
	Pools map[string]int
	// DefaultRaiseError is what raise_error is in Lua if a call does not say.
	// If nil, true.
	DefaultRaiseError *bool
	// Clock tells the time for the caches. If nil, the system's.
	Clock Clock
}

// Clock tells the time.
type Clock interface{ Now() time.Time }

// Config describes a datasource.
type Config struct {
	// URI says where the data is, as the package comment lists it. Several are
	// used in turn and must have the same data; one that does not answer is
	// left out for a while. Required.
	URI []string
	// CacheSize is the most results that are remembered. If zero, 1000.
	CacheSize int
	// CacheLife is how long a result is remembered. If zero, an hour.
	CacheLife time.Duration
	// NoCache has every query ask the database.
	NoCache bool
	// MaxRows is the most rows of a result; the rest is left out silently. If
	// zero, 100; if negative, no limit, which csv: requires.
	MaxRows int
	// MaxBytes is the most memory that one result may take, roughly; larger
	// ones fail with ErrTooLarge. If zero, 64 MiB; if negative, no limit.
	MaxBytes int
	// Pool names the thread pool that bounds how many queries run at one time.
	// If empty, "IO".
	Pool string
	// MaxConns is the most connections for one URI. If zero, the pool's size.
	MaxConns int
	// Timeout is how long a query may take, waiting for its turn included. If
	// zero, 30 seconds; if negative, no limit but the context's.
	Timeout time.Duration
	// AssumeCharset is the character set of text that is not UTF-8, by its
	// name in the IANA registry. Text is given in UTF-8. If empty, ISO-8859-1.
	AssumeCharset string
}

// The errors of datasources, for errors.Is.
var (
	// ErrUnknownSource is for a name that no datasource has.
	ErrUnknownSource = errors.New("unknown datasource")
	// ErrNoDriver is for a URI whose driver is not there.
	ErrNoDriver = errors.New("no driver")
	// ErrTooLarge is for a result of more than Config.MaxBytes.
	ErrTooLarge = errors.New("result too large")
	// ErrMixedStyles is for a query that writes parameters in several ways.
	ErrMixedStyles = errors.New("placeholders of different styles in one query")
	// ErrReadOnly is for Exec where nothing can be changed.
	ErrReadOnly = errors.New("datasource is read-only")
	// ErrClosed is for a datasource that was closed.
	ErrClosed = errors.New("datasource is closed")
	// ErrArgument is for a parameter of a type that cannot be one.
	ErrArgument = errors.New("cannot bind")
)

const (
	defaultPool     = "IO"
	defaultPoolSize = 50
)

func (c Config) withDefaults(pools map[string]chan struct{}) (Config, error) {
	if len(c.URI) == 0 {
		return c, errors.New("no URI")
	}
	if c.Pool == "" {
		c.Pool = defaultPool
	}
	if pools[c.Pool] == nil {
		return c, fmt.Errorf("no pool '%s'", c.Pool)
	}
	or(&c.CacheSize, 1000)
	or(&c.CacheLife, time.Hour)
	or(&c.MaxRows, 100)
	or(&c.MaxBytes, 64<<20)
	or(&c.MaxConns, cap(pools[c.Pool]))
	or(&c.Timeout, 30*time.Second)
	return c, nil
}

func or[T int | time.Duration](v *T, def T) {
	if *v == 0 {
		*v = def
	}
}
