package dkim

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
)

// Reasons why a message is not signed.
var (
	ErrNoDomain      = errors.New("dkim: no signing domain")
	ErrNoSelector    = errors.New("dkim: no selector")
	ErrNoFrom        = errors.New("dkim: no From header")
	ErrCanon         = errors.New("dkim: invalid canonicalization")
	ErrDigest        = errors.New("dkim: invalid digest")
	ErrIdentity      = errors.New("dkim: identity not in signing domain")
	ErrSignCondition = errors.New("dkim: sign condition not met")
	ErrName          = errors.New("dkim: signing domain or selector is no domain name")
)

// KeyError says that there is no key for a domain and selector.
type KeyError struct {
	Domain, Selector string
	Err              error // the cause
}

// Error gives "no key for DOMAIN/SELECTOR" and the cause.
func (e *KeyError) Error() string {
	return fmt.Sprintf("dkim: no key for %s/%s: %v", e.Domain, e.Selector, e.Err)
}

// Unwrap gives the cause.
func (e *KeyError) Unwrap() error { return e.Err }

// SignOptions say how to sign.
type SignOptions struct {
	Domain   string // d=, in UTF-8 or not; if empty, the responsible domain
	Selector string // s=; required
	// KeyFile is the path of the private key, in which %{d} and %{s} stand
	// for domain and selector. KeyBuf is a key itself, PEM or its base64, and
	// goes before it; Key goes before both.
	KeyFile, KeyBuf string
	Key             crypto.Signer
	// HeaderCanon and BodyCanon are simple if zero.
	HeaderCanon, BodyCanon dkimsig.Canon
	Digest                 dkimsig.Algorithm // a=; if empty, what suits the key with SHA-256
	// Headers are the fields to sign. If nil, dkimsig.DefaultHeaders.
	Headers dkimsig.HeaderList
	// Oversign are names that are signed once more than there are fields, so
	// that none can be added.
	Oversign []string
	// Skip are names taken out of Headers.
	Skip []string
	// Identity is i=. If empty, there is none.
	Identity string
	// BodyLength adds l=, the length of the body.
	BodyLength bool
	// Lifetime is how long the signature holds. If zero, for ever.
	Lifetime time.Duration
	// CopyHeaders adds z=, a copy of the signed fields.
	CopyHeaders bool
	// SignCondition is a context variable of the message or connection
	// without which the message is not signed.
	SignCondition string
}

// Signer signs messages. The zero value signs with what each call says; it
// is safe for concurrent use, its fields must not change once it is in use,
// and it must not be copied.
type Signer struct {
	// Defaults say how to sign if a call does not.
	Defaults SignOptions
	// Domains replaces Defaults for messages of a responsible domain, in
	// lower case.
	Domains map[string]SignOptions
	// KeyLoader reads a key file, for which [KeyDirs.Load] is meant. If nil,
	// os.ReadFile.
	KeyLoader func(ctx context.Context, path string) ([]byte, error)
	// SignerFor gives the key of a domain and selector for calls that name no
	// file, such as one in a hardware module. If nil, there is none.
	SignerFor func(domain, selector string) (crypto.Signer, error)
	// SignAllowed says which messages AutoSign signs, by binding or domain. If
	// nil, all.
	SignAllowed func(m *message.Message) bool
	// Now is the clock. If nil, time.Now.
	Now func() time.Time

	keys  dkimsig.PrivateKeys
	stats signStats
}

// ResponsibleDomain gives the domain of the first address of Sender, else of
// From, in lower case; "" if there is none.
func ResponsibleDomain(m *message.Message) string {
	for _, name := range []string{"Sender", "From"} {
		if list := m.Header().Addresses(name); len(list) > 0 && list[0].Domain != "" {
			return strings.ToLower(list[0].Domain)
		}
	}
	return ""
}

// OptionsFor gives how a message is signed if a call does not say it.
func (s *Signer) OptionsFor(m *message.Message) SignOptions {
	if o, ok := s.Domains[ResponsibleDomain(m)]; ok {
		return o
	}
	return s.Defaults
}

// Sign adds a DKIM-Signature at the top of the message and gives the field.
// Options that are nil are those of OptionsFor. After an error the message is
// as it was; the error is one of those above, a *KeyError, or one of reading
// or changing the message.
func (s *Signer) Sign(ctx context.Context, m *message.Message, o *SignOptions) (string, error) {
	var use SignOptions
	if o != nil {
		use = *o
	} else {
		use = s.OptionsFor(m)
	}
	start := s.now()
	field, err := s.sign(ctx, m, &use)
	if err == nil {
		err = m.Header().AddRaw([]byte(field + "\r\n"))
	}
	s.stats.add(strings.ToLower(use.Domain), m.Binding(), err == nil, s.now().Sub(start))
	if err != nil {
		return "", err
	}
	return field, nil
}

func (s *Signer) now() time.Time {
	if s.Now != nil {
		return s.Now()
	}
	return time.Now()
}

// sign makes the field; it completes the options.
func (s *Signer) sign(ctx context.Context, m *message.Message, o *SignOptions) (string, error) {
	if o.SignCondition != "" && !hasVariable(m, o.SignCondition) {
		return "", ErrSignCondition
	}
	h := HeaderOf(m)
	if h.Count("From") == 0 {
		return "", ErrNoFrom
	}
	if o.Domain == "" {
		o.Domain = ResponsibleDomain(m)
	}
	if err := o.check(); err != nil {
		return "", err
	}
	key, err := s.key(ctx, o)
	if err != nil {
		return "", &KeyError{o.Domain, o.Selector, err}
	}
	if o.Digest == "" {
		o.Digest = dkimsig.RSASHA256
		if _, ok := key.Public().(ed25519.PublicKey); ok {
			o.Digest = dkimsig.Ed25519SHA256
		}
	}
	return s.build(m, h, o, key)
}

func hasVariable(m *message.Message, name string) bool {
	_, mess := m.ContextGet(message.ContextMess, name)
	_, conn := m.ContextGet(message.ContextConn, name)
	return mess || conn
}

func (o *SignOptions) check() error {
	switch {
	case o.Domain == "":
		return ErrNoDomain
	case o.Selector == "":
		return ErrNoSelector
	case !dkimsig.ValidName(o.Domain) || !dkimsig.ValidName(o.Selector):
		return ErrName
	case o.HeaderCanon == dkimsig.Unknown || o.BodyCanon == dkimsig.Unknown:
		return ErrCanon
	}
	if o.Digest != "" {
		if _, ok := dkimsig.ParseAlgorithm(string(o.Digest)); !ok {
			return ErrDigest
		}
	}
	if o.Identity != "" && (!strings.Contains(o.Identity, "@") || !within(identityDomain(o.Identity), o.Domain)) {
		return ErrIdentity
	}
	return nil
}

func (s *Signer) key(ctx context.Context, o *SignOptions) (crypto.Signer, error) {
	switch {
	case o.Key != nil:
		return o.Key, nil
	case o.KeyBuf != "":
		return s.keys.Parse([]byte(o.KeyBuf))
	case o.KeyFile != "":
		return LoadKey(ctx, &s.keys, s.KeyLoader, o.KeyFile, o.Domain, o.Selector)
	case s.SignerFor != nil:
		return s.SignerFor(o.Domain, o.Selector)
	}
	return nil, errors.New("none configured")
}

// LoadKey reads and parses a key file in whose path %{d} and %{s} stand for
// domain and selector, which should be [dkimsig.ValidName]s. If load is nil,
// it is os.ReadFile.
func LoadKey(ctx context.Context, keys *dkimsig.PrivateKeys, load func(context.Context, string) ([]byte, error), path, domain, selector string) (crypto.Signer, error) {
	path = strings.NewReplacer("%{d}", strings.ToLower(domain), "%{s}", selector).Replace(path)
	if load == nil {
		load = func(_ context.Context, path string) ([]byte, error) { return os.ReadFile(path) }
	}
	data, err := load(ctx, path)
	if err != nil {
		return nil, err
	}
	return keys.Parse(data)
}

func (s *Signer) build(m *message.Message, h dkimsig.Header, o *SignOptions, key crypto.Signer) (string, error) {
	value, length, err := BodyHash(m, o.Digest.Hash().New(), o.BodyCanon, -1)
	if err != nil {
		return "", fmt.Errorf("dkim: signing: %w", err)
	}
	list := o.Headers
	if list == nil {
		list = dkimsig.DefaultHeaders()
	}
	names := list.Without(o.Skip...).Names(h, o.Oversign...)
	t := s.now().Unix()

	f := dkimsig.NewFolder("DKIM-Signature")
	f.Tag("v", "1")
	f.Tag("a", string(o.Digest))
	f.Tag("c", o.HeaderCanon.String()+"/"+o.BodyCanon.String())
	f.Tag("d", dkimsig.ASCIIName(o.Domain))
	f.Tag("s", dkimsig.ASCIIName(o.Selector))
	f.Tag("t", strconv.FormatInt(t, 10))
	if o.Lifetime > 0 {
		f.Tag("x", strconv.FormatInt(t+int64(o.Lifetime/time.Second), 10))
	}
	if o.Identity != "" {
		f.Tag("i", encodeQP(o.Identity))
	}
	if o.BodyLength {
		f.Tag("l", strconv.FormatInt(length, 10))
	}
	f.List("h", names, ":")
	if o.CopyHeaders {
		f.List("z", copies(h, names), "|")
	}
	f.Base64("bh", base64.StdEncoding.EncodeToString(value))
	f.Tag("b", "")

	digest := h.Digest(o.Digest.Hash().New(), o.HeaderCanon, names, []byte(f.String()))
	sig, err := o.Digest.Sign(key, digest)
	if err != nil {
		return "", &KeyError{o.Domain, o.Selector, err}
	}
	f.Data(base64.StdEncoding.EncodeToString(sig))
	return f.String(), nil
}

// copies gives the signed fields as z= has them.
func copies(h dkimsig.Header, names []string) []string {
	var out []string
	for _, raw := range h.Select(names) {
		name, value, _ := strings.Cut(string(raw), ":")
		out = append(out, name+":"+encodeQP(strings.TrimRight(value, "\r\n")))
	}
	return out
}
