package dialect

import (
	"fmt"
	"math"
	"strings"
	"testing"

	lua "github.com/Shopify/go-lua"
)

// An operation is a random expression of numbers; the tests compute it by
// themselves and compare.
type operation struct {
	op          string // an operator, a literal or a variable
	left, right *operation
	value       float64 // of a literal or variable
}

// operators in order of priority; those on one line bind equally.
var operatorLevels = [][]string{
	{"+", "-", "&", "|", "^^"},
	{"*", "/", "%", `\`, "<<", ">>"},
	{"u-", "u~"},
	{"^"},
}

func (o *operation) level() int {
	for i, ops := range operatorLevels {
		for _, op := range ops {
			if o.op == op && o.left != nil {
				return i
			}
		}
	}
	return len(operatorLevels)
}

// write writes the expression with no more parentheses than it needs.
func (o *operation) write(b *strings.Builder, space string) {
	part := func(e *operation, parens bool) {
		if parens {
			b.WriteByte('(')
			e.write(b, space)
			b.WriteByte(')')
		} else {
			e.write(b, space)
		}
	}
	level := o.level()
	switch {
	case o.left == nil:
		b.WriteString(o.op)
	case strings.HasPrefix(o.op, "u"):
		b.WriteString(" " + o.op[1:] + " ") // "--" would be a comment
		part(o.left, o.left.level() < level)
	case o.op == "^": // right associative; its right side may be unary
		part(o.left, o.left.level() <= level)
		b.WriteString(space + "^" + space)
		part(o.right, o.right.level() < level-1)
	default:
		part(o.left, o.left.level() < level)
		b.WriteString(space + o.op + space)
		part(o.right, o.right.level() <= level)
	}
}

func (o *operation) eval() float64 {
	if o.left == nil {
		return o.value
	}
	a, b := o.left.eval(), 0.0
	if o.right != nil {
		b = o.right.eval()
	}
	integer := func(f float64) int64 {
		if math.IsNaN(f) || f >= 9223372036854775808 || f < -9223372036854775808 {
			return math.MinInt64
		}
		return int64(f)
	}
	switch o.op {
	case "+":
		return a + b
	case "-":
		return a - b
	case "*":
		return a * b
	case "/":
		return a / b
	case "%":
		product := math.Floor(a/b) * b
		return a - product
	case "^":
		return math.Pow(a, b)
	case `\`:
		return math.Floor(a / b)
	case "u-":
		return -a
	case "u~":
		return float64(-1 - integer(a))
	case "&":
		return float64(integer(a) & integer(b))
	case "|":
		return float64(integer(a) | integer(b))
	case "^^":
		return float64((integer(a) | integer(b)) &^ (integer(a) & integer(b)))
	case "<<":
		return float64(integer(a) << (uint64(integer(b)) % 64))
	case ">>":
		return float64(integer(a) >> (uint64(integer(b)) % 64))
	}
	panic(o.op)
}

var operationVariables = []struct {
	name  string
	value float64
}{{"a", 5}, {"b", -3}, {"c", 0.75}, {"d", 1 << 40}, {"e", -1.5e10}, {"z", 0}}

func makeOperation(data *[]byte, depth int) *operation {
	pick := func(n int) int {
		if len(*data) == 0 {
			return 0
		}
		c := int((*data)[0])
		*data = (*data)[1:]
		return c % n
	}
	if depth == 0 || len(*data) == 0 || pick(5) == 0 {
		if v := pick(len(operationVariables) * 2); v < len(operationVariables) {
			return &operation{op: operationVariables[v].name, value: operationVariables[v].value}
		}
		literals := []operation{{op: "2", value: 2}, {op: "017", value: 15}, {op: "0xFF", value: 255}, {op: "2.5", value: 2.5}, {op: "0", value: 0}, {op: "1e3", value: 1000}}
		o := literals[pick(len(literals))]
		return &o
	}
	ops := operatorLevels[pick(len(operatorLevels))]
	o := &operation{op: ops[pick(len(ops))]}
	o.left = makeOperation(data, depth-1)
	switch {
	case o.op == "^": // only what every machine computes alike
		o.right = &operation{op: "2", value: 2}
	case !strings.HasPrefix(o.op, "u"):
		o.right = makeOperation(data, depth-1)
	}
	return o
}

// FuzzOperators: an expression gives what its tree gives.
func FuzzOperators(f *testing.F) {
	f.Add([]byte("\x01\x00\x02\x01\x01\x03\x00\x01\x02\x03\x04\x05"))
	for i := range 40 {
		f.Add([]byte(fmt.Sprintf("%c%c%c%c%c%c%c%c%c%c", 1+i, i*7, 3+i*5, i*11, 1+i*3, 2+i, i*13, i*17, 4+i, i*19)))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 300 {
			return
		}
		o := makeOperation(&data, 6)
		var b strings.Builder
		b.WriteString("local a, b, c, d, e, z = 5, -3, 0.75, 1 << 40, -1.5e10, 0 return ")
		o.write(&b, []string{"", " ", "\n"}[len(data)%3])
		l, _ := newState(t)
		if err := Load(l, []byte(b.String()), "@policy.lua"); err != nil {
			t.Fatalf("%s: %v", b.String(), err)
		}
		if err := l.ProtectedCall(0, 1, 0); err != nil {
			message, _ := l.ToString(-1)
			t.Fatalf("%s: %s", b.String(), message)
		}
		got, ok := l.ToNumber(-1)
		if want := o.eval(); !ok || got != want && !(math.IsNaN(got) && math.IsNaN(want)) {
			t.Errorf("%s\n gives %v, want %v", b.String(), got, want)
		}
	})
}

func TestOperators(t *testing.T) {
	for _, tc := range []struct{ src, want string }{
		{`-7 \ 2`, "-4"}, {`7 \ -2`, "-4"}, {`7.5 \ 2`, "3"}, {`a \ 0`, "inf"}, {`-a \ 0`, "-inf"}, {`z \ z`, "nan"},
		{`1.9 & 3.9`, "1"}, {`-1.9 & 255`, "255"}, {`'5' & 3`, "1"}, {`'0x10' | 1`, "17"}, {`~'5'`, "-6"},
		{`1 << 63`, "-9.2233720368548e+18"}, {`1 << 64`, "1"}, {`1 << -1`, "-9.2233720368548e+18"}, {`-1 >> 1`, "-1"}, {`-256 >> 4`, "-16"},
		{`1e19 & 1`, "0"}, {`1/z & 1`, "0"}, {`-1/z | 0`, "-9.2233720368548e+18"}, {`z/z & 1`, "0"}, {`2^62 | 1`, "4.6116860184274e+18"},
		{`~1 + 1`, "-1"}, {`~2 ^ 2`, "-5"}, {`-~2`, "3"}, {`~-2`, "1"}, {`not ~1`, "false"}, {`!nil`, "true"}, {`!1 == false`, "true"},
		{`2 .. 3 | 4`, "27"}, {`1 < 2 & 3`, "true"}, {`10 \ 3 * 2`, "6"}, {`8 >> 1 << 1`, "8"}, {`2 ^ 2 ^^ 1`, "5"}, {`1 | 2 ^^ 3`, "0"},
		{`a % -3`, "-1"}, {`-a % 3`, "1"}, {`a % z`, "nan"}, {`a % (1/z)`, "nan"}, {`5.5 % -2`, "-0.5"}, {`-1e-20 % 1`, "1"}, {`'7' % 4`, "3"},
		{`a .. z`, "50"}, {`-1/z .. ''`, "-inf"}, {`1e15 .. ''`, "1e+15"}, {`0.1 .. 2^53`, "0.19.007199254741e+15"}, {`2 .. -0.5`, "2-0.5"}, {`123456789012345 .. ''`, "1.2345678901234e+14"},
		{`99999999999999 .. ''`, "99999999999999"}, {`1e100 .. ''`, "1e+100"}, {`-z .. ''`, "-0"},
		{"1 + 2 & 3", "3"}, {"1 & 2 + 3", "3"}, {"#'abc' & 1", "1"}, {"a != 5 or z == 0", "true"},
	} {
		if got := run(t, "local a, z = 5, 0 print("+tc.src+")"); got != tc.want {
			t.Errorf("%s gives %s, want %s", tc.src, got, tc.want)
		}
	}
}

func TestOperatorEvents(t *testing.T) {
	const setUp = `
local mt = {}
for _, event in ipairs{"mod", "intdiv", "and", "or", "xor", "shl", "shr", "not", "concat"} do
  mt["__" .. event] = function(a, b) return event .. " " .. type(a) .. " " .. type(b), "more" end
end
local o = setmetatable({}, mt)
`
	for _, tc := range []struct{ src, want string }{
		{"o % 1", "mod table number"}, {"1 % o", "mod number table"}, {"'x' % o", "mod string table"},
		{`o \ 1`, "intdiv table number"}, {`{} \ o`, "intdiv table table"},
		{"o & 1", "and table number"}, {"nil | o", "or nil table"}, {"o ^^ o", "xor table table"}, {"o << 1", "shl table number"}, {"1 >> o", "shr number table"},
		{"~o", "not table table"},
		{"o .. 'x'", "concat table string"}, {"1 .. o", "concat number table"}, {"'a' .. 'b' .. o", "aconcat string table"}, {"o .. 'a' .. 'b'", "concat table string"},
		{"o .. nil", "concat table nil"},
	} {
		if got := run(t, setUp+"print(("+tc.src+"))\nassert(select('#', "+tc.src+") == 1)"); got != tc.want {
			t.Errorf("%s gives %s, want %s", tc.src, got, tc.want)
		}
	}
}

// The value of an event's second operand is computed before the event runs,
// and operands are computed from left to right.
func TestConcatOrder(t *testing.T) {
	want := "1 2 3 b..c a..b..c"
	got := run(t, `
local log = {}
local function value(n, s) log[#log + 1] = n return setmetatable({s = s}, getmetatable(value0)) end
value0 = setmetatable({}, {__concat = function(a, b)
  local s = a.s .. ".." .. b.s
  log[#log + 1] = s
  return setmetatable({s = s}, getmetatable(value0))
end})
local r = value(1, "a") .. value(2, "b") .. value(3, "c")
print(table.concat(log, " "))`)
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestLongConcatenations(t *testing.T) {
	for _, n := range []int{2, 100, 199, 200, 201, 300, 1000, 5000} {
		src := "local x = 'ab' local s = x" + strings.Repeat(" .. x", n-1) + " print(#s) s = 'a'" + strings.Repeat(" .. 'b'", n-1) + " print(#s)"
		if got, want := run(t, src), fmt.Sprintf("%d\n%d", 2*n, n); got != want {
			t.Errorf("%d operands give %s, want %s", n, got, want)
		}
	}
}

func TestMaxString(t *testing.T) {
	l, _ := newState(t)
	if got := MaxString(l); got != DefaultMaxString {
		t.Errorf("the default is %d", got)
	}
	const src = `
local s = ("x"):rep(600)
local ok, message = pcall(function() return s .. s end)
print(ok, message, #(s .. "y"))
s = setmetatable({}, {__concat = function(a, b) return ("x"):rep(600) end})
print(pcall(function() return ("x"):rep(600) .. 1 .. s end))
`
	if err := Load(l, []byte(src), "@policy.lua"); err != nil {
		t.Fatal(err)
	}
	SetMaxString(l, 1000) // counts for chunks loaded before
	l2, out := newState(t)
	if err := Load(l2, []byte(src), "@policy.lua"); err != nil {
		t.Fatal(err)
	}
	SetMaxString(l2, 1000)
	l2.Call(0, 0)
	want := "false policy.lua:3: resulting string too large 601\nfalse policy.lua:6: resulting string too large\n"
	if got := out.String(); got != want {
		t.Errorf("got %s want %s", got, want)
	}
	if SetMaxString(l, 0); MaxString(l) != DefaultMaxString {
		t.Error("0 is not the default")
	}
	if got, want := run(t, `local s = "x" while true do s = s .. s end`), "policy.lua:1: resulting string too large"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestHelpersReturnOneValue(t *testing.T) {
	l := lua.NewState()
	l.Register("count", func(l *lua.State) int { l.PushInteger(l.Top()); return 1 })
	for _, e := range []string{"a % b", "a & b", "~a", `a \ b`, "'x' .. a", "t.__index"} {
		if err := Load(l, []byte("local a, b, t = 1, 2, {} return count("+e+"), #{"+e+"}"), "@policy.lua"); err != nil {
			t.Fatal(err)
		}
		l.Call(0, 1)
		if n, _ := l.ToInteger(-1); n != 1 {
			t.Errorf("%s gives %d values", e, n)
		}
		l.Pop(1)
	}
}
