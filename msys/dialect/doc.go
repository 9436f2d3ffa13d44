// Package dialect translates Momentum's Lua, an extended Lua 5.1, into the
// Lua 5.2 text that github.com/Shopify/go-lua compiles, and loads it.
//
// [Load] is what a host needs: it leaves the compiled chunk on the stack of a
// [lua.State], as lua.State.Load would. [Translate] shows the text in between.
//
// The translator reads the source with a real lexer and parser and changes it
// by small splices, so that comments, strings and layout stay as they were
// and every token keeps its line number. It adds the operators & | ^^ << >>
// \ ~ ! and !=, octal numbers, objects that iterate themselves, "\uXXXX" and
// the names that Lua 5.2 reserves but 5.1 does not. It also works around
// faults of the virtual machine that scripts would meet: the sign of %, the
// unlimited growth of .., escapes and line ends that its scanner misreads,
// and closures that it confuses with each other. The README lists them all.
//
// Operators that the machine lacks become calls of Go functions held in
// upvalues whose names no script can write. A chunk that needs none of this
// is compiled exactly as it was written.
//
// Functions of this package may be called concurrently as long as each
// lua.State is used by one goroutine at a time.
package dialect
