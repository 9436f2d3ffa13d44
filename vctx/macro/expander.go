package macro

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gomsys/gomsys/vctx"
)

// Func gives the value of a host's macro. v is the session's context, nil
// outside of sessions; arg is what the * of the macro's name stands for, and in
// a log format what is in braces after the name. An error ends the expansion.
type Func func(ctx context.Context, v *vctx.Context, arg string) (string, error)

// Options are the options of an [Expander].
type Options struct {
	// Hostname is the server's own name, for %{r}. If empty, os.Hostname.
	Hostname string
	// Now tells the time. If nil, time.Now.
	Now func() time.Time
	// PTR gives the validated name of the client for %{p}, best one that is
	// domain or below it, and "unknown" if there is none; pbp.ValidatedName
	// does. If nil, %{p} is always "unknown".
	PTR func(ctx context.Context, ip netip.Addr, domain string) string
	// Unknown is told of every macro that is not known, once per site of the Subject
	// and name. If nil, they pass in silence.
	Unknown func(site, name string)
	// MaxSize bounds the result of an expansion, in bytes. If zero, 64 MiB; if
	// negative, there is no bound.
	MaxSize int
	// Log are the options of ExpandLog. If nil, the defaults.
	Log *LogOptions
}

var (
	// ErrPattern is given for the name of a macro that cannot be registered.
	ErrPattern = errors.New("macro: invalid name")
	// ErrTooLarge is given when an expansion exceeds Options.MaxSize.
	ErrTooLarge = errors.New("macro: result too large")
)

// Expander expands macros. It is safe for concurrent use.
type Expander struct {
	o    Options
	log  LogOptions
	host atomic.Pointer[registry]

	mu       sync.Mutex // guards what follows, and serialises Register
	reported map[siteName]struct{}
}

type siteName struct{ site, name string }

// maxReported bounds how many unknown macros are remembered as reported.
const maxReported = 10000

// New makes an expander with the built-in macros. o may be nil.
func New(o *Options) *Expander {
	e := &Expander{}
	if o != nil {
		e.o = *o
	}
	if e.o.Hostname == "" {
		e.o.Hostname, _ = os.Hostname()
	}
	if e.o.Now == nil {
		e.o.Now = time.Now
	}
	if e.o.MaxSize == 0 {
		e.o.MaxSize = 64 << 20
	}
	if e.o.Log != nil {
		e.log = *e.o.Log
	}
	e.host.Store(&registry{exact: map[string]Func{}})
	return e
}

// registry holds the host's macros. It is not changed once it is stored.
type registry struct {
	exact    map[string]Func
	patterns []pattern // those with the longest fixed text first
}

type pattern struct {
	prefix, suffix string // around the *
	f              Func
}

func (p pattern) match(name string) (arg string, ok bool) {
	if len(name) <= len(p.prefix)+len(p.suffix) || !strings.HasPrefix(name, p.prefix) || !strings.HasSuffix(name, p.suffix) {
		return "", false
	}
	return name[len(p.prefix) : len(name)-len(p.suffix)], true
}

// Register adds a macro, or replaces the one with the same name. One * in the
// name stands for one or more characters: "foo:*" is all of a family. A name
// without * comes before those with one, and of these the one with the longest
// fixed text is taken. Names with a colon that are registered come before
// built-in ones; see [Expander.Expand] for the others. The error wraps
// [ErrPattern].
func (e *Expander) Register(name string, f Func) error {
	if err := checkName(name, f); err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	old := e.host.Load()
	r := &registry{exact: make(map[string]Func, len(old.exact)+1), patterns: slices.Clone(old.patterns)}
	for k, f := range old.exact {
		r.exact[k] = f
	}
	prefix, suffix, wild := strings.Cut(name, "*")
	if !wild {
		r.exact[name] = f
	} else {
		r.patterns = slices.DeleteFunc(r.patterns, func(p pattern) bool { return p.prefix == prefix && p.suffix == suffix })
		r.patterns = append(r.patterns, pattern{prefix, suffix, f})
		slices.SortStableFunc(r.patterns, func(a, b pattern) int {
			return len(b.prefix) + len(b.suffix) - len(a.prefix) - len(a.suffix)
		})
	}
	e.host.Store(r)
	return nil
}

func checkName(name string, f Func) error {
	switch {
	case f == nil:
		return fmt.Errorf("%w %q: no function", ErrPattern, name)
	case name == "", strings.ContainsAny(name, "{}"), strings.Contains(name, "||"):
		return fmt.Errorf("%w %q", ErrPattern, name)
	case strings.Count(name, "*") > 1:
		return fmt.Errorf("%w %q: more than one *", ErrPattern, name)
	}
	return nil
}

// registered finds a macro of the host; arg is what a * stands for.
func (e *Expander) registered(name string) (f Func, arg string) {
	r := e.host.Load()
	if f := r.exact[name]; f != nil {
		return f, ""
	}
	return r.pattern(name)
}

func (r *registry) pattern(name string) (f Func, arg string) {
	for _, p := range r.patterns {
		if arg, ok := p.match(name); ok {
			return p.f, arg
		}
	}
	return nil, ""
}

// unknown reports a macro that is not known.
func (e *Expander) unknown(sub *Subject, name string) {
	if e.o.Unknown == nil {
		return
	}
	site := sub.Site
	if sub.SiteOf != nil {
		site = sub.SiteOf()
	}
	key := siteName{site, strings.Clone(name)}
	e.mu.Lock()
	_, seen := e.reported[key]
	if !seen && len(e.reported) < maxReported {
		if e.reported == nil {
			e.reported = map[siteName]struct{}{}
		}
		e.reported[key] = struct{}{}
	} else {
		seen = true
	}
	e.mu.Unlock()
	if !seen {
		e.o.Unknown(site, name)
	}
}
