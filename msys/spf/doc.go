// Package spf checks who may send mail for a domain: SPF (RFC 7208) and
// Sender ID (RFC 4406), the modules spf_v1 and senderid.
//
//	c := &spf.Checker{Resolver: resolver}
//	res, err := c.Check(ctx, spf.Request{IP: ip, Helo: "mx.example.org", MailFrom: "ann@example.org"})
//	fmt.Println(res.Value, res.Mechanism)
//
// The evaluation of records is that of blitiri.com.ar/go/spf. This package
// adds what mail policy needs: default rules, the record versions of Sender
// ID, internationalised domains, domains that do not exist told from those
// without a record, limits, and header fields.
//
// [Validator] and [SenderID] are the checks of sessions. They have no Lua
// functions: they leave their results in variables of the message, by default
// spf_status, senderid_status and senderid_pra_status, that scripts read, and
// in header fields. They never change a reply. SPF macros in texts,
// "%{spfv1:ir}", are in package vctx/macro.
//
// Everything here is safe for concurrent use.
package spf
