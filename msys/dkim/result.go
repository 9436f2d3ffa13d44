package dkim

import (
	"fmt"
	"strings"

	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
)

// Result is what the verification of a message gives. It does not change; the
// same Result may be given for the same content again.
type Result struct {
	Status     Stat
	Signatures []*Signature // top to bottom
}

// Deciding gives the signature that decided the status: the first that
// passed, else the first; nil without one.
func (r *Result) Deciding() *Signature {
	for _, s := range r.Signatures {
		if s.Passed() {
			return s
		}
	}
	if len(r.Signatures) > 0 {
		return r.Signatures[0]
	}
	return nil
}

// AuthResults gives the value of an Authentication-Results field (RFC 8601)
// with one result for each signature, "" for a message without any.
func (r *Result) AuthResults(authservID string) string {
	var b strings.Builder
	for _, s := range r.Signatures {
		if b.Len() == 0 {
			b.WriteString(authservID)
		}
		fmt.Fprintf(&b, "; dkim=%s", s.Result())
		if dkimsig.ValidName(s.Domain()) && dkimsig.ValidName(s.Selector()) {
			fmt.Fprintf(&b, " header.d=%s header.s=%s", s.Domain(), s.Selector())
		}
	}
	return b.String()
}

// temporary reports whether a later attempt may give another result.
func (r *Result) temporary() bool {
	for _, s := range r.Signatures {
		if s.err == dkimsig.KeyQueryFailed {
			return true
		}
	}
	return false
}
