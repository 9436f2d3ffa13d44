package openarc

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"errors"
	"fmt"
	"time"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/dkim"
	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
	"github.com/gomsys/gomsys/vctx"
)

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

// AutoSeal is Seal with the Defaults as a check of a callout, such as
// core_post_final_validation, the last that may change a message. That a chain
// is broken is no error.
func (s *Sealer) AutoSeal(ctx context.Context, _ *vctx.Context, m *message.Message) error {
	if m == nil {
		return nil
	}
	if _, err := s.Seal(ctx, m, nil); unexpected(err) || err != nil && !errors.Is(err, ErrChainFailed) {
		return err
	}
	return nil
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
