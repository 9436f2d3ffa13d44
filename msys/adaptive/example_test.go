package adaptive_test

import (
	"context"
	"fmt"
	"time"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/adaptive"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/delivery"
	"github.com/gomsys/gomsys/msys/lualib"
	"github.com/gomsys/gomsys/timer"
)

func Example() {
	e, err := adaptive.New(&adaptive.Options{
		Enabled: true,
		Clock:   timer.NewManualClock(time.Date(2025, time.June, 1, 12, 0, 0, 0, time.UTC)), // leave out for the system's
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	err = e.RegisterRules(adaptive.RuleSet{
		"example.com": {Responses: []adaptive.Response{{
			Code:    `^421 .*too many messages`,
			Trigger: adaptive.Trigger{Count: 2, Within: time.Minute},
			Actions: []adaptive.Action{adaptive.Suspend(4 * time.Hour)},
		}}},
	}, adaptive.Augment)
	if err != nil {
		fmt.Println(err)
		return
	}
	key := delivery.Key{Binding: "default", Domain: "example.com"}
	for range 3 {
		d, err := e.Respond(context.Background(), key, delivery.ParseReply("421 4.7.0 too many messages, slow down"))
		fmt.Printf("%q %d %v\n", d.Rule, len(d.Applied), err)
	}
	fmt.Println(e.State(key).Until.Format(time.TimeOnly))
	// Output:
	// "" 0 <nil>
	// "" 0 <nil>
	// "example.com ^421 .*too many messages" 1 <nil>
	// 16:00:00
}

func Example_lua() {
	e, err := adaptive.New(&adaptive.Options{Enabled: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	l := lua.NewState()
	lualib.Open(l)
	bind.Preload(l, adaptive.Library(e))
	err = lua.DoString(l, `
		require("msys.adaptive")
		msys.adaptive.registerRules({
			["example.com"] = {
				responses = {
					{ code = "^554 .*blocked", trigger = "1", action = { "transcode", "454", "suspend", "2 hours" } },
				},
			},
		})
	`)
	fmt.Println(err)
	key := delivery.Key{Binding: "default", Domain: "example.com"}
	d, err := e.Respond(context.Background(), key, delivery.ParseReply("554 5.7.1 your address is blocked"))
	fmt.Println(d.Reply, err, e.State(key).Standing == delivery.Suspended)
	// Output:
	// <nil>
	// 454 5.7.1 your address is blocked <nil> true
}
