package adaptive

import (
	"context"
	"strings"
	"time"

	"github.com/gomsys/gomsys/msys/delivery"
)

// RuleSet has the rules for mail to some domains, by routing domain. Letter
// case and blanks around a name do not count.
type RuleSet map[string]Entry

// Entry has the rules of one domain.
type Entry struct {
	// Alias, if not empty, names the domain whose rules hold for this one too;
	// the entry has nothing else then. That domain must not be an alias.
	Alias string
	// Responses are tried in order; see [Engine.Respond].
	Responses []Response
	// Configuration sets delivery options, by name.
	Configuration map[string]Setting
}

// Response is a rule about replies of a remote host.
type Response struct {
	// Code is the PCRE that is searched for in the reply, which is one line:
	// the code, a space and the text. ^ stands for its start.
	Code string
	// Trigger says how many such replies it takes. The zero value is one.
	Trigger Trigger
	// Actions run in order when the rule fires.
	Actions []Action
	// Message goes to logs and notices.
	Message string
}

// Mode says what a new set does to those that there are.
type Mode int

const (
	// Augment puts the set's responses before those that the domain has, and
	// adds its configuration, whose values win.
	Augment Mode = iota
	// Replace leaves only the new set.
	Replace
)

// Setting is what rules say about an option: [Fixed], [Within] or [Computed].
type Setting struct {
	lo, hi   int64
	clamps   bool
	computed *computed
}

type computed struct{ f Func }

// Fixed replaces the host's value of an option.
func Fixed(n int64) Setting { return Setting{lo: n, hi: n} }

// Within keeps the host's value of an option between lo and hi.
func Within(lo, hi int64) Setting { return Setting{lo: lo, hi: hi, clamps: true} }

// Computed has f give the value of an option. f is called at most once per
// key and [Options.AdjustmentInterval], or after the age of the binding was
// set; if it fails the option has the host's value meanwhile.
func Computed(f Func) Setting { return Setting{computed: &computed{f}} }

// Func gives the value of an option; fractions are dropped. It may be called
// concurrently for different keys.
type Func func(ctx context.Context, in Input) (float64, error)

// Input is what a [Func] knows.
type Input struct {
	Key    delivery.Key
	Option string
	// Current is the host's value, 0 if it has none.
	Current int64
	// Last is the value that the engine gave the option last, else Current.
	Last int64
	// Age is how long the binding has been in use.
	Age time.Duration
}

// domainName gives the form in which domains are compared.
func domainName(s string) string {
	return strings.ToLower(strings.TrimSuffix(strings.TrimSpace(s), "."))
}

func normal(k delivery.Key) delivery.Key {
	k.Domain = domainName(k.Domain)
	return k
}
