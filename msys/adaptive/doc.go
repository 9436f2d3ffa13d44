// Package adaptive adapts outbound delivery to what remote hosts answer: rules
// match their replies and suspend a domain, slow it down, or change a reply.
// It is the Lua module "msys.adaptive", whose rules of Momentum's Adaptive
// Delivery run as they are, and works as well without Lua.
//
//	e, err := adaptive.New(&adaptive.Options{Enabled: true})
//	go e.Run(ctx)
//	err = e.RegisterRules(adaptive.RuleSet{
//		"example.com": {Responses: []adaptive.Response{{
//			Code:    `^421 .*too many messages`,
//			Trigger: adaptive.Trigger{Count: 10, Within: time.Minute},
//			Actions: []adaptive.Action{adaptive.Suspend(4 * time.Hour)},
//		}}},
//	}, adaptive.Augment)
//
// An [*Engine] is the delivery.Advisor of a delivery.Policy, which asks it
// before and after each attempt. No rules come with the package.
//
// # Keys and values
//
// All is kept by key: the binding that mail leaves from and its routing
// domain. The effective value of a delivery option ([Engine.Value]) is the
// host's, as the configuration of the domain's rules changes it, as actions
// have changed that, within the host's bounds. Actions change the value of an
// option only if it has one.
//
// # Statistics
//
// The engine counts deliveries, failures and complaints; sweep rules act on
// their rates. Two of them hold unless the host has others: bounces of the
// classes 10 and 24 lower the rate of sending from 3% on and suspend from 10%
// on, complaints from 0.2% and 0.5% on.
//
// # Console
//
// [Engine.Console] has the commands that Momentum's console has for adaptive
// delivery: list, suspensions, override, reset, rules and warmup.
//
// # Concurrency and limits
//
// All methods may be called from any goroutine. A key takes a few hundred
// bytes; those not used for longest are forgotten beyond Options.MaxPairs.
// Patterns have a step limit, so that a hostile reply costs little.
package adaptive
