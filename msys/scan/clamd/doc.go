// Package clamd scans with ClamAV's daemon clamd, over TCP or a UNIX socket.
//
//	engine := clamd.New("/run/clamav/clamd.ctl", nil)
//	set, err := scan.NewSet(scan.Slot{Name: "clamav", Kind: scan.Antivirus, Engine: engine})
//
// The content is streamed to clamd (INSTREAM); it needs no access to files. A
// content larger than clamd's StreamMaxLength is unscannable. A [Client] is
// safe for concurrent use.
package clamd
