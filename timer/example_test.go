package timer_test

import (
	"context"
	"fmt"
	"time"

	"github.com/gomsys/gomsys/timer"
)

func Example() {
	clock := timer.NewManualClock(time.Unix(1700000000, 0)) // leave it out to use real time
	engine := timer.New(&timer.Options{Clock: clock, Run: func(_ string, f func()) { f() }})
	defer engine.Close()

	engine.After(10*time.Second, func(context.Context) error {
		fmt.Println("once, after 10 s")
		return nil
	}, "once")
	tick := engine.Every(4*time.Second, func(context.Context) error {
		fmt.Println("tick")
		return nil
	}, "tick")

	clock.Advance(11 * time.Second)
	fmt.Println("stopped:", tick.Stop())
	// Output:
	// tick
	// tick
	// once, after 10 s
	// stopped: true
}
