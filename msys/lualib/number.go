package lualib

import (
	"math"
	"strconv"
	"strings"
)

// FormatNumber returns f as Lua prints it: with 14 significant digits, and
// inf, -inf or nan.
func FormatNumber(f float64) string {
	var buf [32]byte
	return string(AppendNumber(buf[:0], f))
}

// AppendNumber appends what FormatNumber returns to dst.
func AppendNumber(dst []byte, f float64) []byte {
	if i := int64(f); float64(i) == f && -1e14 < f && f < 1e14 && (i != 0 || !math.Signbit(f)) {
		return strconv.AppendInt(dst, i, 10)
	}
	switch {
	case math.IsNaN(f):
		return append(dst, "nan"...)
	case math.IsInf(f, 1):
		return append(dst, "inf"...)
	case math.IsInf(f, -1):
		return append(dst, "-inf"...)
	}
	return strconv.AppendFloat(dst, f, 'g', 14, 64)
}

// ParseNumber returns the number that s reads as. It takes what stock Lua
// takes: decimal and hexadecimal numbers, with fractions and exponents, and
// spaces around them. "010" is ten, "inf" and "nan" are no numbers; "1e999" is
// infinite.
func ParseNumber(s string) (float64, bool) {
	s = trimSpace(s)
	digits := s
	if digits != "" && (digits[0] == '-' || digits[0] == '+') {
		digits = digits[1:]
	}
	n := scanNumber(digits)
	if n.end != len(digits) || !n.ok {
		return 0, false
	}
	if n.hex && !n.exponent {
		s += "p0" // which strconv insists on
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil || math.IsInf(f, 0)
}

// ParseNumberBase returns the integer that s reads as in base, which is from
// 2 to 36, with a sign and spaces around it. In base 16 it may begin with 0x;
// in base 10 it is any decimal number.
func ParseNumberBase(s string, base int) (float64, bool) {
	s = trimSpace(s)
	if base == 10 {
		if strings.ContainsAny(s, "xX") {
			return 0, false
		}
		return ParseNumber(s)
	}
	negative := false
	if s != "" && (s[0] == '-' || s[0] == '+') {
		negative = s[0] == '-'
		s = s[1:]
	}
	if base == 16 && len(s) > 2 && s[0] == '0' && s[1]|0x20 == 'x' {
		s = s[2:]
	}
	if s == "" {
		return 0, false
	}
	value := 0.0
	for i := range len(s) {
		d := digitValue(s[i])
		if d >= base {
			return 0, false
		}
		value = value*float64(base) + float64(d)
	}
	if negative {
		value = -value
	}
	return value, true
}

// digitValue returns the value of a digit or letter, or 36.
func digitValue(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c|0x20 && c|0x20 <= 'z':
		return int(c|0x20-'a') + 10
	}
	return 36
}

// trimSpace cuts what isspace in the C locale calls spaces.
func trimSpace(s string) string {
	for s != "" && isSpace(s[0]) {
		s = s[1:]
	}
	for s != "" && isSpace(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s
}

func isSpace(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }

// numeral is the number that a text begins with.
type numeral struct {
	end      int  // the offset after it
	ok       bool // it is complete
	hex      bool
	exponent bool
}

// scanNumber reads the number without a sign that s begins with.
func scanNumber(s string) (n numeral) {
	base, mark := 10, byte('e')
	if len(s) > 1 && s[0] == '0' && s[1]|0x20 == 'x' {
		n.hex, n.end = true, 2
		base, mark = 16, 'p'
	}
	digits := func(base int) (any bool) {
		for n.end < len(s) && digitValue(s[n.end]) < base {
			n.end++
			any = true
		}
		return any
	}
	n.ok = digits(base)
	if n.end < len(s) && s[n.end] == '.' {
		n.end++
		n.ok = digits(base) || n.ok
	}
	if n.ok && n.end < len(s) && s[n.end]|0x20 == mark {
		n.exponent = true
		n.end++
		if n.end < len(s) && (s[n.end] == '-' || s[n.end] == '+') {
			n.end++
		}
		n.ok = digits(10)
	}
	return n
}
