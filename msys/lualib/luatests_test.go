package lualib_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
	"github.com/gomsys/gomsys/msys/dialect"
	"github.com/gomsys/gomsys/msys/lualib"
)

// exclusion takes lines out of a script of a peer suite.
type exclusion struct {
	first, last int
	reason      string
}

const (
	lua51        = "Lua 5.1, and so Momentum, does it otherwise"
	newFunctions = lua51 + ": each evaluation makes a new function"
	octal        = "0 begins octal numbers in the dialect"
	sortYields   = "yield across table.sort works here"
	noCFunction  = "looks into a C function"
	noDump       = "loads what string.dump gives"
	weakTables   = "waits for a weak table to be cleared"
)

// luaSuite are the official tests of Lua 5.2 that must run to their end.
var luaSuite = []struct {
	file string
	not  []exclusion
}{
	{"strings", []exclusion{{52, 52, lua51}, {214, 214, lua51}}},
	{"pm", nil},
	{"nextvar", []exclusion{{307, 307, lua51}, {312, 313, lua51}, {338, 338, lua51}, {357, 358, lua51}}},
	{"calls", []exclusion{{236, 245, noDump}, {262, 266, noDump}, {287, 301, noDump}}},
	{"closure", []exclusion{{26, 29, weakTables}, {45, 45, newFunctions}, {53, 53, newFunctions}, {226, 226, noCFunction}}},
	{"constructs", nil},
	{"events", nil},
	{"coroutine", []exclusion{{112, 119, sortYields}, {209, 209, weakTables}}},
	{"math", []exclusion{{56, 56, octal}, {66, 66, octal}}},
	{"sort", nil},
	{"vararg", nil},
	{"goto", nil},
	{"locals", nil},
	{"literals", []exclusion{{25, 25, octal}, {56, 72, lua51}, {76, 82, lua51 + ": near '<eof>'"}}},
	{"errors", []exclusion{{57, 60, lua51 + ": near '<eof>'"}, {153, 153, "files have no __gc"}, {184, 186, sortYields}, {352, 352, lua51 + ": the byte itself"}, {379, 379, "a chain of .. does not nest here"}}},
	{"bitwise", nil},
	{"files", []exclusion{{39, 44, lua51}, {341, 346, noDump}, {349, 366, noDump}, {518, 529, lua51}}},
	{"big", []exclusion{{73, 73, "the message is another one"}}},
	{"verybig", nil},
}

// suiteDir gives the directory of a peer suite, which is not part of this
// project.
func suiteDir(t *testing.T, variable string) string {
	t.Helper()
	dir := os.Getenv(variable)
	if dir == "" {
		t.Skipf("%s does not name the directory of the suite", variable)
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("%s: %v", variable, err)
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// withoutLines replaces the excluded lines of a script by empty ones.
func withoutLines(src []byte, not []exclusion) []byte {
	lines := bytes.Split(src, []byte("\n"))
	for _, e := range not {
		for i := e.first; i <= e.last; i++ {
			lines[i-1] = nil
		}
	}
	return bytes.Join(lines, []byte("\n"))
}

// runSuiteFile runs a script of a suite and gives what it printed.
func runSuiteFile(t *testing.T, path, name string, not []exclusion, prelude string) (string, *luavm.Error) {
	t.Helper()
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	l := lua.NewState()
	defer lualib.Close(l)
	lualib.Open(l, &lualib.Options{
		Stdout: &out, AllowExec: true, AllowExit: true,
		Print: func(_ *lua.State, line string) { out.WriteString(line + "\n") },
	})
	th := luavm.Of(l)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	th.SetBudget(&luavm.Budget{Ctx: ctx})
	for _, chunk := range []struct{ src, name string }{
		{prelude, "=prelude"}, {string(withoutLines(src, not)), "@" + name},
	} {
		if err := dialect.Load(l, []byte(chunk.src), chunk.name); err != nil {
			t.Fatal(err)
		}
		if filepath.Base(path) == "big.lua" && chunk.name != "=prelude" {
			inCoroutine(t, l)
		}
		if e := th.PCall(0, 0); e != nil {
			return out.String(), e
		}
	}
	return out.String(), nil
}

// inCoroutine replaces the function on top of the stack by one that runs it
// in a coroutine to the end.
func inCoroutine(t *testing.T, l *lua.State) {
	t.Helper()
	err := dialect.Load(l, []byte(`local chunk = ...
		return function()
			local co = coroutine.create(chunk)
			repeat assert(coroutine.resume(co)) until coroutine.status(co) == "dead"
		end`), "=coroutine")
	if err != nil {
		t.Fatal(err)
	}
	l.Insert(-2)
	l.Call(1, 1)
}

func TestLuaSuite(t *testing.T) {
	dir := suiteDir(t, "GOMSYS_LUA_TESTS")
	t.Chdir(t.TempDir())
	for _, s := range luaSuite {
		t.Run(s.file, func(t *testing.T) {
			out, err := runSuiteFile(t, filepath.Join(dir, s.file+".lua"), s.file+".lua", s.not, "")
			if err != nil {
				if i := len(out) - 500; i > 0 {
					out = out[i:]
				}
				t.Errorf("%s\n%s\n%s\n%s", err.Message, err.Traceback, err.GoStack, strings.TrimSpace(out))
			}
			for _, e := range s.not {
				t.Logf("lines %d to %d are left out: %s", e.first, e.last, e.reason)
			}
		})
	}
}
