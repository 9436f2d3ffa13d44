package luavm

import (
	lua "github.com/Shopify/go-lua"
)

// Thread is the data that belongs to one state.
type Thread struct {
	// L is the state.
	L *lua.State
	// U is the universe that the state belongs to.
	U *Universe
	// Env is the environment of the running call for the layer above. A
	// coroutine takes the one of who resumes it, at each resume.
	Env any

	view        *stateView
	budget      *Budget
	handler     handler
	hook        hook
	co          *Coroutine // whose state this is, nil outside of coroutines
	metaVersion int
	depth       int // host calls in progress

	trace   string // where the last error of a host call happened
	result  any    // what a handler made of the error in flight, no string
	changed bool   // result stands for the string on the stack
	faulty  bool   // a fatal error went through

	inHandler int // handlers of xpcall that run
}

// slotThread is the registry slot that holds a state's *Thread as userdata.
// Slots 1 and 2 are go-lua's: the state and the globals.
const slotThread = 3

// Of gives the thread data of a state. A bare state becomes the main thread
// of a universe of its own.
func Of(l *lua.State) *Thread {
	l.RawGetInt(lua.RegistryIndex, slotThread)
	t, ok := l.ToUserData(-1).(*Thread)
	l.Pop(1)
	if ok {
		return t
	}
	types, err := layout()
	if err != nil {
		panic(err)
	}
	return newUniverse(l, types)
}

// register makes Of find t and prepares its state.
func (t *Thread) register() {
	t.L.PushUserData(t)
	t.L.RawSetInt(lua.RegistryIndex, slotThread)
	// The machine's call hook looks at the code of the base frame, which has
	// none, to see whether it made a tail call.
	base := t.view.baseCallInfo.luaCallInfo
	base.code, base.savedPC = []instruction{instruction(opMove)}, 1
	t.installHook()
}

// NewThread makes a state that shares globals, registry and basic metatables
// with t's. It costs about 2 KB; states that coroutines have left are used
// again.
func (t *Thread) NewThread() *Thread {
	u := t.U
	if n := len(u.spare); n > 0 {
		nt := u.spare[n-1]
		u.spare = u.spare[:n-1]
		nt.view.global.metaTables, nt.metaVersion = t.view.global.metaTables, t.metaVersion
		return nt
	}
	l := lua.NewState()
	nt := &Thread{L: l, U: u, view: viewOf[stateView](l)}
	l.CreateTable(slotThread, 0)
	l.PushThread()
	l.RawSetInt(-2, lua.RegistryIndexMainThread)
	l.PushLightUserData(u.globals)
	l.RawSetInt(-2, lua.RegistryIndexGlobals)
	l.PushLightUserData(u.regMeta)
	l.SetMetaTable(-2)
	l.Replace(lua.RegistryIndex)
	nt.register()
	nt.view.global.metaTables = t.view.global.metaTables
	nt.metaVersion = t.metaVersion
	return nt
}

// recycle keeps the state of a finished coroutine for the next one.
func (t *Thread) recycle() {
	u := t.U
	if len(u.spare) >= maxSpare || !t.Reusable() {
		return
	}
	t.clear()
	u.spare = append(u.spare, t)
}

// clear makes an idle thread forget what it worked on.
func (t *Thread) clear() {
	t.Env, t.budget, t.handler, t.co = nil, nil, handler{}, nil
	t.trace, t.result, t.changed = "", nil, false
	t.setUserHook(nil, 0, 0)
	t.L.SetTop(0)
	t.wipe()
}

// wipe clears the stack slots that nothing uses, so that what they still
// refer to can be collected. Stacks that have grown huge are left alone: it
// would take long at each call.
func (t *Thread) wipe() {
	if v := t.view; v.callInfo == &v.baseCallInfo && len(v.stack) <= maxIdleStack {
		clear(v.stack[v.top:])
	}
}

// maxIdleStack is the stack size, in slots of 16 bytes, up to which a state
// is worth keeping.
const maxIdleStack = 1 << 12

// Reusable tells whether an idle state is as good as a new one: its stack has
// not grown huge, and no fatal error went through it.
func (t *Thread) Reusable() bool {
	return !t.faulty && len(t.view.stack) <= maxIdleStack && t.view.nestedGoCallCount == 0 &&
		t.view.callInfo == &t.view.baseCallInfo
}

// Clear prepares an idle state for other work: it drops its environment,
// budget, hook and whatever its stack refers to.
func (t *Thread) Clear() { t.clear() }

// SetBasicMetaTable makes the raw table mt (nil for none) the metatable of
// all values of the basic type typ, in every thread of the universe.
func (t *Thread) SetBasicMetaTable(typ lua.Type, mt any) {
	if typ < 0 || typ >= lua.TypeCount {
		return
	}
	var view *tableView
	if mt != nil {
		view = viewOf[tableView](mt)
	}
	t.updateMetaTables()
	t.view.global.metaTables[typ] = view
	t.U.metaTables = t.view.global.metaTables
	t.U.metaVersion++
	t.metaVersion = t.U.metaVersion
}

// updateMetaTables takes over what SetBasicMetaTable changed on other threads.
func (t *Thread) updateMetaTables() {
	if t.metaVersion != t.U.metaVersion {
		t.view.global.metaTables = t.U.metaTables
		t.metaVersion = t.U.metaVersion
	}
}
