package lualib

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/gomsys/gomsys/internal/luavm"
)

// go-lua: %i, %u, %a and %q are missing or wrong, infinity prints as +Inf,
// bytes 0 end a format, and lengths of flags are mistaken.
func TestFormat(t *testing.T) {
	testLua(t, nil, []luaTest{
		{`("%d|%5d|%-5d|%05d|%+d|% d"):format(42, 42, 42, 42, 42, 42)`, `"42|   42|42   |00042|+42| 42"`},
		{`("%.3d|%5.3d|%-5.3d|%05.3d|%.0d|"):format(42, 42, 42, 42, 0)`, `"042|  042|042  |  042||"`},
		{`("%i|%i|%d"):format(-7, 3.99, -3.99)`, `"-7|3|-3"`},
		{`("%d|%d|%d"):format(-2^63, 2^53, "0x10")`, `"-9223372036854775808|9007199254740992|16"`},
		{`("%u|%u"):format(7, 2^63)`, `"7|9223372036854775808"`},
		{`("%x|%X|%#x|%#X|%#o|%o|%#x|%#o"):format(255, 255, 255, 255, 8, 8, 0, 0)`, `"ff|FF|0xff|0XFF|010|10|0|0"`},
		{`("%x|%u"):format(-1, -1)`, `"ffffffffffffffff|18446744073709551615"`},
		{`("%#10x|%-#10x|%#010x|%#.4x"):format(255, 255, 255, 255)`, `"      0xff|0xff      |0x000000ff|0x00ff"`},
		{`("%c%c|%3c|%-3c|"):format(72, 105, 65, 65)`, `"Hi|  A|A  |"`},
		{`("%c"):format(0), ("\0%s\0"):format("a\0b")`, `"\x00" "\x00a\x00b\x00"`},
		{`("%f|%.2f|%.0f|%#.0f"):format(3.14159, 3.14159, 2.5, 2.5)`, `"3.141590|3.14|2|2."`},
		{`("%5.1f|%-8.2f|%08.2f|%+.1f|% .1f"):format(3.14159, 3.14159, -3.14159, 3.14159, 3.14159)`, `"  3.1|3.14    |-0003.14|+3.1| 3.1"`},
		{`("%e|%.2E|%.0e|%#.0e"):format(12345.678, 12345.678, 5, 5)`, `"1.234568e+04|1.23E+04|5e+00|5.e+00"`},
		{`("%g|%g|%g|%g|%g"):format(100000, 1e6, 1e-4, 1e-5, 0.1)`, `"100000|1e+06|0.0001|1e-05|0.1"`},
		{`("%.3g|%#g|%#.3g|%G|%.0g"):format(1234567, 1, 1, 1e-10, 123)`, `"1.23e+06|1.00000|1.00|1E-10|1e+02"`},
		{`("%#g|%#.3g|%#.0g"):format(1e10, 0.00012345, 3)`, `"1.00000e+10|0.000123|3."`},
		{`("%a|%A|%.2a|%a|%a"):format(1, 0.1, 0.5, 0, -2^-1074)`, `"0x1p+0|0X1.999999999999AP-4|0x1.00p-1|0x0p+0|-0x0.0000000000001p-1022"`},
		{`("%.0a|%.0a|%.1a|%#.0a|%20.15a|"):format(1.5, 2.5, 1.97, 1, 1)`, `"0x2p+0|0x1p+1|0x2.0p+0|0x1.p+0|0x1.000000000000000p+0|"`},
		{`("%s|%5s|%-5s|%.2s|%5.1s|"):format("abc", "abc", "abc", "abc", "abc")`, `"abc|  abc|abc  |ab|    a|"`},
		{`("%05s|%s|%s"):format("ab", 12, 1.5)`, `"   ab|12|1.5"`},
		{`("%s %s %s"):format(nil, true, false)`, `"nil true false"`},
		{`("%s|%.3s"):format(setmetatable({}, {__tostring = function() return "object" end}), setmetatable({}, {__tostring = function() return "object" end}))`, `"object|obj"`},
		{`(("%s"):format({}):gsub("0x%x+", "ADDR"))`, `"table: ADDR"`},
		{`("100%%|%%|%5d%%"):format(1)`, `"100%|%|    1%"`},
		{`("%99.99f"):format(1/3):len(), ("%99.99f"):format(-1e308):len()`, `101 410`},
		{`("%-+ #0d"):format(3)`, `"+3"`},
		{`("%d"):format("10"), ("%5.1f"):format("2.25")`, `"10" "  2.2"`},
		{`("no directive"):format(), (""):format(1)`, `"no directive" ""`},
	})
}

func TestFormatNotFinite(t *testing.T) {
	testLua(t, nil, []luaTest{
		{`("%f|%e|%g|%G|%a"):format(math.huge, -math.huge, math.huge, -math.huge, math.huge)`, `"inf|-inf|inf|-INF|inf"`},
		{`("%6.1f|%-6f|%06f|%+f"):format(math.huge, math.huge, math.huge, math.huge)`, `"   inf|inf   |   inf|+inf"`},
		{`(("%f"):format(math.huge - math.huge):gsub("-", ""))`, `"nan"`},
		{`("%s %s"):format(math.huge, -math.huge)`, `"inf -inf"`},
		{`("%d"):format(1/0)`, `"-9223372036854775808"`},
		{`("%d"):format(0/0)`, `"-9223372036854775808"`},
	})
}

func TestFormatQuoted(t *testing.T) {
	testLua(t, nil, []luaTest{
		{`("%q"):format('a "b" \\ c')`, `"\"a \\\"b\\\" \\\\ c\""`},
		{`("%q"):format("a\nb\rc\0d\0001")`, `"\"a\\\nb\\rc\\0d\\0001\""`},
		{`("%q"):format("\200\1\127")`, `"\"\xc8\x01\x7f\""`},
		{`("%q"):format(1.5)`, `"\"1.5\""`},
		{`local s = "x\r\n\0009\0\"\\'\9\27" return load("return " .. ("%q"):format(s))() == s`, `true`},
	})
}

func TestFormatErrors(t *testing.T) {
	testLua(t, nil, []luaTest{
		{`("%d"):format()`, `error: t:1: bad argument #1 to 'format' (number expected, got no value)`},
		{`string.format("%s %s", 1)`, `error: t:1: bad argument #3 to 'format' (string expected, got no value)`},
		{`string.format("%d", "x")`, `error: t:1: bad argument #2 to 'format' (number expected, got string)`},
		{`string.format("%q", {})`, `error: t:1: bad argument #2 to 'format' (string expected, got table)`},
		{`string.format("%d", 2^63)`, `error: t:1: bad argument #2 to 'format' (number has no integer representation)`},
		{`string.format("%x", 2^64)`, `error: t:1: bad argument #2 to 'format' (number has no integer representation)`},
		{`string.format("%x", -2^64)`, `error: t:1: bad argument #2 to 'format' (number has no integer representation)`},
		{`string.format("%y", 1)`, `error: t:1: invalid option '%y' to 'format'`},
		{`string.format("%", 1)`, `error: t:1: invalid option '%' to 'format'`},
		{`string.format("%10", 1)`, `error: t:1: invalid option '%' to 'format'`},
		{`string.format("%*d", 1)`, `error: t:1: invalid option '%*' to 'format'`},
		{`string.format("%000000d", 1)`, `error: t:1: invalid format (repeated flags)`},
		{`string.format("%100d", 1)`, `error: t:1: invalid format (width or precision too long)`},
		{`string.format("%1.123f", 1)`, `error: t:1: invalid format (width or precision too long)`},
		{`string.format("%s", setmetatable({}, {__tostring = function() return {} end}))`, `error: t:1: 'tostring' must return a string to 'print'`},
		{`string.format("%s", setmetatable({}, {__tostring = function() error("no text", 0) end}))`, `error: no text`},
	})
}

// FuzzFormat compares with package fmt, where it means the same as C.
func FuzzFormat(f *testing.F) {
	f.Add("%5.1f", 3.14159, "x")
	f.Add("%-+ #010.3g|%s|%q", -1e-5, "a\x00b")
	f.Add("%d %i %u %c", 65.0, "")
	f.Add("%#x%#o%X%a", 1e15, "")
	f.Add("%99.99f%%%5s", 1e300, "%")
	f.Add("%", 1.0, "")
	f.Fuzz(func(t *testing.T, format string, n float64, s string) {
		th := newStdState(t, &Options{MaxString: 10_000})
		l := th.L
		l.Global("string")
		l.Field(-1, "format")
		l.PushString(format)
		for range 8 {
			l.PushNumber(n)
		}
		l.PushString(s)
		if err := th.PCall(10, 1); err != nil {
			checkMessage(t, err)
			return
		}
		got, ok := l.ToString(-1)
		if !ok || len(got) > 10_000 {
			t.Fatalf("%q gives %d bytes", format, len(got))
		}
		if want, ok := fmtTwin(format, n); ok && got != want {
			t.Fatalf("%q of %v gives %q, package fmt %q", format, n, got, want)
		}
	})
}

// checkMessage fails for errors that are Go's.
func checkMessage(t *testing.T, err *luavm.Error) {
	t.Helper()
	if err.Cause != nil || strings.Contains(err.Error(), "runtime error") {
		t.Fatalf("a Go fault: %v", err)
	}
}

// fmtTwin formats with package fmt, if format is one directive that it treats
// as C does.
func fmtTwin(format string, n float64) (string, bool) {
	d, length, msg := parseDirective(strings.TrimPrefix(format, "%"))
	if msg != "" || !strings.HasPrefix(format, "%") || length+1 != len(format) || math.IsInf(n, 0) || math.IsNaN(n) || d.alt {
		return "", false
	}
	if d.minus {
		format = strings.ReplaceAll(format, "0", "") // C has no zeros on the right
		if d.width > 0 || d.precision > 0 {
			return "", false
		}
	}
	switch d.verb {
	case 'e', 'E', 'f':
		return fmt.Sprintf(format, n), true
	case 'd':
		if math.Abs(n) < 1<<53 && d.precision != 0 {
			return fmt.Sprintf(format, int64(n)), true
		}
	case 'x', 'X', 'o':
		if n >= 0 && n < 1<<53 && d.precision != 0 && !d.plus && !d.space {
			return fmt.Sprintf(format, uint64(n)), true
		}
	}
	return "", false
}
