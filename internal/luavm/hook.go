package luavm

import (
	lua "github.com/Shopify/go-lua"
)

// hookInterval is how many instructions run between two looks at limits.
const hookInterval = 1000

// hook is a state's debug hook: that of this package, and the script's.
//
// go-lua fails when a function that Go has called returns while it reports
// lines or returns. So these events are found by counting single
// instructions instead; returns of Go functions are not seen.
type hook struct {
	run      lua.Hook
	interval int

	fn    any // the script's hook function, raw
	mask  byte
	count int // the script's interval, 0 without
	left  int

	lastFrame *callInfoView // where the last line event was
	lastLine  int
	lastPC    int
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
	if h.mask&(lua.MaskLine|lua.MaskReturn) != 0 {
		interval = 1
	}
	mask := h.mask&lua.MaskCall | lua.MaskCount
	if h.interval != interval || t.view.hookMask != mask {
		h.interval = interval
		lua.SetDebugHook(t.L, h.run, mask, interval)
	}
}

func (t *Thread) onHook(_ *lua.State, ar lua.Debug) {
	h := &t.hook
	switch ar.Event {
	case lua.HookCall:
		t.callUserHook("call", -1)
		return
	case lua.HookTailCall:
		t.callUserHook("tail call", -1)
		return
	}
	t.prune()
	if t.budget != nil {
		t.budget.spend(t, int64(h.interval))
	}
	if h.fn == nil {
		return
	}
	if h.mask&(lua.MaskLine|lua.MaskReturn) != 0 {
		t.nextInstruction()
	}
	if h.count > 0 {
		if h.left -= h.interval; h.left <= 0 {
			h.left = h.count
			t.callUserHook("count", -1)
		}
	}
}

// nextInstruction reports what the instruction that comes next is the
// beginning of: a line, or a return.
func (t *Thread) nextInstruction() {
	h, ci := &t.hook, t.view.callInfo
	c := t.closure(ci)
	if c == nil {
		return
	}
	p, pc := c.prototype, ci.luaCallInfo.savedPC
	if pc >= len(p.code) {
		return
	}
	ci.luaCallInfo.savedPC++ // the hook sees the frame where it will be
	defer func() { ci.luaCallInfo.savedPC-- }()
	if line := p.line(pc); h.mask&lua.MaskLine != 0 {
		if ci != h.lastFrame || line != h.lastLine || pc <= h.lastPC {
			h.lastFrame, h.lastLine = ci, line
			t.callUserHook("line", line)
		}
		h.lastPC = pc
	}
	if h.mask&lua.MaskReturn != 0 && p.code[pc].op() == opReturn {
		t.callUserHook("return", -1)
	}
}

func (t *Thread) callUserHook(event string, line int) {
	l := t.L
	l.PushLightUserData(t.hook.fn)
	l.PushString(event)
	if line >= 0 {
		l.PushInteger(line)
	} else {
		l.PushNil()
	}
	l.Call(2, 0)
}

// SetHook sets the raw function fn as the script's debug hook of the state,
// for the events of mask (lua.MaskCall, MaskReturn, MaskLine) and, if count
// is not 0, every count instructions. A nil fn removes it.
func (t *Thread) SetHook(fn any, mask byte, count int) { t.setUserHook(fn, mask, count) }

func (t *Thread) setUserHook(fn any, mask byte, count int) {
	h := &t.hook
	mask &= lua.MaskCall | lua.MaskReturn | lua.MaskLine
	if fn == nil || mask == 0 && count <= 0 {
		fn, mask, count = nil, 0, 0
	}
	if h.fn == nil && fn == nil {
		return
	}
	h.fn, h.mask, h.count, h.left = fn, mask, max(count, 0), count
	h.lastFrame = nil
	t.installHook()
}

// Hook gives what SetHook set.
func (t *Thread) Hook() (fn any, mask byte, count int) { return t.hook.fn, t.hook.mask, t.hook.count }
