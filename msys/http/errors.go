package httpclient

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/url"
	"strings"
	"syscall"
)

// Error is why a request has no response.
type Error struct {
	// Text is the short text that scripts get: "could not resolve host: h",
	// "connection refused", "timeout", "TLS: …", "malformed URL",
	// "response too large", "connection closed by the server", "unsupported request type 'X'", or the cause's own.
	Text string
	// Err is the cause, nil if there is none.
	Err error

	temporary bool
}

// Error gives Text.
func (e *Error) Error() string { return e.Text }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Temporary reports whether the same request may succeed later: after a
// timeout, a refused or broken connection, or a failure of DNS other than
// that the name does not exist.
func (e *Error) Temporary() bool { return e.temporary }

// Timeout reports whether the request took too long.
func (e *Error) Timeout() bool { return e.Text == "timeout" }

// classify makes the Error of a failed request to a host.
func classify(err error, host string) *Error {
	var known *Error
	if errors.As(err, &known) {
		return known
	}
	var request *url.Error
	if errors.As(err, &request) {
		err = request.Err
	}
	e := &Error{Text: err.Error(), Err: err, temporary: true}
	var dns *net.DNSError
	var timeout interface{ Timeout() bool }
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		e.Text = "timeout"
	case errors.As(err, &dns):
		e.Text, e.temporary = "could not resolve host: "+host, !dns.IsNotFound
	case errors.Is(err, ErrTooLarge):
		e.Text, e.temporary = ErrTooLarge.Error(), false
	case errors.Is(err, syscall.ECONNREFUSED):
		e.Text = "connection refused"
	case isTLS(err):
		e.Text, e.temporary = "TLS: "+err.Error(), false
	case errors.As(err, &timeout) && timeout.Timeout():
		e.Text = "timeout"
	case err == io.EOF:
		e.Text = "connection closed by the server"
	}
	return e
}

// isTLS reports whether a connection failed for its TLS. Alerts of the peer
// have no exported type, and net/http has a text of its own for a server that
// speaks no TLS.
func isTLS(err error) bool {
	var verification *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	text := err.Error()
	return errors.As(err, &verification) || errors.As(err, &record) ||
		strings.Contains(text, "tls: ") || strings.Contains(text, "HTTP response to HTTPS client")
}
