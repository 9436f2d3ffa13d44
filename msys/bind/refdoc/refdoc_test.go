package refdoc_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/bind/refdoc"
)

func declared() []*bind.Module {
	nothing := func(*bind.Call) int { return 0 }
	return []*bind.Module{
		{
			Name: "msys.greet", Doc: "Greets people. And more.",
			Funcs: []bind.Func{
				{Name: "hello", Params: "name:string, [end:string|nil]", Returns: "string|nil, err:string", Phases: bind.Data | bind.Rcptto, Also: bind.Log,
					AlsoNote: "loggers", Doc: "Says hello.", Example: "print(1)", Fn: nothing},
				{Name: "client.new", Returns: "object", Fn: nothing},
			},
			Described: []bind.Func{{Name: "bye", Params: "..."}},
			Consts:    []bind.Const{{Name: "MAX", Value: 3, Doc: "Most."}, {Name: "TEXT", Value: "x"}},
			Classes: []*bind.Class{{
				Name: "msys.greet:_guest", Short: "guest", Doc: "A guest.",
				Methods: []bind.Func{{Name: "leave", Phases: bind.Any, Doc: "Leaves.", Fn: nothing}},
				Fields:  []bind.Field{{Name: "name", Type: "string|nil", Doc: "The name.", Set: func(*bind.Call) {}}},
			}},
		},
	}
}

func ExampleWriteList() {
	if err := refdoc.WriteList(os.Stdout, declared()); err != nil {
		fmt.Println(err)
	}
	// Output:
	// guest.name		any
	// guest:leave		any
	// msys.greet.bye	...	any
	// msys.greet.client.new		any
	// msys.greet.hello	name, [end]	data, log, rcptto
}

func TestPages(t *testing.T) {
	pages := refdoc.Pages(declared())
	if len(pages) != 2 || pages[0].Name != "msys.greet.md" || pages[1].Name != "README.md" {
		t.Fatalf("pages %v", pages)
	}
	for _, want := range []string{
		"## msys.greet.hello(name, [end])\n\nSays hello.\n\n- `name`: string\n- `end`: string|nil, optional\n- Returns: string|nil, err:string\n- Phases: data, rcptto\n",
		"Real scripts also call it in: log (loggers).", "```lua\nprint(1)\n```", "| `MAX` | `3` | Most. |",
		"| `guest.name` | string or nil | The name. (may be assigned) |", "## guest:leave()",
	} {
		if !strings.Contains(pages[0].Text, want) {
			t.Errorf("the page lacks %q:\n%s", want, pages[0].Text)
		}
	}
	if want := "- [msys.greet](msys.greet.md): Greets people.\n"; !strings.Contains(pages[1].Text, want) {
		t.Errorf("the index lacks %q:\n%s", want, pages[1].Text)
	}
}

func TestDefinitions(t *testing.T) {
	want := `---@meta
-- Generated from the declarations in the packages; do not edit.

msys = {}
msys.greet = {}
msys.greet.MAX = 3
msys.greet.TEXT = "x"
---
---@param ... any
function msys.greet.bye(...) end

msys.greet.client = {}
---
---@return any
function msys.greet.client.new() end

---Says hello.
---@param name string
---@param end_? string|nil
---@return string|nil
---@return string err
function msys.greet.hello(name, end_) end

---A guest.
---@class msys.greet._guest
---@field name string|nil The name.
local msys_greet__guest = {}

---Leaves.
function msys_greet__guest:leave() end

`
	if diff := cmp.Diff(want, refdoc.Definitions(declared())); diff != "" {
		t.Error(diff)
	}
}
