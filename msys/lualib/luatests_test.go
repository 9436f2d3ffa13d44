package lualib_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
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

// String gives the lines: "12" or "12–15".
func (e exclusion) String() string {
	if e.first == e.last {
		return strconv.Itoa(e.first)
	}
	return fmt.Sprintf("%d–%d", e.first, e.last)
}

const (
	eof        = "Lua 5.1 quotes <eof> in messages"
	escapes    = "Lua 5.1 takes unknown escapes for the character itself, and words errors in others otherwise"
	identity   = "in Lua 5.1 each evaluation of a function gives a new one"
	insertion  = "Lua 5.1 does not check the position in table.insert and table.remove"
	noDump     = "loads what string.dump gives"
	octal      = "numbers that begin with 0 are octal in the dialect"
	sortYields = "functions may yield across table.sort here"
	weak       = "waits for a weak table to be cleared"
)

// luaSuite are the official tests of Lua 5.2 that must run to their end.
var luaSuite = []struct {
	file string
	not  []exclusion
}{
	{"strings", []exclusion{
		{52, 52, "string.find past the end begins at the end in Lua 5.1"},
		{214, 214, "string.format takes negative numbers for %x in Lua 5.1"},
	}},
	{"pm", nil},
	{"nextvar", []exclusion{{307, 307, insertion}, {312, 313, insertion}, {338, 338, insertion}, {357, 358, insertion}}},
	{"calls", []exclusion{{236, 245, noDump}, {262, 266, noDump}, {287, 301, noDump}}},
	{"closure", []exclusion{
		{26, 29, weak}, {45, 45, identity}, {53, 53, identity}, {226, 226, "wants an upvalue of a C function"},
	}},
	{"constructs", nil},
	{"events", nil},
	{"coroutine", []exclusion{{112, 119, sortYields}, {209, 209, weak}}},
	{"math", []exclusion{{56, 56, octal}, {66, 66, octal}}},
	{"sort", nil},
	{"vararg", nil},
	{"goto", nil},
	{"locals", nil},
	{"literals", []exclusion{{25, 25, octal}, {56, 72, escapes}, {76, 82, eof}}},
	{"errors", []exclusion{
		{57, 60, eof}, {153, 153, "files have no __gc"}, {184, 186, sortYields},
		{352, 352, "Lua 5.1 shows a byte above 127 itself in messages"}, {379, 379, "a chain of .. does not nest here"},
	}},
	{"bitwise", nil},
	{"files", []exclusion{
		{39, 44, "io.open takes whatever mode fopen takes in Lua 5.1"}, {341, 346, noDump}, {349, 366, noDump},
		{518, 529, "os.execute gives a number in Lua 5.1; runs a program called lua"},
	}},
	{"big", []exclusion{{73, 73, "the message is 'resulting string too large'"}}},
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

// suiteTimeout is the time that one script of a suite may take.
const suiteTimeout = time.Minute

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
	th.SetBudget(&luavm.Budget{Timeout: suiteTimeout})
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
				t.Logf("without lines %s: %s", e, e.reason)
			}
		})
	}
}

// Each exclusion is needed: without it the script fails.
func TestLuaSuiteExclusions(t *testing.T) {
	dir := suiteDir(t, "GOMSYS_LUA_TESTS")
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	for _, s := range luaSuite {
		for i, e := range s.not {
			name := fmt.Sprintf("%s.lua %s", s.file, e)
			if row := fmt.Sprintf("| %s.lua | %s | %s |", s.file, e, e.reason); !strings.Contains(string(readme), row) {
				t.Errorf("README.md does not have the line\n%s", row)
			}
			if e.reason == weak {
				continue // it never ends
			}
			others := slices.Delete(slices.Clone(s.not), i, i+1)
			if _, err := runSuiteFile(t, filepath.Join(dir, s.file+".lua"), s.file+".lua", others, ""); err == nil {
				t.Errorf("%s is not needed", name)
			}
		}
	}
}
