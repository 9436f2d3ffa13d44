package dialect

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// shown returns the translated text without the function around it, with
// readable names: a helper's is its name in Program.Helpers before a '@'.
func shown(p *Program) string {
	s := p.Text
	if len(p.Helpers) > 0 {
		_, s, _ = strings.Cut(s, "then end ")
		s = strings.TrimSpace(s)
		s = strings.TrimSuffix(s, "end")
	}
	s = strings.ReplaceAll(s, hiddenGoto, "@goto")
	for h := range helperCount {
		s = strings.ReplaceAll(s, h.name(), "@"+helperNames[h])
	}
	return strings.TrimSpace(strings.ReplaceAll(s, hidden, "@"))
}

func TestTranslate(t *testing.T) {
	for _, tc := range []struct{ name, src, want string }{
		{"not equal", `x = a != b y = a!=b`, `x = a ~= b y = a~=b`},
		{"not", `x = !a and !(b) return!x`, `x = not a and not (b) return not x`},
		{"bitwise", `x = a & b | c ^^ d`, `x = @xor(@or(@and(a , b) , c) , d)`},
		{"shifts bind like *", `x = a << b + c >> 1`, `x = @lshift(a , b) + @shift(c , 1)`},
		{"unary binds tighter", `x = ~a & -~b`, `x = @and(@not(a) , -@not(b))`},
		{"power binds tighter than unary", `x = ~a ^ 2 \ 3`, `x = @intdiv(@not(a ^ 2) , 3)`},
		{"remainder", `x = a % b % 3`, `x = @remainder(@remainder(a , b) , 3)`},
		{"remainder of literals", `x = -7 % 3`, `x = -7 % 3`},
		{"concatenation", `x = a .. "b" .. c .. 1 + 2`, `x = @concat(a , "b" , c , 1 + 2)`},
		{"concatenation of literals", `x = "a" .. 'b' .. 1`, `x = "a" .. 'b' .. 1`},
		{"numbers before ..", `x = 1 ..y`, `x = @concat(1 ,y)`},
		{"concatenation and comparison", `x = a..b == c..d`, `x = @concat(a,b) == @concat(c,d)`},
		{"parentheses", `x = (a & b).c:d(e % f)[g .. h]`, `x = (@and(a , b)).c:d(@remainder(e , f))[@concat(g , h)]`},
		{"comments stay", "x = a -- one & two\n  & --[[ % ]] b", "x = @and(a -- one & two\n  , --[[ % ]] b)"},
		{"folding", `x = 1 << 4 | 0xF y = ~0 z = 7 \ -2 & 255`, `x = 31 y = (-1) z = 252`},
		{"folding of octals", `x = 010 | 1`, `x = 9`},
		{"folding keeps lines", "x = 1 |\n2 y = 3", "x = 3   \n   y = 3"},
		{"folding stops", `x = 1 << a << 2 << 3`, `x = @lshift(@lshift(@lshift(1 , a) , 2) , 3)`},
		{"no folding to infinity", `x = 1 \ 0`, `x = @intdiv(1 , 0)`},
		{"octal", `x = 0660 y = 00 z = 0 w = 0.5 v = 08 u = 010.5`, `x = 432 y = 00 z = 0 w = 0.5 v = 08 u = 010.5`},
		{"numbers out of range", `x = 1e400 y = -1e999 z = 1e-999`, `x = (1e308*10) y = -(1e308*10) z = 1e-999`},
		{"hexadecimal floats", `x = 0x.8 y = 0xA.8p1 z = 0x1p-2 w = 0xffffffffffffffff v = 0x1fffffffffffff`, `x = 0.5 y = 21 z = 0.25 w = 1.8446744073709552e+19 v = 9.007199254740991e+15`},
		{"iteration", `for k, v in obj do end for k in f() do end for k in a, b do end`, `for k, v in @each(obj) do end for k in @each(f()) do end for k in @each(a, b) do end`},
		{"plain iteration", `for k in pairs(t) do end for w in s:gmatch("x") do end for k in next, t do end for k in function() end do end for l in io.lines() do end`,
			`for k in pairs(t) do end for w in s:gmatch("x") do end for k in next, t do end for k in function() end do end for l in io.lines() do end`},
		{"escapes", `x = "\@\q\\\"\n\065\x41\u0041\u0000e9\u7fffffff\u80000041"`, `x = "@q\\\"\n\065\x41\065\195\169\253\191\191\191\191\191\065"`},
		{"line ends in long strings", "x = [[\r\na\r\nb\rc\n\rd]]", "x = [[\na\nb\nc\nd]]"},
		{"line ends elsewhere", "x = 1\r\ny = 'a\\\r\nb'", "x = 1\r\ny = 'a\\\r\nb'"},
		{"hash line", "#!/bin/lua\nx = 1", "x = 1"},
		{"byte order mark", "\xEF\xBB\xBFx = 1", "x = 1"},
		{"goto statement", `goto done x = 1 ::done::`, `goto done x = 1 ::done::`},
		{"goto global", `goto = 1 goto.x = 2 goto() goto"s" x = goto`, `_ENV["goto"] = 1 _ENV["goto"].x = 2 _ENV["goto"]() _ENV["goto"]"s" x = _ENV["goto"]`},
		{"goto local", `local goto, b = goto function goto() return goto end`, `local @goto, b = _ENV["goto"] function @goto() do return @goto end @guard=nil end`},
		{"goto parameter", `function f(goto) return goto end for goto = 1, 2 do x = goto end`, `function f(@goto) return @goto end for @goto = 1, 2 do x = @goto end`},
		{"goto fields", `x = a.goto.b y = {goto = 1, [goto] = 2}`, `x = a["goto"].b y = {["goto"] = 1, [_ENV["goto"]] = 2}`},
		{"goto function", `function goto() end function a.goto() end function a.goto.b() end function a.goto:b(x) end function a:goto() end function a:goto(x) end`,
			`_ENV["goto"]=function() end  a["goto"]=function() end  a["goto"].b=function() end  a["goto"].b=function(self,x) end  a["goto"]=function(self) end  a["goto"]=function(self,x) end`},
		{"goto method", `a:goto() a.b:goto(1, 2):c() a:goto{1} a:goto"x"`, `@method(a) @method(a.b,1, 2):c() @method(a,{1}) @method(a,"x")`},
		{"reading __index", `x = a.__index y = a.b["__index"].c a.__index.x = 1 x = a['__index']()`, `x = @get(a) y = @get(a.b).c @get(a).x = 1 x = @get(a)()`},
		{"writing __index", `a.__index = b a["__index"] = f() a.b.__index = x or y`, `a.__index = @set(1,b) a["__index"] = @set(1,f()) a.b.__index = @set(1,x or y)`},
		{"writing what is not nil", `a.__index = a a.__index = {} a.__index = function() end a.__index = "x"`, `a.__index = a a.__index = {} a.__index = function() end a.__index = "x"`},
		{"writing many", `a, b.__index, c.__index = f(), g()`, `a, b.__index, c.__index = f(), @set(2,@set(1,g()))`},
		{"function in __index", `function a.__index.b() end function a.__index() end`, `@get(a).b=function() end function a.__index() end`},
		{"table with __index", `x = {__index = y}`, `x = {__index = y}`},
		{"arg", `function f(...) return arg[1] end`, `function f(...)local arg=@arg(...) return arg[1] end`},
		{"arg within", `function f(...) return #arg, function() return arg end end`, `function f(...)local arg=@arg(...) return #arg, function() do return arg end @guard=nil end end`},
		{"no arg beside ...", `function f(...) local x = ... return arg end function g(...) local arg = 1 return arg end`, `function f(...) local x = ... return arg end function g(...) local arg = 1 return arg end`},
		{"arg of the main chunk", `return arg`, `return arg`},
		{"guards", `function f() return function() end end for i = 1, 2 do g(function(a) return a end) end`,
			`function f() return function() do return end @guard=nil end end for i = 1, 2 do g(function(a) do return a end @guard=nil end) end`},
		{"guard after a label", `function f() return function() goto l local x ::l:: end end`, `function f() return function()goto @skip @guard=nil ::@skip::  goto l local x ::l:: end end`},
		{"functions of the main chunk", `local function f() return x end local t = {g = function() end}`, `local function f() return x end local t = {g = function() end}`},
		{"functions that use locals of the main chunk", `local x function f() x = 1 end`, `local x function f() x = 1 do return end @guard=nil end`},
		{"function in a loop of goto", `::top:: f(function() end) goto top`, `::top:: f(function() do return end @guard=nil end) goto top`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p, err := Translate([]byte(tc.src), "@policy.lua")
			if err != nil {
				if tc.want != "" {
					t.Error(err)
				}
				return
			}
			if diff := cmp.Diff(tc.want, shown(p)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTranslateLeavesPlainChunksAlone(t *testing.T) {
	src := `-- a plain script
local greeting = "hello"
function hello(name, ...)
  count = count + 1
  for i, v in ipairs{...} do print(i, v, "\t\065", [[long]]) end
  return name ~= nil and #name > 0 or not count
end
hello(greeting)
`
	p, err := Translate([]byte(src), "@policy.lua")
	if err != nil {
		t.Fatal(err)
	}
	if p.Text != src || len(p.Helpers) != 0 || p.Lines != 9 {
		t.Errorf("Translate gives %d lines, helpers %v, text %q", p.Lines, p.Helpers, p.Text)
	}
}

func TestTranslateHelpersInOrder(t *testing.T) {
	p, err := Translate([]byte("x = a & b % c"), "@policy.lua")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"main", "remainder", "and"}, p.Helpers); diff != "" {
		t.Error(diff)
	}
	const head = "local \xFFM,\xFFm,\xFFa=... return function(...)"
	if !strings.HasPrefix(p.Text, head) || !strings.HasSuffix(p.Text, " end") {
		t.Errorf("text is %q", p.Text)
	}
}

func TestTranslatePolicy(t *testing.T) {
	src, err := os.ReadFile("testdata/policy.lua")
	if err != nil {
		t.Fatal(err)
	}
	l, _ := newState(t)
	if err := Load(l, src, "@policy.lua"); err != nil {
		t.Error(err)
	}
}
