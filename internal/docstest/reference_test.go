package docstest

import (
	"slices"
	"strings"
	"testing"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/bind"
)

// entry is a function or method of the reference.
type entry struct {
	name    string // "msys.counter.inc", "msg:header"
	module  string // in whose page it stands
	f       *bind.Func
	snippet string
}

// entries lists the functions and methods of the reference.
func entries(rt *msys.Runtime) []entry {
	var list []entry
	seen := map[*bind.Class]bool{}
	for _, m := range rt.API() {
		for _, f := range m.Listed() {
			list = append(list, entry{m.Name + "." + f.Name, m.Name, &f, m.Snippet(nil, &f)})
		}
		for _, class := range m.Classes {
			if seen[class] {
				continue
			}
			seen[class] = true
			for i := range class.Methods {
				f := &class.Methods[i]
				list = append(list, entry{class.Short + ":" + f.Name, m.Name, f, m.Snippet(class, f)})
			}
		}
	}
	return list
}

// Every function has a text and a snippet that runs where it says that it
// stands. The snippet asserts for itself, and names the function.
func TestReference(t *testing.T) {
	for _, e := range entries(newRuntime(t)) {
		t.Run(e.name, func(t *testing.T) {
			if e.f.Doc == "" {
				t.Error("there is no text")
			}
			if e.snippet == "" {
				t.Fatal("there is no snippet")
			}
			_, base, ok := strings.Cut(e.name, ":")
			if !ok {
				base = e.name[strings.LastIndexByte(e.name, '.')+1:]
			}
			if !strings.Contains(e.snippet, base) {
				t.Errorf("the snippet does not use %s", base)
			}
			if outcomes[e.name] == nil && !strings.Contains(e.snippet, "assert(") {
				t.Error("the snippet asserts nothing")
			}
			newStage(t, e.module).play(t, e.name, e.snippet)
		})
	}
}

// Snippets belong to functions that are there and have no Example.
func TestSnippetNames(t *testing.T) {
	for _, m := range newRuntime(t).API() {
		names := without(m.Funcs, "")
		for _, class := range m.Classes {
			methods := without(class.Methods, class.Short+":")
			checkNames(t, class.Name, class.Examples, methods)
			names = append(names, methods...)
		}
		checkNames(t, m.Name, m.Examples, names)
	}
}

// without gives the names of the functions without an Example.
func without(funcs []bind.Func, prefix string) (names []string) {
	for _, f := range funcs {
		if f.Example == "" {
			names = append(names, prefix+f.Name)
		}
	}
	return names
}

func checkNames(t *testing.T, where, examples string, names []string) {
	t.Helper()
	seen := map[string]bool{}
	for name := range bind.Snippets(examples) {
		if !slices.Contains(names, name) {
			t.Errorf("%s: a snippet for %s, which is no function of it or has an Example", where, name)
		}
		if seen[name] {
			t.Errorf("%s: two snippets for %s", where, name)
		}
		seen[name] = true
	}
}

func TestPlace(t *testing.T) {
	for _, tt := range []struct{ snippet, name, args string }{
		{"assert(true)", "validate_data_spool_each_rcpt", "msg, ac, vctx"},
		{"-- in validate_connect(ac, vctx)\nassert(true)", "validate_connect", "ac, vctx"},
		{"-- in init(), once\nassert(true)", "init", ""},
		{"-- in the end\nassert(true)", "validate_data_spool_each_rcpt", "msg, ac, vctx"},
	} {
		if name, args := place(tt.snippet); name != tt.name || args != tt.args {
			t.Errorf("%q: %s(%s), want %s(%s)", tt.snippet, name, args, tt.name, tt.args)
		}
	}
}
