package dkim

import (
	"bytes"
	"context"
	"fmt"
	"hash"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
)

// Verifier verifies the signatures of messages. The zero value is ready for
// use; it is safe for concurrent use and must not be copied.
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
	// Now is the clock. If nil, time.Now.
	Now func() time.Time
}

// Result is what the verification of a message gives.
type Result struct {
	Status     Stat
	Signatures []*Signature // top to bottom
}

// Deciding gives the signature that decided the status: the first that
// passed, else the first; nil without one.
func (r *Result) Deciding() *Signature {
	for _, s := range r.Signatures {
		if s.Passed() {
			return s
		}
	}
	if len(r.Signatures) > 0 {
		return r.Signatures[0]
	}
	return nil
}

// AuthResults gives the value of an Authentication-Results field (RFC 8601)
// with one result for each signature, "" for a message without any.
func (r *Result) AuthResults(authservID string) string {
	var b strings.Builder
	for _, s := range r.Signatures {
		if b.Len() == 0 {
			b.WriteString(authservID)
		}
		fmt.Fprintf(&b, "; dkim=%s", s.Result())
		if dkimsig.ValidName(s.Domain()) && dkimsig.ValidName(s.Selector()) {
			fmt.Fprintf(&b, " header.d=%s header.s=%s", s.Domain(), s.Selector())
		}
	}
	return b.String()
}

// Verify looks at all signatures of a message. A message that is signed badly
// or not at all is no error: errors are those of reading the content and of
// ctx.
func (v *Verifier) Verify(ctx context.Context, m *message.Message) (*Result, error) {
	if err := m.Err(); err != nil {
		return nil, fmt.Errorf("dkim: verifying: %w", err)
	}
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
	for _, s := range res.Signatures {
		s.verifyHeader(h)
	}
	res.Status = statOf(res.Signatures[0].err)
	if res.Deciding().Passed() {
		res.Status = StatOK
	}
	return res, nil
}

// HeaderOf gives the header of a message; lines that are no fields are left
// out.
func HeaderOf(m *message.Message) dkimsig.Header {
	var h dkimsig.Header
	for _, f := range m.Header().Fields() {
		if f.Name() != "" {
			h = append(h, dkimsig.HeaderField{Name: f.Name(), Raw: f.Raw()})
		}
	}
	return h
}

func (v *Verifier) parse(h dkimsig.Header) *Result {
	now := time.Now
	if v.Now != nil {
		now = v.Now
	}
	drift, most := v.ClockDrift, v.MaxSignatures
	if drift == 0 {
		drift = 5 * time.Minute
	}
	if most == 0 {
		most = 20
	}
	res := &Result{}
	for _, f := range h {
		if !strings.EqualFold(f.Name, "DKIM-Signature") {
			continue
		}
		s := parse(f, now(), drift)
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

// loadKeys looks the keys up at the same time.
func (v *Verifier) loadKeys(ctx context.Context, sigs []*Signature) {
	var wg sync.WaitGroup
	for _, s := range sigs {
		if s.open() {
			wg.Go(func() { s.loadKey(ctx, v) })
		}
	}
	wg.Wait()
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
	if s.flags&FlagIgnore != 0 || s.err != nil && s.err != dkimsig.Mismatch && s.err != dkimsig.BodyTooShort {
		return
	}
	digest := h.Digest(s.alg.Hash().New(), s.header, s.names, dkimsig.EmptyValue(s.raw, "b"))
	if err := s.alg.Verify(s.key.Key, digest, s.data); err != nil {
		s.err = err
		return
	}
	s.flags |= FlagPassed
	if s.err == nil && s.key.NoSubdomain && !strings.EqualFold(identityDomain(s.identity), s.Domain()) {
		s.err = dkimsig.SubdomainUnallowed
	}
}

// bodyKey says which hash of a body a signature has.
type bodyKey struct {
	hash   string
	canon  dkimsig.Canon
	length int64
}

type bodyHash struct {
	sum   hash.Hash
	w     *dkimsig.BodyWriter
	value []byte
}

// checkBodies compares the hashes of the body, which is read once.
func checkBodies(m *message.Message, sigs []*Signature) error {
	bodies := map[bodyKey]*bodyHash{}
	var writers []io.Writer
	for _, s := range sigs {
		key := bodyKey{s.alg.HashName(), s.body, s.length}
		if !s.open() || bodies[key] != nil {
			continue
		}
		b := &bodyHash{sum: s.alg.Hash().New()}
		b.w = dkimsig.NewBodyWriter(b.sum, s.body, s.length)
		bodies[key] = b
		writers = append(writers, b.w)
	}
	if len(bodies) == 0 {
		return nil
	}
	if err := copyBody(io.MultiWriter(writers...), m); err != nil {
		return err
	}
	for _, b := range bodies {
		if err := b.w.Close(); err != nil {
			return err
		}
		b.value = b.sum.Sum(nil)
	}
	for _, s := range sigs {
		if !s.open() {
			continue
		}
		b := bodies[bodyKey{s.alg.HashName(), s.body, s.length}]
		switch {
		case s.length > b.w.Total():
			s.err = dkimsig.BodyTooShort
		case !bytes.Equal(b.value, s.bodyHash):
			s.err = dkimsig.Mismatch
		}
	}
	return nil
}

var buffers = sync.Pool{New: func() any { return new([32 << 10]byte) }}

// copyBody writes the body of m to w in pieces.
func copyBody(w io.Writer, m *message.Message) error {
	buf := buffers.Get().(*[32 << 10]byte)
	defer buffers.Put(buf)
	_, err := io.CopyBuffer(w, struct{ io.Reader }{m.Body()}, buf[:])
	return err
}

// BodyHash gives the hash of a message's canonical body and its length.
func BodyHash(m *message.Message, sum hash.Hash, c dkimsig.Canon, limit int64) (value []byte, length int64, err error) {
	w := dkimsig.NewBodyWriter(sum, c, limit)
	if err = copyBody(w, m); err == nil {
		err = w.Close()
	}
	return sum.Sum(nil), w.Total(), err
}
