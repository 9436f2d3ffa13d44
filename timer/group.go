package timer

import (
	"container/heap"
	"time"
)

type groupState uint8

const (
	groupNew groupState = iota
	groupStarted
	groupStopped
)

// Group is a set of timers with a common life: the timers that one generation
// of configuration makes. They are held until the group is started, and stop
// for good with it. A group that was stopped gives timers whose methods work
// but that never fire.
type Group struct {
	e     *Engine
	state groupState // guarded by the engine's lock, like held
	held  []*Timer
}

// NewGroup makes a group that is not started yet.
func (e *Engine) NewGroup() *Group { return &Group{e: e} }

// After is [Engine.After] for the group. The delay of a timer that is held
// counts from the group's start.
func (g *Group) After(d time.Duration, fn Func, name string) *Timer {
	return g.add(&Timer{kind: after, d: d, fn: fn, name: name})
}

// At is [Engine.At] for the group.
func (g *Group) At(t time.Time, fn Func, name string) *Timer {
	return g.add(&Timer{kind: at, at: t.Round(0), fn: fn, name: name})
}

// Every is [Engine.Every] for the group.
func (g *Group) Every(d time.Duration, fn Func, name string) *Timer {
	return g.add(&Timer{kind: every, d: max(d, time.Millisecond), fn: fn, name: name})
}

func (g *Group) add(t *Timer) *Timer {
	t.g, t.index = g, notQueued
	t.Start()
	return t
}

// Start schedules the timers that the group holds; those made later are
// scheduled at once. It does nothing after Stop.
func (g *Group) Start() {
	e := g.e
	var failed []*Timer
	var cause error
	e.mu.Lock()
	if g.state == groupNew {
		g.state = groupStarted
		for _, t := range g.held {
			if !t.held {
				continue // stopped meanwhile
			}
			t.held = false
			if err := t.start(); err != nil {
				failed, cause = append(failed, t), err
			}
		}
		g.held = nil
	}
	e.mu.Unlock()
	for _, t := range failed {
		e.onError(t.name, cause)
	}
}

// Stop stops all timers of the group for good. Functions that run are not
// interrupted.
func (g *Group) Stop() {
	e := g.e
	e.mu.Lock()
	defer e.mu.Unlock()
	g.state = groupStopped
	for _, t := range g.held {
		t.held = false
	}
	g.held = nil
	kept := e.waiting[:0]
	for _, t := range e.waiting {
		if t.g == g {
			t.index = notQueued
			continue
		}
		t.index = len(kept)
		kept = append(kept, t)
	}
	clear(e.waiting[len(kept):])
	e.waiting = kept
	heap.Init(&e.waiting)
	e.rearm(e.now())
}
