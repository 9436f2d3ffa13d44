package dns

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"

	wire "github.com/miekg/dns"
)

// RCode is the response code of an answer that tells of a failure (RFC 1035
// section 4.1.1, RFC 2136 section 2.2).
type RCode int

// The response codes that lookups give. Any other code of a server is given as
// SERVFAIL.
const (
	FORMERR  RCode = wire.RcodeFormatError
	SERVFAIL RCode = wire.RcodeServerFailure
	NXDOMAIN RCode = wire.RcodeNameError
	NOTIMP   RCode = wire.RcodeNotImplemented
	REFUSED  RCode = wire.RcodeRefused
	YXDOMAIN RCode = wire.RcodeYXDomain
	YXRRSET  RCode = wire.RcodeYXRrset
	NXRRSET  RCode = wire.RcodeNXRrset
	NOTAUTH  RCode = wire.RcodeNotAuth
	NOTZONE  RCode = wire.RcodeNotZone
)

// mnemonic gives the word for a code, "" for one that has no constant here.
func (c RCode) mnemonic() string {
	switch c {
	case FORMERR:
		return "FORMERR"
	case SERVFAIL:
		return "SERVFAIL"
	case NXDOMAIN:
		return "NXDOMAIN"
	case NOTIMP:
		return "NOTIMP"
	case REFUSED:
		return "REFUSED"
	case YXDOMAIN:
		return "YXDOMAIN"
	case YXRRSET:
		return "YXRRSET"
	case NXRRSET:
		return "NXRRSET"
	case NOTAUTH:
		return "NOTAUTH"
	case NOTZONE:
		return "NOTZONE"
	}
	return ""
}

// String gives the mnemonic, or the number of a code that is not listed here.
func (c RCode) String() string {
	if s := c.mnemonic(); s != "" {
		return s
	}
	return "RCODE" + strconv.Itoa(int(c))
}

// RCodeError tells that a lookup failed.
type RCodeError struct {
	// Code says how.
	Code RCode
	// Name is the name that was asked for.
	Name string
	// Err says why there was no answer; nil if a server gave Code.
	Err error
}

// Error implements error: "dns: looking up x: NXDOMAIN".
func (e *RCodeError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("dns: looking up %s: %s: %v", e.Name, e.Code, e.Err)
	}
	return fmt.Sprintf("dns: looking up %s: %s", e.Name, e.Code)
}

// Mnemonic gives the word for the failure, as scripts compare it.
func (e *RCodeError) Mnemonic() string { return e.Code.String() }

// Unwrap gives the cause.
func (e *RCodeError) Unwrap() error { return e.Err }

// Temporary reports whether asking again later may help: it does not for
// names that do not exist or cannot be asked for.
func (e *RCodeError) Temporary() bool { return e.Code != NXDOMAIN && e.Code != FORMERR }

// Timeout reports whether no server answered in time.
func (e *RCodeError) Timeout() bool {
	var t interface{ Timeout() bool }
	return errors.Is(e.Err, context.DeadlineExceeded) || errors.As(e.Err, &t) && t.Timeout()
}

// As gives the failure as a *net.DNSError too.
func (e *RCodeError) As(target any) bool {
	t, ok := target.(**net.DNSError)
	if !ok {
		return false
	}
	text := e.Code.String()
	if e.Err != nil {
		text = e.Err.Error()
	}
	*t = &net.DNSError{
		UnwrapErr:   e.Err,
		Err:         text,
		Name:        e.Name,
		IsTimeout:   e.Timeout(),
		IsTemporary: e.Temporary(),
		IsNotFound:  e.Code == NXDOMAIN,
	}
	return true
}

// failure makes the error of a lookup that got no answer.
func failure(name string, cause error) *RCodeError {
	return &RCodeError{Code: SERVFAIL, Name: name, Err: cause}
}

// ErrName is the cause of FORMERR for a name that cannot be asked for: empty,
// too long, or with letters that no domain name has.
var ErrName = errors.New("not a domain name")
