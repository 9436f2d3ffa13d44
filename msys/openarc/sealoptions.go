package openarc

import (
	"context"
	"crypto"
	"crypto/rsa"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/gomsys/gomsys/msys/dkim"
	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
)

// Reasons why a message is not sealed.
var (
	// ErrChainFailed is given for a message whose chain is broken: it is not
	// continued.
	ErrChainFailed = errors.New("openarc: chain failed before reaching this server")
	// ErrChainState is given if arc_cv was set to something that the message
	// does not bear out.
	ErrChainState = errors.New("openarc: arc_cv does not fit the message")

	ErrNoDomain   = errors.New("openarc: signing_domain missing")
	ErrNoSelector = errors.New("openarc: selector missing")
	ErrName       = errors.New("openarc: signing_domain or selector is no domain name")
	ErrServer     = errors.New("openarc: invalid authservid")
	ErrCanon      = errors.New("openarc: invalid canonicalization")
	ErrDigest     = errors.New("openarc: invalid digest")
	ErrHeaderList = errors.New("openarc: ARC field in headerlist")
	ErrNoFrom     = errors.New("openarc: no From header")
)

// KeyError says that there is no usable key for a domain and selector.
type KeyError struct {
	Domain, Selector string
	Err              error // the cause
}

// Error gives "no key for DOMAIN/SELECTOR" and the cause.
func (e *KeyError) Error() string {
	return fmt.Sprintf("openarc: no key for %s/%s: %v", e.Domain, e.Selector, e.Err)
}

// Unwrap gives the cause.
func (e *KeyError) Unwrap() error { return e.Err }

// SealOptions say how to seal.
type SealOptions struct {
	// Domain and Selector name the key; both are required.
	Domain, Selector string
	// AuthServID is the name of the server in the results. If empty, the
	// Sealer's Hostname.
	AuthServID string
	// SimpleBody canonicalizes the body as "simple" instead of "relaxed".
	// Header fields are always "relaxed".
	SimpleBody bool
	// Digest is the algorithm. If empty, what suits the key with SHA-256.
	Digest dkimsig.Algorithm
	// KeyFile is the path of the private key, in which %{d} and %{s} stand
	// for domain and selector. KeyBuf is a key itself, PEM or its base64, and
	// goes before it; Key goes before both.
	KeyFile, KeyBuf string
	Key             crypto.Signer
	// Headers are the fields to sign. If nil, dkimsig.DefaultHeaders and all
	// DKIM-Signature fields. ARC fields are refused, Authentication-Results
	// is left out.
	Headers dkimsig.HeaderList
	// Oversign are names that are signed once more than there are fields, so
	// that none can be added.
	Oversign []string
	// AuthResults are the results to put into the set as they are. If empty,
	// those of the message's Authentication-Results fields of AuthServID and
	// that of the chain.
	AuthResults string
	// KeepAuthResults leaves the Authentication-Results fields alone. If
	// false, the chain's result is added to the topmost one of AuthServID, or
	// such a field is made.
	KeepAuthResults bool
}

// complete fills in what is not given and checks the rest.
func (s *Sealer) complete(o *SealOptions) error {
	if o.AuthServID == "" {
		o.AuthServID = s.Hostname
	}
	if o.AuthServID == "" {
		o.AuthServID, _ = os.Hostname()
	}
	switch {
	case o.Domain == "":
		return ErrNoDomain
	case o.Selector == "":
		return ErrNoSelector
	case !dkimsig.ValidName(o.Domain) || !dkimsig.ValidName(o.Selector):
		return ErrName
	case !validServer(o.AuthServID):
		return ErrServer
	}
	if o.Digest != "" {
		if _, ok := dkimsig.ParseAlgorithm(string(o.Digest)); !ok {
			return ErrDigest
		}
	}
	if o.Headers == nil {
		o.Headers = append(dkimsig.DefaultHeaders(), "DKIM-Signature+")
	}
	for _, list := range [][]string{o.Headers, o.Oversign} {
		for _, item := range list {
			if kindOf(strings.TrimRight(item, "?*+")) != "" {
				return ErrHeaderList
			}
		}
	}
	o.Headers = o.Headers.Without("Authentication-Results")
	o.Oversign = dkimsig.HeaderList(o.Oversign).Without("Authentication-Results")
	return nil
}

// validServer reports whether s can be an authserv-id without quotes.
func validServer(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return r <= ' ' || r == 0x7f || strings.ContainsRune(`()<>,;:\"[]?=`, r)
	})
}

func (s *Sealer) key(ctx context.Context, o *SealOptions) (key crypto.Signer, err error) {
	switch {
	case o.Key != nil:
		key = o.Key
	case o.KeyBuf != "":
		key, err = s.keys.Parse([]byte(o.KeyBuf))
	case o.KeyFile != "":
		key, err = dkim.LoadKey(ctx, &s.keys, s.KeyLoader, o.KeyFile, o.Domain, o.Selector)
	case s.SignerFor != nil:
		key, err = s.SignerFor(o.Domain, o.Selector)
	default:
		err = errors.New("none configured")
	}
	if err != nil {
		return nil, err
	}
	if p, ok := key.Public().(*rsa.PublicKey); ok && p.N.BitLen() < 1024 {
		return nil, dkimsig.KeyTooSmall
	}
	return key, nil
}
