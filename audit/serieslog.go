package audit

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Order says how [ReadSeriesLogs] sorts.
type Order int

const (
	// ByCIDR sorts by address.
	ByCIDR Order = iota
	// ByCount sorts by the first count, greatest first.
	ByCount
)

// LogQuery asks for counts from the logs of series.
type LogQuery struct {
	// Series are the names of the series. Each gets a count of its own,
	// unless Union adds them up.
	Series []string
	// Union adds up the counts of all series.
	Union bool
	// CIDR is the block of addresses to report on. The zero Prefix is all
	// addresses.
	CIDR netip.Prefix
	// From and To bound the ends of the windows that count: after From, up to
	// and including To. If zero, there is no bound.
	From, To time.Time
	// CIDRSize is the length of the blocks that are reported. If zero, single
	// addresses; items that are wider are reported as they are.
	CIDRSize int
	// OrderBy says how to sort.
	OrderBy Order
	// Limit bounds the number of results. If zero, there is no bound.
	Limit int
	// Threshold leaves out blocks of which no count reaches it.
	Threshold int64
}

// LogCount is a result of [ReadSeriesLogs].
type LogCount struct {
	// Prefix is a block of addresses.
	Prefix netip.Prefix
	// Counts has a sum per series, or one if they were added up.
	Counts []int64
}

// ReadSeriesLogs adds up the logs that series with Spec.Serialize have left in
// a directory. Series of strings have no addresses and give nothing. Lines
// that cannot be read are left out; the error says so, beside the results.
func ReadSeriesLogs(dir string, q LogQuery) ([]LogCount, error) {
	columns := len(q.Series)
	if q.Union {
		columns = 1
	}
	sums := map[netip.Prefix][]int64{}
	var errs []error
	for i, series := range q.Series {
		column := i
		if q.Union {
			column = 0
		}
		files, err := logFiles(dir, series, q.From, q.To)
		errs = append(errs, err)
		for _, path := range files {
			errs = append(errs, readLog(path, func(p netip.Prefix, n int64) {
				if p, ok := q.block(p); ok {
					if sums[p] == nil {
						sums[p] = make([]int64, columns)
					}
					sums[p][column] += n
				}
			}))
		}
	}
	return q.sorted(sums), errors.Join(errs...)
}

// block gives the block that an item is reported as.
func (q *LogQuery) block(p netip.Prefix) (netip.Prefix, bool) {
	if q.CIDR.IsValid() && (p.Bits() < q.CIDR.Bits() || !q.CIDR.Contains(p.Addr())) {
		return p, false
	}
	if q.CIDRSize > 0 && q.CIDRSize < p.Bits() {
		p = netip.PrefixFrom(p.Addr(), q.CIDRSize).Masked()
	}
	return p, true
}

func (q *LogQuery) sorted(sums map[netip.Prefix][]int64) []LogCount {
	out := make([]LogCount, 0, len(sums))
	for p, counts := range sums {
		if slices.Max(counts) >= q.Threshold || q.Threshold == 0 {
			out = append(out, LogCount{p, counts})
		}
	}
	slices.SortFunc(out, func(a, b LogCount) int {
		if q.OrderBy == ByCount {
			if c := cmp.Compare(b.Counts[0], a.Counts[0]); c != 0 {
				return c
			}
		}
		if c := a.Prefix.Addr().Compare(b.Prefix.Addr()); c != 0 {
			return c
		}
		return cmp.Compare(a.Prefix.Bits(), b.Prefix.Bits())
	})
	if q.Limit > 0 && len(out) > q.Limit {
		out = out[:q.Limit]
	}
	return out
}

// logFiles lists the logs of a series whose windows end in the time asked for.
func logFiles(dir, series string, from, to time.Time) ([]string, error) {
	if series == "" {
		return nil, fmt.Errorf("audit: series logs: %w: empty name", ErrUndefined)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("audit: series logs: %w", err)
	}
	var files []string
	for _, e := range entries {
		stamp, ok := strings.CutPrefix(e.Name(), fileName(series)+".")
		if !ok {
			continue
		}
		end, err := time.Parse(fileTime, stamp)
		if err != nil || !from.IsZero() && !end.After(from) || !to.IsZero() && end.After(to) {
			continue
		}
		files = append(files, filepath.Join(dir, e.Name()))
	}
	return files, nil
}

// readLog calls f for each line that names addresses.
func readLog(path string, f func(p netip.Prefix, n int64)) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("audit: series logs: %w", err)
	}
	defer file.Close()
	bad := 0
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		_, item, n, err := parseLine("\t" + lines.Text())
		if err != nil {
			bad++
			continue
		}
		if k, err := parseItem(CIDR, item); err == nil {
			f(k.prefix, n)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("audit: series logs: %s: %w", path, err)
	}
	if bad > 0 {
		return fmt.Errorf("audit: series logs: %s: %d bad lines", path, bad)
	}
	return nil
}
