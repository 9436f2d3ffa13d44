package db

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"
)

// SQL is a driver over database/sql. names are the names under which drivers
// may be registered there; the first that is there is used. source makes its
// data source name of what a URI says; if nil, they are the same.
func SQL(names []string, d Dialect, source func(driver, rest string) (string, error)) Driver {
	return &sqlDriver{names, d, source}
}

type sqlDriver struct {
	names   []string
	dialect Dialect
	source  func(driver, rest string) (string, error)
}

func (d *sqlDriver) Dialect() Dialect { return d.dialect }

// maxIdle is how many connections wait for their next query, maxIdleTime for
// how long.
const (
	maxIdle     = 10
	maxIdleTime = 5 * time.Minute
)

func (d *sqlDriver) Open(rest string, c DriverConfig) (Conn, error) {
	there := sql.Drivers()
	for _, name := range d.names {
		if !slices.Contains(there, name) {
			continue
		}
		source := rest
		if d.source != nil {
			var err error
			if source, err = d.source(name, rest); err != nil {
				return nil, err
			}
		}
		pool, err := sql.Open(name, source)
		if err != nil {
			return nil, err
		}
		pool.SetMaxOpenConns(c.MaxConns)
		pool.SetMaxIdleConns(min(c.MaxConns, maxIdle))
		pool.SetConnMaxIdleTime(maxIdleTime)
		if inMemory(rest) { // each connection would have data of its own
			pool.SetMaxOpenConns(1)
			pool.SetConnMaxIdleTime(0)
		}
		return newSQLConn(pool, d.dialect), nil
	}
	return nil, fmt.Errorf("%w: none of %s is registered with database/sql", ErrNoDriver, strings.Join(d.names, ", "))
}

// FromSQL is a driver whose URIs all mean the database pool, which stays the
// caller's: its limits on connections hold, and closing it is up to the
// caller.
func FromSQL(pool *sql.DB, d Dialect) Driver { return fromSQL{pool, d} }

type fromSQL struct {
	pool    *sql.DB
	dialect Dialect
}

func (d fromSQL) Dialect() Dialect { return d.dialect }

func (d fromSQL) Open(string, DriverConfig) (Conn, error) {
	c := newSQLConn(d.pool, d.dialect)
	c.borrowed = true
	return c, nil
}

// sqlConn is a database of database/sql.
type sqlConn struct {
	pool     *sql.DB
	borrowed bool // the pool is not ours to close
	text     bool // parameters go as text
	prepared *preparedSet
}

func newSQLConn(pool *sql.DB, d Dialect) *sqlConn {
	return &sqlConn{pool: pool, text: d.TextParameters, prepared: newPreparedSet(pool)}
}

func (c *sqlConn) args(args []any) []any {
	if c.text {
		return asText(args)
	}
	return args
}

func (c *sqlConn) Query(ctx context.Context, query string, args []any, row func([]string, []any) error) error {
	st, err := c.prepared.get(ctx, query)
	if err != nil {
		return err
	}
	defer c.prepared.put(st)
	rows, err := st.QueryContext(ctx, c.args(args)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	types, err := columnTypes(rows)
	if err != nil {
		return err
	}
	values, places := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		places[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(places...); err != nil {
			return err
		}
		for i, v := range values {
			values[i] = sqlValue(v, types[i])
		}
		if err := row(columns, values); err != nil {
			return err
		}
	}
	return rows.Err()
}

func columnTypes(rows *sql.Rows) ([]string, error) {
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = strings.ToUpper(t.DatabaseTypeName())
	}
	return names, nil
}

func (c *sqlConn) Exec(ctx context.Context, query string, args []any) error {
	st, err := c.prepared.get(ctx, query)
	if err != nil {
		return err
	}
	defer c.prepared.put(st)
	_, err = st.ExecContext(ctx, c.args(args)...)
	return err
}

func (c *sqlConn) Ping(ctx context.Context) error { return c.pool.PingContext(ctx) }

func (c *sqlConn) Close() error {
	c.prepared.close()
	if c.borrowed {
		return nil
	}
	return c.pool.Close()
}
