// Package expurgate is the Lua module msys.expurgate: it scans mail with the
// engine in the slot "eleven" and answers as eXpurgate does, with a major and a
// minor type.
//
//	set, err := scan.NewSet(scan.Slot{Name: "eleven", Engine: engine})
//	lib := expurgate.Library(set, nil)
//
// Any engine will do: an infected mail is dangerous, spam is spam, other mail
// is clean. An engine that speaks eXpurgate's own words gives them in the
// result's Detail, under the keys "eleven-result" ("bulk") and
// "eleven-result-subtype" ("advertisement").
package expurgate
