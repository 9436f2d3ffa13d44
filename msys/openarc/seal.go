package openarc

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/gomsys/gomsys/message"
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

// Sealer adds sets to chains. The zero value seals with what each call says;
// it is safe for concurrent use, its fields must not change once it is in
// use, and it must not be copied.
type Sealer struct {
	// Verifier validates chains that were not validated before. If nil, a
	// zero Verifier.
	Verifier *Verifier
	// Defaults say how to seal if a call does not.
	Defaults SealOptions
	// Hostname is the name of this server. If empty, os.Hostname.
	Hostname string
	// KeyLoader reads a key file. If nil, os.ReadFile.
	KeyLoader func(ctx context.Context, path string) ([]byte, error)
	// SignerFor gives the key of a domain and selector for calls that name no
	// file, such as one in a hardware module. If nil, there is none.
	SignerFor func(domain, selector string) (crypto.Signer, error)
	// Now is the clock. If nil, time.Now.
	Now func() time.Time

	zero Verifier
	keys dkimsig.PrivateKeys
}

// Seal adds a set to the message's chain and gives it. Options that are nil
// are the Defaults. The state of the chain is that of the message variable
// arc_cv: "none" or "pass"; unless it is there, the chain is validated and the
// variable set. Seal must come after all other changes of the message.
//
// The message variable arc_seal becomes "ok" or, with ErrChainFailed, "skip".
// It is removed with any other error: one of those above, a *KeyError, a
// *ChainError, or one of reading or changing the message, which then is as it
// was.
func (s *Sealer) Seal(ctx context.Context, m *message.Message, o *SealOptions) (*Set, error) {
	if o == nil {
		o = &s.Defaults
	}
	m.ContextDelete(message.ContextMess, sealVariable)
	set, err := s.seal(ctx, m, *o)
	switch {
	case err == nil:
		m.ContextSet(message.ContextMess, sealVariable, "ok")
	case errors.Is(err, ErrChainFailed):
		m.ContextSet(message.ContextMess, sealVariable, "skip")
	}
	return set, err
}

func (s *Sealer) seal(ctx context.Context, m *message.Message, o SealOptions) (*Set, error) {
	if err := s.complete(&o); err != nil {
		return nil, err
	}
	if err := m.Err(); err != nil {
		return nil, fmt.Errorf("openarc: sealing: %w", err)
	}
	key, err := s.key(ctx, &o)
	if err != nil {
		return nil, &KeyError{o.Domain, o.Selector, err}
	}
	if o.Digest == "" {
		o.Digest = dkimsig.RSASHA256
		if _, ok := key.Public().(ed25519.PublicKey); ok {
			o.Digest = dkimsig.Ed25519SHA256
		}
	}
	canon := dkimsig.Relaxed
	if o.SimpleBody {
		canon = dkimsig.Simple
	}
	body := newBodyHash(o.Digest, canon, -1)
	cv, err := s.state(ctx, m, body)
	if err != nil {
		return nil, err
	}
	w := &work{o: &o, key: key, cv: cv, now: time.Now().Unix(), bodyHash: body.value, canon: canon, h: dkim.HeaderOf(m)}
	if s.Now != nil {
		w.now = s.Now().Unix()
	}
	if err := w.chain(s.verifier().mostSets()); err != nil {
		return nil, err
	}
	if err := w.build(); err != nil {
		return nil, err
	}
	return w.set, w.apply(ctx, m)
}

func (s *Sealer) verifier() *Verifier {
	if s.Verifier != nil {
		return s.Verifier
	}
	return &s.zero
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

// state gives the state of the chain and hashes the body.
func (s *Sealer) state(ctx context.Context, m *message.Message, body *bodyHash) (CV, error) {
	text, ok := m.ContextGet(message.ContextMess, cvVariable)
	cv := CV(text)
	if !ok || cv == "" {
		res := s.verifier().examine(ctx, m, []*bodyHash{body})
		cv = res.CV
		m.ContextSet(message.ContextMess, cvVariable, string(cv))
		if cv == Fail {
			return cv, fmt.Errorf("%w: %w", ErrChainFailed, res.Err)
		}
		return cv, nil
	}
	switch cv {
	case Fail:
		return cv, ErrChainFailed
	case None, Pass:
	default:
		return cv, fmt.Errorf("%w: %.20q", ErrChainState, text)
	}
	if err := hashBody(m, []*bodyHash{body}); err != nil {
		return cv, fmt.Errorf("openarc: sealing: %w", err)
	}
	return cv, nil
}

// work is one set that is being made.
type work struct {
	o        *SealOptions
	key      crypto.Signer
	cv       CV
	now      int64
	canon    dkimsig.Canon
	bodyHash []byte
	h        dkimsig.Header
	sets     []*Set

	own  ownResults
	told bool // own has the chain's result
	set  *Set
}

// chain finds the sets that the new one follows.
func (w *work) chain(most int) error {
	if w.h.Count("From") == 0 {
		return ErrNoFrom
	}
	sets, fault := collect(w.h, most)
	switch {
	case fault != nil:
		return fmt.Errorf("%w: %w", ErrChainState, fault)
	case (w.cv == None) != (len(sets) == 0):
		return fmt.Errorf("%w: %s with %d sets", ErrChainState, w.cv, len(sets))
	case len(sets) >= most:
		return &ChainError{Err: ErrTooManySets}
	}
	w.sets = sets
	return nil
}

// build makes the fields of the set.
func (w *work) build() error {
	w.set = &Set{
		Instance: len(w.sets) + 1, Domain: w.o.Domain, Selector: w.o.Selector, CV: w.cv,
		Time: time.Unix(w.now, 0), AuthResults: w.results(),
	}
	w.set.results = field(resultsName, foldResults(fmt.Sprintf("%s: i=%d; %s", resultsName, w.set.Instance, w.set.AuthResults)))

	f := w.begin(messageName)
	f.Tag("c", "relaxed/"+w.canon.String())
	w.identify(f)
	names := w.o.Headers.Names(w.h, w.o.Oversign...)
	f.List("h", names, ":")
	f.Base64("bh", base64.StdEncoding.EncodeToString(w.bodyHash))
	f.Tag("b", "")
	digest := w.h.Digest(w.o.Digest.Hash().New(), dkimsig.Relaxed, names, []byte(f.String()))
	if err := w.sign(f, digest); err != nil {
		return err
	}
	w.set.message = field(messageName, f.String())

	sum := newSealHash()
	sum.use(w.o.Digest.Hash())
	for _, s := range w.sets {
		sum.add(s.results.Raw, s.message.Raw, s.seal.Raw)
	}
	sum.add(w.set.results.Raw, w.set.message.Raw)
	f = w.begin(sealName)
	f.Tag("cv", string(w.cv))
	w.identify(f)
	f.Tag("b", "")
	if err := w.sign(f, sum.digest(w.o.Digest.Hash(), []byte(f.String()))); err != nil {
		return err
	}
	w.set.seal = field(sealName, f.String())
	return nil
}

func field(name, text string) dkimsig.HeaderField {
	return dkimsig.HeaderField{Name: name, Raw: []byte(text + "\r\n")}
}

func (w *work) begin(name string) *dkimsig.Folder {
	f := dkimsig.NewFolder(name)
	f.Tag("i", strconv.Itoa(w.set.Instance))
	f.Tag("a", string(w.o.Digest))
	return f
}

func (w *work) identify(f *dkimsig.Folder) {
	f.Tag("d", w.o.Domain)
	f.Tag("s", w.o.Selector)
	f.Tag("t", strconv.FormatInt(w.now, 10))
}

func (w *work) sign(f *dkimsig.Folder, digest []byte) error {
	sig, err := w.o.Digest.Sign(w.key, digest)
	if err != nil {
		return &KeyError{w.o.Domain, w.o.Selector, err}
	}
	f.Data(base64.StdEncoding.EncodeToString(sig))
	return nil
}
