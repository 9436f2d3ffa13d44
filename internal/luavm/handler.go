package luavm

import (
	lua "github.com/Shopify/go-lua"
)

// handler is what runs where an error happens, before the stack unwinds.
type handler struct {
	kind handlerKind
	fn   any // the raw Lua value, for handlerLua
}

type handlerKind byte

const (
	handlerNone handlerKind = iota
	handlerLua              // the function of xpcall
	handlerHost             // PCall: keeps the traceback
)

// onError is the error function of all protected calls: the virtual machine
// calls it with the message of an error of its own. It must return a string;
// a handler's other result is put aside and takes its place afterwards.
func onError(l *lua.State) int {
	t := Of(l)
	l.SetTop(1)
	if message, ok := t.view.at(1).(string); ok {
		if better := t.improve(t.view.callInfo.previous, message); better != message {
			l.SetTop(0)
			l.PushString(better)
		}
	}
	t.handle()
	if _, ok := t.view.at(-1).(string); ok {
		return 1
	}
	t.result, t.changed = t.view.at(-1), true
	l.PushString("")
	return 1
}

// handle lets the handler of the running protected call see the error value
// on top of the stack and replace it.
func (t *Thread) handle() {
	switch t.handler.kind {
	case handlerHost:
		t.trace = t.Traceback("", 0)
	case handlerLua:
		t.callHandler()
	}
}

// maxHandlerErrors is how often a handler that fails is called again, with
// its own error.
const maxHandlerErrors = 10

func (t *Thread) callHandler() {
	l, own := t.L, t.handler
	t.handler = handler{}
	t.inHandler++
	defer func() { t.handler, t.inHandler = own, t.inHandler-1 }()
	if !l.CheckStack(lua.MinStack) {
		return
	}
	for range maxHandlerErrors {
		l.PushLightUserData(own.fn)
		l.Insert(-2)
		err := t.protect(1, 1)
		if err == nil {
			return
		}
		if err.fatal {
			panic(err)
		}
		if err.overflow {
			break
		}
	}
	l.Pop(1)
	l.PushString("error in error handling")
}
