// Package cloudmark is the Lua module msys.cloudmark: it scans mail with the
// engine in the slot "cloudmark" and answers with a score from 0 to 100 as
// Cloudmark Authority does.
//
//	set, err := scan.NewSet(scan.Slot{Name: "cloudmark", Engine: engine})
//	lib := cloudmark.Library(set, &cloudmark.Options{MinimumScore: 80})
//
// Any engine will do. A score whose threshold is known is put on the scale on
// which the threshold is MinimumScore, or 50. An engine that speaks Cloudmark's
// own words gives them in the result's Detail, under the keys of the table that
// scripts get: "score", "is_spam" ("true"), "category", "category-desc",
// "sub-category", "sub-category-desc", "rescan" ("yes") and "analysis".
//
// An [ActiveFilter] remembers mail that may be judged otherwise later.
package cloudmark
