// Package policycheck finds mistakes in policy scripts without running them:
// functions, constants and methods that do not exist, callouts that nothing
// calls, calls outside of their phases, missing require lines, variables that
// are global by accident. It reads scripts with the parser of package dialect
// and knows what the declarations of the Lua modules say, so that it never
// knows more or less than the runtime.
//
//	rt, err := msys.New(msys.Config{Modules: modules.All(modules.Options{})})
//	c := modules.NewChecker(rt)
//	err = c.AddDir(os.DirFS("policies"))
//	report := c.Report()
//
// The program examples/check is this on a command line.
//
// A check of text cannot know what values variables have. What it reports as
// an error is one wherever the line runs; what depends on values it leaves
// alone or reports as a warning.
package policycheck
