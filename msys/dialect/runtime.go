package dialect

import (
	"math"
	"strconv"

	lua "github.com/Shopify/go-lua"
)

// A runtime is what the helpers of one loaded chunk share.
type runtime struct {
	limits      *limits
	sites       *siteTable
	hiddenIndex any
}

// push pushes the helper h on l.
func (r *runtime) push(l *lua.State, h helper) {
	const arithmetic = "perform arithmetic on"
	var f lua.Function
	switch h {
	case helperGuard, helperMain:
		l.PushNumber(math.NaN())
		return
	case helperMod:
		f = r.arithmetic(h, "__mod", arithmetic, floorMod)
	case helperIntDiv:
		f = r.arithmetic(h, "__intdiv", arithmetic, floorDiv)
	case helperBitAnd:
		f = r.bitwise(h, "__and", bitAnd)
	case helperBitOr:
		f = r.bitwise(h, "__or", bitOr)
	case helperBitXor:
		f = r.bitwise(h, "__xor", bitXor)
	case helperShl:
		f = r.bitwise(h, "__shl", shiftLeft)
	case helperShr:
		f = r.bitwise(h, "__shr", shiftRight)
	case helperBitNot:
		f = r.bitNot
	case helperConcat:
		f = r.concat
	case helperIter:
		f = r.each
	case helperIndexRead:
		f = r.readIndex
	case helperIndexWrite:
		f = r.writeIndex
	case helperGotoMethod:
		f = r.gotoMethod
	case helperArg:
		f = r.arg
	case helperValues:
		f = values
	}
	l.PushUserData(r) // marks the function, see IsHelper
	l.PushGoClosure(f, 1)
}

// failOperand raises "attempt to VERB ..." about an operand, from 1.
func (r *runtime) failOperand(l *lua.State, h helper, operand, operands int, verb string) {
	_, name := r.sites.find(h, callLine(l), operand-1, operands)
	message := "a " + l.TypeOf(operand).String() + " value"
	if name != "" {
		message = name + " (" + message + ")"
	}
	message = "attempt to " + verb + " " + message
	r.failHere(l, h, operand-1, operands, message)
}

// failHere raises a message that begins with the script's name and the line
// of the operator.
func (r *runtime) failHere(l *lua.State, h helper, operand, operands int, message string) {
	if frame, ok := lua.Stack(l, 1); ok {
		if d, _ := lua.Info(l, "Sl", frame); d.CurrentLine > 0 {
			line, _ := r.sites.find(h, d.CurrentLine, operand, operands)
			message = ChunkID(d.Source) + ":" + strconv.Itoa(line) + ": " + message
		}
	}
	l.PushString(message)
	l.Error()
}

// callLine returns the line of the script from which a helper was called.
func callLine(l *lua.State) int {
	if frame, ok := lua.Stack(l, 1); ok {
		if d, _ := lua.Info(l, "l", frame); d.CurrentLine > 0 {
			return d.CurrentLine
		}
	}
	return 0
}
