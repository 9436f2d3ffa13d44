// Package icap scans with a service that speaks ICAP (RFC 3507), as most
// commercial gateways and c-icap do. The mail goes to the service as the body
// of an HTTP response that is to be modified (RESPMOD), or of a request
// (REQMOD).
//
//	engine, err := icap.New("icap://127.0.0.1:1344/virus_scan", nil)
//	set, err := scan.NewSet(scan.Slot{Name: "gateway", Kind: scan.Antivirus, Engine: engine})
//
// A service that would not modify anything has found nothing. It has found
// something if it says so (X-Infection-Found, X-Virus-ID, X-Violations-Found),
// puts an HTTP error in place of the mail, or, having begun to send it back,
// keeps the rest. A mail that comes back whole is clean; one that breaks off on
// the way is a failure. A [Client] is safe for concurrent use.
package icap
