// Package commtouch is the Lua module msys.commtouch: it scans mail with the
// engine in the slot "commtouch", usually one of package ctasd, and answers
// with a class, a virus threat and a reference.
//
//	set, err := scan.NewSet(scan.Slot{Name: "commtouch", Engine: ctasd.New("127.0.0.1:8088", nil)})
//	lib := commtouch.Library(set, nil)
//
// Any engine will do: spam is confirmed and a virus is one, other mail is
// unknown. An engine that speaks Commtouch's own words gives them in the
// result's Detail, under the names of ctasd's lines.
package commtouch
