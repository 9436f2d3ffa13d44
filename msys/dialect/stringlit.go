package dialect

import (
	"strconv"
	"strings"
)

// longBracket returns the level of the long bracket that opens at pos: the
// number of '=' in it, -1 for a mere '[', and less than -1 for a '[' with
// '=' but no second '[': minus the length.
func (x *lexer) longBracket(pos int32) int32 {
	level := int32(0)
	for x.src[pos+1+level] == '=' {
		level++
	}
	switch {
	case x.src[pos+1+level] == '[':
		return level
	case level > 0:
		return -level - 1
	}
	return -1
}

// longString skips the long string or comment at x.pos. The machine's
// scanner counts a CR LF in it as two lines, and keeps both: every line end
// becomes a single LF.
func (x *lexer) longString(level int32, unfinished string) {
	pos := x.pos + level + 2
	for {
		switch c := x.src[pos]; c {
		default:
			pos++
		case 0:
			if pos >= x.size {
				x.fail(x.line, spelling[tkEOF], unfinished)
			}
			pos++
		case ']':
			end := pos + 1
			for x.src[end] == '=' {
				end++
			}
			if end-pos-1 == level && x.src[end] == ']' {
				x.pos = end + 1
				return
			}
			pos = end
		case '[':
			pos++
			if level == 0 && x.src[pos] == '[' {
				x.nested = x.line
			}
		case '\n', '\r':
			next := x.newline(pos)
			if x.src[pos:next] != "\n" {
				x.edits.replaceInside(pos, next, "\n")
			}
			pos = next
		}
	}
}

// shortString skips the string at x.pos, and rewrites the escapes that the
// machine's scanner does not know or reads differently.
func (x *lexer) shortString(quote byte) {
	start := x.pos
	pos := start + 1
	for {
		switch c := x.src[pos]; c {
		case quote:
			x.pos = pos + 1
			return
		case '\\':
			pos = x.escape(start, pos)
		case '\n', '\r':
			x.fail(x.line, x.src[start:pos], "unfinished string")
		case 0:
			if pos >= x.size {
				x.fail(x.line, spelling[tkEOF], "unfinished string")
			}
			pos++
		default:
			pos++
		}
	}
}

// escape skips the escape sequence at pos in the string that begins at start.
func (x *lexer) escape(start, pos int32) int32 {
	src := x.src
	switch c := src[pos+1]; c {
	case 'a', 'b', 'f', 'n', 'r', 't', 'v', '\\', '"', '\'':
		return pos + 2
	case '\n', '\r':
		return x.newline(pos + 1)
	case 'x':
		if x.hexDigits(pos+2, 2) < 2 {
			x.fail(x.line, src[start:pos+2], "expected hex digit")
		}
		return pos + 4
	case 'u':
		return x.unicodeEscape(start, pos)
	case 'z':
		return x.skipEscape(pos)
	case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		end := pos + 2
		for end < pos+4 && classes[src[end]]&classDigit != 0 {
			end++
		}
		if v, _ := strconv.Atoi(src[pos+1 : end]); v > 255 {
			x.fail(x.line, src[start:end], "escape sequence too large")
		}
		return end
	case 0:
		if pos+1 >= x.size {
			x.fail(x.line, spelling[tkEOF], "unfinished string")
		}
	}
	x.edits.replaceInside(pos, pos+1, "") // any other character stands for itself
	return pos + 2
}

func (x *lexer) hexDigits(pos, limit int32) int32 {
	n := int32(0)
	for n < limit && classes[x.src[pos+n]]&classHex != 0 {
		n++
	}
	return n
}

// unicodeEscape rewrites \u and 4, 6 or 8 hexadecimal digits as the bytes of
// the code point's UTF-8 form.
func (x *lexer) unicodeEscape(start, pos int32) int32 {
	digits := x.hexDigits(pos+2, 8)
	end := pos + 2 + digits
	if digits != 4 && digits != 6 && digits != 8 {
		x.fail(x.line, x.src[start:end], "expected either 4, 6 or 8 hex digits for unicode escape")
	}
	code, _ := strconv.ParseUint(x.src[pos+2:end], 16, 32)
	var text strings.Builder
	for _, b := range appendUTF8(nil, uint32(code)) {
		text.WriteByte('\\')
		text.WriteString(strconv.Itoa(1000 + int(b))[1:]) // always three digits
	}
	x.edits.replaceInside(pos, end, text.String())
	return end
}

// appendUTF8 appends the UTF-8 form of code in its original definition of up
// to six bytes: escapes may name any 31-bit code, surrogates too. Of what has
// no such form, Momentum takes the last byte.
func appendUTF8(dst []byte, code uint32) []byte {
	if code < 0x80 || code > 0x7FFFFFFF {
		return append(dst, byte(code))
	}
	n := 2 // bytes
	for limit := uint32(1) << 11; n < 6 && code >= limit; limit <<= 5 {
		n++
	}
	lead := byte(0xFF << (8 - n))
	dst = append(dst, lead|byte(code>>(6*(n-1))))
	for i := n - 2; i >= 0; i-- {
		dst = append(dst, 0x80|byte(code>>(6*i))&0x3F)
	}
	return dst
}

// skipEscape skips \z and the white space after it. The machine's scanner
// takes the bytes 0x85 and 0xA0 for white space.
func (x *lexer) skipEscape(pos int32) int32 {
	pos += 2
	for {
		switch c := x.src[pos]; {
		case classes[c]&classBlank != 0:
			pos++
		case c == '\n' || c == '\r':
			pos = x.newline(pos)
		case c == 0x85:
			x.edits.replaceInside(pos, pos+1, `\133`)
			return pos + 1
		case c == 0xA0:
			x.edits.replaceInside(pos, pos+1, `\160`)
			return pos + 1
		default:
			return pos
		}
	}
}
