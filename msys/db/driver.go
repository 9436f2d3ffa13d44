package db

import "context"

// Driver reaches one kind of datasource.
type Driver interface {
	// Dialect says how queries are written. It is always the same.
	Dialect() Dialect
	// Open gives a handle on what a URI names; rest is the part after the
	// driver's name and colon. It need not connect yet. It is called again at
	// a later query if it fails.
	Open(rest string, c DriverConfig) (Conn, error)
}

// DriverConfig is what a driver is told of its datasource.
type DriverConfig struct {
	MaxConns int  // the most connections at one time
	AllRows  bool // no limit is set on rows
	// ReadFile is Options.ReadFile, never nil.
	ReadFile func(ctx context.Context, name string) ([]byte, error)
}

// Conn is a handle on a datasource, with any number of connections behind it.
// It is used from many goroutines at one time.
type Conn interface {
	// Query calls row for each row of the result. columns are the names of the
	// columns, nil if there are none, and are the same each time; both slices
	// belong to the Conn and are valid during the call only, strings are not.
	// Values are nil, bool, int64, float64, string, or []string for several
	// values of one column; [Text] is text in an unknown character set. An
	// error of row ends the query and is returned. What is asked for but is
	// not there is no error: there are no rows. A failure before the query ran
	// is a [*PrepareError].
	Query(ctx context.Context, query string, args []any, row func(columns []string, values []any) error) error
	// Exec runs a query that has no rows. A failure before it ran is a
	// [*PrepareError]. Where nothing can be changed it is ErrReadOnly.
	Exec(ctx context.Context, query string, args []any) error
	// Ping tells whether the datasource answers.
	Ping(ctx context.Context) error
	// Close ends all connections.
	Close() error
}

// Text is a value in the driver's hands whose character set is not certain: if
// it is not UTF-8 it is converted from Config.AssumeCharset.
type Text string

// PrepareError tells that a query failed before it ran, so that it may be
// asked elsewhere.
type PrepareError struct{ Err error }

// Error implements error.
func (e *PrepareError) Error() string { return e.Err.Error() }

// Unwrap gives the cause.
func (e *PrepareError) Unwrap() error { return e.Err }
