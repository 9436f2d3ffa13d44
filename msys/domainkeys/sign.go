package domainkeys

import (
	"context"
	"crypto"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"sync/atomic"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/dkim"
	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
	"github.com/gomsys/gomsys/vctx"
)

const signatureName = "DomainKey-Signature"

// Reasons why a message is not signed.
var (
	ErrNoDomain       = errors.New("domainkeys: no responsible domain")
	ErrNoSelector     = errors.New("domainkeys: no selector")
	ErrDomainMismatch = errors.New("domainkeys: domain mismatch")
	ErrName           = errors.New("domainkeys: signing domain or selector is no domain name")
	ErrCanon          = errors.New("domainkeys: invalid canonicalization")
	ErrDigest         = errors.New("domainkeys: invalid digest")
	ErrSignCondition  = errors.New("domainkeys: sign condition not met")
)

// KeyError says that there is no usable key for a domain and selector.
type KeyError struct {
	Domain, Selector string
	Err              error // the cause
}

// Error gives "no key for DOMAIN/SELECTOR" and the cause.
func (e *KeyError) Error() string {
	return fmt.Sprintf("domainkeys: no key for %s/%s: %v", e.Domain, e.Selector, e.Err)
}

// Unwrap gives the cause.
func (e *KeyError) Unwrap() error { return e.Err }

// SignOptions say how to sign.
type SignOptions struct {
	// Domain is d=: the responsible domain of the message or a parent of it.
	// If empty, the responsible domain.
	Domain   string
	Selector string // s=; required
	// KeyFile is the path of the private key, in which %{d} and %{s} stand
	// for domain and selector. KeyBuf is a key itself, PEM or its base64, and
	// goes before it; Key goes before both.
	KeyFile, KeyBuf string
	Key             crypto.Signer
	// Canon is NoFWS if zero.
	Canon Canon
	// Headers are the fields to sign, in that order. If nil, all that servers
	// on the way are not expected to remove.
	Headers []string
	// SignCondition is a context variable of the message or connection
	// without which the message is not signed.
	SignCondition string

	pathDomain string // for %{d}, if not Domain
}

// Signer signs messages. The zero value signs with what each call says; it is
// safe for concurrent use, its fields must not change once it is in use, and
// it must not be copied.
type Signer struct {
	// Defaults say how to sign if a call does not.
	Defaults SignOptions
	// Domains replaces Defaults for messages of a responsible domain, in
	// lower case. In their KeyFile, %{d} is the responsible domain.
	Domains map[string]SignOptions
	// Allowed tells AutoSign whether a message may be signed, so that a host
	// can switch signing by domain or binding. If nil, all are.
	Allowed func(m *message.Message) bool
	// KeyLoader reads a key file. If nil, os.ReadFile.
	KeyLoader func(ctx context.Context, path string) ([]byte, error)
	// SignerFor gives the key of a domain and selector for calls that name no
	// file, such as one in a hardware module. If nil, there is none.
	SignerFor func(domain, selector string) (crypto.Signer, error)

	keys                      dkimsig.PrivateKeys
	processed, signed, failed atomic.Uint64
}

// Stats counts the messages that a Signer was given.
type Stats struct{ Processed, Signed, Failed uint64 }

// Stats gives the counts so far.
func (s *Signer) Stats() Stats {
	return Stats{s.processed.Load(), s.signed.Load(), s.failed.Load()}
}

// OptionsFor gives how a message is signed if a call does not say it.
func (s *Signer) OptionsFor(m *message.Message) SignOptions {
	domain := ResponsibleDomain(m)
	o, ok := s.Domains[domain]
	if !ok {
		o = s.Defaults
	}
	o.pathDomain = domain
	return o
}

// Sign adds a DomainKey-Signature at the top of the message and gives the
// field. Options that are nil are those of OptionsFor. After an error the
// message is as it was; the error is one of those above, a *KeyError, or one
// of reading or changing the message.
func (s *Signer) Sign(ctx context.Context, m *message.Message, o *SignOptions) (string, error) {
	s.processed.Add(1)
	if o == nil {
		own := s.OptionsFor(m)
		o = &own
	}
	field, err := s.sign(ctx, m, *o)
	if err == nil {
		err = m.Header().AddRaw([]byte(field + "\r\n"))
	}
	if err != nil {
		s.failed.Add(1)
		return "", err
	}
	s.signed.Add(1)
	return field, nil
}

// AutoSign is Sign as a check of a callout, such as core_final_validation: it
// signs what is allowed to be signed and for which there is a key. That there
// is none, or that the sign condition is not met, is no error.
func (s *Signer) AutoSign(ctx context.Context, _ *vctx.Context, m *message.Message) error {
	if m == nil || s.Allowed != nil && !s.Allowed(m) {
		return nil
	}
	_, err := s.Sign(ctx, m, nil)
	if errors.Is(err, ErrSignCondition) || errors.Is(err, ErrNoDomain) || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func (s *Signer) sign(ctx context.Context, m *message.Message, o SignOptions) (string, error) {
	if o.SignCondition != "" && !hasVariable(m, o.SignCondition) {
		return "", ErrSignCondition
	}
	if err := m.Err(); err != nil {
		return "", fmt.Errorf("domainkeys: signing: %w", err)
	}
	h := dkim.HeaderOf(m)
	from := senderOf(m, h)
	if from == nil {
		return "", ErrNoDomain
	}
	if o.Domain == "" {
		o.Domain = from.domain
	}
	switch {
	case o.Selector == "":
		return "", ErrNoSelector
	case !dkimsig.ValidName(o.Domain) || !dkimsig.ValidName(o.Selector) || o.pathDomain != "" && !dkimsig.ValidName(o.pathDomain):
		return "", ErrName
	case o.Canon != NoFWS && o.Canon != Simple:
		return "", ErrCanon
	case !within(from.domain, o.Domain):
		return "", ErrDomainMismatch
	}
	key, err := s.key(ctx, &o)
	if err != nil {
		return "", &KeyError{o.Domain, o.Selector, err}
	}
	return build(m, h, from, &o, key)
}

func hasVariable(m *message.Message, name string) bool {
	_, mess := m.ContextGet(message.ContextMess, name)
	_, conn := m.ContextGet(message.ContextConn, name)
	return mess || conn
}

func (s *Signer) key(ctx context.Context, o *SignOptions) (crypto.Signer, error) {
	switch {
	case o.Key != nil:
		return o.Key, nil
	case o.KeyBuf != "":
		return s.keys.Parse([]byte(o.KeyBuf))
	case o.KeyFile != "":
		domain := o.Domain
		if o.pathDomain != "" {
			domain = o.pathDomain
		}
		return dkim.LoadKey(ctx, &s.keys, s.KeyLoader, o.KeyFile, domain, o.Selector)
	case s.SignerFor != nil:
		return s.SignerFor(o.Domain, o.Selector)
	}
	return nil, errors.New("none configured")
}

func build(m *message.Message, h dkimsig.Header, from *sender, o *SignOptions, key crypto.Signer) (string, error) {
	names := signedNames(h, o.Headers, from.field)
	sum := sha1.New()
	w := &canonWriter{w: sum, canon: o.Canon}
	w.message(selectFields(h, names))
	err := copyBody(w, m)
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return "", fmt.Errorf("domainkeys: signing: %w", err)
	}
	sig, err := dkimsig.RSASHA1.Sign(key, sum.Sum(nil))
	if err != nil {
		return "", &KeyError{o.Domain, o.Selector, err}
	}
	f := dkimsig.NewFolder(signatureName)
	f.Tag("a", string(dkimsig.RSASHA1))
	f.Tag("q", "dns")
	f.Tag("c", o.Canon.String())
	f.Tag("s", o.Selector)
	f.Tag("d", o.Domain)
	f.List("h", names, ":")
	f.Base64("b", base64.StdEncoding.EncodeToString(sig))
	return f.String(), nil
}
