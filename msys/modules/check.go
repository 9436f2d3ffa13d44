package modules

import (
	"fmt"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/policycheck"
)

// NewChecker makes a checker of scripts that knows what the runtime has: its
// modules, hooks and global variables.
func NewChecker(rt *msys.Runtime) (*policycheck.Checker, error) {
	var hooks []policycheck.Hook
	for _, h := range rt.Hooks() {
		for _, name := range append([]string{h.Name}, h.Aliases...) {
			hooks = append(hooks, policycheck.Hook{Name: name, Phase: h.Phase, Args: h.Args, Called: h.Called()})
		}
	}
	api := rt.API()
	c := policycheck.New(api, hooks)
	for _, m := range api { // some modules set global functions
		if err := rt.LoadString("modules.lua", fmt.Sprintf("require(%q)", m.Name)); err != nil {
			return nil, fmt.Errorf("modules: loading %s: %w", m.Name, err)
		}
	}
	c.Globals(rt.Globals()...)
	return c, nil
}
