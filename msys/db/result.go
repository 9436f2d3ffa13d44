package db

import (
	"context"
	"errors"
	"time"
)

// cacheKey is what a cached result is the answer to.
type cacheKey struct{ query, args string }

// askOnce asks the database for this call and all others that want the same.
func (s *Source) askOnce(ctx context.Context, key cacheKey, st *statement, args []any) (*Rows, error) {
	rows, err := s.cache.Do(ctx, key, func(ctx context.Context) (*Rows, time.Duration, error) {
		rows, err := s.ask(ctx, st, args)
		return rows, s.config.CacheLife, err
	})
	var e *Error
	if err != nil && !errors.As(err, &e) {
		err = s.newError(st, args, err) // ctx ended
	}
	return rows, err
}

// ask asks the database.
func (s *Source) ask(ctx context.Context, st *statement, args []any) (*Rows, error) {
	ctx, leave, err := s.enter(ctx, s.config.Timeout)
	if err != nil {
		return nil, s.newError(st, args, &PrepareError{err})
	}
	defer leave()
	var rows *Rows
	err = s.work(ctx, st, args, func(conn Conn, query string, args []any) error {
		rows = &Rows{}
		size := 0
		return conn.Query(ctx, query, args, func(columns []string, values []any) error {
			if rows.columns == nil {
				rows.setColumns(columns)
			}
			if s.config.MaxRows >= 0 && len(rows.values) >= s.config.MaxRows {
				return errEnough
			}
			row, n := s.keep(values)
			if size += n; s.config.MaxBytes >= 0 && size > s.config.MaxBytes {
				return ErrTooLarge
			}
			rows.values = append(rows.values, row)
			return nil
		})
	})
	if err != nil && !errors.Is(err, errEnough) {
		return nil, s.newError(st, args, err)
	}
	return rows, nil
}

// keep gives a copy of a row, and roughly its size.
func (s *Source) keep(values []any) (row []any, size int) {
	row = make([]any, len(values))
	size = 24 + 16*len(values)
	for i, v := range values {
		n := 0
		row[i], n = s.value(v)
		size += n
	}
	return row, size
}

// value gives a driver's value with its text in UTF-8, and how much memory its
// text takes.
func (s *Source) value(v any) (any, int) {
	switch v := v.(type) {
	case Text:
		return s.charset.text(string(v)), len(v)
	case string:
		return v, len(v)
	case []string:
		list, size := make([]string, len(v)), 0
		for i, text := range v {
			list[i] = s.charset.text(text)
			size += 16 + len(text)
		}
		return list, size
	}
	return v, 0
}

// enter waits for a place in the pool, for as long as a query may take if
// timeout is not zero. leave gives it back.
func (s *Source) enter(ctx context.Context, timeout time.Duration) (_ context.Context, leave func(), err error) {
	cancel := context.CancelFunc(func() {})
	if timeout > 0 {
		ctx, cancel = context.WithTimeout(ctx, timeout)
	}
	select {
	case s.pool <- struct{}{}:
		return ctx, func() { <-s.pool; cancel() }, nil
	case <-ctx.Done():
		defer cancel()
		return nil, nil, ctx.Err()
	}
}

// errEnough ends a query that has given all rows that are wanted.
var errEnough = errors.New("enough rows")
