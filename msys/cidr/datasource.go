package cidr

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"strconv"
	"strings"

	"github.com/gomsys/gomsys/audit/addrkey"
)

// rows fills a table from the rows of a query.
type rows struct {
	o          Options
	b          builder
	values     []value
	index      map[string]uint32
	cidrColumn int
	valColumn  int // -1 for none
	row        int
	bad        int
	log        *slog.Logger
}

// readDatasource runs the table's query and reads its rows.
func readDatasource(ctx context.Context, c *Config, o Options, log *slog.Logger) (*table, error) {
	r := &rows{o: o, index: map[string]uint32{}, log: log, valColumn: -1}
	r.b.max = c.MaxEntries
	r.values = []value{{}, {fixed: true}, {fixed: o.Default}} // excluded, listed, NULL
	if err := c.Query(ctx, o.CacheName, o.Query, r.take); err != nil {
		return nil, err
	}
	if r.bad > 0 {
		log.Warn("bad rows skipped", "rows", r.bad)
	}
	t := r.b.build(r.values)
	t.bad = r.bad
	return t, nil
}

const (
	indexTrue = 1
	indexNull = 2
)

func (r *rows) take(columns []string, values []any) error {
	r.row++
	if r.row == 1 {
		if err := r.findColumns(columns, len(values)); err != nil {
			return err
		}
	}
	if r.cidrColumn >= len(values) || r.valColumn >= len(values) {
		return fmt.Errorf("row %d has %d columns", r.row, len(values))
	}
	index := uint32(indexTrue)
	if r.valColumn >= 0 {
		index = r.value(values[r.valColumn])
	}
	cell, _ := columnText(values[r.cidrColumn])
	cell = strings.TrimSpace(cell)
	if from, to, ok := parseFromTo(cell); ok {
		return r.b.addRange4(from, to, index)
	}
	p, err := addrkey.Parse(cell, netip.Addr{})
	if err != nil {
		if r.bad++; r.bad <= badLinesLogged {
			r.log.Warn("bad row skipped", "row", r.row, "error", err)
		}
		return nil
	}
	return r.b.add(p, index)
}

// value gives the index of a column's text.
func (r *rows) value(v any) uint32 {
	text, ok := columnText(v)
	if !ok {
		return indexNull
	}
	i, known := r.index[text]
	if !known {
		i = uint32(len(r.values))
		r.index[text] = i
		r.values = append(r.values, plainText(text, r.o.Interpolate))
	}
	return i
}

// plainText makes a value of text in which "$$" is "$" and "$" the address.
func plainText(text string, interpolate bool) value {
	if !interpolate || !strings.Contains(text, "$") {
		return value{fixed: text}
	}
	pieces, cur := []string{}, ""
	for {
		before, after, found := strings.Cut(text, "$")
		cur += before
		if !found {
			break
		}
		if text = after; strings.HasPrefix(text, "$") {
			cur, text = cur+"$", text[1:]
			continue
		}
		pieces, cur = append(pieces, cur), ""
	}
	if len(pieces) == 0 {
		return value{fixed: cur}
	}
	return value{pieces: append(pieces, cur)}
}

func (r *rows) findColumns(columns []string, count int) error {
	var err error
	if r.cidrColumn, err = findColumn(r.o.CIDRColumn, columns, count); err != nil {
		return err
	}
	if r.o.ValueColumn != "" {
		r.valColumn, err = findColumn(r.o.ValueColumn, columns, count)
	}
	return err
}

// findColumn gives the place of a column by its name or number from 1; some
// results have only numbers.
func findColumn(name string, columns []string, count int) (int, error) {
	for i, c := range columns {
		if strings.EqualFold(c, name) {
			return i, nil
		}
	}
	if n, err := strconv.Atoi(name); err == nil && n >= 1 && n <= count {
		return n - 1, nil
	}
	return 0, fmt.Errorf("column %q is not in the result", name)
}

// columnText gives a column's value as text; ok is false for NULL.
func columnText(v any) (text string, ok bool) {
	switch v := v.(type) {
	case nil:
		return "", false
	case string:
		return v, true
	case []byte:
		return string(v), true
	}
	return fmt.Sprint(v), true
}

// parseFromTo reads a range of IPv4 addresses, "192.0.2.1-192.0.2.9".
func parseFromTo(s string) (from, to uint32, ok bool) {
	a, b, found := strings.Cut(s, "-")
	if !found {
		return 0, 0, false
	}
	from, n, restA := octets([]byte(strings.TrimSpace(a)))
	to, m, restB := octets([]byte(strings.TrimSpace(b)))
	return from, to, n == 4 && m == 4 && len(restA)+len(restB) == 0 && from <= to
}
