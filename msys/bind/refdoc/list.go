package refdoc

import (
	"fmt"
	"io"
	"sort"

	"github.com/gomsys/gomsys/msys/bind"
)

// Entry is one function, method or field of the Lua API.
type Entry struct {
	Name   string // "msys.counter.inc", "msg:header", "msg.id"
	Params string // as the reference prints them, "hdr, [value], [mode]"
	Phases string // "any" or names separated by ", "
}

// Entries lists all functions, methods and fields of the modules, sorted by
// name.
func Entries(modules []*bind.Module) []Entry {
	var out []Entry
	seen := map[*bind.Class]bool{}
	for _, m := range modules {
		listed := m.Listed()
		for i := range listed {
			f := &listed[i]
			out = append(out, Entry{m.Name + "." + f.Name, f.Signature(), f.Allowed().String()})
		}
		for _, class := range m.Classes {
			if seen[class] {
				continue
			}
			seen[class] = true
			for i := range class.Methods {
				f := &class.Methods[i]
				out = append(out, Entry{class.Short + ":" + f.Name, f.Signature(), f.Allowed().String()})
			}
			for _, f := range class.Fields {
				out = append(out, Entry{class.Short + "." + f.Name, "", "any"})
			}
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

// WriteList writes one entry a line: name, parameters and phases, separated
// by tabs.
func WriteList(w io.Writer, modules []*bind.Module) error {
	for _, e := range Entries(modules) {
		if _, err := fmt.Fprintf(w, "%s\t%s\t%s\n", e.Name, e.Params, e.Phases); err != nil {
			return fmt.Errorf("refdoc: writing the list: %w", err)
		}
	}
	return nil
}
