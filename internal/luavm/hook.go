package luavm

import (
	lua "github.com/Shopify/go-lua"
)

// hookInterval is how many instructions run between two looks at limits.
const hookInterval = 1000

// hook is a state's debug hook: that of this package, and the script's.
type hook struct {
	t        *Thread
	run      lua.Hook
	interval int

	fn    any // the script's hook function, raw
	mask  byte
	count int // the script's interval, 0 without
	left  int
}

// installHook sets the count hook, which every state always has.
func (t *Thread) installHook() {
	h := &t.hook
	if h.run == nil {
		h.run = t.onHook
	}
	interval := hookInterval
	if b := t.budget; b != nil && b.MaxInstructions > 0 {
		interval = int(min(int64(interval), b.MaxInstructions))
	}
	if h.count > 0 {
		interval = min(interval, h.count)
	}
	mask := h.mask | lua.MaskCount
	if h.interval != interval || t.view.hookMask != mask {
		h.interval = interval
		lua.SetDebugHook(t.L, h.run, mask, interval)
	}
}

func (t *Thread) onHook(l *lua.State, ar lua.Debug) {
	h := &t.hook
	if ar.Event == lua.HookCount {
		t.prune()
		if t.budget != nil {
			t.budget.spend(t, int64(h.interval))
		}
		if h.count == 0 {
			return
		}
		if h.left -= h.interval; h.left > 0 {
			return
		}
		h.left = h.count
	}
	if h.fn != nil {
		t.callUserHook(ar)
	}
}

var hookNames = map[int]string{
	lua.HookCall: "call", lua.HookReturn: "return", lua.HookLine: "line",
	lua.HookCount: "count", lua.HookTailCall: "tail call",
}

func (t *Thread) callUserHook(ar lua.Debug) {
	l := t.L
	l.PushLightUserData(t.hook.fn)
	l.PushString(hookNames[ar.Event])
	if ar.Event == lua.HookLine {
		l.PushInteger(ar.CurrentLine)
	} else {
		l.PushNil()
	}
	l.Call(2, 0)
}

// SetHook sets the raw function fn as the script's debug hook of the state,
// for the events of mask (lua.MaskCall, MaskReturn, MaskLine) and, if count
// is not 0, every count instructions. A nil fn removes it.
func (t *Thread) SetHook(fn any, mask byte, count int) {
	t.setUserHook(fn, mask, count)
	t.installHook()
}

func (t *Thread) setUserHook(fn any, mask byte, count int) {
	h := &t.hook
	if fn == nil || mask == 0 && count <= 0 {
		fn, mask, count = nil, 0, 0
	}
	if h.fn == nil && fn == nil {
		return
	}
	h.fn, h.mask, h.count, h.left = fn, mask&(lua.MaskCall|lua.MaskReturn|lua.MaskLine), max(count, 0), count
	t.installHook()
}

// Hook gives what SetHook set.
func (t *Thread) Hook() (fn any, mask byte, count int) { return t.hook.fn, t.hook.mask, t.hook.count }
