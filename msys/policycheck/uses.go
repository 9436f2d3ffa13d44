package policycheck

import (
	"slices"
	"strings"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/dialect"
)

// thing is what the check knows a value to be: a module's table, an object of
// a class, or nothing.
type thing struct {
	table string
	class *bind.Class
	// likely is set if only the variable's name tells the class.
	likely bool
}

// checkUse checks one use of a variable.
func (c *Checker) checkUse(s *script, u *dialect.OutlineUse) {
	c.checkRequire(s, u)
	c.checkGlobal(s, u)
	c.follow(s, u, true, 0)
}

// checkRequire checks the module of a require line.
func (c *Checker) checkRequire(s *script, u *dialect.OutlineUse) {
	name := requires(u)
	if name == "" || c.catalog.modules[name] || c.hasScript(name) {
		return
	}
	level := Warning // it may be found elsewhere
	if strings.HasPrefix(name, "msys.") {
		level = Error
		c.missing[name] = true
	}
	c.find(s, u.Line, level, RuleModule, "module '%s' not found", name)
}

// hasScript reports whether require would find a script of that name.
func (c *Checker) hasScript(name string) bool {
	file := strings.ReplaceAll(name, ".", "/")
	for _, s := range c.scripts {
		base := strings.TrimSuffix(s.name, ".lua")
		if base == file || base == file+"/init" || strings.HasSuffix(base, "/"+file) {
			return true
		}
	}
	return false
}

// checkGlobal checks that a global variable exists and is meant.
func (c *Checker) checkGlobal(s *script, u *dialect.OutlineUse) {
	if u.Local >= 0 || c.catalog.globals[u.Name] {
		return
	}
	switch {
	case u.Assigned && len(u.Steps) == 0:
		if u.In > 0 && u.Function < 0 && !c.atTop[u.Name] {
			c.find(s, u.Line, Warning, RuleGlobal, "assigns the global variable '%s', which all sessions share: is a local missing?", u.Name)
		}
	case !c.assigned[u.Name] && len(u.Steps) > 0 && u.Steps[0].Kind != dialect.StepField:
		c.find(s, u.Line, Error, RuleVariable, "nothing defines '%s', which is called or indexed here", u.Name)
	case !c.assigned[u.Name]:
		c.find(s, u.Line, Warning, RuleVariable, "nothing defines the global variable '%s'", u.Name)
	}
}

// follow goes through a use from its variable on and gives what its value is.
// If report is set, it notes what is wrong and what is used.
func (c *Checker) follow(s *script, u *dialect.OutlineUse, report bool, depth int) thing {
	at := c.start(s, u, depth)
	steps := u.Steps
	if name := requires(u); name != "" {
		at, steps = thing{table: name}, steps[1:]
		if c.catalog.tables[name] == nil {
			return thing{}
		}
	}
	for len(steps) > 0 && at != (thing{}) {
		step := steps[0]
		steps = steps[1:]
		called := step.Kind == dialect.StepMethod
		if len(steps) > 0 && steps[0].Kind == dialect.StepCall && !called {
			called = true
			steps = steps[1:]
		}
		if at.table != "" {
			at = c.tableStep(s, u, at.table, step, len(steps) == 0 && !called && u.Assigned, called, report)
		} else {
			at = c.objectStep(s, u, at, step, report)
		}
	}
	return at
}

// start gives what the variable of a use is.
func (c *Checker) start(s *script, u *dialect.OutlineUse, depth int) thing {
	if u.Local < 0 {
		if c.catalog.tables[u.Name] != nil && !c.assigned[u.Name] {
			return thing{table: u.Name}
		}
		return thing{}
	}
	if depth > 10 || s.reassigned[u.Local] {
		return thing{}
	}
	l := &s.Locals[u.Local]
	if l.Use >= 0 {
		return c.follow(s, &s.Uses[l.Use], false, depth+1)
	}
	if class := c.parameterClass(s, u.Local); class != nil {
		return thing{class: class}
	}
	switch f := &s.Functions[l.In]; {
	case l.In == 0 || !slices.Contains(f.Params, u.Local):
	case l.Name == "msg" || l.Name == "vctx" || l.Name == "ac":
		return thing{class: c.catalog.short[l.Name], likely: true}
	}
	return thing{}
}

// parameterClass gives the class of a callout's parameter.
func (c *Checker) parameterClass(s *script, local int) *bind.Class {
	n := s.Locals[local].In
	f := &s.Functions[n]
	h, ok := c.catalog.hooks[f.Name]
	if !ok || !s.fields[n] {
		return nil
	}
	args := strings.Split(h.Args, ",")
	if !f.Method && (len(f.Params) == 0 || s.Locals[f.Params[0]].Name == strings.TrimSpace(args[0])) {
		return nil // it is called by something else, without self
	}
	for i, p := range f.Params {
		if p != local {
			continue
		}
		if i == 0 || i > len(args) {
			return nil
		}
		switch name := strings.TrimSpace(args[i-1]); name {
		case "str", "buff", "response", "now": // strings and numbers in some callouts
			return nil
		default:
			return c.catalog.short[name]
		}
	}
	return nil
}

// tableStep takes a step from a module's table.
func (c *Checker) tableStep(s *script, u *dialect.OutlineUse, name string, step dialect.OutlineStep, assigned, called, report bool) thing {
	if step.Kind != dialect.StepField && step.Kind != dialect.StepMethod {
		return thing{}
	}
	full := name + "." + step.Name
	t := c.catalog.tables[name]
	if c.catalog.tables[full] != nil {
		c.checkRequired(s, step.Line, full, report)
		return thing{table: full}
	}
	if f := t.funcs[step.Name]; f != nil {
		c.checkRequired(s, step.Line, name, report)
		if report && !assigned {
			c.used[full] = true
			c.checkPhase(s, u, step.Line, full, f)
		}
		if called {
			return c.object(f)
		}
		return thing{}
	}
	if t.consts[step.Name] || t.open || assigned || c.assigned[full] || !report {
		if report && !t.open {
			c.checkRequired(s, step.Line, name, report)
		}
		return thing{}
	}
	switch {
	case called:
		c.missing[full] = true
		c.find(s, step.Line, Error, RuleUnknown, "there is no function %s", full)
	case strings.ToUpper(step.Name) == step.Name:
		c.missing[full] = true
		c.find(s, step.Line, Error, RuleUnknown, "there is no constant %s", full)
	default: // scripts ask for fields that may not be there
		c.find(s, step.Line, Warning, RuleUnknown, "there is no field %s", full)
	}
	return thing{}
}

// object gives the first result of a call.
func (c *Checker) object(f *bind.Func) thing { return thing{class: c.catalog.result(f)} }

// objectStep takes a step from an object.
func (c *Checker) objectStep(s *script, u *dialect.OutlineUse, at thing, step dialect.OutlineStep, report bool) thing {
	class := at.class
	if at.likely && !has(class, step.Name) {
		return thing{}
	}
	switch step.Kind {
	case dialect.StepMethod:
		f := method(class, step.Name)
		if f == nil {
			if report && !has(class, step.Name) {
				c.missing[class.Short+":"+step.Name] = true
				c.find(s, step.Line, Error, RuleUnknown, "there is no method %s:%s", class.Short, step.Name)
			}
			return thing{}
		}
		if report {
			c.used[class.Short+":"+step.Name] = true
			c.checkPhase(s, u, step.Line, class.Short+":"+step.Name, f)
		}
		return c.object(f)
	case dialect.StepField:
		if report && !has(class, step.Name) {
			c.find(s, step.Line, Warning, RuleUnknown, "there is no field %s.%s", class.Short, step.Name)
		}
		for i := range class.Fields {
			if f := &class.Fields[i]; f.Name == step.Name {
				typ, _, _ := strings.Cut(f.Type, "|")
				return thing{class: c.catalog.classes[typ]}
			}
		}
	}
	return thing{}
}

// checkRequired warns of a module that no script requires. msys itself is
// always there.
func (c *Checker) checkRequired(s *script, line int, name string, report bool) {
	if !report || name == "msys" || c.required[name] || !c.catalog.modules[name] {
		return
	}
	for r := range c.required { // one module may bring in another
		if strings.HasPrefix(r, name+".") || c.catalog.tables[r] == c.catalog.tables[name] {
			return
		}
	}
	if name == "msys.core" && len(c.required) > 0 {
		return
	}
	c.find(s, line, Warning, RuleRequire, "no script requires '%s'", name)
	c.required[name] = true // said once
}

// checkPhase warns of a function that does not belong into the phases of the
// callouts that run it.
func (c *Checker) checkPhase(s *script, u *dialect.OutlineUse, line int, name string, f *bind.Func) {
	for _, h := range s.contexts[u.In] {
		if h.Phase != 0 && !f.Allowed().Allows(h.Phase) {
			c.find(s, line, Warning, RulePhase, "%s is for the phases %s, and %s runs in %s", name, f.Allowed(), h.Name, h.Phase)
		}
	}
}
