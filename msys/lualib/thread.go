package lualib

import (
	"time"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
)

// The library thread gives scripts threads, mutexes, conditions and locks
// for readers and writers. Only one thread of a Lua universe runs at a time:
// a new one runs until it has to wait for something, and then again whenever
// another has to wait.

// threadLibrary holds what the functions of thread share.
type threadLibrary struct {
	options  *Options
	alone    bool // nothing else in the process changes locks
	threads  []*scriptThread
	byCo     map[*luavm.Coroutine]*scriptThread
	changed  chan struct{} // closed and replaced when a lock changes
	universe *luavm.Universe
}

// scriptThread is a thread that thread.create has made.
type scriptThread struct {
	handle any // its coroutine, as a raw value
	co     *luavm.Coroutine
	tls    any // its _TLS and _OSTLS
	ostls  any
	ready  func() bool // nil when it can go on
	until  time.Time   // or then
	done   bool

	granted bool // ready has been true
}

// Metatables of the library's objects, by their names in the registry.
const (
	threadMeta    = "thread.thread"
	mutexMeta     = "thread.mutex"
	conditionMeta = "thread.cond"
	rwlockMeta    = "thread.rwlock"
)

// Kinds of mutexes.
const (
	mutexNormal = iota
	mutexRecursive
	mutexErrorCheck
)

// openThread leaves the table thread on the stack.
func openThread(l *lua.State, o *Options) int {
	lib := &threadLibrary{
		options: o, alone: o.Block == nil, byCo: map[*luavm.Coroutine]*scriptThread{},
		changed: make(chan struct{}), universe: luavm.Of(l).U,
	}
	lib.makeMeta(l, threadMeta, map[string]lua.Function{"join": lib.join})
	lib.makeMeta(l, mutexMeta, map[string]lua.Function{
		"lock": lib.mutexLock, "trylock": lib.mutexTryLock, "unlock": lib.mutexUnlock,
	})
	lib.makeMeta(l, conditionMeta, map[string]lua.Function{
		"acquire": lib.conditionAcquire, "broadcast": lib.conditionBroadcast,
		"release": lib.conditionRelease, "signal": lib.conditionSignal, "wait": lib.conditionWait,
	})
	lib.makeMeta(l, rwlockMeta, map[string]lua.Function{
		"rdlock": lib.readLock, "tryrdlock": lib.tryReadLock,
		"trywrlock": lib.tryWriteLock, "wrlock": lib.writeLock, "unlock": lib.rwUnlock,
	})
	l.NewTable()
	register(l, map[string]lua.Function{
		"condition": func(l *lua.State) int { pushObject(l, &condition{}, conditionMeta); return 1 },
		"create":    lib.create,
		"mutex":     lib.newMutex,
		"rwlock":    func(l *lua.State) int { pushObject(l, &rwlock{}, rwlockMeta); return 1 },
		"sleep":     lib.sleep,
	})
	for name, kind := range map[string]int{
		"MUTEX_NORMAL": mutexNormal, "MUTEX_RECURSIVE": mutexRecursive, "MUTEX_ERRORCHECK": mutexErrorCheck,
	} {
		pushInt(l, kind)
		l.SetField(-2, name)
	}
	return 1
}

func (lib *threadLibrary) makeMeta(l *lua.State, name string, methods map[string]lua.Function) {
	lua.NewMetaTable(l, name)
	for method, f := range methods {
		l.PushGoFunction(luavm.Guard(f))
		l.SetField(-2, method)
	}
	l.PushValue(-1)
	l.SetField(-2, "__index")
	l.Pop(1)
}

func pushObject(l *lua.State, object any, meta string) {
	l.PushUserData(object)
	lua.SetMetaTableNamed(l, meta)
}

// objectAt gives the Go object of argument i.
func objectAt[T any](a args, i int, meta string) *T {
	object, ok := a.l.ToUserData(i).(*T)
	if !ok {
		a.failType(i, meta)
	}
	return object
}

// create starts a thread: create(function, [argument], [joinable]). The
// function gets the thread, or if it is not joinable, the argument.
func (lib *threadLibrary) create(l *lua.State) int {
	a, t := args{l, "thread.create"}, luavm.Of(l)
	a.function(1)
	joinable := l.Top() < 3 || l.ToBoolean(3)
	l.SetTop(2)
	th := &scriptThread{}
	l.PushValue(1)
	th.co = t.NewCoroutine()
	th.handle = t.Pop()
	for _, tls := range []*any{&th.tls, &th.ostls} {
		l.NewTable()
		*tls = t.Pop()
	}
	lib.byCo[th.co] = th
	lib.threads = append(lib.threads, th)
	if joinable {
		pushObject(l, th, threadMeta)
		l.Replace(2)
	}
	l.PushValue(2)
	lib.run(t, th, 1)
	l.SetTop(2)
	if !joinable {
		l.PushNil()
	}
	return 1
}

func (lib *threadLibrary) join(l *lua.State) int {
	th := objectAt[scriptThread](args{l, "join"}, 1, threadMeta)
	lib.wait(l, func() bool { return th.done }, time.Time{})
	l.PushBoolean(true)
	return 1
}

// sleep waits for a number of seconds, which may have a fraction.
func (lib *threadLibrary) sleep(l *lua.State) int {
	seconds := args{l, "thread.sleep"}.num(1)
	lib.wait(l, func() bool { return false }, time.Now().Add(time.Duration(seconds*float64(time.Second))))
	pushInt(l, 0)
	return 1
}
