package policycheck

import (
	"slices"
	"strings"

	"github.com/gomsys/gomsys/msys/dialect"
)

// survey finds out once what the checks ask about functions and locals.
//
// A function is a field if it is written as a method, in a constructor or as
// an assignment to a field, or if the local that it is declared as becomes a
// field of the same name. A local is reassigned if it gets values later that do
// not come from itself, as in part = part.next.
func (s *script) survey() {
	s.fields = make([]bool, len(s.Functions))
	s.reassigned = make([]bool, len(s.Locals))
	for n := range s.Functions {
		f := &s.Functions[n]
		s.fields[n] = f.Method || f.Name != "" // of a constructor, unless a variable is named below
	}
	become := make([]bool, len(s.Locals)) // locals that are assigned to a field of their name
	for i := range s.Uses {
		u := &s.Uses[i]
		if !u.Assigned {
			continue
		}
		if last := len(u.Steps) - 1; last >= 0 && u.Use >= 0 {
			from := &s.Uses[u.Use]
			if from.Local >= 0 && len(from.Steps) == 0 && u.Steps[last].Name == s.Locals[from.Local].Name {
				become[from.Local] = true
			}
		}
		if u.Local >= 0 && len(u.Steps) == 0 && (u.Use < 0 || s.Uses[u.Use].Local != u.Local) {
			s.reassigned[u.Local] = true
		}
	}
	for i := len(s.Uses) - 1; i >= 0; i-- { // the first assignment decides
		if u := &s.Uses[i]; u.Assigned && u.Function >= 0 && !s.Functions[u.Function].Method {
			s.fields[u.Function] = s.Functions[u.Function].Name != "" && len(u.Steps) > 0
		}
	}
	for i := len(s.Locals) - 1; i >= 0; i-- {
		if n := s.Locals[i].Function; n >= 0 && !s.Functions[n].Method {
			s.fields[n] = s.Functions[n].Name != "" && become[i]
		}
	}
}

// findContexts finds out in which callouts each function runs: those that it
// is itself, and those whose functions call it by name.
func (c *Checker) findContexts(s *script) {
	s.contexts = make([][]Hook, len(s.Functions))
	byName := map[string][]int{}
	for n := range s.Functions {
		if n == 0 || s.Functions[n].Name == "" {
			continue
		}
		name := s.Functions[n].Name
		byName[name] = append(byName[name], n)
		if h, ok := c.catalog.hooks[name]; ok && s.fields[n] {
			s.contexts[n] = append(s.contexts[n], h)
			c.callouts[h.Name] = true
		}
	}
	for changed := true; changed; {
		changed = false
		for i := range s.Uses {
			u := &s.Uses[i]
			if len(s.contexts[u.In]) == 0 {
				continue
			}
			for _, n := range byName[calledName(u)] {
				if _, isHook := c.catalog.hooks[s.Functions[n].Name]; isHook {
					continue
				}
				for _, h := range s.contexts[u.In] {
					if !slices.ContainsFunc(s.contexts[n], func(g Hook) bool { return g.Name == h.Name }) {
						s.contexts[n] = append(s.contexts[n], h)
						changed = true
					}
				}
			}
		}
	}
}

// calledName gives the name of the function that a use calls first.
func calledName(u *dialect.OutlineUse) string {
	name := u.Name
	for _, step := range u.Steps {
		switch step.Kind {
		case dialect.StepCall:
			return name
		case dialect.StepMethod:
			return step.Name
		case dialect.StepField:
			name = step.Name
		default:
			return ""
		}
	}
	return ""
}

// prefixes of names that callouts have and other functions hardly do.
var prefixes = []string{"validate_", "core_", "generic_delivery_", "restinj_"}

// checkCallouts looks at the functions that are callouts or look so.
func (c *Checker) checkCallouts(s *script) {
	defines := 0
	for n := range s.Functions {
		f := &s.Functions[n]
		if n == 0 || !s.fields[n] {
			continue
		}
		h, ok := c.catalog.hooks[f.Name]
		switch {
		case ok && !h.Called:
			c.find(s, f.Line, Warning, RuleCallout, "callout %s is accepted but never called by this library", f.Name)
		case ok:
			defines = f.Line
		case slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(f.Name, p) }):
			if near := c.nearest(f.Name); near != "" {
				c.find(s, f.Line, Warning, RuleCallout, "there is no callout %s; is %s meant?", f.Name, near)
			} else {
				c.find(s, f.Line, Warning, RuleCallout, "there is no callout %s; nothing calls this function", f.Name)
			}
		}
	}
	if defines > 0 && len(s.Uses) > 0 && !slices.ContainsFunc(s.Uses, registers) {
		c.find(s, defines, Warning, RuleRegister, "the script has callouts but no msys.registerModule")
	}
}

func registers(u dialect.OutlineUse) bool {
	return u.Name == "msys" && len(u.Steps) > 0 && u.Steps[0].Name == "registerModule" ||
		u.Name == "module" || len(u.Steps) > 0 && u.Steps[len(u.Steps)-1].Name == "registerModule"
}

// nearest gives the callout whose name differs least, "" if none is near.
func (c *Checker) nearest(name string) string {
	best, least := "", 4
	for _, h := range c.catalog.hooks {
		if d := distance(name, h.Name); d < least || d == least && best != "" && h.Name < best {
			best, least = h.Name, d
		}
	}
	return best
}

// distance counts the letters to insert, delete or replace.
func distance(a, b string) int {
	if n := len(a) - len(b); n > 4 || n < -4 {
		return 100
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
