package openarc

import (
	"bytes"
	"hash"
	"io"
	"sync"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
)

// bodyHash is a hash of the body that is wanted.
type bodyHash struct {
	sum    hash.Hash
	w      *dkimsig.BodyWriter
	value  []byte
	length int64 // the limit, -1 for none
}

func newBodyHash(a dkimsig.Algorithm, c dkimsig.Canon, length int64) *bodyHash {
	b := &bodyHash{sum: a.Hash().New(), length: length}
	b.w = dkimsig.NewBodyWriter(b.sum, c, length)
	return b
}

// bodyKey says which hash of a body a signature has.
type bodyKey struct {
	hash   string
	canon  dkimsig.Canon
	length int64
}

// bodyHashes are the hashes that signatures have, each once.
type bodyHashes struct {
	list  []*bodyHash
	byKey map[bodyKey]*bodyHash
}

func keyOf(s *signature) bodyKey { return bodyKey{s.alg.HashName(), s.body, s.length} }

// want adds the hash of a signature.
func (b *bodyHashes) want(s *signature) {
	if b.of(s) != nil {
		return
	}
	if b.byKey == nil {
		b.byKey = map[bodyKey]*bodyHash{}
	}
	h := newBodyHash(s.alg, s.body, s.length)
	b.byKey[keyOf(s)] = h
	b.list = append(b.list, h)
}

// of gives the hash for a signature, nil if it was not wanted.
func (b *bodyHashes) of(s *signature) *bodyHash { return b.byKey[keyOf(s)] }

// check compares the hash with what a signature says.
func (b *bodyHash) check(want []byte) error {
	switch {
	case b.length > b.w.Total():
		return dkimsig.BodyTooShort
	case !bytes.Equal(b.value, want):
		return dkimsig.Mismatch
	}
	return nil
}

var buffers = sync.Pool{New: func() any { return new([32 << 10]byte) }}

// hashBody reads the body once for all hashes.
func hashBody(m *message.Message, hashes []*bodyHash) error {
	if len(hashes) == 0 {
		return nil
	}
	writers := make([]io.Writer, len(hashes))
	for i, b := range hashes {
		writers[i] = b.w
	}
	buf := buffers.Get().(*[32 << 10]byte)
	defer buffers.Put(buf)
	if _, err := io.CopyBuffer(io.MultiWriter(writers...), struct{ io.Reader }{m.Body()}, buf[:]); err != nil {
		return err
	}
	for _, b := range hashes {
		if err := b.w.Close(); err != nil {
			return err
		}
		b.value = b.sum.Sum(nil)
	}
	return nil
}
