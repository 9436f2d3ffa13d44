// Package lualib is the standard library of Momentum's Lua for go-lua: the
// functions of Lua 5.1 and 5.2, complete and as C Lua has them, and the
// vendor's additions thread, buffer, _TLS, _OSTLS, trim and gethostname.
//
//	l := lua.NewState()
//	lualib.Open(l)
//	defer lualib.Close(l)
//
// Everything that loads code (load, dofile, require, …) goes through package
// dialect, so that scripts are written in Momentum's extended Lua. Functions
// of github.com/Shopify/go-lua's own library are not reachable.
//
// # Concurrency
//
// A state and its coroutines belong to one goroutine at a time.
//
// # What differs from C Lua
//
// Strings have a greatest length, searches for patterns a greatest number of
// steps (see [Options]). Binary chunks are not loaded. Weak tables and __gc
// are accepted and ignored: nothing is collected that a table refers to.
// A coroutine that nobody can resume any more is collected, unless its own
// variables refer to its thread value; [Close] ends those. Functions that use
// no local variable of the functions around them are made once, as in Lua
// 5.2, and setfenv changes them everywhere.
package lualib
