package luavm

// maxShortConstant is the last constant that LOADK can load.
const maxShortConstant = 1<<18 - 1

// RepairChunk corrects the code of a raw function and those inside it. For
// functions with more than 262,143 constants go-lua's compiler writes the
// instruction for small constant numbers where that for large ones belongs.
func (u *Universe) RepairChunk(fn any) {
	if u.isClosure(fn) {
		viewOf[closureView](fn).prototype.repair()
	}
}

func (p *prototypeView) repair() {
	if len(p.constants) > maxShortConstant {
		for pc := 1; pc < len(p.code); pc++ {
			before := &p.code[pc-1]
			if p.code[pc].op() == opExtraArg && before.op() == opLoadConstant && before.bx() == 0 {
				*before += instruction(opLoadConstantEx - opLoadConstant)
			}
		}
	}
	for i := range p.prototypes {
		p.prototypes[i].repair()
	}
}
