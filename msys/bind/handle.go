package bind

import lua "github.com/Shopify/go-lua"

// Handle keeps one userdata for a Go object, so that every push gives the same
// Lua value: the same key of a table, the same address in tostring.
//
// A Handle belongs to the Lua universe that it was made in. It is used by one
// goroutine at a time.
type Handle struct{ ref Ref }

// NewHandle makes v an object, as [PushObject] does, and keeps it until
// Release.
func NewHandle(l *lua.State, v any) *Handle {
	PushObject(l, v)
	h := &Handle{RefAt(l, -1)}
	l.Pop(1)
	return h
}

// Push pushes the object, or nil if the handle is nil or was released.
func (h *Handle) Push(l *lua.State) {
	if h == nil {
		l.PushNil()
		return
	}
	h.ref.Push(l)
}

// Release lets go of the object; scripts that still hold it keep it. Further
// calls do nothing.
func (h *Handle) Release() {
	if h != nil {
		h.ref = Ref{}
	}
}
