package openarc

import (
	"crypto"
	"hash"

	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
)

// sealHash computes the hashes that seals sign: of the fields of all sets up
// to their own, one after the other (RFC 8617 section 5.1.1).
type sealHash struct {
	sums map[crypto.Hash]hash.Hash
	buf  []byte
}

func newSealHash() *sealHash { return &sealHash{sums: map[crypto.Hash]hash.Hash{}} }

// use makes ready for a hash function, before anything is added.
func (s *sealHash) use(h crypto.Hash) {
	if s.sums[h] == nil {
		s.sums[h] = h.New()
	}
}

// add adds fields.
func (s *sealHash) add(fields ...[]byte) {
	for _, f := range fields {
		s.buf = dkimsig.Relaxed.AppendHeader(s.buf[:0], f)
		for _, sum := range s.sums {
			sum.Write(s.buf)
		}
	}
}

// digest gives the hash of what was added and of a seal whose b= is empty,
// which is not added by it.
func (s *sealHash) digest(h crypto.Hash, seal []byte) []byte {
	s.buf = dkimsig.Relaxed.AppendHeader(s.buf[:0], seal)
	sum, err := s.sums[h].(hash.Cloner).Clone()
	if err != nil {
		return nil // the hashes of the standard library can be cloned
	}
	sum.Write(s.buf[:len(s.buf)-2])
	return sum.Sum(nil)
}

// verifySeals checks the seals of all sets, the newest first.
func verifySeals(sets []*Set) error {
	s := newSealHash()
	for _, set := range sets {
		s.use(set.as.alg.Hash())
	}
	digests := make([][]byte, len(sets))
	for i, set := range sets {
		s.add(set.results.Raw, set.message.Raw)
		digests[i] = s.digest(set.as.alg.Hash(), dkimsig.EmptyValue(set.seal.Raw, "b"))
		s.add(set.seal.Raw)
	}
	for i := len(sets) - 1; i >= 0; i-- {
		as := sets[i].as
		if err := as.key.Verify(as.alg, digests[i], as.data); err != nil {
			return &ChainError{sealName, i + 1, err}
		}
	}
	return nil
}
