package dialect

import (
	"math"
	"strconv"
	"strings"

	lua "github.com/Shopify/go-lua"
)

// FormatNumber returns the text of a number as print, tostring and the ..
// operator give it: C's "%.14g", with inf, -inf and nan for the others.
func FormatNumber(f float64) string {
	if i := int64(f); float64(i) == f && i > -1e14 && i < 1e14 && (i != 0 || !math.Signbit(f)) {
		return strconv.FormatInt(i, 10)
	}
	switch {
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	case f != f:
		return "nan"
	}
	s := strconv.FormatFloat(f, 'g', 14, 64)
	return s
}

// concat is the helper for a chain of .. operators.
func (r *runtime) concat(l *lua.State) int {
	n := l.Top()
	var buffer [16]string
	parts, total := buffer[:0], 0
	for i := 1; i <= n; i++ {
		s, ok := textOf(l, i)
		if !ok {
			return r.concatEvents(l, n)
		}
		parts = append(parts, s)
		total += len(s)
	}
	if total > r.limits.maxString {
		r.failHere(l, helperConcat, 0, n, "resulting string too large")
	}
	if n == 2 {
		l.PushString(parts[0] + parts[1])
	} else {
		l.PushString(strings.Join(parts, ""))
	}
	return 1
}

// textOf returns a string, or a number as text.
func textOf(l *lua.State, index int) (string, bool) {
	switch l.TypeOf(index) {
	case lua.TypeString:
		s, ok := l.ToValue(index).(string)
		return s, ok
	case lua.TypeNumber:
		f, ok := l.ToValue(index).(float64)
		return FormatNumber(f), ok
	}
	return "", false
}

// concatEvents concatenates from the right, two values at a time, with the
// event __concat where one of them is neither string nor number.
func (r *runtime) concatEvents(l *lua.State, n int) int {
	l.PushValue(n) // the result so far
	for i := n - 1; i >= 1; i-- {
		left, leftOK := textOf(l, i)
		right, rightOK := textOf(l, -1)
		if leftOK && rightOK {
			if len(left)+len(right) > r.limits.maxString {
				r.failHere(l, helperConcat, i-1, n, "resulting string too large")
			}
			l.Pop(1)
			l.PushString(left + right)
			continue
		}
		if !lua.MetaField(l, i, "__concat") && !lua.MetaField(l, -1, "__concat") {
			culprit := i
			if leftOK {
				culprit = i + 1
				l.Replace(culprit)
			}
			r.failOperand(l, helperConcat, culprit, n, "concatenate")
		}
		l.Insert(-2)
		l.PushValue(i)
		l.Insert(-2)
		l.Call(2, 1)
	}
	return 1
}
