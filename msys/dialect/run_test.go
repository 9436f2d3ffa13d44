package dialect

import (
	"strings"
	"testing"

	lua "github.com/Shopify/go-lua"
	"github.com/google/go-cmp/cmp"
)

// newState returns a state whose print appends to the returned builder.
func newState(t testing.TB) (*lua.State, *strings.Builder) {
	t.Helper()
	l := lua.NewState()
	lua.OpenLibraries(l)
	var out strings.Builder
	l.Register("print", func(l *lua.State) int {
		for i := 1; i <= l.Top(); i++ {
			if i > 1 {
				out.WriteByte(' ')
			}
			switch l.TypeOf(i) {
			case lua.TypeNumber:
				f, _ := l.ToNumber(i)
				out.WriteString(FormatNumber(f))
			case lua.TypeString:
				s, _ := l.ToString(i)
				out.WriteString(s)
			case lua.TypeBoolean:
				if l.ToBoolean(i) {
					out.WriteString("true")
				} else {
					out.WriteString("false")
				}
			default:
				out.WriteString(l.TypeOf(i).String())
			}
		}
		out.WriteByte('\n')
		return 0
	})
	return l, &out
}

// run loads and runs src as policy.lua and returns what it printed, and an
// error it ended with.
func run(t testing.TB, src string) string {
	t.Helper()
	l, out := newState(t)
	if err := Load(l, []byte(src), "@policy.lua"); err != nil {
		return err.Error()
	}
	if err := l.ProtectedCall(0, 0, 0); err != nil {
		s, _ := l.ToString(-1)
		out.WriteString(s + "\n")
	}
	return strings.TrimSuffix(out.String(), "\n")
}

func TestRun(t *testing.T) {
	for _, tc := range []struct{ name, src, want string }{
		{"operators on literals", `print(5 & 3, 5 | 3, 5 ^^ 3, 1 << 4, 256 >> 4, ~0, 7 \ 2, 1 != 2)`, `1 7 6 16 16 -1 3 true`},
		{"operators on variables", `local a,b,n,c,s=5,3,4,256,7 print(a & b, a | b, a ^^ b, 1 << n, c >> n, ~0, s \ 2, -s\2, a != b, !a)`, `1 7 6 16 16 -1 3 -4 true false`},
		{"strings and comments stay", "print(\"a != b\", [[x & y]]) -- != in a comment", `a != b x & y`},
		{"remainder", `local a = -1 print(a % 7, -1 % 7, 7 % -3, a % -7) for i=-2,1 do print(i % 3) end`, "6 6 -2 -1\n1\n2\n0\n1"},
		{"concatenation", `local n, x = 1/0, 5 print("a" .. x .. "b", n .. "", -n .. 1.5)`, `a5b inf -inf1.5`},
		{"octal", `print(0660, 0.5, 0x1F, 010, 00)`, `432 0.5 31 8 0`},
		{"iterating objects", `local t = setmetatable({}, {__iter=function(o) return next, {a=1} end}) for k, v in t do print(k, v) end`, `a 1`},
		{"goto as a name", `goto = 5 print(goto, _G["goto"]) local goto = 6 print(goto)
			local t = {goto=1} print(t.goto) function t:goto(x) return self, x end print(t:goto(1)==t, t:goto'x')`, "5 5\n6\n1\ntrue table x"},
		{"goto as a statement", `for i=1,3 do if i==2 then goto continue end print(i) ::continue:: end`, "1\n3"},
		{"arg", `local function f(...) return arg.n, arg[2] end print(f(7,8,9))`, `3 8`},
		{"closures keep apart", `local function mk(x) return function() return function() x = x + 1 return x end end end
			local a, b = mk(0)(), mk(0)() print(a(), a(), b())`, `1 2 1`},
		{"hidden __index", `local mt = {} mt.__index = nil print(mt.__index, mt["__index"]) mt.__index=mt print(mt.__index == mt)`, "nil nil\ntrue"},
		{"operand names", `local x = nil
			print(pcall(function() return "a" ..
			"b" .. x end))
			print(pcall(function() return zz & 1 end))
			print(pcall(function() local t = {} return t.x % 2 end))`,
			`false policy.lua:3: attempt to concatenate upvalue 'x' (a nil value)
false policy.lua:4: attempt to perform bitwise operation on global 'zz' (a nil value)
false policy.lua:5: attempt to perform arithmetic on field 'x' (a nil value)`},
		{"line 40 after a long string", "local s = [[\n1\n2\n3\n4\n5\n6\n7\n8\n9\n]]\nlocal a = 1 & s" + strings.Repeat("\n", 28) + "error('here')", `policy.lua:12: attempt to perform bitwise operation on local 's' (a string value)`},
		{"error on line 40 after a long string", "local s = [[\n1\n2\n3\n4\n5\n6\n7\n8\n9\n]]\nlocal a = 1 & #s" + strings.Repeat("\n", 28) + "error('here')", `policy.lua:40: here`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, run(t, tc.src)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
