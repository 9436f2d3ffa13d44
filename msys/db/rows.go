package db

import (
	"iter"
	"slices"
)

// Rows is the result of a query. It is read-only and may be used from any
// number of goroutines.
type Rows struct {
	columns []string
	keys    []any // the columns as Lua has strings
	values  [][]any
}

func (r *Rows) setColumns(columns []string) {
	r.columns = slices.Clone(columns)
	for _, name := range r.columns {
		r.keys = append(r.keys, name)
	}
}

// Columns gives the names of the columns as the driver reports them, nil if
// it has none or there are no rows.
func (r *Rows) Columns() []string { return slices.Clone(r.columns) }

// Len gives the number of rows.
func (r *Rows) Len() int { return len(r.values) }

// Row gives row i, from 0.
func (r *Rows) Row(i int) Row { return Row{r.columns, r.values[i]} }

// All goes through the rows.
func (r *Rows) All() iter.Seq[Row] {
	return func(yield func(Row) bool) {
		for i := range r.values {
			if !yield(r.Row(i)) {
				return
			}
		}
	}
}

// Row is one row of a result. The zero Row has no columns.
//
// A value is nil for NULL, a bool, an int64, a float64, a string (text, blobs
// and dates; dates as the database prints them), or a []string for a column
// with several values.
type Row struct {
	columns []string
	values  []any
}

// Len gives the number of columns.
func (r Row) Len() int { return len(r.values) }

// At gives the value of column i, from 0, nil if there is no such column.
func (r Row) At(i int) any {
	if i < 0 || i >= len(r.values) {
		return nil
	}
	return r.values[i]
}

// Value gives the value of the column with that name, of the last one if there
// are several, nil if there is none.
func (r Row) Value(column string) any {
	for i, name := range slices.Backward(r.columns) {
		if name == column {
			return r.At(i)
		}
	}
	return nil
}

// Map gives the values that are not NULL by the names of their columns.
func (r Row) Map() map[string]any {
	m := make(map[string]any, len(r.columns))
	for i, name := range r.columns {
		if delete(m, name); r.At(i) != nil {
			m[name] = r.At(i)
		}
	}
	return m
}
