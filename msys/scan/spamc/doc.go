// Package spamc is the Lua module msys.spamc: it scans mail with the engine in
// the slot "spamassassin", usually one of package spamd, and leaves the result
// in message variables.
//
//	set, err := scan.NewSet(scan.Slot{Name: "spamassassin", Engine: spamd.New(nil)})
//	lib := spamc.Library(set)
package spamc
