package lualib

import (
	"math"
	"math/big"
	"regexp"
	"strings"
	"testing"
)

func TestParseNumber(t *testing.T) {
	inf := math.Inf(1)
	tests := []struct {
		s    string
		want float64
		ok   bool
	}{
		{"0", 0, true}, {"10", 10, true}, {"010", 10, true}, {"08", 8, true},
		{" 3.14 ", 3.14, true}, {"\t\n\v\f\r7\r\n", 7, true}, {"-2", -2, true}, {"+2", 2, true},
		{".5", 0.5, true}, {"5.", 5, true}, {"-.5e1", -5, true}, {"1e3", 1000, true}, {"1E-2", 0.01, true},
		{"0x10", 16, true}, {"0XfF", 255, true}, {"-0xa", -10, true}, {"+0x2", 2, true},
		{"0x2.8", 2.5, true}, {"0x.8", 0.5, true}, {"0xA.", 10, true}, {"0x1p4", 16, true}, {"0x1.8P-1", 0.75, true},
		{"0xffffffffffffffff", 1 << 64, true}, {"0x" + strings.Repeat("f", 150), math.Ldexp(1, 600), true},
		{"1e999", inf, true}, {"-1e999", -inf, true}, {"1e-999", 0, true}, {"0x1p99999", inf, true},
		{"123456789012345678901234567890", 1.2345678901234568e29, true},
		{"", 0, false}, {"  ", 0, false}, {".", 0, false}, {"-", 0, false}, {"+-1", 0, false}, {"- 1", 0, false},
		{"1e", 0, false}, {"1e+", 0, false}, {"e1", 0, false}, {".e1", 0, false}, {"1 2", 0, false},
		{"0x", 0, false}, {"0x.", 0, false}, {"0xg", 0, false}, {"00x1", 0, false}, {"0x1p", 0, false}, {"x1", 0, false},
		{"inf", 0, false}, {"-inf", 0, false}, {"nan", 0, false}, {"infinity", 0, false}, {"NaN", 0, false},
		{"1_000", 0, false}, {"0x_1", 0, false}, {"1\x00", 0, false}, {"1f", 0, false}, {"0b1", 0, false}, {"0o7", 0, false},
		{"\u00a01", 0, false}, {"１", 0, false}, {"1.2.3", 0, false}, {"0x1.8.0", 0, false},
	}
	for _, tt := range tests {
		if got, ok := ParseNumber(tt.s); got != tt.want && ok || ok != tt.ok {
			t.Errorf("ParseNumber(%q) = %v, %v; want %v, %v", tt.s, got, ok, tt.want, tt.ok)
		}
	}
}

func TestParseNumberBase(t *testing.T) {
	tests := []struct {
		s    string
		base int
		want float64
		ok   bool
	}{
		{"1010", 2, 10, true}, {" 7F ", 16, 127, true}, {"-zz", 36, -1295, true}, {"+10", 8, 8, true},
		{"0xff", 16, 255, true}, {"0XFF", 16, 255, true}, {strings.Repeat("1", 80), 2, math.Ldexp(1, 80), true},
		{"10", 10, 10, true}, {"1e1", 10, 10, true}, {"2.5", 10, 2.5, true},
		{"", 2, 0, false}, {" ", 2, 0, false}, {"-", 2, 0, false}, {"2", 2, 0, false}, {"1.0", 2, 0, false},
		{"8", 8, 0, false}, {"0x", 16, 0, false}, {"0x1", 8, 0, false}, {"0xf", 10, 0, false}, {"g", 16, 0, false},
		{"1\x00", 2, 0, false}, {"1 1", 2, 0, false}, {"--1", 2, 0, false},
	}
	for _, tt := range tests {
		if got, ok := ParseNumberBase(tt.s, tt.base); got != tt.want && ok || ok != tt.ok {
			t.Errorf("ParseNumberBase(%q, %d) = %v, %v; want %v, %v", tt.s, tt.base, got, ok, tt.want, tt.ok)
		}
	}
}

// go-lua: tostring(1/0) is "+Inf".
func TestFormatNumber(t *testing.T) {
	tests := []struct {
		f    float64
		want string
	}{
		{0, "0"}, {math.Copysign(0, -1), "-0"}, {1, "1"}, {-1, "-1"}, {255, "255"}, {3.14, "3.14"}, {0.1, "0.1"},
		{1.0 / 3, "0.33333333333333"}, {2.0 / 3, "0.66666666666667"}, {100, "100"}, {1e14, "1e+14"}, {1e13, "10000000000000"},
		{99999999999999, "99999999999999"}, {123456789012345, "1.2345678901234e+14"}, {1e15, "1e+15"}, {1e100, "1e+100"},
		{1e-4, "0.0001"}, {1e-5, "1e-05"}, {1 << 53, "9.007199254741e+15"}, {-1e-100, "-1e-100"},
		{math.Inf(1), "inf"}, {math.Inf(-1), "-inf"}, {math.NaN(), "nan"}, {-math.NaN(), "nan"},
		{math.MaxFloat64, "1.7976931348623e+308"}, {5e-324, "4.9406564584125e-324"},
	}
	for _, tt := range tests {
		if got := FormatNumber(tt.f); got != tt.want {
			t.Errorf("FormatNumber(%v) = %q, want %q", tt.f, got, tt.want)
		}
	}
}

var (
	decimal = regexp.MustCompile(`^[ \t\n\v\f\r]*([-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)[ \t\n\v\f\r]*$`)
	hex     = regexp.MustCompile(`^[ \t\n\v\f\r]*([-+]?0[xX](?:[0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+))([pP][-+]?[0-9]+)?[ \t\n\v\f\r]*$`)

	longExponent = regexp.MustCompile(`[eEpP][-+]?[0-9]{5}`)
)

// FuzzParseNumber compares with the grammar as an expression, and with the
// arithmetic of package big.
func FuzzParseNumber(f *testing.F) {
	for _, s := range []string{"0", " 12.5e-3 ", "0x1F", "0x.8p+2", "1e", "inf", "0x", "-.5", "1_0", "08", "0x1p"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := ParseNumber(s)
		text, base := "", 10
		if m := decimal.FindStringSubmatch(s); m != nil {
			text = m[1]
		} else if m := hex.FindStringSubmatch(s); m != nil {
			base = 0 // as the prefix says
			if text = m[1] + m[2]; m[2] == "" {
				text += "p0"
			}
		}
		if ok != (text != "") {
			t.Fatalf("ParseNumber(%q) = %v, %v", s, got, ok)
		}
		if !ok || len(text) > 40 || longExponent.MatchString(text) {
			return // package big would take long
		}
		want, _, err := big.ParseFloat(text, base, 2000, big.ToNearestEven)
		if err != nil {
			t.Skip() // an exponent beyond package big
		}
		if w, _ := want.Float64(); w != got {
			t.Fatalf("ParseNumber(%q) = %v, want %v", s, got, w)
		}
		if again, ok := ParseNumber(FormatNumber(got)); !ok && !math.IsInf(got, 0) || ok && math.Abs(again-got) > math.Abs(got)*1e-13 {
			t.Fatalf("%v prints as %s, which reads as %v", got, FormatNumber(got), again)
		}
	})
}
