package cidr

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"
)

// ErrUndefined is in the error for a table that was not defined.
var ErrUndefined = errors.New("is not defined")

// ErrOptions is in the error for a definition that is not possible.
var ErrOptions = errors.New("bad definition")

// ErrNotEmptyType is in the error for changes to a table that is filled from
// a source.
var ErrNotEmptyType = errors.New("only tables of type empty can be changed")

// Type says where a table's entries come from.
type Type string

const (
	// Datasource tables are filled by a query.
	Datasource Type = "datasource"
	// RBLDNSD tables are filled from a file in the format of rbldnsd.
	RBLDNSD Type = "rbldnsd"
	// Empty tables are filled with [Registry.Insert].
	Empty Type = "empty"
)

// Value is what a query gives: a string, a float64, a bool or nil.
type Value = any

// Options say how a table is filled and what a query gives.
type Options struct {
	// Type is where the entries come from. Required.
	Type Type
	// Interpolate expands "$" in text to the address of the query and "$$" to
	// "$".
	Interpolate bool
	// Default is what a query without a match gives. If nil, nil.
	Default Value
	// Refresh is the time between loads. If zero, 30 minutes; -1 means only
	// [Registry.Reload] loads.
	Refresh time.Duration

	// Source is the path or URI of an rbldnsd file. Required for RBLDNSD.
	Source string
	// Value selects what an rbldnsd entry gives: "a" for its address or "txt"
	// for its text (its address if it has no text). If empty, "a".
	Value string

	// CacheName and Query say what to ask, and of which datasource. Required
	// for Datasource.
	CacheName, Query string
	// CIDRColumn and ValueColumn choose the columns of the result by name, in
	// any case, or by their number from 1. If CIDRColumn is empty, the first.
	// If ValueColumn is empty, a match gives true.
	CIDRColumn, ValueColumn string
}

const defaultRefresh = 30 * time.Minute

// check gives the options with their defaults.
func (o Options) check() (Options, error) {
	required := func(name, value string) error {
		if value == "" {
			return fmt.Errorf("%w: option %q is required", ErrOptions, name)
		}
		return nil
	}
	switch o.Default.(type) {
	case nil, string, bool, float64:
	default:
		return o, fmt.Errorf("%w: default value of type %T", ErrOptions, o.Default)
	}
	if o.Refresh == 0 {
		o.Refresh = defaultRefresh
	}
	var err error
	switch o.Type {
	case "":
		err = required("type", "")
	case Empty:
		o = Options{Type: Empty, Interpolate: o.Interpolate, Default: o.Default, Refresh: -1}
	case RBLDNSD:
		err = required("source", o.Source)
		o.Value = strings.ToLower(o.Value)
		if o.Value == "" {
			o.Value = "a"
		}
		if o.Value != "a" && o.Value != "txt" {
			err = fmt.Errorf("%w: option \"value\" is %q, not a or txt", ErrOptions, o.Value)
		}
		o.CacheName, o.Query, o.CIDRColumn, o.ValueColumn = "", "", "", ""
	case Datasource:
		if err = required("cachename", o.CacheName); err == nil {
			err = required("query", o.Query)
		}
		if o.CIDRColumn == "" {
			o.CIDRColumn = "1"
		}
		o.Source, o.Value = "", ""
	default:
		err = fmt.Errorf("%w: unknown type %q", ErrOptions, o.Type)
	}
	return o, err
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

// Config are the settings of a registry; nil works.
type Config struct {
	// Open opens the source of an rbldnsd table. If what it gives has a
	// method Version() string or Stat() (fs.FileInfo, error), a refresh is
	// skipped while the version, or size and time of change, stay the same.
	// If nil, paths and "file:" URIs are opened.
	Open func(ctx context.Context, uri string) (io.ReadCloser, error)
	// Query runs a query against the named datasource and calls row for each
	// row of the result with the names of the columns and their values
	// (string, []byte, a number, bool or nil). It must not limit the number
	// of rows, and must return row's error. If nil, datasource tables stay
	// empty.
	Query func(ctx context.Context, cachename, query string, row func(columns []string, values []any) error) error
	// RetryInterval is the time until a load that failed is tried again. If
	// zero, 60 seconds.
	RetryInterval time.Duration
	// LoadTimeout bounds how long a query waits for the first load. If zero,
	// 30 seconds.
	LoadTimeout time.Duration
	// MaxEntries bounds the number of blocks in a table; a load that exceeds
	// it fails. If zero, 20 million.
	MaxEntries int
	// Logger takes records. If nil, slog.Default.
	Logger *slog.Logger
	// Clock tells the time. If nil, the system's.
	Clock Clock
}

func (c *Config) withDefaults() Config {
	var o Config
	if c != nil {
		o = *c
	}
	if o.Open == nil {
		o.Open = openFile
	}
	if o.Query == nil {
		o.Query = func(context.Context, string, string, func([]string, []any) error) error {
			return errors.New("no datasources are configured")
		}
	}
	if o.RetryInterval <= 0 {
		o.RetryInterval = time.Minute
	}
	if o.LoadTimeout <= 0 {
		o.LoadTimeout = 30 * time.Second
	}
	if o.MaxEntries == 0 {
		o.MaxEntries = 20_000_000
	}
	if o.Clock == nil {
		o.Clock = systemClock{}
	}
	return o
}

func (c *Config) logger() *slog.Logger {
	if c.Logger == nil {
		return slog.Default()
	}
	return c.Logger
}
