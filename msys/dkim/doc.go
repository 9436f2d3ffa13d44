// Package dkim verifies and makes DKIM signatures (RFC 6376, RFC 8463), and
// is the Lua modules msys.validate.opendkim, opendkim.dkim and
// msys.validate.dkim.
//
//	v := &dkim.Verifier{}
//	res, err := v.Verify(ctx, msg)
//	for _, sig := range res.Signatures {
//		fmt.Println(sig.Domain(), sig.Result())
//	}
//
//	s := &dkim.Signer{Defaults: dkim.SignOptions{Selector: "s1", KeyFile: "/keys/%{d}/%{s}.pem"}}
//	field, err := s.Sign(ctx, msg, nil)
//
// Each signature tells its domain, selector, algorithm, key length and what
// is wrong with it, in libopendkim's words. Policy decides what a signature
// of a short key or of rsa-sha1 is worth.
//
// In sessions, [Validator] verifies before scripts do and adds
// Authentication-Results, and [Signer.AutoSign] signs as the last edit;
// [KeyDirs] reads the key files. A Signer counts what it does, by domain and by
// binding.
//
// All of these are safe for concurrent use. A message is verified in one pass
// over its body, whatever its signatures; the result for content that has not
// changed is remembered. A Verifier looks at 20 signatures of a message, and
// at keys of up to 8192 bits. The parts that other schemes share are in
// package dkimsig below.
package dkim
