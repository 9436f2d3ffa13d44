package dialect

import (
	"errors"
	"os"
	"strings"
	"testing"

	lua "github.com/Shopify/go-lua"
	"github.com/google/go-cmp/cmp"
)

// FuzzTranslate: whatever the bytes, the translator and the compiler come
// back with a chunk or a SyntaxError, and lines stay where they were.
func FuzzTranslate(f *testing.F) {
	for _, seed := range []string{
		"", "#!/usr/bin/lua\nreturn 1", "\xEF\xBB\xBFx = 1", "\x1bLua", "goto = 1 goto x ::x::", "a.goto.b:goto'x'",
		"for k in o do end", "x = a & b | c ^^ d << 1 >> 2 \\ 3", "x = !a ~= ~b != c", "x = '\\u00e9\\q\\z \n\\065\\xFF'",
		"x = [==[\r\n]]\r]==] --[[\r\n]] y = 1", "function a.__index.b:c() return end", "a, b.__index = f()",
		"local function f(...) return arg end", "x = 0x.8p1 + 010 + 1e400 + 08", "return function() return function() goto l ::l:: end end",
		"x = 1 & 2 .. 3 .. 4 % a", strings.Repeat("(", 300), strings.Repeat("a..", 300) + "a", "if a then elseif b then else end",
		"x = \"\\\r\n\" y = '\x00'", "repeat local a until a", "x = {a = 1, [2] = 3; 4, goto = 5}", "function t:goto() end", "local goto = goto",
	} {
		f.Add([]byte(seed))
	}
	if src, err := os.ReadFile("testdata/policy.lua"); err == nil {
		f.Add(src)
	}
	l := lua.NewState()
	f.Fuzz(func(t *testing.T, src []byte) {
		_, translated := Translate(src, "@fuzz.lua")
		if o, err := Inspect(src, "@fuzz.lua"); (err == nil) != (translated == nil) || err == nil && len(o.Functions) == 0 {
			t.Fatalf("Translate: %v, Inspect: %v", translated, err)
		}
		err := Load(l, src, "@fuzz.lua")
		var syntax *SyntaxError
		switch {
		case err == nil:
			l.Pop(1)
		case errors.Is(err, ErrBinary):
			return
		case !errors.As(err, &syntax):
			t.Fatalf("error of another type: %v", err)
		case strings.Contains(syntax.Msg, "cannot be compiled"), strings.Contains(syntax.Msg, "assertion"):
			t.Fatalf("the compiler failed: %v", err)
		}
		if l.Top() != 0 {
			t.Fatalf("%d values left on the stack", l.Top())
		}
		prog, err := Translate(src, "@fuzz.lua")
		if err != nil {
			return
		}
		if want, got := countLines(string(src)), countLines(prog.Text); want != got || prog.Lines != want+1 {
			t.Fatalf("%d line ends became %d, Lines is %d, in %q", want, got, prog.Lines, prog.Text)
		}
	})
}

// countLines counts line ends as Lua does.
func countLines(s string) int {
	n := 0
	for i := 0; i < len(s); i++ {
		if s[i] != '\n' && s[i] != '\r' {
			continue
		}
		n++
		if i+1 < len(s) && (s[i+1] == '\n' || s[i+1] == '\r') && s[i+1] != s[i] {
			i++
		}
	}
	return n
}

// FuzzPlainLua: a plain Lua program still compiles after the translation and
// does the same as without it.
func FuzzPlainLua(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("\x0f\x01\x08\x02\x0b\x0c\x0d\x0e\x0f\x10\x11\x00\x05\x06\x09\x0a"))
	f.Add([]byte(strings.Repeat("local x = {1, 2} return function(a) end ", 20)))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 2000 {
			return
		}
		src := generate(data, false, false)
		l, out := newState(t)
		if err := l.Load(strings.NewReader(src), "@policy.lua", "t"); err != nil {
			t.Fatalf("not a plain Lua program: %v\n%s", err, src)
		}
		if err := l.ProtectedCall(0, 0, 0); err != nil {
			t.Fatalf("it fails: %v\n%s", err, src)
		}
		if diff := cmp.Diff(strings.TrimSuffix(out.String(), "\n"), run(t, src)); diff != "" {
			t.Errorf("%s\n%s", src, diff)
		}
	})
}

// FuzzString: a string literal means the same bytes however it is written.
func FuzzString(f *testing.F) {
	f.Add([]byte("plain"), []byte{})
	f.Add([]byte("a\r\nb\n\rc\x00\xff\x85\xa0\"'\\]]"), []byte("abcdefghijklmnop"))
	f.Fuzz(func(t *testing.T, want, choices []byte) {
		if len(want) > 500 {
			return
		}
		src := "return " + writeString(want, choices)
		l, _ := newState(t)
		if err := Load(l, []byte(src), "@policy.lua"); err != nil {
			t.Fatalf("%q: %v", src, err)
		}
		l.Call(0, 1)
		if got, _ := l.ToString(-1); got != string(want) {
			t.Errorf("%q is %q, want %q", src, got, want)
		}
	})
}

// writeString writes b as a Lua string literal in one of many ways.
func writeString(b, choices []byte) string {
	pick := func(n int) int {
		if len(choices) == 0 {
			return 0
		}
		c := int(choices[0])
		choices = choices[1:]
		return c % n
	}
	if pick(4) == 1 && !strings.ContainsAny(string(b), "\r]") {
		line := []string{"\n", "\r\n", "\r"}[pick(3)]
		return "[==[" + line + strings.ReplaceAll(string(b), "\n", line) + "]==]"
	}
	quote := []string{`"`, `'`}[pick(2)]
	const digits = "0123456789abcdef"
	var out strings.Builder
	out.WriteString(quote)
	for _, c := range b {
		choice := pick(6)
		special := c == '\n' || c == '\r' || c == '\\' || c == '\'' || c == '"'
		letter := classes[c]&(classAlpha|classDigit) != 0
		switch {
		case choice == 1:
			out.WriteString(`\x` + string(digits[c>>4]) + string(digits[c&15]))
		case choice == 2 && c < 0x80: // always 8 digits: more could follow fewer
			out.WriteString(`\u000000` + string(digits[c>>4]) + string(digits[c&15]))
		case choice == 3 && !letter && c != '\r':
			if c == '\n' {
				out.WriteString([]string{"\\\n", "\\\r\n", "\\\r", "\\\n\r"}[pick(4)])
				break
			}
			out.WriteString(`\` + string([]byte{c}))
		case choice == 4 && c > ' ':
			out.WriteString("\\z \t\r\n")
			if special {
				out.WriteByte('\\')
			}
			out.WriteByte(c)
		case choice == 0 && !special:
			out.WriteByte(c)
		default:
			// always 3 digits: more could follow fewer
			out.WriteString(`\` + string([]byte{'0' + c/100, '0' + c/10%10, '0' + c%10}))
		}
	}
	out.WriteString(quote)
	return out.String()
}
