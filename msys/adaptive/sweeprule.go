package adaptive

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/gomsys/gomsys/msys/delivery"
)

// SweepRule acts on the rate of bounces or complaints of a key. Of several
// rules with one name, that with the narrowest scope holds for a key.
type SweepRule struct {
	// Name identifies the rule in logs.
	Name string
	// Binding and Domain are the scope; each that is empty means all. A rule
	// for a domain is narrower than one for a binding.
	Binding, Domain string
	// Codes are either bounce classes, such as "bc:10", or feedback
	// categories, such as "fbl:abuse"; their rates are added up.
	Codes []string
	// LowThreshold and HighThreshold are rates in percent. If zero, 5 and 10.
	LowThreshold, HighThreshold float64
	// LowActions run from the low threshold on, HighActions instead of them
	// from the high one on. If nil, throttle down and suspend for 4 hours.
	LowActions, HighActions []Action
	// Disabled takes the rule, and those of its name with a wider scope, out
	// of force.
	Disabled bool
}

// Names of the rules that hold where there are no others for bounces or for
// feedback; a disabled rule of the name takes them out of force.
const (
	DefaultBounceRule   = "default_bounce_rule"
	DefaultFeedbackRule = "default_fbl_rule"
)

// sweepRule is a checked SweepRule.
type sweepRule struct {
	SweepRule
	classes  []class
	feedback bool
}

func bounceClass(code int) class { return class{bounce: code} }

var defaultSweeps = []sweepRule{
	mustCompile(SweepRule{Name: DefaultBounceRule, Codes: []string{"bc:10", "bc:24"}, LowThreshold: 3, HighThreshold: 10}),
	mustCompile(SweepRule{Name: DefaultFeedbackRule, Codes: []string{"fbl:abuse"}, LowThreshold: 0.2, HighThreshold: 0.5}),
}

func mustCompile(r SweepRule) sweepRule {
	c, err := r.compile()
	if err != nil {
		panic(err) // the rules above
	}
	return c
}

func (r SweepRule) compile() (sweepRule, error) {
	c := sweepRule{SweepRule: r}
	c.Domain = domainName(r.Domain)
	if r.Disabled && len(r.Codes) == 0 {
		return c, nil
	}
	for _, code := range r.Codes {
		kind, value, _ := strings.Cut(code, ":")
		n, err := strconv.Atoi(value)
		switch {
		case kind == "bc" && err == nil:
			c.classes = append(c.classes, bounceClass(n))
		case kind == "fbl" && value != "":
			c.classes = append(c.classes, class{feedback: value})
		default:
			return c, fmt.Errorf("code %q: expected bc:number or fbl:category", code)
		}
	}
	if len(c.classes) == 0 {
		return c, errors.New("no codes")
	}
	c.feedback = c.classes[0].feedback != ""
	for _, k := range c.classes {
		if (k.feedback != "") != c.feedback {
			return c, errors.New("bounce classes and feedback categories in one rule")
		}
	}
	if c.LowThreshold == 0 {
		c.LowThreshold = 5
	}
	if c.HighThreshold == 0 {
		c.HighThreshold = 10
	}
	if c.LowActions == nil {
		c.LowActions = []Action{ThrottleDown()}
	}
	if c.HighActions == nil {
		c.HighActions = []Action{Suspend(4 * time.Hour)}
	}
	for _, a := range append(c.LowActions[:len(c.LowActions):len(c.LowActions)], c.HighActions...) {
		if err := a.check(); err != nil {
			return c, err
		}
		if a.kind == transcode {
			return c, errors.New("transcode: a sweep has no reply to change")
		}
	}
	return c, nil
}

// scope gives how narrow the rule's scope is, and whether a key is in it.
func (r *sweepRule) scope(k delivery.Key) (narrow int, in bool) {
	if r.Binding != "" && r.Binding != k.Binding || r.Domain != "" && r.Domain != k.Domain {
		return 0, false
	}
	if r.Domain != "" {
		narrow += 2
	}
	if r.Binding != "" {
		narrow++
	}
	return narrow, true
}

// sweepsFor gives the rules that hold for a key.
func (e *Engine) sweepsFor(k delivery.Key) []*sweepRule {
	var out []*sweepRule
	var narrows []int
	put := func(r *sweepRule) {
		narrow, in := r.scope(k)
		if !in {
			return
		}
		for i, other := range out {
			if other.Name == r.Name {
				if narrow > narrows[i] {
					out[i], narrows[i] = r, narrow
				}
				return
			}
		}
		out, narrows = append(out, r), append(narrows, narrow)
	}
	for i := range e.sweeps {
		put(&e.sweeps[i])
	}
	bounces, feedback := false, false
	for _, r := range out {
		if !r.Disabled {
			bounces, feedback = bounces || !r.feedback, feedback || r.feedback
		}
	}
	for i := range defaultSweeps {
		if r := &defaultSweeps[i]; r.feedback && !feedback || !r.feedback && !bounces {
			put(r)
		}
	}
	return out
}
