// Package vctx holds what a server knows about an inbound session while
// policy looks at it: the connection ([Conn]), the validation context
// ([Context]) with its two dictionaries of variables, the reply code and the
// recipient list, and the state of the ESMTP transaction
// ([MessageConstruct]). In Lua they are ac, vctx and mc.
//
// The runtime of package msys drives these types; a host that has no Lua may
// use them alone. All methods are safe for concurrent use.
package vctx
