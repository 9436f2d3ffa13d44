// Package gomsys is the root of a library that runs the Momentum MTA's Lua
// policy scripts inside any Go mail server, and offers the same parts to Go
// programs without Lua.
package gomsys
