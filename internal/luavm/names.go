package luavm

import (
	"strconv"
	"strings"
)

// FunctionName gives the name by which the function at level was called and
// what kind of name it is: "global", "local", "method", "field", "upvalue",
// "metamethod", "for iterator", or "" if the call shows no name.
func (t *Thread) FunctionName(level int) (name, kind string) {
	f, ok := t.Frame(level)
	if !ok {
		return "", ""
	}
	return f.Name()
}

// Name is FunctionName for a frame.
func (f Frame) Name() (name, kind string) {
	if f.IsTailCall() {
		return "", ""
	}
	caller := f.ci.previous
	c := f.t.closure(caller)
	if c == nil || caller.callStatus&callStatusHooked != 0 {
		return "", ""
	}
	p, pc := c.prototype, caller.luaCallInfo.savedPC-1
	if pc < 0 || pc >= len(p.code) {
		return "", ""
	}
	i := p.code[pc]
	switch i.op() {
	case opCall, opTailCall:
		return p.registerName(i.a(), pc)
	case opTForCall, opTForLoop:
		return "for iterator", "for iterator"
	}
	if event := i.op().event(); event != "" {
		return event, "metamethod"
	}
	return "", ""
}

// event gives the metamethod that an instruction may call.
func (op opcode) event() string {
	switch op {
	case opSelf, opGetTableUp, opGetTable:
		return "__index"
	case opSetTableUp, opSetTable:
		return "__newindex"
	case opEqual:
		return "__eq"
	case opAdd:
		return "__add"
	case opSub:
		return "__sub"
	case opMul:
		return "__mul"
	case opDiv:
		return "__div"
	case opMod:
		return "__mod"
	case opPow:
		return "__pow"
	case opUnaryMinus:
		return "__unm"
	case opLength:
		return "__len"
	case opLessThan:
		return "__lt"
	case opLessOrEqual:
		return "__le"
	case opConcat:
		return "__concat"
	}
	return ""
}

// registerName tells what variable the value in a register came from.
func (p *prototypeView) registerName(register, pc int) (name, kind string) {
	if name = p.localName(register+1, pc); name != "" {
		return scriptName(name), "local"
	}
	at := p.lastSet(register, pc)
	if at < 0 {
		return "", ""
	}
	switch i := p.code[at]; i.op() {
	case opMove:
		if i.b() < i.a() {
			return p.registerName(i.b(), at)
		}
	case opGetTableUp:
		if name = p.constantName(i.c(), at); p.upValueName(i.b()) == "_ENV" {
			return name, "global"
		}
		return name, "field"
	case opGetTable:
		if name = p.constantName(i.c(), at); p.localName(i.b()+1, at) == "_ENV" {
			return name, "global"
		}
		return name, "field"
	case opGetUpValue:
		return scriptName(p.upValueName(i.b())), "upvalue"
	case opLoadConstant:
		if s, ok := p.constants[i.bx()].(string); ok {
			return s, "constant"
		}
	case opLoadConstantEx:
		if s, ok := p.constants[p.code[at+1].ax()].(string); ok {
			return s, "constant"
		}
	case opSelf:
		return p.constantName(i.c(), at), "method"
	}
	return "", ""
}

func (p *prototypeView) constantName(operand, pc int) string {
	if operand&constantBit != 0 {
		if s, ok := p.constants[operand&^constantBit].(string); ok {
			return s
		}
	} else if name, kind := p.registerName(operand, pc); kind == "constant" {
		return name
	}
	return "?"
}

func (p *prototypeView) upValueName(i int) string {
	if i < len(p.upValues) && p.upValues[i].name != "" {
		return p.upValues[i].name
	}
	return "?"
}

// scriptName undoes what the translator of the dialect does to variables
// called goto.
func scriptName(name string) string {
	if name == hiddenPrefix+"goto" {
		return "goto"
	}
	return name
}

// lastSet finds the instruction before pc that gave the register its value,
// -1 if there is none or it depends on a condition.
func (p *prototypeView) lastSet(register, pc int) int {
	found, target := -1, 0
	for at := 0; at < pc; at++ {
		i := p.code[at]
		sets := false
		switch i.op() {
		case opLoadNil:
			sets = i.a() <= register && register <= i.a()+i.b()
		case opTForCall:
			sets = register >= i.a()+2
		case opCall, opTailCall:
			sets = register >= i.a()
		case opJump:
			if dest := at + 1 + i.sbx(); at < dest && dest <= pc && dest > target {
				target = dest
			}
		case opSelf:
			sets = register == i.a() || register == i.a()+1
		default:
			sets = i.op().setsA() && register == i.a()
		}
		if sets {
			if found = at; at < target {
				found = -1
			}
		}
	}
	return found
}

// improve puts position and variable names right in a message of the virtual
// machine for an error in ci. It looks for the value by comparing all
// registers and upvalues with it, and so names the wrong variable or none.
func (t *Thread) improve(ci *callInfoView, message string) string {
	c := t.closure(ci)
	if c == nil {
		if strings.HasSuffix(message, "Go stack overflow") {
			message = strings.TrimSuffix(message, "Go stack overflow") + "C stack overflow"
		}
		return message
	}
	p, pc := c.prototype, ci.luaCallInfo.savedPC-1
	prefix := ":" + strconv.Itoa(p.line(pc)) + ": "
	text, ok := strings.CutPrefix(message, vmShortSource(p.source)+prefix)
	if !ok {
		return message
	}
	prefix = ShortSource(p.source) + prefix
	if text == "Go stack overflow" {
		return prefix + "C stack overflow"
	}
	if rest, ok := strings.CutPrefix(text, "attempt to compare "); ok {
		return prefix + "attempt to compare " + strings.ReplaceAll(rest, "'", "")
	}
	operation, typ := splitTypeError(text)
	if operation == "" {
		return prefix + text
	}
	if name, kind := t.culprit(ci, c, pc, typ); kind != "" && kind != "constant" {
		return prefix + "attempt to " + operation + " " + kind + " '" + name + "' (a " + typ + " value)"
	}
	return prefix + "attempt to " + operation + " a " + typ + " value"
}

// splitTypeError takes "attempt to index local 'x' (a nil value)" or
// "attempt to index a nil value" apart.
func splitTypeError(text string) (operation, typ string) {
	rest, ok := strings.CutPrefix(text, "attempt to ")
	if !ok {
		return "", ""
	}
	for _, op := range [...]string{"index", "call", "perform arithmetic on", "concatenate", "get length of"} {
		if tail, ok := strings.CutPrefix(rest, op+" "); ok {
			tail = strings.TrimSuffix(strings.TrimSuffix(tail, ")"), " value")
			if i := strings.LastIndex(tail, "a "); i >= 0 {
				return op, tail[i+2:]
			}
		}
	}
	return "", ""
}

// culprit names the operand of the instruction at pc that has the type of
// which the virtual machine complains.
func (t *Thread) culprit(ci *callInfoView, c *closureView, pc int, typ string) (name, kind string) {
	p := c.prototype
	if pc < 0 || pc >= len(p.code) {
		return "", ""
	}
	frame := ci.luaCallInfo.frame
	register := func(r int) (string, string) {
		if r&constantBit == 0 && r < len(frame) && t.U.typeName(frame[r]) == typ {
			return p.registerName(r, pc)
		}
		return "", ""
	}
	switch i := p.code[pc]; i.op() {
	case opCall, opTailCall:
		return register(i.a())
	case opGetTableUp:
		return t.culpritUpValue(c, i.b(), typ)
	case opSetTableUp:
		return t.culpritUpValue(c, i.a(), typ)
	case opGetTable, opSelf, opLength, opUnaryMinus:
		return register(i.b())
	case opSetTable:
		return register(i.a())
	case opAdd, opSub, opMul, opDiv, opMod, opPow:
		if b := i.b(); b&constantBit == 0 && b < len(frame) && !t.isNumeric(frame[b]) {
			return register(b)
		}
		return register(i.c())
	case opConcat:
		for r := i.c(); r >= i.b(); r-- {
			if r < len(frame) && !isText(frame[r]) {
				return register(r)
			}
		}
	}
	return "", ""
}

func (t *Thread) culpritUpValue(c *closureView, i int, typ string) (name, kind string) {
	if i < len(c.upValues) && t.U.typeName(t.U.upValue(c.upValues[i])) == typ {
		return scriptName(c.prototype.upValueName(i)), "upvalue"
	}
	return "", ""
}

func isText(raw any) bool {
	switch raw.(type) {
	case string, float64:
		return true
	}
	return false
}

// isNumeric tells whether arithmetic accepts the value.
func (t *Thread) isNumeric(raw any) bool {
	t.L.PushLightUserData(raw)
	defer t.L.Pop(1)
	return t.L.IsNumber(-1)
}
