package luavm

import (
	"math"
	"reflect"
)

// The virtual machine keeps the last closure of each function in the source
// and gives it again when its upvalues look the same. It takes two closed
// upvalues for the same if their values are equal, and two open ones if they
// are at the same place in the stacks of different states: two calls of a
// function, even in different sessions, would then share local variables.
//
// Separate prevents that. It gives each function that refers to local
// variables one more upvalue, hidden behind the others. It always is that of
// the main function, whose value is NaN, and so never looks the same.

// hiddenUpValue names the upvalue that Separate adds; no source can.
const hiddenUpValue = "(separate)"

// Separate makes each evaluation of a function in the chunk on top of the
// stack a closure of its own, unless it refers to nothing but globals. It
// must be called for every chunk after State.Load.
func (t *Thread) Separate() {
	raw := t.view.at(-1)
	if !t.U.isClosure(raw) {
		return
	}
	main := viewOf[closureView](raw)
	if main.prototype.hidden() || !main.prototype.refersToLocals(nil) {
		return
	}
	main.prototype.addHidden(-1)
	main.upValues = append(main.upValues, &upValueView{home: math.NaN()})
	main.prototype.separate(nil)
}

// hidden tells whether the last upvalue is the hidden one.
func (p *prototypeView) hidden() bool {
	n := len(p.upValues)
	return n > 0 && p.upValues[n-1].name == hiddenUpValue
}

func (p *prototypeView) addHidden(parent int) {
	p.upValues = append(p.upValues[:len(p.upValues):len(p.upValues)], upValueDescView{name: hiddenUpValue, index: parent})
}

// globalUpValues tells which upvalues of a function are the one that the main
// function has for the globals; parent tells it of the function around.
func (p *prototypeView) globalUpValues(parent []bool) []bool {
	global := make([]bool, len(p.upValues))
	for i, u := range p.upValues {
		global[i] = parent == nil && i == 0 || parent != nil && !u.isLocal && u.index < len(parent) && parent[u.index]
	}
	return global
}

// refersToLocals tells whether a function, or one inside, has an upvalue that
// is not the globals.
func (p *prototypeView) refersToLocals(parent []bool) bool {
	global := p.globalUpValues(parent)
	for _, g := range global {
		if !g {
			return true
		}
	}
	for i := range p.prototypes {
		if p.prototypes[i].refersToLocals(global) {
			return true
		}
	}
	return false
}

// separate adds the hidden upvalue to the functions in p, which has it.
func (p *prototypeView) separate(parent []bool) {
	global := p.globalUpValues(parent)
	for i := range p.prototypes {
		if inner := &p.prototypes[i]; inner.refersToLocals(global) {
			inner.addHidden(len(p.upValues) - 1)
			inner.separate(global)
		}
	}
}

// upValueCount gives the number of upvalues without the hidden one.
func (u *Universe) upValueCount(c *closureView) int {
	if c.prototype.hidden() {
		return len(c.upValues) - 1
	}
	return len(c.upValues)
}

// upValue gives the raw value of an upvalue.
func (u *Universe) upValue(v *upValueView) any {
	if reflect.TypeOf(v.home) != u.types.location {
		return v.home
	}
	at := reflect.ValueOf(v.home)
	view := reflect.NewAt(reflect.TypeFor[stateView](), at.Field(0).UnsafePointer()).Interface().(*stateView)
	return view.stack[at.Field(1).Int()]
}

// prune removes closed upvalues from the list of open ones. The virtual
// machine leaves some of them there whenever it closes several at once, and
// searches the whole list for each closure.
func (t *Thread) prune() {
	for at := &t.view.upValues; *at != nil; {
		if reflect.TypeOf((*at).upValue.home) != t.U.types.location {
			*at = (*at).next
		} else {
			at = &(*at).next
		}
	}
}
