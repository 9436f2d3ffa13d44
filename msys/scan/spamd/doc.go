// Package spamd scans with SpamAssassin's daemon spamd, in the protocol of
// spamc. The Lua module msys.spamc is in package spamc beside it.
//
//	set, err := scan.NewSet(scan.Slot{Name: "spamassassin", Engine: spamd.New(nil)})
//
// A [Client] is safe for concurrent use.
package spamd
