// Package rspamd scans with Rspamd over HTTP (/checkv2 of its normal or proxy
// worker).
//
//	set, err := scan.NewSet(scan.Slot{Name: "cloudmark", Engine: rspamd.New("127.0.0.1:11333", nil)})
//
// The envelope and the client's address go along, so that Rspamd checks SPF,
// DNS lists and the like as if it had received the mail itself. A [Client] is
// safe for concurrent use.
package rspamd
