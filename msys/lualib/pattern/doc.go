// Package pattern matches Lua patterns against byte strings. It knows no Lua
// state: the string library of msys/lualib is written on it, and a Go program
// can use it alone.
//
// The dialect is that of Lua 5.1 with what 5.2 added:
//
//   - classes %a %c %d %g %l %p %s %u %w %x %z and their complements, sets
//     such as [%w_-] and [^a-f], "." for any byte
//   - repetitions * + - and ? of one such item
//   - captures (…), position captures (), back references %1 to %9
//   - %bxy for balanced text, %f[set] for a frontier
//   - ^ at the beginning and $ at the end
//
// A byte 0 is an ordinary byte in subjects and patterns. Letters and spaces
// are those of ASCII, whatever the locale.
//
// # Faults
//
// As in C Lua, [Compile] accepts any text, and a fault in it matters only
// when a match gets that far: the search then ends with a [*SyntaxError].
//
// # Limits
//
// Matching backtracks, so a pattern can need exponential time. Every search
// has a budget of steps and fails with [ErrTooComplex] when it is spent. The
// matcher does not recurse; its memory is bounded by the pattern's length.
//
// # Concurrency
//
// A [Pattern] is immutable and may be shared. A [Matcher] serves one
// goroutine at a time.
package pattern
