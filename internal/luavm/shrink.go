package luavm

// maxStack is the virtual machine's limit of stack slots. A stack that has
// been beyond cannot report a second overflow.
const maxStack = 1_000_000

// extraStack is what the virtual machine keeps free at the end of a stack.
const extraStack = 5

// shrink gives a stack that has overflowed an ordinary size again. The
// virtual machine itself never does. It is called where growing the stack
// would be allowed too.
func (t *Thread) shrink() {
	v := t.view
	if len(v.stack) <= maxStack {
		return
	}
	used := v.top
	for ci := v.callInfo; ci != nil; ci = ci.previous {
		used = max(used, ci.top)
	}
	size := 2*used + 8*extraStack
	if size >= len(v.stack) {
		return
	}
	stack := make([]any, size)
	copy(stack, v.stack[:used])
	v.stack, v.stackLast = stack, size-extraStack
	v.callInfo.next = nil
	for ci := v.callInfo; ci != nil; ci = ci.previous {
		if l := ci.luaCallInfo; l != nil {
			l.frame = stack[ci.top-len(l.frame) : ci.top]
		}
	}
}
