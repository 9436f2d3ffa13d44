package modules_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/modules"
	"github.com/gomsys/gomsys/timer"
	"github.com/gomsys/gomsys/vctx"
)

// After a reload only the new loop's timers run; after Close none do.
func TestTimersEndWithTheirLoop(t *testing.T) {
	clock := timer.NewManualClock(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	engine := timer.New(&timer.Options{Clock: clock, Run: func(_ string, f func()) { f() }})
	defer engine.Close()
	var mu sync.Mutex
	ticks := 0
	rt, err := msys.New(msys.Config{
		Modules: modules.All(modules.Options{Timers: engine}),
		Print:   func(string) { mu.Lock(); ticks++; mu.Unlock() },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer rt.Close()
	err = rt.LoadString("tick.lua", `
require("msys.core")
require("msys.timer")
local mod = {}
function mod:init()
  self.t = msys.timer.every(10, function() print("tick") end, "tick")
  return true
end
function mod:validate_connect() return msys.core.VALIDATE_CONT end
msys.registerModule("tick", mod)`)
	if err != nil {
		t.Fatal(err)
	}
	step := func(want int) {
		t.Helper()
		mu.Lock()
		ticks = 0
		mu.Unlock()
		clock.Advance(10 * time.Second)
		mu.Lock()
		defer mu.Unlock()
		if ticks != want {
			t.Errorf("%d ticks, want %d", ticks, want)
		}
	}
	step(1)
	for range 3 {
		if err := rt.Reload(); err != nil {
			t.Fatal(err)
		}
		step(1)
	}
	if err := rt.Close(); err != nil {
		t.Fatal(err)
	}
	step(0)
}

// A session that outlives a reload may still ask for timers; on its old loop
// they do not run.
func TestTimerOfRetiredLoop(t *testing.T) {
	clock := timer.NewManualClock(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	engine := timer.New(&timer.Options{Clock: clock, Run: func(_ string, f func()) { f() }})
	defer engine.Close()
	ran := 0
	rt, err := msys.New(msys.Config{Modules: modules.All(modules.Options{Timers: engine}), Print: func(string) { ran++ }})
	if err != nil {
		t.Fatal(err)
	}
	defer rt.Close()
	err = rt.LoadString("after.lua", `
require("msys.core")
require("msys.timer")
local mod = {}
function mod:validate_ehlo()
  msys.timer.after(1, function() print("late") end)
  return msys.core.VALIDATE_CONT
end
msys.registerModule("after", mod)`)
	if err != nil {
		t.Fatal(err)
	}
	s := rt.NewSession(vctx.Conn{})
	defer s.Close()
	if err := rt.Reload(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	for range 2 {
		if _, err := s.Ehlo(ctx, "x"); err != nil {
			t.Fatal(err)
		}
	}
	clock.Advance(10 * time.Second)
	if ran != 0 {
		t.Errorf("%d timers of a retired loop ran", ran)
	}
}
