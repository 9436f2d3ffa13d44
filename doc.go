// Package gomsys is the root of a library that runs the Momentum MTA's Lua
// policy scripts inside any Go mail server, and offers the same parts to Go
// programs without Lua. It holds no code itself.
//
// The packages, from the top; an import only ever points down:
//
//   - examples/policy, examples/mailserver: programs to run and to copy from.
//   - msys: the runtime. Event loops, script loading, hooks, sessions.
//   - msys/modules: every Lua module in one line.
//   - msys/json, msys/xml, msys/base64, msys/qp, msys/idn, msys/dumper,
//     msys/cidr, msys/gaugecache, msys/osstat, …: modules that nothing else
//     builds on, each with a Go API and a Lua face.
//   - message, vctx, pcre, counter, audit, timer: the engines, useful alone.
//   - msys/bind: what every Lua binding is written with.
//   - msys/lualib, msys/dialect: the Lua language, completed on
//     github.com/Shopify/go-lua.
//
// Each package with a Lua face has a function Library (or Libraries) that
// gives go-lua registry functions, so that a host composes a state with
// exactly the modules it needs.
package gomsys
