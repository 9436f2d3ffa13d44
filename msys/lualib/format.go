package lualib

import (
	"fmt"
	"math"
	"strings"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
)

func (lib *stringLibrary) format(l *lua.State) int {
	a := args{l, "string.format"}
	format := a.str(1)
	buf := lib.scratch.take()
	for arg := 2; ; arg++ {
		i := strings.IndexByte(format, '%')
		for i >= 0 && i+1 < len(format) && format[i+1] == '%' {
			buf = append(buf, format[:i+1]...)
			format = format[i+2:]
			i = strings.IndexByte(format, '%')
		}
		if i < 0 {
			break
		}
		buf = append(buf, format[:i]...)
		d, length, msg := parseDirective(format[i+1:])
		if msg != "" {
			a.errorf("%s", msg)
		}
		format = format[i+1+length:]
		buf = appendArgument(buf, a, arg, d)
		if len(buf) > lib.maxString {
			a.errorf("resulting string too large")
		}
	}
	buf = append(buf, format...)
	pushString(l, string(buf))
	lib.scratch.put(buf)
	return 1
}

// directive is one conversion of a format.
type directive struct {
	minus, plus, space, alt, zero bool
	width                         int
	precision                     int // -1 if there is none
	verb                          byte
}

// parseDirective reads a conversion after its %. It returns its length and
// what is wrong with it.
func parseDirective(s string) (d directive, length int, msg string) {
	const maxFlags = 5
	i := 0
flags:
	for ; i < len(s); i++ {
		switch s[i] {
		case '-':
			d.minus = true
		case '+':
			d.plus = true
		case ' ':
			d.space = true
		case '#':
			d.alt = true
		case '0':
			d.zero = true
		default:
			break flags
		}
	}
	if i > maxFlags {
		return d, 0, "invalid format (repeated flags)"
	}
	twoDigits := func() (n int) {
		for k := 0; k < 2 && i < len(s) && '0' <= s[i] && s[i] <= '9'; k++ {
			n = n*10 + int(s[i]-'0')
			i++
		}
		return n
	}
	d.width = twoDigits()
	d.precision = -1
	if i < len(s) && s[i] == '.' {
		i++
		d.precision = twoDigits()
	}
	switch {
	case i >= len(s):
		return d, 0, "invalid option '%' to 'format'"
	case '0' <= s[i] && s[i] <= '9':
		return d, 0, "invalid format (width or precision too long)"
	case strings.IndexByte("cdiouxXeEfgGaAqs", s[i]) < 0:
		return d, 0, fmt.Sprintf("invalid option '%%%s' to 'format'", s[i:i+1])
	}
	d.verb = s[i]
	return d, i + 1, ""
}

// appendArgument appends argument i as d says.
func appendArgument(buf []byte, a args, i int, d directive) []byte {
	switch d.verb {
	case 'c':
		return d.appendText(buf, string([]byte{byte(a.integer(i))}))
	case 'd', 'i':
		return d.appendSigned(buf, signedArgument(a, i))
	case 'o', 'u', 'x', 'X':
		return d.appendUnsigned(buf, unsignedArgument(a, i))
	case 'e', 'E', 'f', 'g', 'G', 'a', 'A':
		return d.appendFloat(buf, a.num(i))
	case 'q':
		return appendQuoted(buf, a.str(i))
	}
	if a.l.IsNone(i) {
		a.failType(i, "string")
	}
	s := a.text(i)
	if d.precision >= 0 && d.precision < len(s) {
		s = s[:d.precision]
	}
	return d.appendText(buf, s)
}

// text returns argument i as the function tostring does.
func (a args) text(i int) string {
	switch v := a.l.ToValue(i).(type) {
	case string:
		return v
	case float64:
		return FormatNumber(v)
	}
	s := luavm.ToStringMeta(a.l, i)
	a.l.Pop(1)
	return s
}

// signedArgument returns a number for %d. What is no finite number prints as
// C on common machines prints it: a script that divides by zero in a line for
// the log goes on.
func signedArgument(a args, i int) int64 {
	switch f := a.num(i); {
	case -0x1p63 <= f && f < 0x1p63:
		return int64(f)
	case math.IsInf(f, 0), math.IsNaN(f):
	default:
		a.fail(i, "number has no integer representation")
	}
	return math.MinInt64
}

// unsignedArgument returns a number for %x; of negative ones the two's
// complement.
func unsignedArgument(a args, i int) uint64 {
	if f := a.num(i); 0x1p63 <= f && f < 0x1p64 {
		return uint64(f)
	}
	return uint64(signedArgument(a, i))
}

// appendQuoted appends s as a string literal that reads back as s.
func appendQuoted(buf []byte, s string) []byte {
	buf = append(buf, '"')
	for i := range len(s) {
		switch c := s[i]; c {
		case '"', '\\', '\n':
			buf = append(buf, '\\', c)
		case '\r':
			buf = append(buf, `\r`...)
		case 0:
			if i+1 < len(s) && '0' <= s[i+1] && s[i+1] <= '9' {
				buf = append(buf, `\000`...)
			} else {
				buf = append(buf, `\0`...)
			}
		default:
			buf = append(buf, c)
		}
	}
	return append(buf, '"')
}
