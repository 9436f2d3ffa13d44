package lualib

import (
	"slices"
	"time"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
)

// busy is what the try functions give for a lock that is held: EBUSY.
const busy = 16

// mutex is held by one thread at a time.
type mutex struct {
	kind  int
	owner any
	count int
}

func (lib *threadLibrary) newMutex(l *lua.State) int {
	a := args{l, "thread.mutex"}
	kind := a.optInteger(1, mutexNormal)
	if kind < mutexNormal || kind > mutexErrorCheck {
		a.fail(1, "specify one of thread.MUTEX_NORMAL, thread.MUTEX_RECURSIVE or thread.MUTEX_ERRORCHECK")
	}
	pushObject(l, &mutex{kind: kind}, mutexMeta)
	return 1
}

// take takes the mutex for owner if it can at once.
func (m *mutex) take(owner any) bool {
	if m.owner == nil || m.owner == owner && m.kind == mutexRecursive {
		m.owner = owner
		m.count++
		return true
	}
	return false
}

// lock waits until owner has the mutex.
func (lib *threadLibrary) lock(l *lua.State, m *mutex, what string) {
	owner := lib.running(luavm.Of(l))
	if m.owner == owner && m.kind != mutexRecursive {
		luavm.Throw(l, 1, "failed to lock %s: 35 Resource deadlock avoided", what)
	}
	lib.wait(l, func() bool { return m.take(owner) }, time.Time{})
}

func (lib *threadLibrary) unlock(l *lua.State, m *mutex, what string) {
	if m.owner != lib.running(luavm.Of(l)) {
		luavm.Throw(l, 1, "failed to unlock %s: 1 Operation not permitted", what)
	}
	if m.count--; m.count == 0 {
		m.owner = nil
		lib.notify()
	}
}

func (lib *threadLibrary) mutexLock(l *lua.State) int {
	lib.lock(l, objectAt[mutex](args{l, "lock"}, 1, mutexMeta), "mutex")
	l.PushBoolean(true)
	return 1
}

func (lib *threadLibrary) mutexTryLock(l *lua.State) int {
	m := objectAt[mutex](args{l, "trylock"}, 1, mutexMeta)
	return pushTaken(l, m.take(lib.running(luavm.Of(l))))
}

func (lib *threadLibrary) mutexUnlock(l *lua.State) int {
	lib.unlock(l, objectAt[mutex](args{l, "unlock"}, 1, mutexMeta), "mutex")
	l.PushBoolean(true)
	return 1
}

// pushTaken pushes what a try function gives.
func pushTaken(l *lua.State, taken bool) int {
	if taken {
		l.PushBoolean(true)
	} else {
		pushInt(l, busy)
	}
	return 1
}

// condition is a mutex and a queue of threads that wait for a signal.
type condition struct {
	mutex
	waiting []*bool // set when signalled
}

func (lib *threadLibrary) conditionAcquire(l *lua.State) int {
	lib.lock(l, &objectAt[condition](args{l, "acquire"}, 1, conditionMeta).mutex, "condition")
	l.PushBoolean(true)
	return 1
}

func (lib *threadLibrary) conditionRelease(l *lua.State) int {
	lib.unlock(l, &objectAt[condition](args{l, "release"}, 1, conditionMeta).mutex, "condition")
	l.PushBoolean(true)
	return 1
}

// conditionWait gives the mutex up until a signal comes: wait([seconds]). It
// gives false if none came in time.
func (lib *threadLibrary) conditionWait(l *lua.State) int {
	a := args{l, "wait"}
	c := objectAt[condition](a, 1, conditionMeta)
	var until time.Time
	if !a.missing(2) {
		until = time.Now().Add(time.Duration(a.num(2) * float64(time.Second)))
	}
	owner := lib.running(luavm.Of(l))
	if c.owner != owner {
		luavm.Throw(l, 1, "cond:wait failed: 1 Operation not permitted")
	}
	signalled := new(bool)
	c.waiting = append(c.waiting, signalled)
	lib.unlock(l, &c.mutex, "condition")
	ok := lib.wait(l, func() bool { return *signalled }, until)
	c.waiting = slices.DeleteFunc(c.waiting, func(s *bool) bool { return s == signalled })
	lib.wait(l, func() bool { return c.take(owner) }, time.Time{})
	l.PushBoolean(ok)
	return 1
}

func (lib *threadLibrary) conditionSignal(l *lua.State) int {
	return lib.wake(l, objectAt[condition](args{l, "signal"}, 1, conditionMeta), 1)
}

func (lib *threadLibrary) conditionBroadcast(l *lua.State) int {
	c := objectAt[condition](args{l, "broadcast"}, 1, conditionMeta)
	return lib.wake(l, c, len(c.waiting))
}

// wake signals the n threads that have waited longest.
func (lib *threadLibrary) wake(l *lua.State, c *condition, n int) int {
	for ; n > 0 && len(c.waiting) > 0; n-- {
		*c.waiting[0] = true
		c.waiting = c.waiting[1:]
	}
	lib.notify()
	l.PushBoolean(true)
	return 1
}

// rwlock is held by one writer or any number of readers.
type rwlock struct {
	readers int
	writing bool
}

func (r *rwlock) takeRead() bool {
	if r.writing {
		return false
	}
	r.readers++
	return true
}

func (r *rwlock) takeWrite() bool {
	if r.writing || r.readers > 0 {
		return false
	}
	r.writing = true
	return true
}

func (lib *threadLibrary) readLock(l *lua.State) int {
	lib.wait(l, objectAt[rwlock](args{l, "rdlock"}, 1, rwlockMeta).takeRead, time.Time{})
	l.PushBoolean(true)
	return 1
}

func (lib *threadLibrary) writeLock(l *lua.State) int {
	lib.wait(l, objectAt[rwlock](args{l, "wrlock"}, 1, rwlockMeta).takeWrite, time.Time{})
	l.PushBoolean(true)
	return 1
}

func (lib *threadLibrary) tryReadLock(l *lua.State) int {
	return pushTaken(l, objectAt[rwlock](args{l, "tryrdlock"}, 1, rwlockMeta).takeRead())
}

func (lib *threadLibrary) tryWriteLock(l *lua.State) int {
	return pushTaken(l, objectAt[rwlock](args{l, "trywrlock"}, 1, rwlockMeta).takeWrite())
}

func (lib *threadLibrary) rwUnlock(l *lua.State) int {
	r := objectAt[rwlock](args{l, "unlock"}, 1, rwlockMeta)
	switch {
	case r.writing:
		r.writing = false
	case r.readers > 0:
		r.readers--
	}
	lib.notify()
	l.PushBoolean(true)
	return 1
}
