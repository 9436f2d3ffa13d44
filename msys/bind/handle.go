package bind

import (
	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
)

// Handle keeps one userdata for a Go object, so that every push gives the same
// Lua value: the same key of a table, the same address in tostring. The
// runtime has one for each object of a session.
//
// A Handle belongs to the Lua universe that it was made in and, like a state,
// is used by one goroutine at a time.
type Handle struct {
	u    *universe
	slot int
}

// NewHandle makes v an object, as [PushObject] does, and keeps it until
// Release.
func NewHandle(l *lua.State, v any) *Handle {
	u := universeOf(luavm.Of(l))
	h := &Handle{u: u}
	if n := len(u.freeSlot); n > 0 {
		h.slot, u.freeSlot = u.freeSlot[n-1], u.freeSlot[:n-1]
	} else {
		u.nextSlot++
		h.slot = u.nextSlot
	}
	u.pushHandles(l)
	PushObject(l, v)
	l.RawSetInt(-2, h.slot)
	l.Pop(1)
	return h
}

// Push pushes the object, or nil if the handle is nil or was released.
func (h *Handle) Push(l *lua.State) {
	if h == nil || h.slot == 0 {
		l.PushNil()
		return
	}
	h.u.pushHandles(l)
	l.RawGetInt(-1, h.slot)
	l.Remove(-2)
}

// Release lets go of the object; scripts that still hold it keep it. Further
// calls do nothing.
func (h *Handle) Release(l *lua.State) {
	if h == nil || h.slot == 0 {
		return
	}
	h.u.pushHandles(l)
	l.PushBoolean(false) // keeps the table an array
	l.RawSetInt(-2, h.slot)
	l.Pop(1)
	h.u.freeSlot = append(h.u.freeSlot, h.slot)
	h.slot = 0
}

func (u *universe) pushHandles(l *lua.State) {
	if u.handles == nil {
		l.NewTable()
		u.handles = l.ToValue(-1)
		return
	}
	l.PushLightUserData(u.handles)
}
