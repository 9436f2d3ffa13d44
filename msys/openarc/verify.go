package openarc

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/dkim"
	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
	"github.com/gomsys/gomsys/vctx"
)

// The message variables that tell policy about the chain.
const (
	cvVariable   = "arc_cv"
	sealVariable = "arc_seal"
)

// Verifier validates chains. The zero value is ready for use; it is safe for
// concurrent use and must not be copied.
type Verifier struct {
	// Keys looks public keys up and remembers them. Its resolver and clock
	// are set there.
	Keys dkimsig.KeyStore
	// MinKeyBits is the shortest RSA key that is accepted. If zero, 1024; if
	// negative, any.
	MinKeyBits int
	// AllowSHA1 accepts rsa-sha1, which RFC 8301 forbids.
	AllowSHA1 bool
	// RejectSignedARC refuses an ARC-Message-Signature that signs any ARC
	// field, as RFC 8617 section 4.1.2 asks of those who sign. If false, only
	// signed seals are refused, as the early sealers signed the results too.
	RejectSignedARC bool
	// OldestPass makes Examine look at all signatures of a good chain, to
	// find out since when the message has not been changed.
	OldestPass bool
	// MaxSets is the most sets of a chain. If zero or more than that,
	// MaxSets.
	MaxSets int
	// ClockDrift is how wrong clocks may be. If zero, 5 minutes.
	ClockDrift time.Duration
	// Now is the clock. If nil, time.Now.
	Now func() time.Time
}

// Result is what the validation of a chain gives.
type Result struct {
	CV CV
	// Err says why the chain fails: a *ChainError, or an error of reading the
	// message.
	Err error
	// Sets are the sets of the chain, 1 first; nil if their structure is not
	// sound.
	Sets []*Set
	// OldestPass is the number of the first set since which the message has
	// not been changed, 0 if that is so since the first (RFC 8617 section
	// 5.2); -1 if it was not asked for.
	OldestPass int
}

// Verify validates the chain of a message and keeps the result in the message
// variable arc_cv. The error says why a chain fails: a *ChainError, or one of
// reading the message or of ctx, for which there is no second try.
func (v *Verifier) Verify(ctx context.Context, m *message.Message) (CV, error) {
	res := v.Examine(ctx, m)
	m.ContextSet(message.ContextMess, cvVariable, string(res.CV))
	return res.CV, res.Err
}

// Validate is Verify as a check of a callout, such as validate_data_spool. A
// chain that fails is no error, unless the message or a key could not be
// read.
func (v *Verifier) Validate(ctx context.Context, _ *vctx.Context, m *message.Message) error {
	if m == nil {
		return nil
	}
	if _, err := v.Verify(ctx, m); unexpected(err) {
		return err
	}
	return nil
}

// unexpected tells a failure to look at a chain from one of the chain.
func unexpected(err error) bool {
	var e *ChainError
	if errors.As(err, &e) {
		return e.Temporary()
	}
	return err != nil && err != ErrChainFailed
}

// Examine is Verify with all that was found out, and sets no variable.
func (v *Verifier) Examine(ctx context.Context, m *message.Message) *Result {
	return v.examine(ctx, m, nil)
}

// examine hashes the body for more, too.
func (v *Verifier) examine(ctx context.Context, m *message.Message, more []*bodyHash) *Result {
	res := &Result{CV: Fail, OldestPass: -1}
	if err := m.Err(); err != nil {
		res.Err = fmt.Errorf("openarc: verifying: %w", err)
		return res
	}
	h := dkim.HeaderOf(m)
	sets, fault := collect(h, v.mostSets())
	res.Sets = sets
	if fault == nil && len(sets) == 0 {
		res.CV = None
	}
	if fault != nil {
		res.Err = fault
	}
	if fault != nil || len(sets) == 0 {
		if err := hashBody(m, more); err != nil {
			res.CV, res.Err = Fail, fmt.Errorf("openarc: verifying: %w", err)
		}
		return res
	}
	res.CV, res.OldestPass, res.Err = v.chain(ctx, m, h, sets, more)
	return res
}

func (v *Verifier) mostSets() int {
	if v.MaxSets <= 0 || v.MaxSets > MaxSets {
		return MaxSets
	}
	return v.MaxSets
}

func (v *Verifier) limits() *limits {
	l := &limits{now: time.Now(), drift: v.ClockDrift, minBits: v.MinKeyBits, allowSHA1: v.AllowSHA1, rejectARC: v.RejectSignedARC}
	if v.Now != nil {
		l.now = v.Now()
	}
	if l.drift == 0 {
		l.drift = 5 * time.Minute
	}
	if l.minBits == 0 {
		l.minBits = 1024
	}
	return l
}

// chain checks the signatures of a chain of sound structure.
func (v *Verifier) chain(ctx context.Context, m *message.Message, h dkimsig.Header, sets []*Set, more []*bodyHash) (CV, int, error) {
	l := v.limits()
	n := len(sets)
	var fault *ChainError
	note := func(name string, s *Set, err error) {
		if fault == nil && err != nil {
			fault = &ChainError{name, s.Instance, err}
		}
	}
	newest := sets[n-1]
	note(messageName, newest, newest.ams.checkMessage(l))
	for i := n - 1; i >= 0; i-- {
		note(sealName, sets[i], sets[i].as.checkSeal(l))
	}
	var bodies bodyHashes
	var ams []*Set // the newest first
	if fault == nil {
		ams = v.messages(sets, l)
		for _, s := range ams {
			bodies.want(s.ams)
		}
		note(v.loadKeys(ctx, ams, sets, l))
		if err := ctx.Err(); err != nil {
			return Fail, -1, fmt.Errorf("openarc: verifying: %w", err)
		}
	}
	if err := hashBody(m, append(more, bodies.list...)); err != nil {
		return Fail, -1, fmt.Errorf("openarc: verifying: %w", err)
	}
	if fault != nil {
		return Fail, -1, fault
	}
	verifyMessage := func(i int) error {
		s := ams[i].ams
		if s.key == nil {
			return dkimsig.KeyNotFound
		}
		if err := bodies.of(s).check(s.bodyHash); err != nil {
			return err
		}
		return s.verifyHeader(h)
	}
	if err := verifyMessage(0); err != nil {
		return Fail, -1, &ChainError{messageName, n, err}
	}
	if err := verifySeals(sets); err != nil {
		return Fail, -1, err
	}
	oldest := -1
	if v.OldestPass {
		oldest = 0
		for i := range sets {
			if i >= len(ams) || verifyMessage(i) != nil {
				oldest = n - i + 1
				break
			}
		}
	}
	return Pass, oldest, nil
}

// messages gives the sets whose ARC-Message-Signature is looked at: the
// newest, and for OldestPass the ones before it, up to the first that is
// malformed.
func (v *Verifier) messages(sets []*Set, l *limits) []*Set {
	list := []*Set{sets[len(sets)-1]}
	if !v.OldestPass {
		return list
	}
	for i := len(sets) - 2; i >= 0 && sets[i].ams.checkMessage(l) == nil; i-- {
		list = append(list, sets[i])
	}
	return list
}

// maxLookups is how many keys of a chain are looked up at the same time.
const maxLookups = 8

// loadKeys looks up the keys of the signatures, each once, and gives what is
// wrong with one of a signature that decides, in the order of validation.
func (v *Verifier) loadKeys(ctx context.Context, ams, sets []*Set, l *limits) (string, *Set, error) {
	type lookup struct {
		key *dkimsig.PublicKey
		err error
	}
	name := func(s *signature) string { return s.tags.Get("s") + "\x00" + s.tags.Get("d") }
	found := map[string]*lookup{}
	var wg sync.WaitGroup
	slots := make(chan struct{}, maxLookups)
	begin := func(s *signature) {
		if found[name(s)] != nil {
			return
		}
		k := &lookup{}
		found[name(s)] = k
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			k.key, k.err = v.Keys.Key(ctx, s.tags.Get("s"), s.tags.Get("d"))
		})
	}
	for _, s := range ams {
		begin(s.ams)
	}
	for _, s := range sets {
		begin(s.as)
	}
	wg.Wait()
	load := func(s *signature) error {
		k := found[name(s)]
		if k.err != nil {
			return k.err
		}
		s.key = k.key
		if err := s.usable(l); err != nil {
			s.key = nil
			return err
		}
		return nil
	}
	var errs []error
	for _, s := range ams {
		errs = append(errs, load(s.ams))
	}
	if errs[0] != nil {
		return messageName, ams[0], errs[0]
	}
	for i := len(sets) - 1; i >= 0; i-- {
		if err := load(sets[i].as); err != nil {
			return sealName, sets[i], err
		}
	}
	return "", nil, nil
}
