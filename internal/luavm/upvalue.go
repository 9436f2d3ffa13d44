package luavm

import "reflect"

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
