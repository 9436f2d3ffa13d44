package lualib

import (
	"strings"
	"testing"

	gopher "github.com/yuin/gopher-lua"
)

// The same Lua code runs here and on gopher-lua.
var benchmarks = []struct{ name, prepare, body string }{
	{"FindPlain", `local s = ("x"):rep(2000) .. "needle"`, `local _ = s:find("needle", 1, true)`},
	{"FindPattern", `local s = ("some words "):rep(100) .. "key = 12"`, `local _ = s:find("(%w+)%s*=%s*(%d+)")`},
	{"MatchHeader", `local s = "Received: from mx1.example.com (mx1.example.com [192.0.2.1]) by mx.example.net"`, `local _ = s:match("%[(%d+)%.(%d+)%.(%d+)%.(%d+)%]")`},
	{"MatchAddress", `local s = "john.doe+tag@mail.example.com"`, `local _ = s:match("^([%w%.%+_-]+)@([%w%.-]+%.%w+)$")`},
	{"MatchTrim", `local s = "    some header value here   "`, `local _ = s:match("^%s*(.-)%s*$")`},
	{"MatchFail", `local s = ("abc "):rep(300)`, `local _ = s:match("%d+")`},
	{"GmatchWords", `local s = ("some words "):rep(50)`, `local n = 0 for w in s:gmatch("%a+") do n = n + 1 end local _ = n`},
	{"GsubString", `local s = ("some words "):rep(50)`, `local _ = s:gsub("words", "names")`},
	{"GsubCaptures", `local s = ("k=v, "):rep(50)`, `local _ = s:gsub("(%w+)=(%w+)", "%2=%1")`},
	{"GsubFunction", `local s = ("some words "):rep(50)`, `local _ = s:gsub("%a+", string.upper)`},
	{"GsubNothing", `local s = ("some words "):rep(50)`, `local _ = s:gsub("[<>&]", "")`},
	{"Format", ``, `local _ = ("%s=%d (%5.2f) %x"):format("key", 42, 3.14159, 255)`},
	{"SubByte", `local s = "hello world"`, `local n = 0 for i = 1, #s do n = n + s:byte(i) + #s:sub(i, i + 2) end local _ = n`},
	{"Lower", `local s = ("Some Words "):rep(50)`, `local _ = s:lower()`},
	{"Rep", ``, `local _ = ("ab"):rep(500)`},
	{"Tostring", `local fmt = string.format`, `local _ = fmt("%s", 12345.678)`},
	{"Concat", `local t = {} for i = 1, 500 do t[i] = "line " .. i end`, `local _ = table.concat(t, "\n")`},
	{"InsertRemove", ``, `local t = {} for i = 1, 100 do table.insert(t, i) end while #t > 0 do table.remove(t) end`},
	{"SortNumbers", ``, `local t, x = {}, 1 for i = 1, 500 do x = x * 16807 % 2147483647 t[i] = x end table.sort(t) local _ = t[1]`},
	{"SortFunction", ``, `local t, x = {}, 1 for i = 1, 500 do x = x * 16807 % 2147483647 t[i] = x end table.sort(t, function(a, b) return a > b end) local _ = t[1]`},
	{"Math", `local floor, max, random = math.floor, math.max, math.random`, `local _ = max(floor(3.7), random(10), 4)`},
	{"Date", ``, `local _ = os.date("!%Y-%m-%d %H:%M:%S", 1700000000)`},
}

func BenchmarkStdlib(b *testing.B) {
	for _, bb := range benchmarks {
		code := bb.prepare + " return function(n) for i = 1, n do " + bb.body + " end end"
		b.Run(bb.name+"/gomsys", func(b *testing.B) {
			l := newStdState(b, nil).L
			if err := l.Load(strings.NewReader(code), "=b", "t"); err != nil {
				b.Fatal(l.ToString(-1))
			}
			l.Call(0, 1)
			b.ReportAllocs()
			b.ResetTimer()
			l.PushInteger(b.N)
			l.Call(1, 0)
		})
		b.Run(bb.name+"/lua5.1", func(b *testing.B) { BenchLua51(b, code) })
		b.Run(bb.name+"/gopher", func(b *testing.B) {
			l := gopher.NewState()
			defer l.Close()
			if err := l.DoString(code); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			b.ResetTimer()
			l.Push(gopher.LNumber(b.N))
			l.Call(1, 0)
		})
	}
}
