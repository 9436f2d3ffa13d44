package lualib

import (
	"math"
	"strconv"
)

// appendText appends s, padded with spaces.
func (d *directive) appendText(buf []byte, s string) []byte {
	if !d.minus {
		buf = appendRepeated(buf, ' ', d.width-len(s))
	}
	buf = append(buf, s...)
	if d.minus {
		buf = appendRepeated(buf, ' ', d.width-len(s))
	}
	return buf
}

func appendRepeated(buf []byte, c byte, n int) []byte {
	for ; n > 0; n-- {
		buf = append(buf, c)
	}
	return buf
}

// appendPadded appends a number: its sign or other prefix, then its digits.
// Zeros go between the two, spaces outside.
func (d *directive) appendPadded(buf []byte, prefix string, digits []byte, zeros bool) []byte {
	fill := d.width - len(prefix) - len(digits)
	if !d.minus && !zeros {
		buf = appendRepeated(buf, ' ', fill)
	}
	buf = append(buf, prefix...)
	if !d.minus && zeros {
		buf = appendRepeated(buf, '0', fill)
	}
	buf = append(buf, digits...)
	if d.minus {
		buf = appendRepeated(buf, ' ', fill)
	}
	return buf
}

// sign returns what stands before a signed number.
func (d *directive) sign(negative bool) string {
	switch {
	case negative:
		return "-"
	case d.plus:
		return "+"
	case d.space:
		return " "
	}
	return ""
}

func (d *directive) appendSigned(buf []byte, n int64) []byte {
	magnitude := uint64(n)
	if n < 0 {
		magnitude = -magnitude
	}
	var space [128]byte
	digits := d.appendDigits(space[:0], magnitude, 10)
	return d.appendPadded(buf, d.sign(n < 0), digits, d.zero && d.precision < 0)
}

func (d *directive) appendUnsigned(buf []byte, n uint64) []byte {
	var space [128]byte
	digits, prefix := space[:0], ""
	switch d.verb {
	case 'o':
		digits = d.appendDigits(digits, n, 8)
		if d.alt && (len(digits) == 0 || digits[0] != '0') {
			prefix = "0"
		}
	case 'x', 'X':
		digits = d.appendDigits(digits, n, 16)
		if d.alt && n != 0 {
			prefix = "0x"
		}
		if d.verb == 'X' {
			upper(digits)
			prefix = upperPrefix(prefix)
		}
	default:
		digits = d.appendDigits(digits, n, 10)
	}
	return d.appendPadded(buf, prefix, digits, d.zero && d.precision < 0)
}

// appendDigits appends n with at least as many digits as the precision says;
// 0 with precision 0 has none.
func (d *directive) appendDigits(buf []byte, n uint64, base int) []byte {
	if n == 0 && d.precision == 0 {
		return buf
	}
	var space [64]byte
	digits := strconv.AppendUint(space[:0], n, base)
	buf = appendRepeated(buf, '0', d.precision-len(digits))
	return append(buf, digits...)
}

func (d *directive) appendFloat(buf []byte, f float64) []byte {
	var space [512]byte
	digits, prefix := space[:0], d.sign(math.Signbit(f))
	zeros := d.zero
	verb, precision := d.verb|0x20, d.precision
	if precision < 0 && verb != 'a' {
		precision = 6
	}
	switch size := math.Abs(f); {
	case math.IsNaN(f):
		digits, zeros = append(digits, "nan"...), false
	case math.IsInf(f, 0):
		digits, zeros = append(digits, "inf"...), false
	case verb == 'a':
		prefix += "0x"
		digits = appendHexFloat(digits, size, precision, d.alt)
	case verb == 'g' && d.alt:
		digits = appendGeneral(digits, size, max(precision, 1))
	default:
		digits = strconv.AppendFloat(digits, size, verb, precision, 64)
		if d.alt && precision == 0 {
			digits = insertPoint(digits)
		}
	}
	if d.verb != verb {
		upper(digits)
		prefix = upperPrefix(prefix)
	}
	return d.appendPadded(buf, prefix, digits, zeros)
}

// appendGeneral appends f for %#g, which keeps zeros at the end.
func appendGeneral(buf []byte, f float64, precision int) []byte {
	var space [128]byte
	e := strconv.AppendFloat(space[:0], f, 'e', precision-1, 64)
	i := len(e) - 1
	for e[i] != 'e' {
		i--
	}
	exponent, _ := strconv.Atoi(string(e[i+1:]))
	if exponent >= -4 && exponent < precision {
		e = strconv.AppendFloat(space[:0], f, 'f', precision-1-exponent, 64)
	}
	return append(buf, insertPoint(e)...)
}

// insertPoint adds the decimal point after the digits if there is none.
func insertPoint(digits []byte) []byte {
	end := len(digits)
	for i, c := range digits {
		if c == '.' {
			return digits
		}
		if c == 'e' {
			end = i
			break
		}
	}
	digits = append(digits, 0)
	copy(digits[end+1:], digits[end:])
	digits[end] = '.'
	return digits
}

// appendHexFloat appends the hexadecimal digits of f, which is not negative,
// for %a. As in C libraries, the digit before the point is 1 for normal
// numbers and 0 for the others.
func appendHexFloat(buf []byte, f float64, precision int, point bool) []byte {
	const mantissaBits = 52
	bits := math.Float64bits(f)
	mantissa := bits & (1<<mantissaBits - 1)
	exponent := int(bits>>mantissaBits) - 1023
	lead := uint64(1)
	if exponent == -1023 {
		lead = 0
		if exponent = -1022; mantissa == 0 {
			exponent = 0
		}
	}
	mantissa |= lead << mantissaBits
	digits := mantissaBits / 4
	if precision >= 0 && precision < digits {
		mantissa = roundEven(mantissa, uint(4*(digits-precision)))
	}
	buf = append(buf, '0'+byte(mantissa>>mantissaBits))
	mantissa &= 1<<mantissaBits - 1
	if precision < 0 {
		for precision = digits; precision > 0 && mantissa>>(4*(digits-precision))&0xf == 0; {
			precision--
		}
	}
	if precision > 0 || point {
		buf = append(buf, '.')
	}
	for i := range precision {
		digit := uint64(0)
		if i < digits {
			digit = mantissa >> (4 * (digits - 1 - i)) & 0xf
		}
		buf = strconv.AppendUint(buf, digit, 16)
	}
	buf = append(buf, 'p')
	if exponent >= 0 {
		buf = append(buf, '+')
	}
	return strconv.AppendInt(buf, int64(exponent), 10)
}

// roundEven clears the n lowest bits of m, rounding to the nearest value and
// to the even one of two.
func roundEven(m uint64, n uint) uint64 {
	half := uint64(1) << (n - 1)
	rest := m & (1<<n - 1)
	m -= rest
	if rest > half || rest == half && m>>n&1 == 1 {
		m += 1 << n
	}
	return m
}

func upper(digits []byte) {
	for i, c := range digits {
		if 'a' <= c && c <= 'z' {
			digits[i] = c - 0x20
		}
	}
}

func upperPrefix(prefix string) string {
	if n := len(prefix); n > 0 && prefix[n-1] == 'x' {
		return prefix[:n-1] + "X"
	}
	return prefix
}
