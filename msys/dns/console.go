package dns

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

// ErrUsage is in the error for a console command that is not understood.
var ErrUsage = errors.New("usage: dns_cache stats | flush | lookup <name> <type> | submit <name> <type>")

// Console runs one command of the server console, given without its first
// word, and writes its output to w: "stats", "flush", "lookup <name> <type>"
// for what is remembered, or "submit <name> <type>" to ask.
func (r *Resolver) Console(ctx context.Context, args []string, w io.Writer) error {
	var text string
	switch {
	case len(args) == 1 && args[0] == "stats":
		s := r.Stats()
		lookups, rate := s.Hits+s.Misses+s.Joined, 0.0
		if lookups > 0 {
			rate = 100 * float64(s.Hits) / float64(lookups)
		}
		text = fmt.Sprintf("DNS cache:\n    Entries: %d\n    Lookups: %d\n   Hit Rate: %.4f%%\n", s.Entries, lookups, rate)
	case len(args) == 1 && args[0] == "flush":
		text = fmt.Sprintf("flushed %d entries\n", r.Flush())
	case len(args) == 3 && (args[0] == "lookup" || args[0] == "submit"):
		t, err := ParseType(args[2])
		if err != nil {
			return fmt.Errorf("dns: %w", err)
		}
		a, ok := r.cached(args[1], t)
		switch {
		case args[0] == "submit":
			r.lookup(ctx, args[1], t, "")
			text = "Submitted\n"
		case !ok:
			text = "Cached result not found, try a submit.\n"
		default:
			text = a.print(fold(args[1]), t)
		}
	default:
		return fmt.Errorf("dns: %w", ErrUsage)
	}
	_, err := io.WriteString(w, text)
	return err
}

// print gives an answer as dig shows it.
func (a answer) print(name string, t Type) string {
	var b strings.Builder
	fmt.Fprintf(&b, ";; QUESTION SECTION:\n;%s\tIN\t%s\n\n", name, t)
	if a.err != nil {
		fmt.Fprintf(&b, ";; %s\n", a.err.Mnemonic())
		return b.String()
	}
	b.WriteString(";; ANSWER SECTION:\n")
	for _, rec := range a.records {
		value := rec.Value
		switch t {
		case MX:
			value = fmt.Sprintf("%d %s", rec.Preference, value)
		case TXT:
			value = fmt.Sprintf("%q", value)
		}
		fmt.Fprintf(&b, "%s\tIN\t%s\t%s\n", name, t, value)
	}
	return b.String()
}
