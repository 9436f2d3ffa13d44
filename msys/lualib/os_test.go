package lualib

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	lua "github.com/Shopify/go-lua"
)

// at gives options with a clock that stands at 2024-07-04 12:34:56 UTC.
func at(loc *time.Location) *Options {
	return &Options{
		Clock:    func() time.Time { return time.Unix(1720096496, 999_999_999) },
		Location: loc,
	}
}

// go-lua: there is no os.date.
func TestDate(t *testing.T) {
	testLua(t, at(location(t, "America/New_York")), []luaTest{
		{`os.date()`, `"Thu Jul  4 08:34:56 2024"`},
		{`os.date("!%Y-%m-%dT%H:%M:%SZ %Z"), os.date("%H %Z %z")`, `"2024-07-04T12:34:56Z GMT" "08 EDT -0400"`},
		{`os.date("%H:%M %Z", 0), os.date("!%H:%M %Z", "3600.9"), os.date("!%S", -1)`, `"19:00 EST" "01:00 GMT" "59"`},
		{`os.date(""), os.date("!"), os.date("100%%")`, `"" "" "100%"`},
		{`local d = os.date("*t") return d.year, d.month, d.day, d.hour, d.min, d.sec, d.wday, d.yday, d.isdst`, `2024 7 4 8 34 56 5 186 true`},
		{`local d = os.date("!*t", 86399) return d.year, d.month, d.day, d.hour, d.min, d.sec, d.wday, d.yday, d.isdst`, `1970 1 1 23 59 59 5 1 false`},
		{`os.date("*tx")`, `"*tx"`},
		{`os.date("%9")`, `error: t:1: bad argument #1 to 'date' (invalid conversion specifier '%9')`},
		{`os.date("%Ea")`, `error: t:1: bad argument #1 to 'date' (invalid conversion specifier '%E')`},
		{`os.date("x %")`, `error: t:1: bad argument #1 to 'date' (invalid conversion specifier '%')`},
		{`os.date("%c", "x")`, `error: t:1: bad argument #2 to 'date' (number expected, got string)`},
		{`os.date("%Y", 1e300), os.date("%Y", 0/0), os.date("!%Y", 1e15)`, `nil nil "31690708"`},
	})
}

// go-lua: os.time counts years from 1900 and months from 0, and does not know
// isdst.
func TestTime(t *testing.T) {
	testLua(t, at(location(t, "America/New_York")), []luaTest{
		{`os.time(), os.time(nil)`, `1720096496 1720096496`},
		{`os.time{year = 2024, month = 7, day = 4, hour = 8, min = 34, sec = 56}`, `1720096496`},
		{`os.time{year = 2024, month = 1, day = 15}`, `1705338000`},
		{`os.time{year = "2024", month = "01", day = " 15 ", hour = 12.9}`, `1705338000`},
		{`os.time(os.date("*t")), os.time(os.date("*t", 0))`, `1720096496 0`},
		{`os.time{year = 2024, month = 14, day = -3, hour = 25, min = 61, sec = -1} == os.time{year = 2025, month = 1, day = 29, hour = 2, min = 0, sec = 59}`, `true`},
		// the same clock face, read as standard and as daylight saving time
		{`local d = {year = 2024, month = 7, day = 4, hour = 12} local t = os.time(d)
		d.isdst = true local dst = os.time(d) - t d.isdst = false return dst, os.time(d) - t`, `0 3600`},
		{`local d = {year = 2024, month = 1, day = 4, hour = 12} local t = os.time(d)
		d.isdst = true local dst = os.time(d) - t d.isdst = false return dst, os.time(d) - t`, `-3600 0`},
		// the hour that comes twice
		{`local d = {year = 2024, month = 11, day = 3, hour = 1, min = 30, isdst = true} local t = os.time(d) d.isdst = false return t, os.time(d) - t`, `1730611800 3600`},
		{`os.time{}`, `error: t:1: field 'day' missing in date table`},
		{`os.time{day = 1}`, `error: t:1: field 'month' missing in date table`},
		{`os.time{day = 1, month = 1}`, `error: t:1: field 'year' missing in date table`},
		{`os.time(1)`, `error: t:1: bad argument #1 to 'time' (table expected, got number)`},
		{`os.time{year = 1e300, month = 1, day = 1}`, `nil`},
		{`os.difftime(10, 4), os.difftime(10), os.difftime(0.5, 1)`, `6 10 -0.5`},
		{`os.clock() >= 0, os.clock() <= os.clock()`, `true true`},
	})
	testLua(t, at(time.UTC), []luaTest{
		{`os.time{year = 1970, month = 1, day = 1, hour = 0}, os.time{year = 1970, month = 1, day = 1, hour = 0, isdst = true}`, `0 0`},
		{`os.time{year = 1900, month = 1, day = 1, hour = 0}`, `-2208988800`},
	})
	// far from any daylight saving, past and future
	testLua(t, at(location(t, "Asia/Kolkata")), []luaTest{
		{`os.time{year = 2024, month = 1, day = 1, hour = 5, min = 30, isdst = true}`, `1704067200`},
	})
}

func TestOS(t *testing.T) {
	t.Setenv("LUALIB_TEST", "here")
	testLua(t, nil, []luaTest{
		{`os.getenv("LUALIB_TEST"), os.getenv("LUALIB_NOT_THERE")`, `"here" nil`},
		{`os.setlocale(), os.setlocale("C"), os.setlocale("", "ctype"), os.setlocale("POSIX"), os.setlocale("de_DE")`, `"C" "C" "C" "C" nil`},
		{`os.setlocale("C", "x")`, `error: t:1: bad argument #2 to 'setlocale' (invalid option 'x')`},
		{`os.execute("true")`, `error: t:1: os.execute is not allowed here`},
		{`os.exit(3)`, `error: t:1: os.exit is not allowed here`},
		{`io.popen("true")`, `error: t:1: io.popen is not allowed here`},
	})
}

func TestExecute(t *testing.T) {
	if _, err := os.Stat("/bin/sh"); err != nil {
		t.Skip("needs a shell")
	}
	testLua(t, &Options{AllowExec: true}, []luaTest{
		{`os.execute()`, `1`},
		{`os.execute("exit 0")`, `0 "exit" 0`},
		{`os.execute("exit 3")`, `768 "exit" 3`},
		{`os.execute("kill -9 $$")`, `9 "signal" 9`},
		{`local f = io.popen("echo one; echo two; exit 2") local a, b = f:read("*l", "*a") return a, b, f:close()`, `"one" "two\n" true "exit" 2`},
		{`local f = io.popen("cat >/dev/null; exit 1", "w") f:write("x") return f:close()`, `true "exit" 1`},
		{`local f = io.popen("exit 0") return f:seek("cur", 0)`, `nil "Illegal seek" 29`},
		{`io.popen("true", "x")`, `error: t:1: bad argument #2 to 'popen' (invalid mode)`},
	})
}

// Other work goes on while a script waits for a program, and a call that ends
// does not leave the program behind.
func TestExecuteBlocks(t *testing.T) {
	if _, err := os.Stat("/bin/sh"); err != nil {
		t.Skip("needs a shell")
	}
	waits := 0
	var limit time.Duration
	o := &Options{AllowExec: true, Block: func(_ *lua.State, wait func(context.Context) error) error {
		waits++
		ctx, cancel := context.WithTimeout(context.Background(), limit)
		defer cancel()
		return wait(ctx)
	}}
	limit = time.Minute
	testLua(t, o, []luaTest{
		{`(os.execute("exit 1"))`, `256`},
		{`local f = io.popen("echo one; echo two") return f:read(), f:lines()(), f:close()`, `"one" "two" true "exit" 0`},
		{`local f = io.popen("cat >/dev/null", "w") f:write("x") f:flush() return f:close()`, `true "exit" 0`},
	})
	if waits != 7 {
		t.Errorf("blocked %d times, want 7", waits)
	}
	limit = time.Millisecond
	begin := time.Now()
	testLua(t, o, []luaTest{
		{`local f = io.popen("exec sleep 60") local a, b = f:read() return a, (b:gsub("read .*: ", "")), f:close()`, `nil "i/o timeout" true "signal" 9`},
		{`os.execute("exec sleep 60")`, `9 "signal" 9`},
	})
	if d := time.Since(begin); d > 30*time.Second {
		t.Errorf("took %v", d)
	}
}

func TestRemoveRename(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	testLua(t, nil, []luaTest{
		{`os.remove("none")`, `nil "none: No such file or directory" 2`},
		{`os.rename("none", "other")`, `nil "none: No such file or directory" 2`},
		{`io.open("a", "w"):close() return os.rename("a", "b"), os.remove("b"), io.open("b")`, `true true nil "b: No such file or directory" 2`},
	})
	t.Setenv("TMPDIR", dir)
	testLua(t, nil, []luaTest{
		{`local n = os.tmpname() return io.type(io.open(n)), n ~= os.tmpname(), os.remove(n)`, `"file" true true`},
	})
	if left, _ := filepath.Glob(filepath.Join(dir, "lua_*")); len(left) != 1 {
		t.Errorf("%q are left, want the second file of tmpname", left)
	}
}
