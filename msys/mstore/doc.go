// Package mstore parks messages until something is heard of them: an SMS or
// MMS that was handed over waits for its delivery receipt, and if that is bad
// the message is sent another way. It is the Lua module "msys.mstore", and
// works as well without Lua:
//
//	parked := mstore.New(nil)
//	err := parked.Save(ctx, m, mstore.Bucket("12345"), id)
//	m, err = parked.Load(ctx, mstore.Bucket("12345"), id)
//
// A parked message has its content, envelope, the context variables of the
// message, and what was decided about its way: routing domain, binding,
// priority. It is forgotten after [Options.TTL].
//
// # Stores
//
// What is parked is kept by a [Store]: in memory ([NewMemory], the default),
// in a directory ([OpenDir]), in a bbolt file (package boltstore below this
// one), or in Redis, where several hosts find it (package redisstore). Others
// are three methods. A store that implements [io.Closer] is its maker's to
// close.
//
// All types may be used by any number of goroutines.
package mstore
