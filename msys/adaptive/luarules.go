package adaptive

import (
	"errors"
	"fmt"
	"math"
	"slices"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
)

// ruleReader reads rule sets from the tables of scripts. Its methods leave the
// stack as it was.
type ruleReader struct {
	l        *lua.State
	env      *bind.Env
	warnings []string
}

func (r *ruleReader) rules(index int) (RuleSet, error) {
	type named struct {
		domain string
		value  bind.Ref
	}
	var domains []named
	var err error
	bind.RangeTable(r.l, index, func() {
		if r.l.TypeOf(-2) != lua.TypeString {
			err = errors.New("rules: domain names expected for keys")
			return
		}
		domain, _ := r.l.ToString(-2)
		domains = append(domains, named{domain, bind.RefAt(r.l, -1)})
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(domains, func(a, b named) int { // the first fault is always the same one
		if a.domain < b.domain {
			return -1
		}
		return 1
	})
	set := RuleSet{}
	for _, d := range domains {
		d.value.Push(r.l)
		e, err := r.entry(d.domain)
		r.l.Pop(1)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", domainName(d.domain), err)
		}
		set[d.domain] = e
	}
	return set, nil
}

// entry reads what stands for a domain, on top of the stack.
func (r *ruleReader) entry(domain string) (e Entry, err error) {
	if r.l.TypeOf(-1) == lua.TypeString {
		e.Alias, _ = r.l.ToString(-1)
		if domainName(e.Alias) == "" {
			return e, errors.New("an empty alias")
		}
		return e, nil
	}
	if !r.l.IsTable(-1) {
		return e, fmt.Errorf("a table or the name of a domain expected, got %s", lua.TypeNameOf(r.l, -1))
	}
	r.unknown(domain, "responses", "rules", "configuration")
	for _, name := range []string{"responses", "rules"} {
		r.l.Field(-1, name)
		if !r.l.IsNil(-1) && err == nil {
			var more []Response
			more, err = r.responses(domain)
			e.Responses = append(e.Responses, more...)
		}
		r.l.Pop(1)
	}
	if err != nil {
		return e, err
	}
	r.l.Field(-1, "configuration")
	if !r.l.IsNil(-1) {
		e.Configuration, err = r.configuration()
	}
	r.l.Pop(1)
	return e, err
}

// unknown warns of keys of the table on top of the stack that mean nothing.
func (r *ruleReader) unknown(what string, known ...string) {
	bind.RangeTable(r.l, -1, func() {
		if r.l.TypeOf(-2) != lua.TypeString {
			return
		}
		if key, _ := r.l.ToString(-2); !slices.Contains(known, key) {
			r.warnings = append(r.warnings, fmt.Sprintf("%s: unknown key %q is ignored", what, key))
		}
	})
}

// responses reads an array of responses, or one by itself.
func (r *ruleReader) responses(domain string) (out []Response, err error) {
	if !r.l.IsTable(-1) {
		return nil, fmt.Errorf("responses: table expected, got %s", lua.TypeNameOf(r.l, -1))
	}
	r.l.Field(-1, "code")
	single := !r.l.IsNil(-1)
	r.l.Pop(1)
	if single {
		one, err := r.response(domain, 1)
		return []Response{one}, err
	}
	r.unknown(domain + ": responses")
	table := r.l.AbsIndex(-1)
	for i := 1; err == nil; i++ {
		r.l.RawGetInt(table, i)
		if r.l.IsNil(-1) {
			r.l.Pop(1)
			break
		}
		var one Response
		one, err = r.response(domain, i)
		out = append(out, one)
		r.l.Pop(1)
	}
	return out, err
}

func (r *ruleReader) response(domain string, n int) (out Response, err error) {
	where := fmt.Sprintf("response %d", n)
	if !r.l.IsTable(-1) {
		return out, fmt.Errorf("%s: table expected, got %s", where, lua.TypeNameOf(r.l, -1))
	}
	r.unknown(domain+": "+where, "code", "trigger", "action", "message", "phase")
	out.Code, _ = r.text("code")
	out.Message, _ = r.text("message")
	trigger, _ := r.text("trigger")
	if out.Trigger, err = ParseTrigger(trigger); err != nil {
		return out, fmt.Errorf("%s: %w", where, err)
	}
	r.l.Field(-1, "action")
	out.Actions, err = r.actions()
	r.l.Pop(1)
	if err != nil {
		return out, fmt.Errorf("%s: %w", where, err)
	}
	return out, nil
}

// text gives a field of the table on top of the stack that is a string or a
// number.
func (r *ruleReader) text(name string) (string, bool) {
	r.l.Field(-1, name)
	s, ok := bind.Text(r.l, -1)
	r.l.Pop(1)
	return s, ok
}

// actions reads an array of words, or of such arrays.
func (r *ruleReader) actions() (out []Action, err error) {
	if !r.l.IsTable(-1) {
		return nil, fmt.Errorf("action: table expected, got %s", lua.TypeNameOf(r.l, -1))
	}
	words, flat := bind.Strings(r.l, -1)
	if flat {
		return ParseActions(words...)
	}
	table := r.l.AbsIndex(-1)
	for i := 1; err == nil; i++ {
		r.l.RawGetInt(table, i)
		if r.l.IsNil(-1) {
			r.l.Pop(1)
			break
		}
		var more []Action
		switch {
		case !r.l.IsTable(-1):
			err = fmt.Errorf("action %d: table expected, got %s", i, lua.TypeNameOf(r.l, -1))
		default:
			words, ok := bind.Strings(r.l, -1)
			if !ok {
				err = fmt.Errorf("action %d: names and parameters expected", i)
				break
			}
			more, err = ParseActions(words...)
		}
		out = append(out, more...)
		r.l.Pop(1)
	}
	return out, err
}

func (r *ruleReader) configuration() (map[string]Setting, error) {
	if !r.l.IsTable(-1) {
		return nil, fmt.Errorf("configuration: table expected, got %s", lua.TypeNameOf(r.l, -1))
	}
	out := map[string]Setting{}
	var err error
	bind.RangeTable(r.l, -1, func() {
		if err != nil {
			return
		}
		if r.l.TypeOf(-2) != lua.TypeString {
			err = errors.New("configuration: names of options expected for keys")
			return
		}
		option, _ := r.l.ToString(-2)
		s, fault := r.setting()
		if fault != nil {
			err = fmt.Errorf("configuration %s: %w", option, fault)
			return
		}
		out[option] = s
	})
	return out, err
}

var errSetting = errors.New("a whole number, {lo, hi} or a function expected")

// setting reads the value on top of the stack.
func (r *ruleReader) setting() (Setting, error) {
	switch r.l.TypeOf(-1) {
	case lua.TypeNumber, lua.TypeString:
		n, ok := r.whole(-1)
		if !ok {
			return Setting{}, errSetting
		}
		return Fixed(n), nil
	case lua.TypeFunction:
		if r.env.Runner == nil {
			return Setting{}, errors.New("there is no event loop to call the function on")
		}
		return Computed(luaFunc(r.env, bind.RefAt(r.l, -1))), nil
	case lua.TypeTable:
		r.l.RawGetInt(-1, 1)
		r.l.RawGetInt(-2, 2)
		lo, ok1 := r.whole(-2)
		hi, ok2 := r.whole(-1)
		r.l.Pop(2)
		if ok1 && ok2 {
			return Within(lo, hi), nil
		}
	}
	return Setting{}, errSetting
}

// whole gives the whole number at a stack index.
func (r *ruleReader) whole(index int) (int64, bool) {
	n, ok := r.l.ToNumber(index)
	return int64(n), ok && n == math.Trunc(n) && math.Abs(n) < 1<<53
}
