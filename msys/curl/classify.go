package curl

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"
)

// classify makes what Perform returns of what went wrong.
func (t *transfer) classify(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	var end *aborted
	if errors.As(err, &end) || errors.As(context.Cause(ctx), &end) {
		return end.error
	}
	var known *Error
	if errors.As(err, &known) {
		return known
	}
	code := t.code(err)
	var errno syscall.Errno
	if errors.As(err, &errno) {
		t.info.osErrno = int(errno)
	}
	t.info.verifyFailed = code == CodeSSLCACert || code == CodeSSLPeerCertificate
	return fail(code, err)
}

// code gives the result for an error of net/http.
func (t *transfer) code(err error) Code {
	var dns *net.DNSError
	var timeout interface{ Timeout() bool }
	var received *receiving
	var op *net.OpError
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return CodeOperationTimeouted
	case errors.Is(err, context.Canceled):
		return CodeAbortedByCallback
	case errors.As(err, &timeout) && timeout.Timeout():
		return CodeOperationTimeouted
	case errors.As(err, &dns):
		if u, proxyErr := proxyURL(t.set); proxyErr == nil && t.set.str(OptProxy) != "" && u.Hostname() == dns.Name {
			return CodeCouldntResolveProxy
		}
		return CodeCouldntResolveHost
	case errors.As(err, &received):
		return CodeRecvError
	}
	if code := tlsCode(err); code != CodeOK {
		return code
	}
	text := err.Error()
	switch {
	case errors.Is(err, syscall.ECONNREFUSED), errors.As(err, &op) && op.Op == "dial":
		return CodeCouldntConnect
	case errors.Is(err, io.EOF), strings.Contains(text, "server closed idle connection"):
		return CodeGotNothing
	case strings.Contains(text, "with Body length"):
		return CodePartialFile
	case errors.As(err, &op) && op.Op == "write":
		return CodeSendError
	}
	return CodeRecvError
}

// tlsCode gives the result for an error of TLS, CodeOK for others.
func tlsCode(err error) Code {
	var name x509.HostnameError
	var authority x509.UnknownAuthorityError
	var invalid x509.CertificateInvalidError
	var roots x509.SystemRootsError
	var record tls.RecordHeaderError
	switch {
	case errors.As(err, &name):
		return CodeSSLPeerCertificate
	case errors.As(err, &authority), errors.As(err, &invalid), errors.As(err, &roots):
		return CodeSSLCACert
	case errors.As(err, &record), strings.Contains(err.Error(), "tls: "), strings.Contains(err.Error(), "HTTP response to HTTPS client"):
		return CodeSSLConnectError
	}
	return CodeOK
}
