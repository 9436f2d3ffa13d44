package msys

import (
	"context"
	"fmt"
	"sync"

	"github.com/gomsys/gomsys/msys/bind"
)

// lockTable holds the process-wide named locks of msys.lock.
type lockTable struct {
	mu    sync.Mutex
	locks map[string]*namedLock
}

type namedLock struct {
	owner   *lockOwner
	waiting []chan struct{} // each is closed when its turn has come
}

// lockOwner is one invocation: a callout, a closure in a pool, a timer call.
type lockOwner struct {
	held    []string
	tls     bind.Ref // _TLS outside of a session
	lines   int      // printed
	pending []func() // jobs to start when the invocation has ended
	session *Session // whose step this is; its jobs start when the step is over
}

func newLockTable() *lockTable { return &lockTable{locks: map[string]*namedLock{}} }

// errHeld is what a second lock of the same name by one owner gives: waiting
// would never end.
type errHeld string

func (e errHeld) Error() string { return fmt.Sprintf("lock '%s' already held", string(e)) }

// acquire waits until owner has the lock or ctx ends.
func (t *lockTable) acquire(ctx context.Context, name string, owner *lockOwner) error {
	t.mu.Lock()
	k := t.locks[name]
	if k == nil {
		k = &namedLock{}
		t.locks[name] = k
	}
	switch {
	case k.owner == owner:
		t.mu.Unlock()
		return errHeld(name)
	case k.owner == nil && len(k.waiting) == 0:
		k.owner = owner
		owner.held = append(owner.held, name)
		t.mu.Unlock()
		return nil
	}
	turn := make(chan struct{})
	k.waiting = append(k.waiting, turn)
	t.mu.Unlock()
	select {
	case <-turn:
	case <-ctx.Done():
		t.mu.Lock()
		defer t.mu.Unlock()
		for i, w := range k.waiting {
			if w == turn {
				k.waiting = append(k.waiting[:i], k.waiting[i+1:]...)
				return ctx.Err()
			}
		}
		t.next(name, k) // the turn came meanwhile: pass it on
		return ctx.Err()
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	k.owner = owner
	owner.held = append(owner.held, name)
	return nil
}

// tryNow takes the lock if nobody has it.
func (t *lockTable) tryNow(name string, owner *lockOwner) (ok bool, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	k := t.locks[name]
	if k == nil {
		k = &namedLock{}
		t.locks[name] = k
	}
	if k.owner == owner {
		return false, errHeld(name)
	}
	if k.owner != nil || len(k.waiting) > 0 {
		return false, nil
	}
	k.owner = owner
	owner.held = append(owner.held, name)
	return true, nil
}

// release gives the lock to the next in line.
func (t *lockTable) release(name string, owner *lockOwner) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	k := t.locks[name]
	if k == nil || k.owner != owner {
		return fmt.Errorf("lock '%s' is not held by this call", name)
	}
	for i, held := range owner.held {
		if held == name {
			owner.held = append(owner.held[:i], owner.held[i+1:]...)
			break
		}
	}
	t.next(name, k)
	return nil
}

// next hands the lock over or drops it; t.mu is held. Between the hand-over
// and the waiter's waking nobody can take it, since the line stays non-empty
// or the owner is a placeholder.
func (t *lockTable) next(name string, k *namedLock) {
	if len(k.waiting) == 0 {
		k.owner = nil
		delete(t.locks, name)
		return
	}
	k.owner = &lockOwner{} // reserved for the waiter that wakes up
	turn := k.waiting[0]
	k.waiting = k.waiting[1:]
	close(turn)
}

// releaseAll frees what an ended invocation left locked.
func (t *lockTable) releaseAll(owner *lockOwner, env *bind.Env) {
	for len(owner.held) > 0 {
		name := owner.held[0]
		env.Log().WarnContext(env.Ctx(), "lock '"+name+"' was still held when its call ended; released",
			"module", env.Module, "callout", env.Callout)
		if t.release(name, owner) != nil {
			return
		}
	}
}
