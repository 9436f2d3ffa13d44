// Package symantecbeik is the Lua module msys.symantec_beik: it scans mail with
// the engine in the slot "symantec_beik" and answers as the Symantec Brightmail
// Engine Integration Kit does.
//
//	set, err := scan.NewSet(scan.Slot{Name: "symantec_beik", Engine: engine})
//	lib := symantecbeik.Library(set)
//
// Any engine will do: spam goes to "is-spam", other mail to "inbox", and the
// tracker is the result's RefID. An engine that speaks BEIK's own words gives
// them in the result's Detail, under the keys "code", "destination",
// "is_default" ("0" or "1") and "tracker".
package symantecbeik
