package lualib

import (
	"bytes"
	"io/fs"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/gomsys/gomsys/internal/luavm"
)

// TestAnyArguments calls every function with arguments of every kind. What
// comes of it is a result or an error of Lua, never a fault of Go.
func TestAnyArguments(t *testing.T) {
	var out bytes.Buffer
	th := newStdState(t, &Options{
		MaxString: 1 << 16, PatternSteps: 10_000,
		Stdin: strings.NewReader(strings.Repeat("12 words\n", 100)), Stdout: &out, Stderr: &out,
		Open: func(string, string) (File, error) { return nil, fs.ErrNotExist },
	})
	if got := evalLua(t, th, `
		pool = {0, 1, -1, 2.5, 1e300, -1e300, 2^53, math.huge, -math.huge, 0/0, 64, 3, "", "a", "12", "0x1F", "%", "%d", "(%w+)", "[a", "%1",
			"a,b;c", "\0\255", "*a", "*n", "set", ("x"):rep(300), true, false, print, {}, {3, 1, 2}, {"b", "a"}, {1, nil, 3}, {n = 2},
			setmetatable({}, {__index = function(t, k) return k end, __len = function() return 3 end, __lt = function() return true end, __tostring = function() return "o" end}),
			io.stdout, io.stdin, buffer.new(10), buffer.new("text"), coroutine.create(print), function(a, b) return a, b end, function(a) error(a) end}
		targets = {}
		local function add(where, t) for name, f in pairs(t) do if type(f) == "function" then targets[#targets + 1] = {where .. name, f} end end end
		add("string.", string) add("table.", table) add("math.", math) add("os.", os) add("io.", io) add("buffer.", buffer)
		add("file:", getmetatable(io.stdout)) add("buffer:", getmetatable(buffer.new(1)))
		table.sort(targets, function(a, b) return a[1] < b[1] end)
		function attempt(i, n, a, b, c, d)
			local f, args = targets[(i - 1) % #targets + 1], {pool[a], pool[b], pool[c], pool[d]}
			return f[1], pcall(f[2], unpack(args, 1, n))
		end
		return #targets > 80, #pool`); got != "true 43" {
		t.Fatal(got)
	}
	const poolSize = 43
	r := rand.New(rand.NewPCG(3, 4))
	for i := range 40_000 {
		l := th.L
		l.Global("attempt")
		l.PushInteger(i + 1)
		l.PushInteger(r.IntN(5))
		for range 4 {
			l.PushInteger(1 + r.IntN(poolSize+1)) // one more: nil
		}
		if err := th.PCall(6, 3); err != nil {
			t.Fatalf("%v\n%s", err, err.GoStack)
		}
		name, _ := l.ToString(1)
		if msg, _ := l.ToValue(3).(string); strings.Contains(msg, "Go panic") || strings.Contains(msg, "runtime error") {
			t.Errorf("%s: %s", name, msg)
		}
		l.SetTop(0)
	}
	if luavm.Of(th.L).Reusable() == false {
		t.Error("the state was left in disorder")
	}
}
