package db

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/gomsys/gomsys/internal/memo"
)

// Source is a datasource. It is safe for concurrent use.
type Source struct {
	name      string
	config    Config
	dialect   Dialect
	charset   charset
	endpoints []*endpoint
	pool      chan struct{}
	cache     *memo.Cache[cacheKey, *Rows]
	turn      atomic.Uint64

	mu         sync.Mutex
	statements map[string]*statement
}

// Open makes a datasource that stands alone; o has what [New] takes from it,
// and may be nil. The error is about the configuration: a database that does
// not answer shows at the first query. Close ends it.
func Open(c Config, o *Options) (*Source, error) {
	reg, err := New(o)
	if err != nil {
		return nil, err
	}
	return reg.open("datasource", c, nil)
}

// open makes a datasource that takes over the cache of another one, if that is
// not nil and has the same limits.
func (reg *Registry) open(name string, c Config, old *Source) (*Source, error) {
	fail := func(err error) (*Source, error) { return nil, fmt.Errorf("db: datasource %s: %w", name, err) }
	c, err := c.withDefaults(reg.pools)
	if err != nil {
		return fail(err)
	}
	s := &Source{name: name, config: c, pool: reg.pools[c.Pool], statements: map[string]*statement{}}
	if s.charset, err = newCharset(c.AssumeCharset); err != nil {
		return fail(err)
	}
	s.dialect = SQLite() // takes what any other does
	known := false
	for _, uri := range c.URI {
		if d, _, err := resolveURI(uri, reg.drivers, &reg.o); err == nil && !known {
			s.dialect, known = d.Dialect(), true
		}
		s.endpoints = append(s.endpoints, &endpoint{now: reg.now, open: func() (Conn, Dialect, error) { return reg.connect(uri, c) }})
	}
	s.cache = memo.New[cacheKey, *Rows](c.CacheSize, reg.now)
	if old != nil && old.config.CacheSize == c.CacheSize {
		s.cache = old.cache
	}
	if old != nil && old.sameConnections(c) {
		s.endpoints = old.endpoints
	}
	return s, nil
}

// sameConnections reports whether another configuration can do with the
// connections that are there.
func (s *Source) sameConnections(c Config) bool {
	return slices.Equal(s.config.URI, c.URI) && s.config.MaxConns == c.MaxConns && (s.config.MaxRows < 0) == (c.MaxRows < 0)
}

// connect opens what a URI names.
func (reg *Registry) connect(uri string, c Config) (Conn, Dialect, error) {
	d, rest, err := resolveURI(uri, reg.drivers, &reg.o)
	if err != nil {
		return nil, Dialect{}, err
	}
	conn, err := d.Open(rest, DriverConfig{MaxConns: c.MaxConns, AllRows: c.MaxRows < 0, ReadFile: reg.o.ReadFile})
	return conn, d.Dialect(), err
}

// Name gives the name of the datasource.
func (s *Source) Name() string { return s.name }

// QueryOptions are the options of one query. A nil *QueryOptions is all
// defaults.
type QueryOptions struct {
	// NoCache asks the database and leaves the cache as it is.
	NoCache bool
}

// Query gives the result of a query, of at most Config.MaxRows rows. args may
// be nil. The error is an [*Error], or about the query's parameters.
func (s *Source) Query(ctx context.Context, query string, args Args, o *QueryOptions) (*Rows, error) {
	st, list, err := s.bind(query, args)
	if err != nil {
		return nil, err
	}
	if o != nil && o.NoCache || s.config.NoCache {
		return s.ask(ctx, st, list)
	}
	key := cacheKey{query, keyOf(st, list)}
	if rows, ok := s.cache.Get(key); ok {
		return rows, nil
	}
	return s.askOnce(ctx, key, st, list)
}

// FetchRow gives the first row of a query's result, and whether there is one.
// It is remembered as the result of Query is.
func (s *Source) FetchRow(ctx context.Context, query string, args Args, o *QueryOptions) (Row, bool, error) {
	rows, err := s.Query(ctx, query, args, o)
	if err != nil || rows.Len() == 0 {
		return Row{}, false, err
	}
	return rows.Row(0), true, nil
}

// Exec runs a query that has no rows. The cache is left as it is.
func (s *Source) Exec(ctx context.Context, query string, args Args) error {
	st, list, err := s.bind(query, args)
	if err != nil {
		return err
	}
	return s.exec(ctx, st, list)
}

func (s *Source) exec(ctx context.Context, st *statement, args []any) error {
	ctx, leave, err := s.enter(ctx, s.config.Timeout)
	if err != nil {
		return s.newError(st, args, &PrepareError{err})
	}
	defer leave()
	err = s.work(ctx, st, args, func(conn Conn, query string, args []any) error { return conn.Exec(ctx, query, args) })
	if err != nil {
		return s.newError(st, args, err)
	}
	return nil
}

// Each calls row for every row of a query, which is asked of the database
// without the cache and without limits on rows and time: for tables that are
// loaded as a whole. The slices are valid during the call only. An error of row ends
// the query and is returned.
func (s *Source) Each(ctx context.Context, query string, args Args, row func(columns []string, values []any) error) error {
	st, list, err := s.bind(query, args)
	if err != nil {
		return err
	}
	ctx, leave, err := s.enter(ctx, 0)
	if err != nil {
		return s.newError(st, list, &PrepareError{err})
	}
	defer leave()
	var own error // the caller's, not the driver's
	err = s.work(ctx, st, list, func(conn Conn, query string, args []any) error {
		return conn.Query(ctx, query, args, func(columns []string, values []any) error {
			for i, v := range values {
				values[i], _ = s.value(v)
			}
			if own = row(columns, values); own != nil {
				return errEnough // what own is does not concern the driver
			}
			return nil
		})
	})
	switch {
	case own != nil:
		return own
	case err != nil:
		return s.newError(st, list, err)
	}
	return nil
}

// Flush forgets all results and tells how many there were.
func (s *Source) Flush() int { return s.cache.Flush() }

// Stats tell what the cache has done.
func (s *Source) Stats() Stats { return Stats{Name: s.name, Stats: s.cache.Stats()} }

// Stats are the numbers of one datasource's cache.
type Stats struct {
	Name string
	memo.Stats
}

// Close ends the connections to the database; queries fail from then on.
func (s *Source) Close() error {
	var errs []error
	for _, e := range s.endpoints {
		errs = append(errs, e.close())
	}
	return errors.Join(errs...)
}
