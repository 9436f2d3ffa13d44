package db

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
)

// fileDriver is iowrapper: a query is the name of a file, and its content the
// only value of the only row.
type fileDriver struct{}

func (fileDriver) Dialect() Dialect { return Interpolated(nil) }

func (fileDriver) Open(_ string, c DriverConfig) (Conn, error) {
	return fileConn{read: c.ReadFile}, nil
}

// fileConn is what drivers that read files have in common.
type fileConn struct {
	read func(ctx context.Context, name string) ([]byte, error)
}

func (c fileConn) Query(ctx context.Context, name string, _ []any, row func([]string, []any) error) error {
	data, err := c.read(ctx, name)
	if err != nil {
		return err
	}
	return row(nil, []any{string(data)})
}

func (fileConn) Exec(context.Context, string, []any) error { return ErrReadOnly }
func (fileConn) Ping(context.Context) error                { return nil }
func (fileConn) Close() error                              { return nil }

// csvDriver is csv: a query is the name of a file of comma-separated values
// (RFC 4180, and more leniently), a record is a row.
type csvDriver struct{}

func (csvDriver) Dialect() Dialect { return Interpolated(nil) }

func (csvDriver) Open(_ string, c DriverConfig) (Conn, error) {
	return csvConn{fileConn{read: c.ReadFile}, c.AllRows}, nil
}

type csvConn struct {
	fileConn
	allRows bool
}

var errLimitedCSV = errors.New("csv: all rows are read: MaxRows must be -1")

func (c csvConn) Query(ctx context.Context, name string, _ []any, row func([]string, []any) error) error {
	if !c.allRows {
		return errLimitedCSV
	}
	data, err := c.read(ctx, name)
	if err != nil {
		return err
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.FieldsPerRecord, r.LazyQuotes, r.ReuseRecord = -1, true, true
	var values []any
	for {
		record, err := r.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		values = values[:0]
		for _, field := range record {
			values = append(values, Text(field))
		}
		if err := row(nil, values); err != nil {
			return err
		}
	}
}
