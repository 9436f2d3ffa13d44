package msys_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/bind"
)

// crashModule has a binding with a Go fault.
var crashModule = &bind.Module{Name: "crash", Funcs: []bind.Func{
	{Name: "text", Fn: func(c *bind.Call) int { panic("text") }},
	{Name: "nil", Fn: func(c *bind.Call) int { var p *bind.Module; return len(p.Name) }},
	{Name: "index", Fn: func(c *bind.Call) int { var s []int; return s[c.NArgs()] }},
}}

// A failing callout gives its session a temporary failure, a record that says
// what and where, and the next session is served.
func TestFailingCallouts(t *testing.T) {
	limits := msys.Limits{Time: 500 * time.Millisecond, Memory: 64 << 20, StringSize: 8 << 20}
	for _, tt := range []struct {
		name, body string
		want       string // in the record
		line       string
	}{
		{"error", "error('no')", "no", "4"},
		{"nil field", "local x = nil; x.y = 1", "attempt to index", "4"},
		{"error object", "error({code = 7})", "table: 0x", "?"},
		{"error object with text", "error(setmetatable({}, {__tostring = function() return 'obj' end}))", "obj", "?"},
		{"nil error", "error(nil)", "nil", "?"},
		{"endless loop", "while true do end", "time limit reached", "4"},
		{"endless loop under pcall", "while true do pcall(function() while true do end end) end", "time limit reached", "4"},
		{"endless loop in a coroutine", "coroutine.wrap(function() while true do pcall(function() while true do end end) end end)()", "time limit reached", "4"},
		{"endless recursion", "local function f() return f() + 1 end f()", "stack overflow", "4"},
		{"endless metamethod recursion", "local t = setmetatable({}, {__index = function(t, k) return t[k .. 'x'] end}) print(t.x)", "overflow", "4"},
		{"string bomb", "string.rep('x', 1e9)", "resulting string too large", "4"},
		{"string doubling", "local s = 'x' while true do s = s .. s end", "string too large", "4"},
		{"table bomb", "local t = {} for i = 1, 1e9 do t[i] = {} end", "limit reached", "4"},
		{"table of strings", "local t = {} for i = 1, 1e9 do t[i] = ('x'):rep(1e6) .. i end", "limit reached", "4"},
		{"pattern bomb", "('a'):rep(29):find(('a?'):rep(29) .. ('a'):rep(29) .. 'b')", "pattern", "4"},
		{"missing module", "require('no.such.module')", "module 'no.such.module' not found", "4"},
		{"path escape", "require('../../etc/passwd')", "'../../etc/passwd'", "4"},
		{"Go panic with a text", "require('crash').text()", "Go panic in 'text': text", "4"},
		{"Go nil dereference", "require('crash')['nil']()", "nil pointer dereference", "4"},
		{"Go index fault", "require('crash').index()", "index out of range", "4"},
		{"coroutine storm", "local t = {} for i = 1, 1e9 do t[i] = coroutine.wrap(function() coroutine.yield() end) t[i]() end", "policy1.lua:4: t", "4"},
		{"wrong argument", "msg:header({})", "bad argument #1 to 'header' (string expected, got table)", "4"},
		{"code out of range", "v:set_code(99, 'x')", "expected 200 to 599", "4"},
		{"tarpit", "v:tarpit(-1)", "interval must not be negative", "4"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHost(t, msys.Config{Limits: limits, Modules: []lua.RegistryFunction{crashModule.Library()}}, module(
				"function mod:validate_rcptto(msg, str, ac, v)\n"+tt.body+"\nreturn msys.core.VALIDATE_CONT end\n"+
					"function mod:validate_connect() return 0 end"))
			s := h.session()
			step, res := h.deliver(s, "a@b.example", "c@d.example")
			if step != "rcptto" || res.Code != 421 || res.Action != msys.Disconnect || res.Text != "4.3.0 temporary failure, try later" {
				t.Errorf("%s %+v", step, res.Verdict)
			}
			log := h.logged()
			for _, want := range []string{"validate_rcptto error: ", tt.want, "module=m", "callout=validate_rcptto", "session=" + s.ID()} {
				if !strings.Contains(log, want) {
					t.Errorf("the record lacks %q", want)
				}
			}
			if tt.line != "?" && !strings.Contains(log, "policy1.lua:"+tt.line) {
				t.Errorf("the record lacks the position policy1.lua:%s", tt.line)
			}
			if t.Failed() {
				t.Log(log)
			}
			next := h.session()
			if v, err := next.Connect(context.Background()); err != nil || !v.OK() {
				t.Errorf("the next session: %+v %v", v, err)
			}
		})
	}
}

func TestScriptErrorModes(t *testing.T) {
	script := module("function mod:validate_ehlo() error('x') end")
	h := newHost(t, msys.Config{ScriptErrorCode: 451}, script)
	v, err := h.session().Ehlo(context.Background(), "x")
	if err != nil || v.Code != 451 || v.Action != msys.Defer {
		t.Errorf("451: %+v %v", v, err)
	}
	h = newHost(t, msys.Config{ScriptError: msys.Continue}, script, strings.Replace(module("function mod:validate_ehlo() print('next') return 0 end"), "'m'", "'n'", 1))
	v, err = h.session().Ehlo(context.Background(), "x")
	if err != nil || v.Code != 250 || h.lines() != "next" {
		t.Errorf("continue: %+v %v", v, err)
	}
}

func TestLoadErrors(t *testing.T) {
	for _, tt := range []struct{ name, source, want string }{
		{"syntax", "x = 1\n! y", "msys: script policy.lua: policy.lua:2: unexpected symbol near '!'"},
		{"late syntax", "local s = [[\n" + strings.Repeat("\n", 9) + "]]\nif x then", "policy.lua:12: 'end' expected near '<eof>'"},
		{"run time", "\n\nerror('no')", "msys: script policy.lua: policy.lua:3: no"},
		{"endless chunk", "while true do end", "time limit reached"},
		{"binary", "\x1bLua\x52\x00", "policy.lua"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := startHost(t, msys.Config{Limits: msys.Limits{Time: 300 * time.Millisecond}})
			err := h.rt.LoadString("policy.lua", tt.source)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, want %s", err, tt.want)
			}
		})
	}
}

func TestReloadFailureKeepsRunning(t *testing.T) {
	files := fstest.MapFS{"policy.lua": {Data: []byte(module("function mod:validate_ehlo() print('one') return 0 end"))}}
	h := startHost(t, msys.Config{Path: []fs.FS{files}})
	if err := h.rt.Load("policy"); err != nil {
		t.Fatal(err)
	}
	files["policy.lua"] = &fstest.MapFile{Data: []byte("this is no Lua")}
	if err := h.rt.Reload(); err == nil || !strings.Contains(err.Error(), "policy.lua:1:") {
		t.Errorf("reload of a broken script: %v", err)
	}
	if _, err := h.session().Ehlo(context.Background(), "x"); err != nil || h.lines() != "one" {
		t.Errorf("the old script does not run: %v", err)
	}
	files["policy.lua"] = &fstest.MapFile{Data: []byte(module("function mod:validate_ehlo() print('two') return 0 end"))}
	if err := h.rt.Reload(); err != nil {
		t.Fatal(err)
	}
	if _, err := h.session().Ehlo(context.Background(), "x"); err != nil || h.lines() != "two" {
		t.Errorf("the new script does not run: %v", err)
	}
}

func TestRequireStaysInside(t *testing.T) {
	dir := t.TempDir()
	outside := filepath.Join(dir, "secret.lua")
	inside := filepath.Join(dir, "policies")
	for name, text := range map[string]string{
		outside:                              "print('secret')",
		filepath.Join(inside, "ok.lua"):      "print('ok')",
		filepath.Join(inside, "a/b.lua"):     "print('a.b', ...)",
		filepath.Join(inside, "c/init.lua"):  "print('c')",
		filepath.Join(inside, "loop.lua"):    "require('loop')",
		filepath.Join(inside, "notlua.lua"):  "x = = 1",
		filepath.Join(inside, "returns.lua"): "return {v = 1}",
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(outside, filepath.Join(inside, "link.lua")); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	root, err := os.OpenRoot(inside)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	h := startHost(t, msys.Config{Path: []fs.FS{root.FS()}})
	for _, tt := range []struct{ name, printed, err string }{
		{"ok", "ok", ""}, {"a.b", "a.b\ta.b\ta/b.lua", ""}, {"a/b", "", ""}, {"c", "c", ""},
		{"../secret", "", "'../secret'"}, {outside, "", "secret"}, {"link", "", "link"},
		{"loop", "", "loop or previous error loading module 'loop'"}, {"notlua", "", "notlua.lua:1:"}, {"gone", "", "module 'gone' not found"},
	} {
		err := h.rt.LoadString("t.lua", fmt.Sprintf("require(%q)", tt.name))
		if (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
			t.Errorf("require(%q): %v, want %q", tt.name, err, tt.err)
		}
		if got := h.lines(); got != tt.printed {
			t.Errorf("require(%q) printed %q, want %q", tt.name, got, tt.printed)
		}
	}
	if err := h.rt.LoadString("t.lua", "assert(require('returns') == require('returns')); io.open('/etc/passwd', 'r') print(io.open('/etc/passwd'))"); err != nil {
		t.Error(err)
	}
	if got := h.lines(); !strings.HasPrefix(got, "nil\t/etc/passwd: files are not available") {
		t.Errorf("io.open gives %q", got)
	}
}

// While one session waits, another one finishes a whole mail on the same loop.
func TestSleepSuspendsOneSession(t *testing.T) {
	h := newHost(t, msys.Config{}, module(`
function mod:validate_ehlo(str, ac, v)
  if v:get(msys.core.VCTX_CONN, "ehlo_domain") == "slow" then msys.sleep(5) print("woke") end
  return 0
end`))
	done := make(chan error)
	slow := h.session()
	began := time.Now()
	go func() {
		_, err := slow.Ehlo(context.Background(), "slow")
		done <- err
	}()
	time.Sleep(50 * time.Millisecond)
	step, res := h.deliver(h.session(), "a@b.example", "c@d.example")
	if step != "data" || res.Code != 250 || time.Since(began) > 4*time.Second {
		t.Errorf("%s %d after %v", step, res.Code, time.Since(began))
	}
	if h.lines() != "" {
		t.Error("the sleeping session woke too early")
	}
	if err := <-done; err != nil || h.lines() != "woke" {
		t.Error(err)
	}
}

// A thousand sessions may wait at once on one loop.
func TestThousandSuspended(t *testing.T) {
	release := make(chan struct{})
	waiting := make(chan struct{}, 2000)
	gate := &bind.Module{Name: "gate", Funcs: []bind.Func{{Name: "wait", Fn: func(c *bind.Call) int {
		c.Raise(c.Block(func(ctx context.Context) error {
			waiting <- struct{}{}
			select {
			case <-release:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}))
		return 0
	}}}}
	h := newHost(t, msys.Config{Modules: []lua.RegistryFunction{gate.Library()}}, module(`
function mod:validate_connect(ac, v) self.id = ac.conn_id gate.wait() assert(self.id == ac.conn_id) return 0 end`))
	var wg sync.WaitGroup
	errs := make(chan error, 1000)
	for range 1000 {
		wg.Go(func() {
			s := h.session()
			v, err := s.Connect(context.Background())
			if err == nil && v.Code != 220 {
				err = fmt.Errorf("code %d", v.Code)
			}
			if err != nil {
				errs <- err
			}
		})
	}
	for range 1000 {
		<-waiting
	}
	close(release)
	wg.Wait()
	select {
	case err := <-errs:
		t.Error(err)
	default:
	}
}

func TestCancelledContext(t *testing.T) {
	h := newHost(t, msys.Config{}, module(`
function mod:validate_connect() pcall(msys.sleep, 60) print("on") return 0 end
function mod:validate_ehlo() while true do end end`))
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	s := h.session()
	began := time.Now()
	if _, err := s.Connect(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("waiting call: %v", err)
	}
	if h.lines() != "" {
		t.Error("pcall kept the end of the context")
	}
	ctx2, cancel2 := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel2()
	if _, err := s.Ehlo(ctx2, "x"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("running call: %v", err)
	}
	if d := time.Since(began); d > 30*time.Second {
		t.Errorf("ended after %v", d)
	}
}

func TestClosed(t *testing.T) {
	h := newHost(t, msys.Config{}, module(`function mod:deinit() print("deinit") return true end
function mod:validate_connect(ac, v) kept = v return 0 end
function mod:validate_ehlo() print(pcall(kept.get, kept, 0, "x")) return 0 end`))
	s := h.session()
	ctx := context.Background()
	s.Connect(ctx)
	s.Close()
	if _, err := s.Ehlo(ctx, "x"); !errors.Is(err, msys.ErrSessionClosed) {
		t.Errorf("closed session: %v", err)
	}
	other := h.session()
	if _, err := other.Ehlo(ctx, "x"); err != nil {
		t.Fatal(err)
	}
	if got := h.lines(); !strings.Contains(got, "false") || !strings.Contains(got, "validate context is no longer valid") {
		t.Errorf("kept context: %s", got)
	}
	other.Close()
	h.rt.Close()
	h.rt.Close()
	if h.lines() != "deinit" {
		t.Error("deinit did not run once")
	}
	if err := h.rt.Load("x"); !errors.Is(err, msys.ErrClosed) {
		t.Errorf("load after close: %v", err)
	}
}
