// Package domainkeys signs and validates messages as Yahoo! DomainKeys had it
// (RFC 4870), the predecessor of DKIM. Its Lua face are the modules
// msys.validate.dk and msys.sign.dk, which have the same functions.
//
//	signer := &domainkeys.Signer{}
//	field, err := signer.Sign(ctx, msg, &domainkeys.SignOptions{Domain: "example.org", Selector: "s1", KeyFile: "dk.key"})
//	verifier := &domainkeys.Verifier{}
//	status, err := verifier.Verify(ctx, msg)   // "good", "bad (no key)", …; "" without a signature
//
// DomainKeys are historic: the one algorithm is rsa-sha1, and anybody who can
// should use DKIM (package dkim). Keys of less than 1024 bits are good for
// validation only, as crypto/rsa does not sign with them.
//
// All types are safe for concurrent use. A body is read once, in pieces.
package domainkeys
