// Package outbound sends the mail that a server has accepted. A [Queue] keeps
// it on disk: once [Queue.Put] has returned, a message is delivered, returned
// or dropped by policy, whatever becomes of the process. A [Worker] takes it
// from there and applies a delivery.Policy: adaptive rules say when, how fast
// and over how many connections mail for a domain goes out, and scripts see
// each attempt.
//
//	q, err := outbound.OpenQueue("queue.db", nil)
//	defer q.Close()
//	w, err := outbound.NewWorker(q, outbound.Options{
//		Policy: &delivery.Policy{Adaptive: engine, Hooks: hooks},
//		Driver: &outbound.Relay{Address: "smarthost.example:25"},
//	})
//	err = w.Run(ctx)
//
// A [Relay] delivers by SMTP; drivers of other methods, such as those of
// package httpclnt, stand in Options.Drivers.
//
// # What is kept when the process dies
//
// A delivery is recorded as soon as the remote host has confirmed it, before
// anything else is done with it. A message is sent twice only if the process
// dies between the confirmation and that record, which no SMTP client can
// avoid.
package outbound
