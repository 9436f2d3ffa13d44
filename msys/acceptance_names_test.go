package msys_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/gomsys/gomsys/msys"
)

// A table may define each hook under each of its names, and nothing else.
// Those that nobody calls are accepted with one warning.
func TestEveryHookName(t *testing.T) {
	hooks := startHost(t, msys.Config{}).rt.Hooks()
	if len(hooks) < 190 {
		t.Errorf("%d hooks", len(hooks))
	}
	h := startHost(t, msys.Config{})
	scripts := 0
	for _, d := range hooks {
		names := []string{d.Name}
		if d.Called() {
			names = append(names, d.Name+"_hook")
			names = append(names, d.Aliases...)
		}
		for _, name := range names {
			scripts++
			script := strings.Replace(module("function mod:"+name+"() return true end"), "'m'", fmt.Sprintf("'m%d'", scripts), 1)
			if err := h.rt.LoadString(fmt.Sprintf("p%d.lua", scripts), script); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if got := h.rt.Has(d.Name); got != d.Called() {
			t.Errorf("Has(%s) is %v", d.Name, got)
		}
		want := 0
		if !d.Called() {
			want = 1
		}
		if n := strings.Count(h.logged(), "hook "+d.Name+": accepted but never called by this host"); n != want {
			t.Errorf("%d warnings about %s, want %d", n, d.Name, want)
		}
	}
	if got := len(h.rt.Modules()); got != scripts {
		t.Errorf("%d modules of %d scripts", got, scripts)
	}
}
