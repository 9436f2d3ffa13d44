package adaptive

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gomsys/gomsys/msys/delivery"
)

// ErrUsage is in the error for a console command that is not understood.
var ErrUsage = errors.New("usage error, try help")

const consoleHelp = `list [scope]
    show the options that have been adapted, and their values
suspensions [scope]
    show suspensions and blackholes
override [scope] [enable | ttl <seconds>]
    take suspensions out of force, into force again, or set when they end
reset [scope]
    forget what has been made of options
rules --binding <name> --domain <name>
    show the sweep rules that hold
warmup [<binding> [<age in seconds>]]
    show the ages of bindings, or set one; without an age it is new
help
    show this text
A scope is --binding <name> and --domain <name>, each of which may be given
several times or left out, or --all.
`

// Console runs one command of the server console, given without its first
// word, and writes its output to w; the command "help" lists them.
func (e *Engine) Console(ctx context.Context, args []string, w io.Writer) error {
	name := ""
	if len(args) > 0 {
		name, args = args[0], args[1:]
	}
	s, words, err := parseScope(args)
	usage := fmt.Errorf("adaptive: console command %q: %w", name, ErrUsage)
	if err != nil {
		return usage
	}
	switch {
	case name == "help" && len(args) == 0:
		_, err = io.WriteString(w, consoleHelp)
	case name == "list" && len(words) == 0:
		err = e.consoleList(ctx, s, w)
	case name == "suspensions" && len(words) == 0:
		err = e.consoleSuspensions(s, w)
	case name == "override":
		change, ok := parseOverride(words)
		if !ok {
			return usage
		}
		err = report(w, "Overrode", e.each(s, change))
	case name == "reset" && len(words) == 0:
		err = report(w, "Reset", e.each(s, (*pair).resetOptions))
	case name == "rules" && len(words) == 0 && len(s.bindings) == 1 && len(s.domains) == 1:
		err = e.consoleRules(delivery.Key{Binding: s.bindings[0], Domain: s.domains[0]}, w)
	case name == "warmup" && len(words) == len(args) && len(words) <= 2:
		return e.consoleWarmup(words, w, usage)
	default:
		return usage
	}
	return err
}

func report(w io.Writer, verb string, n int) error {
	_, err := fmt.Fprintf(w, "%s %d entries\n", verb, n)
	return err
}

// scope selects keys.
type scope struct{ bindings, domains []string }

func (s scope) has(k delivery.Key) bool {
	return (len(s.bindings) == 0 || slices.Contains(s.bindings, k.Binding)) &&
		(len(s.domains) == 0 || slices.Contains(s.domains, k.Domain))
}

// parseScope takes the scope out of a command's words.
func parseScope(args []string) (s scope, words []string, err error) {
	for len(args) > 0 {
		switch arg := args[0]; {
		case arg == "--all":
		case (arg == "--binding" || arg == "--domain") && len(args) > 1:
			if arg == "--binding" {
				s.bindings = append(s.bindings, args[1])
			} else {
				s.domains = append(s.domains, domainName(args[1]))
			}
			args = args[1:]
		case strings.HasPrefix(arg, "--"):
			return s, nil, ErrUsage
		default:
			words = append(words, arg)
		}
		args = args[1:]
	}
	return s, words, nil
}

// each changes the pairs of a scope and gives how many of them did change. The
// pairs are locked meanwhile.
func (e *Engine) each(s scope, change func(p *pair, now time.Time) bool) (n int) {
	now := e.now()
	for _, p := range e.pairs.all() {
		if !s.has(p.key) {
			continue
		}
		p.mu.Lock()
		e.expire(p, now)
		if change(p, now) {
			p.changed = now
			n++
		}
		p.mu.Unlock()
	}
	return n
}

// parseOverride reads what to do with suspensions.
func parseOverride(words []string) (change func(*pair, time.Time) bool, ok bool) {
	disabled := true
	ttl := int64(-1)
	switch {
	case len(words) == 0:
	case len(words) == 1 && words[0] == "enable":
		disabled = false
	case len(words) == 2 && words[0] == "ttl":
		n, err := strconv.ParseUint(words[1], 10, 31)
		if err != nil {
			return nil, false
		}
		ttl = int64(n)
	default:
		return nil, false
	}
	return func(p *pair, now time.Time) bool {
		if p.hold.standing == delivery.Active {
			return false
		}
		if ttl >= 0 {
			p.hold.until = now.Add(time.Duration(ttl) * time.Second)
		} else {
			p.hold.disabled = disabled
		}
		return true
	}, true
}

// resetOptions forgets what actions made of the options; the lock is held.
func (p *pair) resetOptions(time.Time) (did bool) {
	for _, s := range p.options {
		did = did || s.adapted
		s.adapted = false
	}
	return did
}

// sorted lists the pairs of a scope by binding and domain.
func (e *Engine) sorted(s scope) (out []*pair) {
	for _, p := range e.pairs.all() {
		if s.has(p.key) {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b *pair) int {
		return cmp.Or(cmp.Compare(a.key.Binding, b.key.Binding), cmp.Compare(a.key.Domain, b.key.Domain))
	})
	return out
}

const rule80 = "--------------------------------------------------------------------------"

func (e *Engine) consoleList(ctx context.Context, s scope, w io.Writer) error {
	b := &strings.Builder{}
	fmt.Fprintf(b, "%-24s %-24s %-30s %s\n%s\n", "Group/Binding", "Domain", "Opt", "Value", rule80)
	for _, p := range e.sorted(s) {
		var options []string
		p.mu.Lock()
		for _, o := range p.options {
			if o.adapted {
				options = append(options, o.name)
			}
		}
		p.mu.Unlock()
		for _, option := range slices.Sorted(slices.Values(options)) {
			v, _ := e.Value(ctx, p.key, option)
			fmt.Fprintf(b, "%-24s %-24s %-30s %d\n", p.key.Binding, p.key.Domain, option, v)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (e *Engine) consoleSuspensions(s scope, w io.Writer) error {
	b := &strings.Builder{}
	fmt.Fprintf(b, "%-24s %30s %9s  %s\n%s\n", "Group/Binding", "Domain", "TTL", "Enable", rule80)
	now := e.now()
	for _, x := range e.Suspensions() {
		if s.has(x.Key) {
			enabled := 0
			if x.Enabled {
				enabled = 1
			}
			fmt.Fprintf(b, "%-24s %30s %9d  %d\n", x.Key.Binding, x.Key.Domain, int64(x.Until.Sub(now)/time.Second), enabled)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (e *Engine) consoleRules(k delivery.Key, w io.Writer) error {
	b := &strings.Builder{}
	p, now := e.pairs.get(k), e.now()
	if p == nil {
		p = &pair{key: k}
	}
	for _, r := range e.sweepsFor(k) {
		p.mu.Lock()
		matching, total, _ := e.rate(p, r, now)
		p.mu.Unlock()
		enabled := 1
		if r.Disabled {
			enabled = 0
		}
		fmt.Fprintf(b, "%s\n  enabled       => %d\n  codes         => %s\n", r.Name, enabled, strings.Join(r.Codes, " "))
		fmt.Fprintf(b, "  low_threshold => %g\n  low_action    => %s\n", r.LowThreshold, actionsText(r.LowActions))
		fmt.Fprintf(b, "  high_threshold=> %g\n  high_action   => %s\n", r.HighThreshold, actionsText(r.HighActions))
		fmt.Fprintf(b, "  count/total   => %d/%d\n", matching, total)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func actionsText(actions []Action) string {
	var out []string
	for _, a := range actions {
		out = append(out, a.String())
	}
	return strings.Join(out, " ")
}

func (e *Engine) consoleWarmup(words []string, w io.Writer, usage error) error {
	if len(words) > 0 {
		seconds := uint64(0)
		if len(words) == 2 {
			var err error
			if seconds, err = strconv.ParseUint(words[1], 10, 32); err != nil {
				return usage
			}
		}
		e.Warmup(words[0], time.Duration(seconds)*time.Second)
		return nil
	}
	now := e.now()
	e.ages.mu.Lock()
	born := maps.Clone(e.ages.born)
	e.ages.mu.Unlock()
	for _, binding := range slices.Sorted(maps.Keys(born)) {
		if _, err := fmt.Fprintf(w, "%-24s %d\n", binding, int64(now.Sub(born[binding])/time.Second)); err != nil {
			return err
		}
	}
	return nil
}
