// Package luavm makes the go-lua virtual machine fit to run scripts that the
// host did not write: threads that share one set of globals, coroutines,
// errors of any value with a traceback from where they happened, limits that
// a script cannot swallow, Go faults that never leave a protected call, and
// a traversal of tables that is linear.
//
// A Lua universe is a set of states that share globals, registry and basic
// metatables. [Of] gives the [Thread] that belongs to a state and makes a
// universe of a bare state at the first call; [Thread.NewThread] adds states.
//
// One goroutine at a time may run or touch the states of a universe; the
// caller sees to that. Universes are independent of each other.
//
// # How it reaches into the virtual machine
//
// github.com/Shopify/go-lua is used unmodified. What its exported API does
// not show (frames, prototypes, upvalues, the key order of a table) is read
// through views: struct types of this package whose field names, offsets and
// kinds are compared with those of go-lua before the first use. If they
// differ, [Of] panics with the error of [Supported], so that a go-lua that
// this package does not know is noticed when the program starts.
package luavm
