package openarc

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
)

// CV is a chain validation status (RFC 8617 section 4.4).
type CV string

// The values of CV.
const (
	None CV = "none" // there is no chain
	Pass CV = "pass"
	Fail CV = "fail"
)

// MaxSets is the most sets that a chain may have (RFC 8617 section 4.2.1).
const MaxSets = 50

// The names of the fields of a set.
const (
	resultsName = "ARC-Authentication-Results"
	messageName = "ARC-Message-Signature"
	sealName    = "ARC-Seal"
)

// Set is what the three fields of a handler say.
type Set struct {
	Instance int
	// Domain and Selector name the key of the seal.
	Domain, Selector string
	// CV is what the handler found when the message came in.
	CV CV
	// Time is when the set was sealed; zero if the seal does not tell.
	Time time.Time
	// AuthResults are the handler's results as RFC 8601 writes them: its name
	// and what it found, unfolded.
	AuthResults string

	results, message, seal dkimsig.HeaderField
	ams                    *signature // of message
	as                     *signature // of seal
}

// ChainError says why a chain fails.
type ChainError struct {
	// Field is the name of the field that is wrong, "" for the chain itself.
	Field string
	// Instance is the set's number, 0 if the fault is that there is none.
	Instance int
	// Err is the cause, a [dkimsig.Fault] or one of this package's errors.
	Err error
}

// Error names the field and the cause.
func (e *ChainError) Error() string {
	switch {
	case e.Field == "" && e.Instance == 0:
		return "openarc: " + e.Err.Error()
	case e.Field == "":
		return fmt.Sprintf("openarc: set %d: %v", e.Instance, e.Err)
	}
	return fmt.Sprintf("openarc: %s i=%d: %v", e.Field, e.Instance, e.Err)
}

// Unwrap gives the cause.
func (e *ChainError) Unwrap() error { return e.Err }

// Temporary reports whether the chain failed because a key could not be
// looked up now. RFC 8617 makes that final all the same.
func (e *ChainError) Temporary() bool {
	var t interface{ Temporary() bool }
	return errors.As(e.Err, &t) && t.Temporary()
}

// Faults of a chain's structure.
var (
	ErrInstance    = errors.New("invalid instance")
	ErrMissing     = errors.New("field is missing")
	ErrDuplicate   = errors.New("field appears twice")
	ErrTooManySets = errors.New("too many sets")
	ErrSealSigns   = errors.New("h= in a seal")
	ErrClaimedFail = errors.New("chain failed before")
	ErrCV          = errors.New("invalid cv=")
	ErrSignsARC    = errors.New("ARC field in h=")
)

// collect gives the sets of a header, 1 first. Their structure is sound if
// there is no error; without sets there is none.
func collect(h dkimsig.Header, most int) ([]*Set, *ChainError) {
	fields := 0
	for i := range h {
		if kindOf(h[i].Name) != "" {
			fields++
		}
	}
	switch {
	case fields == 0:
		return nil, nil
	case fields > 3*most:
		return nil, &ChainError{Err: ErrTooManySets}
	}
	sets := make([]*Set, most)
	last := 0
	for i := range h {
		kind := kindOf(h[i].Name)
		if kind == "" {
			continue
		}
		n, err := sortIn(sets, kind, h[i])
		if err != nil {
			return nil, err
		}
		last = max(last, n)
	}
	sets = sets[:last]
	for i, s := range sets {
		if s == nil {
			return nil, &ChainError{Instance: i + 1, Err: ErrMissing}
		}
		if err := s.complete(); err != nil {
			return nil, err
		}
	}
	return sets, nil
}

// kindOf gives the canonical name of an ARC field, "" for other fields.
func kindOf(name string) string {
	for _, kind := range [...]string{resultsName, messageName, sealName} {
		if strings.EqualFold(name, kind) {
			return kind
		}
	}
	return ""
}

// sortIn puts a field into its set and gives the set's number.
func sortIn(sets []*Set, kind string, f dkimsig.HeaderField) (int, *ChainError) {
	var n int
	var payload string
	var sig *signature
	if kind == resultsName {
		n, payload = parseResults(f.Value())
	} else {
		sig = parseSignature(f)
		n = parseInstance(sig.tags.Get("i"))
	}
	if n > len(sets) {
		return 0, &ChainError{kind, n, ErrTooManySets}
	}
	if n == 0 {
		return 0, &ChainError{kind, 0, ErrInstance}
	}
	if sets[n-1] == nil {
		sets[n-1] = &Set{Instance: n}
	}
	s := sets[n-1]
	place := map[string]*dkimsig.HeaderField{resultsName: &s.results, messageName: &s.message, sealName: &s.seal}[kind]
	if place.Raw != nil {
		return 0, &ChainError{kind, n, ErrDuplicate}
	}
	*place = f
	switch kind {
	case resultsName:
		s.AuthResults = payload
	case messageName:
		s.ams = sig
	default:
		s.as = sig
		s.Domain, s.Selector, s.CV = sig.tags.Get("d"), sig.tags.Get("s"), CV(sig.tags.Get("cv"))
		if sig.time > 0 {
			s.Time = time.Unix(sig.time, 0)
		}
	}
	return n, nil
}

// complete checks that the set has its three fields and what they claim.
func (s *Set) complete() *ChainError {
	switch {
	case s.seal.Raw == nil:
		return &ChainError{sealName, s.Instance, ErrMissing}
	case s.message.Raw == nil:
		return &ChainError{messageName, s.Instance, ErrMissing}
	case s.results.Raw == nil:
		return &ChainError{resultsName, s.Instance, ErrMissing}
	case s.CV == Fail:
		return &ChainError{sealName, s.Instance, ErrClaimedFail}
	case s.Instance == 1 && s.CV != None, s.Instance > 1 && s.CV != Pass:
		return &ChainError{sealName, s.Instance, ErrCV}
	case s.as.tags.Has("h"):
		return &ChainError{sealName, s.Instance, ErrSealSigns}
	}
	return nil
}

// parseInstance reads a number of one or two digits; 0 is none.
func parseInstance(s string) int {
	if len(s) == 0 || len(s) > 2 {
		return 0
	}
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0
		}
		n = n*10 + int(s[i]-'0')
	}
	return n
}
