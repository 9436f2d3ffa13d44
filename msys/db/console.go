package db

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// ErrUsage is in the error for a console command that is not understood.
var ErrUsage = errors.New("usage: ds_core flush <name> | stats")

// Console runs one command of the server console, given without its first
// word: "flush <name>" or "stats", and writes its output to w. In the numbers
// of stats, lookups are answered from the cache (hit), by the database (miss)
// or with the answer to another's query (pend); entries are deleted by flush
// (man), as their time is over (ttl) or for want of room (lru).
func (reg *Registry) Console(_ context.Context, args []string, w io.Writer) error {
	switch {
	case len(args) == 2 && args[0] == "flush":
		n, err := reg.Flush(args[1])
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(w, "flushed %d entries from cache '%s'\n", n, args[1])
		return err
	case len(args) == 1 && args[0] == "stats":
		return writeStats(w, reg.Stats())
	}
	return fmt.Errorf("db: %w", ErrUsage)
}

func writeStats(w io.Writer, list []Stats) error {
	_, err := fmt.Fprint(w,
		"cache name                      lookups %                  deletions %\n",
		"                       elts  hit miss pend  total  inserts man ttl lru  total\n",
		"---------------------- ----- -------------------- -------- ------------------\n")
	for _, s := range list {
		if err != nil {
			break
		}
		lookups, deletions := s.Hits+s.Misses+s.Joined, s.Flushed+s.Expired+s.Evicted
		_, err = fmt.Fprintf(w, "%s\n%28d %3d %3d %3d %8d %8d %3d %3d %3d %6d\n", s.Name, s.Entries,
			percent(s.Hits, lookups), percent(s.Misses, lookups), percent(s.Joined, lookups), lookups, s.Inserts,
			percent(s.Flushed, deletions), percent(s.Expired, deletions), percent(s.Evicted, deletions), deletions)
	}
	return err
}

func percent(n, of int64) int64 {
	if of == 0 {
		return 0
	}
	return (200*n + of) / (2 * of)
}
