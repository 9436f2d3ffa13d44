package domainkeys

import (
	"crypto/rsa"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"hash"
	"strings"

	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
)

// What is wrong with a signature that has status Bad.
var (
	ErrDomain      = errors.New("domain does not cover the sender")
	ErrGranularity = errors.New("key is not for the sender")
	ErrNotSigned   = errors.New("the sender's field is not signed")
)

// Signature is a DomainKey-Signature field and what is known of it.
type Signature struct {
	Domain, Selector string
	Canon            Canon
	Status           Status
	// Testing tells that the key's record has t=y.
	Testing bool
	// KeyBits is the length of the key, 0 if none was found.
	KeyBits int
	// Err says why the status is not Good: a [dkimsig.Fault] or one of the
	// errors above. If it is dkimsig.KeyQueryFailed there is no status.
	Err error

	names []string // of h=, nil if it is absent
	below dkimsig.Header
	data  []byte
	key   *dkimsig.PublicKey

	sum   hash.Hash
	canon *canonWriter
}

// maxNames is the most names that h= may have.
const maxNames = 1024

// parse reads a field. below are the fields below it, the ones that it can
// sign.
func parse(f dkimsig.HeaderField, below dkimsig.Header) *Signature {
	s := &Signature{Canon: Unknown, below: below}
	tags, err := dkimsig.ParseTags(f.Value())
	s.Domain, s.Selector = tags.Get("d"), tags.Get("s")
	var ok bool
	if s.Canon, ok = ParseCanon(tags.Get("c")); !ok && err == nil {
		err = dkimsig.HeaderCanonInvalid
	}
	switch a, has := tags.Lookup("a"); {
	case err != nil:
	case s.Domain == "":
		err = dkimsig.DomainMissing
	case s.Selector == "":
		err = dkimsig.SelectorMissing
	case has && !strings.EqualFold(a, "rsa-sha1"):
		err = dkimsig.AlgorithmInvalid
	}
	if h, has := tags.Lookup("h"); has && err == nil {
		if strings.Count(h, ":") >= maxNames {
			err = dkimsig.TagListInvalid
		}
		s.names = dkimsig.SplitList(dkimsig.StripSpace(h))
	}
	if b := dkimsig.StripSpace(tags.Get("b")); err == nil {
		if s.data, err = base64.StdEncoding.DecodeString(b); err != nil || b == "" {
			err = dkimsig.DataCorrupt
		}
	}
	if err != nil {
		s.fail(BadMalformedSignature, err)
		return s
	}
	if q, has := tags.Lookup("q"); has && !strings.EqualFold(q, "dns") {
		s.fail(BadQueryType, dkimsig.QueryMethodInvalid)
	}
	return s
}

func (s *Signature) fail(status Status, err error) {
	if s.Err == nil {
		s.Status, s.Err = status, err
	}
}

// checkSender checks that the signature is one for the sender.
func (s *Signature) checkSender(from *sender) {
	switch {
	case s.Err != nil:
	case !within(from.domain, s.Domain):
		s.fail(Bad, ErrDomain)
	case s.names != nil && !contains(s.names, from.field), s.below.Count(from.field) == 0, from.above(s.below):
		s.fail(Bad, ErrNotSigned)
	}
}

// useKey takes the key, or what is wrong with it.
func (s *Signature) useKey(key *dkimsig.PublicKey, err error, from *sender) {
	if err == dkimsig.KeyQueryFailed {
		s.fail("", err)
		return
	}
	if err != nil {
		s.fail(keyStatus(err), err)
		return
	}
	s.key, s.KeyBits, s.Testing = key, key.Bits, key.Testing
	switch _, isRSA := key.Key.(*rsa.PublicKey); {
	case !isRSA:
		s.fail(BadKeyType, dkimsig.KeyTypeUnknown)
	case key.Allows(dkimsig.RSASHA1) != nil:
		s.fail(BadPublicKey, dkimsig.KeyHashMismatch)
	case !granted(key.Granularity, from.local):
		s.fail(Bad, ErrGranularity)
	}
}

// granted tells whether a key of a granularity may sign for a local part. One
// "*" stands for any text.
func granted(g, local string) bool {
	before, after, wild := strings.Cut(g, "*")
	switch {
	case g == "":
		return true
	case !wild:
		return g == local
	}
	return len(local) >= len(before)+len(after) && strings.HasPrefix(local, before) && strings.HasSuffix(local, after)
}

// begin hashes the header and gives where the body is to be written.
func (s *Signature) begin() *canonWriter {
	s.sum = sha1.New()
	s.canon = &canonWriter{w: s.sum, canon: s.Canon}
	fields := allFields(s.below)
	if s.names != nil {
		fields = selectFields(s.below, s.names)
	}
	s.canon.message(fields)
	return s.canon
}

// message writes the header and the line behind it.
func (w *canonWriter) message(fields [][]byte) {
	for _, f := range fields {
		w.field(f)
	}
	w.newline()
}

// finish compares the signature with the hash.
func (s *Signature) finish() error {
	if err := s.canon.Close(); err != nil {
		return err
	}
	if err := s.key.Verify(dkimsig.RSASHA1, s.sum.Sum(nil), s.data); err != nil {
		s.fail(Bad, err)
		return nil
	}
	s.Status = Good
	return nil
}

// within reports whether a domain is parent or below it.
func within(domain, parent string) bool {
	domain, parent = strings.ToLower(domain), strings.ToLower(parent)
	return domain == parent || strings.HasSuffix(domain, "."+parent)
}
