package dkim

import (
	"context"
	"crypto"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
)

// Verifier verifies the signatures of messages. The zero value is ready for
// use; it is safe for concurrent use and must not be copied. Its fields must
// not change once it is in use.
type Verifier struct {
	// Keys looks public keys up and remembers them. Its resolver and clock
	// are set there.
	Keys dkimsig.KeyStore
	// MinKeyBits is the shortest RSA key that is accepted. If zero, all are:
	// policy can look at a signature's key itself.
	MinKeyBits int
	// RejectSHA1 refuses rsa-sha1, as RFC 8301 asks. If false, policy decides.
	RejectSHA1 bool
	// ClockDrift is how wrong clocks may be. If zero, 5 minutes.
	ClockDrift time.Duration
	// MaxSignatures is how many signatures of a message are looked at, from
	// the top. If zero, 20.
	MaxSignatures int
	// CacheSize is the most results that are remembered for five minutes, for
	// content that is verified again unchanged; they keep up to 16 MiB of
	// content in memory. If zero, 256; if negative, none.
	CacheSize int
	// Now is the clock. If nil, time.Now.
	Now func() time.Time

	results resultCache
}

// Verify looks at all signatures of a message. A message that is signed badly
// or not at all is no error: errors are those of reading the content and of
// ctx.
func (v *Verifier) Verify(ctx context.Context, m *message.Message) (*Result, error) {
	if err := m.Err(); err != nil {
		return nil, fmt.Errorf("dkim: verifying: %w", err)
	}
	if v.CacheSize < 0 {
		return v.verify(ctx, m)
	}
	id := idOf(m)
	if res := v.results.get(id, v.now()); res != nil {
		return res, nil
	}
	res, err := v.verify(ctx, m)
	if err == nil && id == idOf(m) {
		v.remember(id, res)
	}
	return res, err
}

// remember keeps a result for content that is verified again, if verifying is
// worth that and the result is one that lasts.
func (v *Verifier) remember(id contentID, res *Result) {
	if v.CacheSize < 0 || len(res.Signatures) == 0 || res.temporary() {
		return
	}
	most := v.CacheSize
	if most == 0 {
		most = defaultCachedResults
	}
	v.results.put(id, res, v.now(), most)
}

func (v *Verifier) now() time.Time {
	if v.Now != nil {
		return v.Now()
	}
	return time.Now()
}

func (v *Verifier) verify(ctx context.Context, m *message.Message) (*Result, error) {
	h := HeaderOf(m)
	res := v.parse(h)
	if len(res.Signatures) == 0 {
		res.Status = StatNoSig
		return res, nil
	}
	v.loadKeys(ctx, res.Signatures)
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("dkim: verifying: %w", err)
	}
	if err := checkBodies(m, res.Signatures); err != nil {
		return nil, fmt.Errorf("dkim: verifying: %w", err)
	}
	verifyHeaders(h, res.Signatures)
	res.Status = statOf(res.Signatures[0].err)
	if res.Deciding().Passed() {
		res.Status = StatOK
	}
	return res, nil
}

// fieldName is the name of the fields that are verified.
const fieldName = "DKIM-Signature"

func (v *Verifier) parse(h dkimsig.Header) *Result {
	now := v.now()
	drift, most := v.ClockDrift, v.MaxSignatures
	if drift == 0 {
		drift = 5 * time.Minute
	}
	if most == 0 {
		most = 20
	}
	res := &Result{}
	for _, f := range h {
		if len(f.Name) != len(fieldName) || !strings.EqualFold(f.Name, fieldName) {
			continue
		}
		s := parse(f, now, drift)
		switch {
		case len(res.Signatures) >= most:
			s.flags, s.err = FlagIgnore, nil
		case s.err == nil && s.alg == dkimsig.RSASHA1 && v.RejectSHA1:
			s.err = dkimsig.AlgorithmInvalid
		}
		res.Signatures = append(res.Signatures, s)
	}
	return res
}

// checkable reports whether there is a key and hash to check the signature
// with; that its body does not fit is no reason not to.
func (s *Signature) checkable() bool {
	return s.open() || s.key != nil && (s.err == dkimsig.Mismatch || s.err == dkimsig.BodyTooShort)
}

// open reports whether nothing is known to be wrong yet.
func (s *Signature) open() bool { return s.err == nil && s.flags&FlagIgnore == 0 }

func (s *Signature) loadKey(ctx context.Context, v *Verifier) {
	s.flags |= FlagProcessed
	key, err := v.Keys.Key(ctx, s.Selector(), s.Domain())
	if err != nil {
		s.err = err
		return
	}
	s.key = key
	s.flags |= FlagKeyLoaded
	if key.Testing {
		s.flags |= FlagTestKey
	}
	if key.NoSubdomain {
		s.flags |= FlagNoSubdomain
	}
	if s.err = key.Allows(s.alg); s.err == nil && s.alg.KeyType() == "rsa" && key.Bits < v.MinKeyBits {
		s.err = dkimsig.KeyTooSmall
	}
}

// verifyHeader checks the signature itself; the body was looked at before.
func (s *Signature) verifyHeader(h dkimsig.Header) {
	work := scratches.Get().(*scratch)
	defer scratches.Put(work)
	work.field = dkimsig.AppendEmptyValue(work.field[:0], s.raw, "b")
	work.header = h.Append(work.header[:0], s.header, s.names, work.field)
	sum := work.sha256
	if s.alg.Hash() == crypto.SHA1 {
		sum = work.sha1
	}
	sum.Reset()
	sum.Write(work.header)
	if cap(work.header) > maxKeptHeader {
		work.header, work.field = nil, nil
	}
	if err := s.key.Verify(s.alg, sum.Sum(work.digest[:0]), s.data); err != nil {
		if s.err != dkimsig.BodyTooShort {
			s.err = err
		}
		return
	}
	s.flags |= FlagPassed
	if s.err == nil && s.key.NoSubdomain && !strings.EqualFold(identityDomain(s.Identity()), s.Domain()) {
		s.err = dkimsig.SubdomainUnallowed
	}
}

// maxKeptHeader is how much room for a header is kept for the next message.
const maxKeptHeader = 64 << 10

// loadKeys looks the keys up, at the same time if there are several.
func (v *Verifier) loadKeys(ctx context.Context, sigs []*Signature) {
	if len(sigs) == 1 {
		if sigs[0].open() {
			sigs[0].loadKey(ctx, v)
		}
		return
	}
	var wg sync.WaitGroup
	for _, s := range sigs {
		if s.open() {
			wg.Go(func() { s.loadKey(ctx, v) })
		}
	}
	wg.Wait()
}

// verifyHeaders checks the signatures, at the same time if there are several.
func verifyHeaders(h dkimsig.Header, sigs []*Signature) {
	if len(sigs) == 1 {
		if sigs[0].checkable() {
			sigs[0].verifyHeader(h)
		}
		return
	}
	var wg sync.WaitGroup
	for _, s := range sigs {
		if s.checkable() {
			wg.Go(func() { s.verifyHeader(h) })
		}
	}
	wg.Wait()
}
