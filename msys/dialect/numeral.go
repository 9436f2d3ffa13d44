package dialect

import (
	"math"
	"strconv"
	"strings"
)

// number scans the numeral at x.pos. Octal numbers, and the few that the
// machine's scanner cannot read or rounds wrongly, are rewritten.
func (x *lexer) number() {
	start := x.pos
	end := start
	hex := x.src[start] == '0' && x.src[start+1]|0x20 == 'x'
	exponent := byte('e')
	if hex {
		exponent, end = 'p', start+2
	}
	for {
		c := x.src[end]
		if c|0x20 == exponent {
			end++
			if c = x.src[end]; c == '+' || c == '-' {
				end++
			}
			continue
		}
		if c != '.' && classes[c]&(classAlpha|classDigit) == 0 {
			break
		}
		end++
	}
	x.pos = end
	text := x.src[start:end]
	value, plain, ok := parseNumeral(text)
	if !ok {
		x.fail(x.line, text, "malformed number")
	}
	if !plain {
		x.edits.replace(start, end, formatNumeral(value))
	}
}

// parseNumeral returns the value of a numeral, and whether the machine's
// scanner reads it rightly. For plain ones the value is not computed when it
// is not at hand: see numeralValue.
func parseNumeral(text string) (value float64, plain, ok bool) {
	if len(text) > 1 && text[0] == '0' && text[1]|0x20 == 'x' {
		return parseHex(text)
	}
	digits, dots, exponent := 0, 0, -1
	octal := text[0] == '0' && len(text) > 1
	for i := 0; i < len(text) && exponent < 0; i++ {
		switch c := text[i]; {
		case c == '.':
			dots++
			octal = false
		case c|0x20 == 'e':
			exponent = i
			octal = false
		case classes[c]&classDigit != 0:
			digits++
			octal = octal && c < '8'
		default:
			return 0, false, false
		}
	}
	if digits == 0 || dots > 1 {
		return 0, false, false
	}
	if exponent >= 0 {
		rest := text[exponent+1:]
		if rest != "" && (rest[0] == '+' || rest[0] == '-') {
			rest = rest[1:]
		}
		if rest == "" || strings.Trim(rest, "0123456789") != "" {
			return 0, false, false
		}
	}
	switch {
	case octal:
		for i := range len(text) {
			value = value*8 + float64(text[i]-'0')
		}
		return value, value == 0, true
	case exponent >= 0 || len(text) > 300:
		value = numeralValue(text)
		return value, !math.IsInf(value, 0), true
	}
	return 0, true, true
}

// parseHex is parseNumeral for hexadecimal ones, which may have a fraction
// and a binary exponent.
func parseHex(text string) (value float64, plain, ok bool) {
	mantissa, exponent, hasExponent := strings.Cut(text[2:], "p")
	if !hasExponent {
		mantissa, exponent, hasExponent = strings.Cut(text[2:], "P")
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	if whole+fraction == "" {
		return 0, false, false
	}
	for _, part := range [2]string{whole, fraction} {
		for i := range len(part) {
			if classes[part[i]]&classHex == 0 {
				return 0, false, false
			}
		}
	}
	if hasExponent {
		rest := strings.TrimLeft(exponent, "+-")
		if len(exponent)-len(rest) > 1 || rest == "" || strings.Trim(rest, "0123456789") != "" {
			return 0, false, false
		}
	}
	if len(whole) <= 13 && len(whole) == len(text)-2 {
		return 0, true, true // at most 52 bits
	}
	return numeralValue(text), false, true
}

// numeralValue returns the value of a well-formed decimal or hexadecimal
// numeral, rounded to nearest; it may be infinite.
func numeralValue(text string) float64 {
	if len(text) > 1 && text[0] == '0' {
		if text[1]|0x20 == 'x' {
			if !strings.ContainsAny(text, "pP") {
				text += "p0"
			}
		} else if strings.Trim(text, "01234567") == "" {
			v, _, _ := parseNumeral(text)
			return v
		}
	}
	v, _ := strconv.ParseFloat(text, 64) // a range error comes with the right value
	return v
}

// formatNumeral writes a number as an operand of any operator.
func formatNumeral(v float64) string {
	switch {
	case math.IsInf(v, 1):
		return "(1e308*10)" // folded by the compiler
	case math.IsInf(v, -1):
		return "(-1e308*10)"
	case math.Signbit(v):
		return "(" + strconv.FormatFloat(v, 'g', -1, 64) + ")"
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}
