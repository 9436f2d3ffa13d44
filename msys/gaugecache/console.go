package gaugecache

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// ErrUsage is in the error for a console command that is not understood.
var ErrUsage = errors.New("usage: gauge_cache add|sub|show|delete <name> <key> [n]")

// Console runs one command of the server console, given without its first
// words: "add|sub <name> <key> [n]", "show <name> [key]" or "delete <name>
// <key>", and writes its output to w.
func (c *Caches) Console(ctx context.Context, args []string, w io.Writer) error {
	if len(args) == 2 && args[0] == "show" {
		if _, err := c.get(args[1]); err != nil {
			return err
		}
		for key, value := range c.All(args[1]) {
			if _, err := fmt.Fprintf(w, "%s = %d\n", key, value); err != nil {
				return err
			}
		}
		return nil
	}
	if len(args) != 3 && (len(args) != 4 || args[0] != "add" && args[0] != "sub") {
		return fmt.Errorf("gaugecache: %w", ErrUsage)
	}
	cmd, name, key := args[0], args[1], args[2]
	n := int64(1)
	if len(args) == 4 {
		var err error
		if n, err = strconv.ParseInt(args[3], 10, 64); err != nil {
			return fmt.Errorf("gaugecache: %w: %q is not an integer", ErrUsage, args[3])
		}
	}
	var value int64
	var err error
	switch cmd {
	case "add":
		value, err = c.Add(ctx, name, key, n)
	case "sub":
		value, err = c.Add(ctx, name, key, -n)
	case "show":
		value, err = c.Get(ctx, name, key)
	case "delete":
		existed, err := c.Remove(ctx, name, key)
		if err == nil && !existed {
			err = fmt.Errorf("gaugecache: delete %q: no such key", key)
		}
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(w, "%s deleted.\n", key)
		return err
	default:
		err = fmt.Errorf("gaugecache: %w", ErrUsage)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s = %d\n", key, value)
	return err
}
