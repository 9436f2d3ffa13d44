package cidr

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// ErrUsage is in the error for a console command that is not understood.
var ErrUsage = errors.New("usage: cidrdb list | reload <name>")

// Console runs one command of the server console, given without its first
// word: "list" or "reload <name>", and writes its output to w.
func (r *Registry) Console(ctx context.Context, args []string, w io.Writer) error {
	switch {
	case len(args) == 1 && args[0] == "list":
		for _, s := range r.List() {
			if _, err := fmt.Fprintf(w, "%s [refresh in %d seconds]\n", s.Name, max(s.Refresh, 0)/time.Second); err != nil {
				return err
			}
		}
		return nil
	case len(args) == 2 && args[0] == "reload":
		if err := r.Reload(ctx, args[1]); err != nil {
			return err
		}
		_, err := fmt.Fprintf(w, "%s reloaded.\n", args[1])
		return err
	}
	return fmt.Errorf("cidr: %w", ErrUsage)
}
