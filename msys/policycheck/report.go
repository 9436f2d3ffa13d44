package policycheck

import (
	"cmp"
	"fmt"
	"slices"
)

// Level tells errors, which fail wherever their line runs, from warnings.
type Level string

// Levels of findings.
const (
	Error   Level = "error"
	Warning Level = "warning"
)

// Rule names what a finding is about.
type Rule string

// The rules.
const (
	RuleSyntax   Rule = "syntax"           // the script does not compile
	RuleUnknown  Rule = "unknown"          // a function, constant, method or field that does not exist
	RuleCallout  Rule = "callout"          // a function that looks like a callout and is never called
	RulePhase    Rule = "phase"            // a function that does not belong into the callout's phase
	RuleRequire  Rule = "missing-require"  // a module is used that no script requires
	RuleGlobal   Rule = "global"           // a function assigns a global variable that nothing declares
	RuleVariable Rule = "undefined"        // a global variable that nothing assigns
	RuleModule   Rule = "unknown-module"   // require of a module that neither exists nor is among the scripts
	RuleRegister Rule = "never-registered" // callouts in a script that registers no module
)

// Finding is one mistake.
type Finding struct {
	File  string `json:"file"`
	Line  int    `json:"line"`
	Level Level  `json:"level"`
	Rule  Rule   `json:"rule"`
	Text  string `json:"text"`
}

// String gives "file:line: level: text [rule]".
func (f Finding) String() string {
	return fmt.Sprintf("%s:%d: %s: %s [%s]", f.File, f.Line, f.Level, f.Text, f.Rule)
}

// Report is what a check has found.
type Report struct {
	Scripts  int       `json:"scripts"`
	Findings []Finding `json:"findings"`
	// Used are the functions of the library that the scripts use, sorted:
	// "msys.counter.inc", "msg:header".
	Used []string `json:"used"`
	// Unsupported are the names that do not exist, sorted.
	Unsupported []string `json:"unsupported"`
	// Callouts are the callouts that the scripts define, sorted.
	Callouts []string `json:"callouts"`
}

// Errors gives the number of findings that are errors.
func (r *Report) Errors() int {
	n := 0
	for _, f := range r.Findings {
		if f.Level == Error {
			n++
		}
	}
	return n
}

// Summary says in one or two lines what the scripts use and whether all of
// that is supported.
func (r *Report) Summary() string {
	s := fmt.Sprintf("%s, %s, %s used", plural(r.Scripts, "script"), plural(len(r.Callouts), "callout"), plural(len(r.Used)+len(r.Unsupported), "msys function"))
	switch n := len(r.Unsupported); {
	case n == 0:
		s += ": all of them are supported"
	default:
		s += fmt.Sprintf(": %d supported, not supported:", len(r.Used))
		for _, name := range r.Unsupported {
			s += " " + name
		}
	}
	warnings := len(r.Findings) - r.Errors()
	return s + fmt.Sprintf("\n%s, %s", plural(r.Errors(), "error"), plural(warnings, "warning"))
}

func plural(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

// sortFindings sorts by file and line and drops what is said twice.
func sortFindings(list []Finding) []Finding {
	slices.SortStableFunc(list, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Text, b.Text))
	})
	return slices.Compact(list)
}
