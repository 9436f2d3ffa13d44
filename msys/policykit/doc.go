// Package policykit helps authors of policies to test them in Go, without a
// network, a mail server or waiting: a [Kit] is a runtime with a clock that
// stands still, DNS from a zone file, a queue that keeps what policy sends, and
// sessions that are driven with one line per phase:
//
//	kit := policykit.New(t, &policykit.Options{Path: []fs.FS{os.DirFS("policies")}})
//	kit.Load("inbound")
//	s := kit.Session("192.0.2.7:4321")
//	s.Connect()
//	s.Ehlo("mx.example.org")
//	s.MailFrom("ann@example.org")
//	if got := s.RcptTo("nobody@example.com"); got != "550 5.1.1 nobody lives here" {
//		t.Error(got)
//	}
//
// Each step gives the reply as the client would see it. Failures of the test
// itself, such as a script that does not load, end the test.
//
// A Kit and its parts are safe for concurrent use; a [Session] is used by one
// goroutine.
package policykit
