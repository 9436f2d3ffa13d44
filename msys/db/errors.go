package db

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Error tells that a query failed.
type Error struct {
	// Source and Query are what was asked. The query has its placeholders, no
	// parameters.
	Source, Query string
	// Prepared tells that the failure came when the query ran, not before.
	Prepared bool
	// Err is the driver's error.
	Err error

	values []any
}

// Error implements error.
func (e *Error) Error() string {
	return fmt.Sprintf("db: querying %s: %s", e.Source, e.Text())
}

// Text gives the failure as scripts see it: the driver's text, and in the next
// line what failed. Parameters that the driver quotes are left out.
func (e *Error) Text() string {
	did := "prepare"
	if e.Prepared {
		did = "execute"
	}
	return fmt.Sprintf("%s\nfailed to %s: %s", e.driverText(), did, e.Query)
}

// driverText is the driver's text without parameters in quotes.
func (e *Error) driverText() string {
	text := e.Err.Error()
	for _, v := range e.values {
		s := textOf(v)
		if s == "" {
			continue
		}
		for _, quote := range []string{`"`, `'`, "`"} {
			text = strings.ReplaceAll(text, quote+s+quote, quote+"?"+quote)
		}
	}
	return text
}

// Unwrap gives the driver's error.
func (e *Error) Unwrap() error { return e.Err }

// Temporary reports whether asking again later may help: the datasource did
// not answer, or not in time.
func (e *Error) Temporary() bool {
	return errors.Is(e.Err, context.DeadlineExceeded) || errors.Is(e.Err, context.Canceled) || isConnectionError(e.Err)
}

// newError makes an Error of a driver's error.
func (s *Source) newError(st *statement, args []any, err error) error {
	e := &Error{Source: s.name, Query: st.query, Prepared: true, Err: err, values: args}
	var prepare *PrepareError
	if errors.As(err, &prepare) {
		e.Prepared, e.Err = false, prepare.Err
	}
	return e
}
