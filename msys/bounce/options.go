package bounce

import (
	"context"
	"io"
	"log/slog"
	"os"
	"time"
)

// The defaults of [Options].
const (
	DefaultRefresh   = 300 * time.Second
	DefaultCacheSize = 16384
	DefaultCacheTTL  = 60 * time.Second
	DefaultScanLimit = 8192
)

// Options says what a classifier knows besides its built-in rules. Nil is the
// default: nothing.
type Options struct {
	// UserSMTP and UserMDN name the operator's own rules for replies of
	// servers and for bounce mails: the path of a file of lines
	// "domain,code,rule" or "code,rule", or ":datasource:NAME:QUERY". If
	// empty, there are none.
	UserSMTP, UserMDN string
	// SystemSMTP and SystemMDN name further rules of the same form that come
	// after the operator's own.
	SystemSMTP, SystemMDN string
	// NoSystemRules ignores SystemSMTP and SystemMDN.
	NoSystemRules bool
	// Refresh is how long rules are used before they are read again. If zero,
	// [DefaultRefresh]; if negative, they are read again only by
	// [Classifier.Reload].
	Refresh time.Duration
	// CustomClasses are classes of the operator's own by code, from 2 to 99
	// without the built-in ones, with their names.
	CustomClasses map[int]string
	// CacheSize is how many results are remembered. If zero,
	// [DefaultCacheSize]; if negative, none.
	CacheSize int
	// CacheTTL is how long a result is remembered. If zero, [DefaultCacheTTL].
	CacheTTL time.Duration
	// ScanLimit is how many bytes of a text are looked at. If zero,
	// [DefaultScanLimit].
	ScanLimit int
	// Open opens a file of rules. If nil, [os.Open].
	Open func(name string) (io.ReadCloser, error)
	// Source answers the queries of datasource rules. If nil, such rules are
	// an error.
	Source Source
	// Logger gets warnings about rules that were skipped and reloads that
	// failed. If nil, [slog.Default].
	Logger *slog.Logger
	// Now is the clock. If nil, [time.Now].
	Now func() time.Time
}

// Source gives rules that are kept in a database.
type Source interface {
	// Rows gives the rows of a query in order, each with its columns.
	Rows(ctx context.Context, datasource, query string) ([][]string, error)
}

func (o *Options) withDefaults() Options {
	var r Options
	if o != nil {
		r = *o
	}
	setDefault(&r.Refresh, DefaultRefresh)
	setDefault(&r.CacheSize, DefaultCacheSize)
	setDefault(&r.CacheTTL, DefaultCacheTTL)
	setDefault(&r.ScanLimit, DefaultScanLimit)
	if r.Open == nil {
		r.Open = func(name string) (io.ReadCloser, error) { return os.Open(name) }
	}
	if r.Logger == nil {
		r.Logger = slog.Default()
	}
	if r.Now == nil {
		r.Now = time.Now
	}
	return r
}

func setDefault[T int | time.Duration](value *T, def T) {
	if *value == 0 {
		*value = def
	}
}
