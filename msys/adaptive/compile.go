package adaptive

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/gomsys/gomsys/pcre"
)

// rule is a compiled [Response].
type rule struct {
	name    string // the domain and the pattern
	re      *pcre.Regexp
	literal literal
	trigger Trigger
	actions []Action
	message string
}

// matches reports whether the rule is about a reply. A search that hits the
// limits of the engine finds nothing.
func (r *rule) matches(text string) bool {
	return r.literal.allows(text) && r.re.MatchString(text)
}

// patternOptions bound the work that a reply can make of a pattern.
func patternOptions() *pcre.Options {
	return &pcre.Options{StepLimit: 200_000, MemoryLimit: 4 << 20}
}

// compiled is a checked rule set by domain in its normal form.
type compiled map[string]compiledEntry

type compiledEntry struct {
	alias  string
	rules  []*rule
	config map[string]Setting
}

// compiler compiles rule sets. Rules that it has compiled before stay the
// same, so that their counters survive when rules are loaded anew.
type compiler struct{ known map[string]*rule }

// compile checks a whole set. The error names the domain and the response, in
// the order of the domains' names.
func (c *compiler) compile(set RuleSet) (compiled, map[string]*rule, error) {
	out, used := compiled{}, map[string]*rule{}
	for _, raw := range slices.Sorted(maps.Keys(set)) {
		domain := domainName(raw)
		entry := set[raw]
		if domain == "" {
			return nil, nil, errors.New("a domain without a name")
		}
		if _, twice := out[domain]; twice {
			return nil, nil, fmt.Errorf("%s: given twice", domain)
		}
		e, err := c.entry(domain, entry, used)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", domain, err)
		}
		out[domain] = e
	}
	return out, used, nil
}

func (c *compiler) entry(domain string, entry Entry, used map[string]*rule) (e compiledEntry, err error) {
	if e.alias = domainName(entry.Alias); e.alias != "" {
		if len(entry.Responses) > 0 || len(entry.Configuration) > 0 {
			return e, errors.New("an alias with rules of its own")
		}
		return e, nil
	}
	for i, r := range entry.Responses {
		compiled, err := c.response(domain, r, used)
		if err != nil {
			return e, fmt.Errorf("response %d: %w", i+1, err)
		}
		e.rules = append(e.rules, compiled)
	}
	for option, s := range entry.Configuration {
		if err := s.check(); err != nil {
			return e, fmt.Errorf("configuration %s: %w", option, err)
		}
	}
	e.config = maps.Clone(entry.Configuration)
	return e, nil
}

func (s Setting) check() error {
	if s.computed != nil {
		if s.computed.f == nil {
			return errors.New("no function")
		}
		return nil
	}
	if s.lo < 0 || s.hi < s.lo {
		return fmt.Errorf("%d to %d: out of range", s.lo, s.hi)
	}
	return nil
}

func (c *compiler) response(domain string, r Response, used map[string]*rule) (*rule, error) {
	if r.Code == "" {
		return nil, errors.New("code: no pattern")
	}
	if err := r.Trigger.check(); err != nil {
		return nil, err
	}
	if len(r.Actions) == 0 {
		return nil, errors.New("action: none given")
	}
	id := []string{domain, r.Code, r.Trigger.String(), r.Message}
	for _, a := range r.Actions {
		if err := a.check(); err != nil {
			return nil, err
		}
		id = append(id, a.String())
	}
	key := strings.Join(id, "\x00")
	for used[key] != nil { // the same rule twice counts twice
		key += "\x00"
	}
	if known := c.known[key]; known != nil {
		used[key] = known
		return known, nil
	}
	re, err := pcre.CompileWith(r.Code, patternOptions())
	if err != nil {
		return nil, fmt.Errorf("code %q: %w", r.Code, err)
	}
	compiled := &rule{
		name: domain + " " + r.Code, re: re, literal: literalOf(r.Code),
		trigger: r.Trigger, actions: slices.Clone(r.Actions), message: r.Message,
	}
	used[key] = compiled
	return compiled, nil
}
