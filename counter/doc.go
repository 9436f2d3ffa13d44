// Package counter holds named counters: cheap atomic integers that live in the
// server, are shared by everything in it and can be listed and exported. It
// is the Lua module "msys.counter", and works as well without Lua.
//
//	reg := counter.New(nil)
//	sent, err := reg.Open("/site/example/sent", counter.Strict)
//	sent.Add(1)
//
// A counter is named by a path such as "/site/example/sent". Keep the handle
// that [Registry.Open] gives: adding through it costs one atomic addition,
// while a path has to be looked up each time.
//
// # Semantics
//
// A [Strict] counter is one word in memory: cheap to read, and the right
// choice unless many processors update it at once. A [Relaxed] counter spreads
// its updates over cells that are summed on reading, so that updates from
// different processors do not slow each other down. Results are the same.
//
// # Concurrency and limits
//
// Everything here may be used by any number of goroutines. Counters are kept
// in memory only: they start at zero with the process. A registry holds at
// most [Options.MaxCounters].
//
// Package promexport, below this one, exports a registry to Prometheus;
// [Registry.String] makes it an expvar.Var.
package counter
