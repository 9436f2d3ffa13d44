package dialect

import (
	"errors"
	"strings"
	"testing"

	lua "github.com/Shopify/go-lua"
	"github.com/google/go-cmp/cmp"
)

func TestSyntaxErrors(t *testing.T) {
	for _, tc := range []struct{ src, want string }{
		{"x = 1\n\nx = ! !", "3: unexpected symbol near '<eof>'"},
		{"!x", "1: unexpected symbol near '!'"},
		{"x = a !b", "1: unexpected symbol near '!'"},
		{"x = a ~ b", "1: unexpected symbol near '~'"},
		{"if x then", "1: 'end' expected near '<eof>'"},
		{"if x then\n\nfoo()", "3: 'end' expected (to close 'if' at line 1) near '<eof>'"},
		{"f(1\n,2\n", "3: ')' expected (to close '(' at line 1) near '<eof>'"},
		{"while x do\nend end", "2: '<eof>' expected near 'end'"},
		{"a.b", "1: '=' expected near '<eof>'"},
		{"f() = 1", "1: unexpected symbol near '='"},
		{"(f) = 1", "1: syntax error near '='"},
		{"a, f() = 1", "1: syntax error near '='"},
		{"x:y = 1", "1: function arguments expected near '='"},
		{"local 1", "1: '<name>' expected near '1'"},
		{"function f(a,) end", "1: <name> or '...' expected near ')'"},
		{"for i do end", "1: '=' or 'in' expected near 'do'"},
		{"return 1 x = 1", "1: '<eof>' expected near 'x'"},
		{"break", "1: no loop to break near '<eof>'"},
		{"while x do local f = function() break end end", "1: no loop to break near 'end'"},
		{"function f() return ... end", "1: cannot use '...' outside a vararg function near '...'"},
		{"x = 3x", "1: malformed number near '3x'"},
		{"x = 3..2", "1: malformed number near '3..2'"},
		{"x = 0x", "1: malformed number near '0x'"},
		{"x = 1e+", "1: malformed number near '1e+'"},
		{"x = 'abc", "1: unfinished string near '<eof>'"},
		{"x = 'abc\n'", "1: unfinished string near ''abc'"},
		{"x = [[abc\n\n", "3: unfinished long string near '<eof>'"},
		{"--[==[abc\n", "2: unfinished long comment near '<eof>'"},
		{"x = [=abc", "1: invalid long string delimiter near '[='"},
		{"--[[ [[ ]] ]]", "1: nesting of [[...]] is deprecated near '[['"},
		{`x = '\300'`, `1: escape sequence too large near ''\300'`},
		{`x = '\xg1'`, `1: expected hex digit near ''\x'`},
		{`x = '\u12'`, `1: expected either 4, 6 or 8 hex digits for unicode escape near ''\u12'`},
		{"x = @", "1: unexpected symbol near '@'"},
		{"x = \x00", "1: unexpected symbol"},
		{"x = \xC3", "1: unexpected symbol near '\xC3'"},
		{"print(“hello”)", "1: unexpected symbol near '“'"},
		{"goto nowhere", "1: no visible label 'nowhere' for <goto> at line 1"},
		{"do goto l end\nlocal x\n::l:: x = 1", "3: <goto l> at line 1 jumps into the scope of local 'x'"},
		{"::a::\n::a::", "2: label 'a' already defined on line 1"},
		{"function f()\nlocal " + strings.TrimSuffix(strings.Repeat("x,", 201), ",") + "\nend", "3: function at line 1 has more than 200 local variables"},
		{"x = " + strings.Repeat("(", 100000), "1: chunk has too many syntax levels"},
		{strings.Repeat("do ", 100000), "1: chunk has too many syntax levels"},
		{"x = " + strings.Repeat("{", 100000), "1: chunk has too many syntax levels"},
		{"x = " + strings.Repeat("-", 1) + strings.Repeat("~", 100000), "1: chunk has too many syntax levels"},
		{"x = f(" + strings.Repeat("1,", 300) + "1)", "1: function or expression too complex near ','"},
		{"x = " + strings.Repeat("a or ", 20000) + "a", "1: control structure too long near 'or'"},
	} {
		l := lua.NewState()
		err := Load(l, []byte(tc.src), "@policy.lua")
		if err == nil {
			t.Errorf("%.60q compiles", tc.src)
			continue
		}
		if diff := cmp.Diff("policy.lua:"+tc.want, err.Error()); diff != "" {
			t.Errorf("%.60q: %s", tc.src, diff)
		}
		if l.Top() != 0 {
			t.Errorf("%.60q leaves %d values on the stack", tc.src, l.Top())
		}
	}
}

func TestSyntaxErrorFields(t *testing.T) {
	err := Load(lua.NewState(), []byte("x = 1\ny = }"), "@etc/policy.lua")
	var got *SyntaxError
	if !errors.As(err, &got) {
		t.Fatalf("error is a %T", err)
	}
	want := &SyntaxError{Chunk: "etc/policy.lua", Line: 2, Near: "}", Msg: "unexpected symbol"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// The machine's own compiler finds some errors; they come in the same form.
func TestCompilerErrors(t *testing.T) {
	var src strings.Builder
	for block := range 2 {
		for i := range 150 {
			src.WriteString("local v" + string(rune('a'+block)) + strings.Repeat("x", i+1) + "\n")
		}
		src.WriteString("local function f()\n")
	}
	src.WriteString("return function() return ")
	for block := range 2 {
		for i := range 150 {
			src.WriteString("v" + string(rune('a'+block)) + strings.Repeat("x", i+1) + " or ")
		}
	}
	src.WriteString("nil end\nend end")
	err := Load(lua.NewState(), []byte(src.String()), "@policy.lua")
	if err == nil || !strings.HasPrefix(err.Error(), "policy.lua:303: too many upvalues (limit is 255) in function at line 303") {
		t.Errorf("error is %v", err)
	}
}

func TestBinaryChunksAreRefused(t *testing.T) {
	if err := Load(lua.NewState(), []byte("\x1bLua"), "@policy.lua"); !errors.Is(err, ErrBinary) {
		t.Errorf("error is %v", err)
	}
}

func TestChunkID(t *testing.T) {
	long := strings.Repeat("a", 70)
	for _, tc := range []struct{ name, want string }{
		{"@policy.lua", "policy.lua"},
		{"@dir/" + long, "..." + long[:56]},
		{"=stdin", "stdin"},
		{"=" + long, long[:59]},
		{"x = 1", `[string "x = 1"]`},
		{"x = ...", `[string "x = ..."]`},
		{"x = 1\ny = 2", `[string "x = 1..."]`},
		{"\n", `[string "..."]`},
		{long[:44], `[string "` + long[:44] + `"]`},
		{long[:45], `[string "` + long[:45] + `..."]`},
		{long, `[string "` + long[:45] + `..."]`},
		{"", `[string ""]`},
		{"=", ""},
	} {
		if got := ChunkID(tc.name); got != tc.want {
			t.Errorf("ChunkID(%q) = %q, want %q", tc.name, got, tc.want)
		}
		// So do the errors of operators.
		l := lua.NewState()
		if err := Load(l, []byte("return nil & 1"), tc.name); err != nil {
			t.Fatal(err)
		}
		if err := l.ProtectedCall(0, 0, 0); err == nil {
			t.Fatal("no error")
		}
		want := tc.want
		if tc.name == "" {
			want = `[string "?"]` // the machine has no chunks without a name
		}
		if got, _ := l.ToString(-1); got != want+":1: attempt to perform bitwise operation on a nil value" {
			t.Errorf("an error in %q says %q", tc.name, got)
		}
	}
}
