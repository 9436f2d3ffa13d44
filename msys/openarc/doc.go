// Package openarc validates and extends Authenticated Received Chains
// (RFC 8617). Its Lua face is the module msys.validate.openarc.
//
//	verifier := &openarc.Verifier{}
//	cv, err := verifier.Verify(ctx, msg)       // none, pass or fail; err says why it fails
//	…                                          // all changes of the message
//	sealer := &openarc.Sealer{Verifier: verifier}
//	set, err := sealer.Seal(ctx, msg, &openarc.SealOptions{Domain: "example.org", Selector: "s1", KeyFile: "arc.key"})
//
// [Verifier.Verify] keeps its result in the message variable arc_cv, from
// which [Sealer.Seal] takes the state of the chain; without it Seal validates
// the chain in the same pass over the body that it signs. Seal tells policy
// about itself in the message variable arc_seal: "ok", or "skip" for a chain
// that is broken and not continued.
//
// All types are safe for concurrent use. A body is read in pieces and never
// copied to be hashed. A chain has at most 50 sets; headers are as large as
// package message lets them be.
package openarc
