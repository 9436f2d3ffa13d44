package msys

import (
	"slices"
	"strings"
)

// hookTable finds a hook by the name that a script uses.
type hookTable struct {
	byName map[string]*HookDef // names and aliases
}

func newHookTable(own []HookDef) *hookTable {
	t := &hookTable{byName: map[string]*HookDef{}}
	add := func(defs []HookDef) {
		for i := range defs {
			d := &defs[i]
			d.keys = []any{d.Name, d.Name + "_hook"}
			for _, alias := range d.Aliases {
				d.keys = append(d.keys, alias)
			}
			for _, alias := range d.Aliases {
				t.byName[alias] = d
			}
			t.byName[d.Name] = d
		}
	}
	add(builtinHooks())
	add(own)
	return t
}

// find gives the hook for a function name; a trailing "_hook" does not count.
func (t *hookTable) find(name string) *HookDef {
	if d := t.byName[name]; d != nil {
		return d
	}
	if base, ok := strings.CutSuffix(name, "_hook"); ok {
		return t.byName[base]
	}
	if strings.HasPrefix(name, "core_config_get_") {
		return &HookDef{Name: name, Kind: KindVoid, internal: true}
	}
	return nil
}

// Hooks lists the hooks that scripts may define, sorted by name.
func (rt *Runtime) Hooks() []HookDef {
	var list []HookDef
	for name, d := range rt.hooks.byName {
		if name == d.Name {
			list = append(list, *d)
		}
	}
	slices.SortFunc(list, func(a, b HookDef) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// Called reports whether something calls the hook: the library or, for hooks
// of its own, the host. Other hooks are accepted so that scripts load.
func (d HookDef) Called() bool { return !d.internal }
