// Package ctasd scans with the Cyren (formerly Commtouch) daemon ctasd over
// HTTP. The Lua module msys.commtouch is in package commtouch beside it.
//
//	set, err := scan.NewSet(scan.Slot{Name: "commtouch", Engine: ctasd.New("127.0.0.1:8088", nil)})
//
// The protocol is known from public clients only; its words are in one place,
// the constants of this package. A [Client] is safe for concurrent use.
package ctasd
