package dialect

import (
	"math"

	lua "github.com/Shopify/go-lua"
)

// floorMod is Lua's a % b: the result has the sign of b.
func floorMod(a, b float64) float64 {
	return a - float64(math.Floor(a/b)*b) // the conversion forbids a fused multiply-add
}

func floorDiv(a, b float64) float64 { return math.Floor(a / b) }

// arithmetic returns the helper for a binary operator on numbers. Operands
// that are no numbers are left to the metatable event, then it fails.
func (r *runtime) arithmetic(h helper, event, verb string, op func(a, b float64) float64) lua.Function {
	return func(l *lua.State) int {
		if a, ok := l.ToNumber(1); ok {
			if b, ok := l.ToNumber(2); ok {
				l.PushNumber(op(a, b))
				return 1
			}
		}
		return r.binaryEvent(l, h, event, verb)
	}
}

// binaryEvent calls the event of the first operand that has it.
func (r *runtime) binaryEvent(l *lua.State, h helper, event, verb string) int {
	if !lua.MetaField(l, 1, event) && !lua.MetaField(l, 2, event) {
		culprit := 1
		if _, ok := l.ToNumber(1); ok {
			culprit = 2
		}
		r.failOperand(l, h, culprit, 2, verb)
	}
	l.PushValue(1)
	l.PushValue(2)
	l.Call(2, 1)
	return 1
}
