package dialect

import (
	"math"

	lua "github.com/Shopify/go-lua"
)

// toInt64 cuts a number to an integer. Numbers out of range, infinities and
// NaN give the least integer, as they do on the machines that Momentum ran on.
func toInt64(f float64) int64 {
	if f >= -1<<63 && f < 1<<63 {
		return int64(f)
	}
	return math.MinInt64
}

// shiftLeft and shiftRight, which keeps the sign, count modulo 64.
func shiftLeft(a, n int64) int64  { return a << uint64(n&63) }
func shiftRight(a, n int64) int64 { return a >> uint64(n&63) }

func bitAnd(a, b int64) int64 { return a & b }
func bitOr(a, b int64) int64  { return a | b }
func bitXor(a, b int64) int64 { return a ^ b }

// bitwise returns the helper for a binary operator on integers.
func (r *runtime) bitwise(h helper, event string, op func(a, b int64) int64) lua.Function {
	return r.arithmetic(h, event, "perform bitwise operation on", func(a, b float64) float64 {
		return float64(op(toInt64(a), toInt64(b)))
	})
}

// bitNot is the helper for the unary ~.
func (r *runtime) bitNot(l *lua.State) int {
	if a, ok := l.ToNumber(1); ok {
		l.PushNumber(float64(^toInt64(a)))
		return 1
	}
	if !lua.MetaField(l, 1, "__not") {
		r.failOperand(l, helperBitNot, 1, 1, "perform bitwise operation on")
	}
	l.PushValue(1)
	l.PushValue(1)
	l.Call(2, 1)
	return 1
}
