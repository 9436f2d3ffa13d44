package domainkeys

import (
	"errors"

	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
)

// Status is what the validation of a message gives, as the message variable
// dk_status has it.
type Status string

// The values of Status.
const (
	Unsigned              Status = ""
	Good                  Status = "good"
	Bad                   Status = "bad"
	BadKeyType            Status = "bad (key type)"
	BadNoKey              Status = "bad (no key)"
	BadKeyRevoked         Status = "bad (key revoked)"
	BadPublicKey          Status = "bad (public key)"
	BadMalformedSignature Status = "bad (malformed signature)"
	BadQueryType          Status = "bad (unsupported query type)"
)

// Word gives what a DomainKey-Status field says: "good" or "bad".
func (s Status) Word() string {
	if s == Good {
		return "good"
	}
	return "bad"
}

// keyStatus gives the status for what is wrong with a key.
func keyStatus(err error) Status {
	var f dkimsig.Fault
	errors.As(err, &f)
	switch f {
	case dkimsig.KeyNotFound:
		return BadNoKey
	case dkimsig.KeyRevoked:
		return BadKeyRevoked
	case dkimsig.KeyTypeUnknown, dkimsig.KeyTypeMissing:
		return BadKeyType
	}
	return BadPublicKey
}
