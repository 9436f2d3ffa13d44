package adaptive

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Action is something that a fired rule does for a key. Make one with
// [Suspend] and its like or with [ParseActions].
type Action struct {
	kind   actionKind
	params []string
	d      time.Duration // suspend, blackhole, greylisted, warmup
	n      int64         // reduce_*, and the code of transcode
	text   string        // of transcode, "" to keep the reply's
}

type actionKind int

const (
	noAction actionKind = iota
	suspend
	blackhole
	throttle
	greylisted
	warmup
	reduceConnections
	reduceDeliveries
	transcode
)

var actionNames = [...]string{"", "suspend", "blackhole", "throttle", "greylisted", "warmup", "reduce_connections", "reduce_deliveries", "transcode"}

func kindOf(name string) actionKind {
	for i, s := range actionNames {
		if i > 0 && s == name {
			return actionKind(i)
		}
	}
	return noAction
}

// maxActionTime bounds how long an action may hold.
const maxActionTime = 10 * 366 * 24 * time.Hour

// Suspend has mail wait for d.
func Suspend(d time.Duration) Action { return timed(suspend, d) }

// Blackhole drops mail for d.
func Blackhole(d time.Duration) Action { return timed(blackhole, d) }

// ThrottleDown lowers outbound_throttle_messages by a fifth.
func ThrottleDown() Action { return Action{kind: throttle, params: []string{"down"}} }

// Greylisted raises retry_interval and max_retry_interval to d.
func Greylisted(d time.Duration) Action { return timed(greylisted, d) }

// WarmUp sets the age of the binding, for all domains.
func WarmUp(age time.Duration) Action {
	return Action{kind: warmup, d: age, params: []string{strconv.FormatInt(int64(age/time.Second), 10)}}
}

// ReduceConnections lowers max_outbound_connections by n.
func ReduceConnections(n int64) Action {
	return Action{kind: reduceConnections, n: n, params: []string{strconv.FormatInt(n, 10)}}
}

// ReduceDeliveries lowers max_deliveries_per_connection by n.
func ReduceDeliveries(n int64) Action {
	return Action{kind: reduceDeliveries, n: n, params: []string{strconv.FormatInt(n, 10)}}
}

// Transcode changes the reply's code to one from 400 to 599, and its text
// unless text is empty. A reply for good that no remote host gave stays.
func Transcode(code int, text string) Action {
	return Action{kind: transcode, n: int64(code), text: text, params: []string{strings.TrimSpace(strconv.Itoa(code) + " " + text)}}
}

func timed(kind actionKind, d time.Duration) Action {
	return Action{kind: kind, d: d, params: []string{durationText(d)}}
}

// Name is the action's name in rules, such as "suspend".
func (a Action) Name() string { return actionNames[a.kind] }

// Params are the parameters as the rule has them.
func (a Action) Params() []string { return a.params }

// String gives the name and the parameters.
func (a Action) String() string { return strings.Join(append([]string{a.Name()}, a.params...), " ") }

// ParseActions reads actions as rules have them: each a name and its
// parameters, one after the other.
func ParseActions(words ...string) ([]Action, error) {
	var out []Action
	for len(words) > 0 {
		name := words[0]
		n := 1
		for n < len(words) && kindOf(words[n]) == noAction {
			n++
		}
		a, err := parseAction(name, words[1:n])
		if err != nil {
			return nil, err
		}
		out = append(out, a)
		words = words[n:]
	}
	if len(out) == 0 {
		return nil, errors.New("action: none given")
	}
	return out, nil
}

func parseAction(name string, params []string) (a Action, err error) {
	a.kind = kindOf(name)
	if a.kind == noAction {
		return a, fmt.Errorf("unknown action %q", name)
	}
	if len(params) == 0 {
		return a, fmt.Errorf("action %q: parameter missing", name)
	}
	if len(params) > 1 {
		return a, fmt.Errorf("action %q: unexpected %q", name, params[1])
	}
	a.params = params[:1:1]
	p := params[0]
	switch a.kind {
	case suspend, blackhole, greylisted:
		a.d, err = ParseDuration(p)
	case throttle:
		if p != "down" {
			err = fmt.Errorf("%q: expected \"down\"", p)
		}
	case warmup:
		var n int64
		n, err = wholeNumber(p)
		a.d = time.Duration(min(n, int64(maxActionTime/time.Second)+1)) * time.Second
	case reduceConnections, reduceDeliveries:
		a.n, err = wholeNumber(p)
	case transcode:
		var code string
		code, a.text, _ = strings.Cut(p, " ")
		if a.n, err = wholeNumber(code); err != nil {
			err = fmt.Errorf("%q: expected a code and perhaps a text", p)
		}
	}
	if err == nil {
		err = a.outOfRange()
	}
	if err != nil {
		return a, fmt.Errorf("action %q: %w", name, err)
	}
	return a, nil
}

// outOfRange gives an error for a parameter that cannot be meant.
func (a Action) outOfRange() error {
	switch a.kind {
	case suspend, blackhole, greylisted:
		if a.d <= 0 || a.d > maxActionTime {
			return fmt.Errorf("%q: a time from 1 second to 10 years expected", a.params[0])
		}
	case warmup:
		if a.d < 0 || a.d > maxActionTime {
			return fmt.Errorf("%q: an age in seconds expected", a.params[0])
		}
	case reduceConnections, reduceDeliveries:
		if a.n < 1 {
			return fmt.Errorf("%q: a number from 1 on expected", a.params[0])
		}
	case transcode:
		if a.n < 400 || a.n > 599 {
			return fmt.Errorf("%q: a code from 400 to 599 expected", a.params[0])
		}
		if strings.ContainsAny(a.text, "\r\n") {
			return fmt.Errorf("%q: the text must be one line", a.params[0])
		}
	case noAction:
		return errors.New("no action")
	}
	return nil
}

func (a Action) check() error {
	if err := a.outOfRange(); err != nil {
		return fmt.Errorf("action %q: %w", a.Name(), err)
	}
	return nil
}

func wholeNumber(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%q: a whole number expected", s)
	}
	return n, nil
}

var units = []struct {
	name string
	d    time.Duration
}{{"day", 24 * time.Hour}, {"hour", time.Hour}, {"minute", time.Minute}, {"second", time.Second}}

// ParseDuration reads a number and a unit as rules have them, such as
// "4 hours". Units are seconds, minutes, hours and days, with or without the
// s.
func ParseDuration(s string) (time.Duration, error) {
	number, unit, _ := strings.Cut(s, " ")
	unit = strings.TrimSuffix(strings.TrimLeft(unit, " "), "s")
	n, err := strconv.ParseUint(number, 10, 63)
	for _, u := range units {
		if err == nil && u.name == unit && n <= uint64(maxActionTime/u.d) {
			return time.Duration(n) * u.d, nil
		}
	}
	return 0, fmt.Errorf("%q: a time such as \"4 hours\" expected", s)
}

// durationText is the inverse of ParseDuration.
func durationText(d time.Duration) string {
	for _, u := range units {
		if n := int64(d / u.d); d%u.d == 0 && n != 0 {
			if n == 1 {
				return "1 " + u.name
			}
			return fmt.Sprintf("%d %ss", n, u.name)
		}
	}
	return d.String()
}
