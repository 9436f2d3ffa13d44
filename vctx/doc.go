// Package vctx holds what a server knows about an inbound session while policy
// looks at it: the connection ([Conn]), the validation context ([Context])
// with its two dictionaries of variables, the reply of the running phase and
// the recipient list, and the state of the ESMTP transaction
// ([MessageConstruct]). In Lua they are ac, vctx and mc; [Library] is their
// binding.
//
// The runtime of package msys drives these types. A host that has no Lua may
// do so itself: for every command it calls the method that is named for it
// (SetEhlo, SetMailFrom, SetRcptTo, SetAuth, SetTLS, SetData), begins the phase
// with BeginPhase, lets its checks decide with SetCode, Disconnect and Tarpit,
// and sends Reply. At the end of the session Invalidate keeps anybody from
// using what is over.
//
// Mail is bytes: variables, addresses and texts hold what came in. Only a
// [Reply] changes its text, so that nothing in it can begin a second reply.
//
// All types but [Dict] are safe for concurrent use. Package macro expands
// texts about a session, package pbp has checks and conversions.
package vctx
