package json

import (
	"math"
	"strconv"
)

// number parses the number at i: digits without fraction and exponent are an
// integer if they fit into 64 bits, everything else is a double.
func (p *parser) number() *Value {
	start := p.i
	if p.s[p.i] == '-' {
		p.i++
	}
	digits := p.i
	if !p.digits() {
		return p.fail(CodeNumber)
	}
	if p.strict && p.s[digits] == '0' && p.i-digits > 1 {
		p.i = digits + 1
		return p.fail(CodeNumber)
	}
	integer, ok := p.fraction()
	if !ok {
		return p.fail(CodeNumber)
	}
	if p.i < len(p.s) && isNumberByte(p.s[p.i]) {
		return p.fail(CodeNumber)
	}
	text := p.s[start:p.i]
	if integer {
		if n, fits := parseInt(text); fits {
			v := p.new(KindInt)
			v.bits = uint64(n)
			return v
		}
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil && p.strict {
		p.i = start
		return p.fail(CodeNumber)
	}
	v := p.new(KindDouble)
	v.bits = math.Float64bits(f)
	return v
}

// fraction parses what may follow the digits of an integer.
func (p *parser) fraction() (integer, ok bool) {
	integer = true
	if p.i < len(p.s) && p.s[p.i] == '.' {
		integer = false
		p.i++
		if !p.digits() && p.strict {
			return false, false
		}
	}
	if p.i < len(p.s) && p.s[p.i]|0x20 == 'e' {
		integer = false
		p.i++
		if p.i < len(p.s) && (p.s[p.i] == '+' || p.s[p.i] == '-') {
			p.i++
		}
		if !p.digits() {
			return false, false
		}
	}
	return integer, true
}

// digits skips digits and reports whether there are any.
func (p *parser) digits() bool {
	start := p.i
	for p.i < len(p.s) && '0' <= p.s[p.i] && p.s[p.i] <= '9' {
		p.i++
	}
	return p.i > start
}

func isNumberByte(b byte) bool {
	return '0' <= b && b <= '9' || b == '.' || b == '-' || b == '+' || b|0x20 == 'e'
}

// parseInt is strconv.ParseInt, faster for numbers that cannot overflow.
func parseInt(text string) (int64, bool) {
	digits := text
	if digits[0] == '-' {
		digits = digits[1:]
	}
	if len(digits) > 18 {
		n, err := strconv.ParseInt(text, 10, 64)
		return n, err == nil
	}
	var n int64
	for i := range len(digits) {
		n = n*10 + int64(digits[i]-'0')
	}
	if len(digits) < len(text) {
		n = -n
	}
	return n, true
}

// appendDouble appends f in the shortest form that reads back as a double of
// the same value.
func appendDouble(dst []byte, f float64) []byte {
	abs := math.Abs(f)
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return append(dst, "null"...)
	}
	if abs != 0 && (abs < 1e-6 || abs >= 1e21) {
		return strconv.AppendFloat(dst, f, 'e', -1, 64)
	}
	start := len(dst)
	dst = strconv.AppendFloat(dst, f, 'f', -1, 64)
	for _, b := range dst[start:] {
		if b == '.' {
			return dst
		}
	}
	return append(dst, '.', '0')
}
