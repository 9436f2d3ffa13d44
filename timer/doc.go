// Package timer runs functions later: once after a delay, once at a time of
// day, or again and again at a fixed rate. It is the Lua module "msys.timer",
// and works as well without Lua.
//
//	engine := timer.New(nil)
//	defer engine.Close()
//	engine.Every(10*time.Second, func(ctx context.Context) error {
//		return flush(ctx)
//	}, "flush")
//
// A timer never overlaps itself: while its function runs, it does not run a
// second time. [Engine.Every] keeps a fixed rate; ticks that are missed,
// because the function ran longer than the interval or the clock jumped, are
// merged into one.
//
// # Life of a timer
//
// The engine holds a timer until it has fired (one-shot timers), was stopped,
// or the engine or the timer's [Group] was. Nothing needs to keep the *Timer.
// Any number of timers share one timer of the clock, and no goroutine waits.
//
// # Concurrency
//
// All methods may be called from any goroutine and from the functions that
// timers run. Functions of different timers may run at the same time; a host
// that wants them one after another, or on goroutines of its own, sets
// Options.Run.
//
// Package timer also has the [ManualClock] that tests of this and other
// packages use in place of time.
package timer
