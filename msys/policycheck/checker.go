package policycheck

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/dialect"
)

// Checker collects scripts and checks them together: what one defines another
// may use. It is for one goroutine.
type Checker struct {
	catalog  *catalog
	scripts  []*script
	required map[string]bool // by any script
	assigned map[string]bool // global variables that scripts assign, and fields of msys: "msys.mine"
	atTop    map[string]bool // global variables that scripts assign outside of all functions
	findings []Finding
	used     map[string]bool
	missing  map[string]bool
	callouts map[string]bool
}

// script is one file.
type script struct {
	name string
	*dialect.Outline
	fields     []bool   // by function: it is a field of a table, as callouts are
	reassigned []bool   // by local: it gets values that do not come from itself
	contexts   [][]Hook // by function: the callouts that run it
}

// New makes a checker for the declarations of Lua modules and the hooks of a
// runtime.
func New(api []*bind.Module, hooks []Hook) *Checker {
	return &Checker{
		catalog: newCatalog(api, hooks), required: map[string]bool{}, assigned: map[string]bool{}, atTop: map[string]bool{},
		used: map[string]bool{}, missing: map[string]bool{}, callouts: map[string]bool{},
	}
}

// Globals adds names of global variables that are there besides the
// language's own and those that modules declare as data.
func (c *Checker) Globals(names ...string) {
	for _, name := range names {
		c.catalog.globals[name] = true
	}
}

// Add adds a script. One that does not compile is a finding.
func (c *Checker) Add(name string, source []byte) {
	o, err := dialect.Inspect(source, "@"+name)
	s := &script{name: name, Outline: o}
	if err != nil {
		s.Outline = &dialect.Outline{Functions: make([]dialect.OutlineFunction, 1)}
		f := Finding{File: name, Line: 1, Level: Error, Rule: RuleSyntax, Text: err.Error()}
		if syntax := (*dialect.SyntaxError)(nil); errors.As(err, &syntax) {
			f.Line, f.Text = syntax.Line, strings.TrimPrefix(err.Error(), fmt.Sprintf("%s:%d: ", name, syntax.Line))
		}
		c.findings = append(c.findings, f)
	}
	s.survey()
	c.scripts = append(c.scripts, s)
	c.declare(s)
}

// AddDir adds all scripts of a directory and those below it, files whose name
// ends in ".lua". The error is that of reading.
func (c *Checker) AddDir(fsys fs.FS) error {
	return fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".lua" {
			return err
		}
		source, err := fs.ReadFile(fsys, name)
		if err != nil {
			return fmt.Errorf("policycheck: reading a script: %w", err)
		}
		c.Add(name, source)
		return nil
	})
}

// declare notes what a script requires and defines.
func (c *Checker) declare(s *script) {
	for i := range s.Uses {
		u := &s.Uses[i]
		if u.Local >= 0 {
			continue
		}
		if name := requires(u); name != "" {
			c.required[name] = true
		}
		if u.Name == "module" && len(u.Steps) > 0 && u.Steps[0].Text != "" {
			c.assigned[u.Steps[0].Text] = true
		}
		if !u.Assigned {
			continue
		}
		name, fields := u.Name, true
		for _, step := range u.Steps {
			if fields = step.Kind == dialect.StepField; !fields {
				break
			}
			name += "." + step.Name
		}
		if fields {
			c.assigned[name] = true
		}
		if u.In == 0 && len(u.Steps) == 0 {
			c.atTop[u.Name] = true
		}
	}
}

// requires gives the module that a use requires, "" if it is no such call.
func requires(u *dialect.OutlineUse) string {
	if u.Name == "require" && u.Local < 0 && len(u.Steps) > 0 && u.Steps[0].Kind == dialect.StepCall {
		return u.Steps[0].Text
	}
	return ""
}

// Report checks the scripts that were added.
func (c *Checker) Report() *Report {
	found := len(c.findings)
	for _, s := range c.scripts {
		c.findContexts(s)
		for i := range s.Uses {
			c.checkUse(s, &s.Uses[i])
		}
		c.checkCallouts(s)
	}
	r := &Report{
		Scripts: len(c.scripts), Findings: sortFindings(slices.Clone(c.findings)),
		Used: slices.Sorted(maps.Keys(c.used)), Unsupported: slices.Sorted(maps.Keys(c.missing)), Callouts: slices.Sorted(maps.Keys(c.callouts)),
	}
	c.findings = c.findings[:found]
	return r
}

// find notes a finding.
func (c *Checker) find(s *script, line int, level Level, rule Rule, format string, args ...any) {
	c.findings = append(c.findings, Finding{File: s.name, Line: line, Level: level, Rule: rule, Text: fmt.Sprintf(format, args...)})
}
