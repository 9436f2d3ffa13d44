package modules

import (
	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/policycheck"
)

// NewChecker makes a checker of scripts that knows what the runtime has: its
// modules, hooks and global variables.
func NewChecker(rt *msys.Runtime) *policycheck.Checker {
	var hooks []policycheck.Hook
	for _, h := range rt.Hooks() {
		for _, name := range append([]string{h.Name}, h.Aliases...) {
			hooks = append(hooks, policycheck.Hook{Name: name, Phase: h.Phase, Args: h.Args, Called: h.Called()})
		}
	}
	c := policycheck.New(rt.API(), hooks)
	c.Globals(rt.Globals()...) // modules set global functions, too
	return c
}
