package dkim

import (
	"errors"
	"fmt"

	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
)

// Stat is libopendkim's status of an operation, DKIM_STAT_* in Lua.
type Stat int

// The values of Stat.
const (
	StatOK Stat = iota
	StatBadSig
	StatNoSig
	StatNoKey
	StatCantVerify
	StatSyntax
	StatNoResource
	StatInternal
	StatRevoked
	StatInvalid
	StatNotImplemented
	StatKeyFail
	StatCBReject
	StatCBInvalid
	StatCBTryAgain
	StatCBError
	StatMultiDNSReply
	StatSigGen
)

// Text gives what an Authentication-Results field says of a message with that
// status, and whether there is something to say beside the signatures' own
// results.
func (s Stat) Text() (string, bool) {
	switch s {
	case StatNoSig:
		return "none (message not signed)", true
	case StatSyntax:
		return "permerror (signature syntax error)", true
	case StatOK, StatBadSig, StatNoKey, StatCantVerify, StatRevoked:
		return "", false
	}
	return fmt.Sprintf("temperror (verification status %d)", int(s)), true
}

// Flags are libopendkim's flags of a signature, DKIM_SIGFLAG_* in Lua.
type Flags int

// The flags.
const (
	FlagIgnore      Flags = 1 << iota // not looked at
	FlagProcessed                     // its key was looked up
	FlagPassed                        // the signature fits the header
	FlagTestKey                       // the key's record has t=y
	FlagNoSubdomain                   // the key's record has t=s
	FlagKeyLoaded                     // the key was found
)

// statOf gives the status of a message whose first signature has that fault.
func statOf(err error) Stat {
	if err == nil {
		return StatOK
	}
	var f dkimsig.Fault
	errors.As(err, &f)
	switch f {
	case "":
		return StatInternal
	case dkimsig.Mismatch:
		return StatBadSig
	case dkimsig.KeyNotFound:
		return StatNoKey
	case dkimsig.KeyQueryFailed:
		return StatKeyFail
	case dkimsig.KeyRevoked:
		return StatRevoked
	}
	return StatCantVerify
}
