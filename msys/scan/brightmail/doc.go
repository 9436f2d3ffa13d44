// Package brightmail is the Lua module msys.brightmail: it scans mail with the
// engine in the slot "brightmail" and answers as Symantec Brightmail does.
//
//	set, err := scan.NewSet(scan.Slot{Name: "brightmail", Engine: engine})
//	lib := brightmail.Library(set, nil)
//
// Any engine will do. A spam verdict is "spam", another "inbox"; the rules are
// the result's Symbols and the tracker its RefID. An engine that speaks
// Brightmail's own words gives them in the result's Detail, under the keys
// "verdict", "is_default" ("true" or "false"), "rules" and "tracker".
package brightmail
