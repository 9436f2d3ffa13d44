package luavm

// instruction is one instruction of the virtual machine: Lua 5.2's encoding.
type instruction uint32

type opcode byte

const (
	opMove opcode = iota
	opLoadConstant
	opLoadConstantEx
	opLoadBool
	opLoadNil
	opGetUpValue
	opGetTableUp
	opGetTable
	opSetTableUp
	opSetUpValue
	opSetTable
	opNewTable
	opSelf
	opAdd
	opSub
	opMul
	opDiv
	opMod
	opPow
	opUnaryMinus
	opNot
	opLength
	opConcat
	opJump
	opEqual
	opLessThan
	opLessOrEqual
	opTest
	opTestSet
	opCall
	opTailCall
	opReturn
	opForLoop
	opForPrep
	opTForCall
	opTForLoop
	opSetList
	opClosure
	opVarArg
	opExtraArg
)

const constantBit = 1 << 8 // in operands B and C: a constant, not a register

func (i instruction) op() opcode { return opcode(i & 0x3f) }
func (i instruction) a() int     { return int(i >> 6 & 0xff) }
func (i instruction) b() int     { return int(i >> 23 & 0x1ff) }
func (i instruction) c() int     { return int(i >> 14 & 0x1ff) }
func (i instruction) ax() int    { return int(i >> 6) }
func (i instruction) bx() int    { return int(i >> 14 & 0x3ffff) }
func (i instruction) sbx() int   { return int(i>>14&0x3ffff) - 0x1ffff }

// setsA tells whether the instruction writes to register A alone.
func (op opcode) setsA() bool {
	switch op {
	case opSetTableUp, opSetUpValue, opSetTable, opJump, opEqual, opLessThan, opLessOrEqual, opTest,
		opReturn, opTForCall, opSetList, opExtraArg:
		return false
	}
	return true
}
