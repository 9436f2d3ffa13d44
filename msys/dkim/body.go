package dkim

import (
	"bytes"
	"crypto"
	"crypto/sha1"
	"crypto/sha256"
	"hash"
	"io"
	"slices"
	"sync"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
)

// parallelBody is the size of a body from which several hashes of it are
// computed at the same time.
const parallelBody = 64 << 10

// bodyHash computes the hashes of one canonical form of a body: of all of it,
// and of the beginnings that l= names.
type bodyHash struct {
	hash   crypto.Hash
	canon  dkimsig.Canon
	whole  bool    // somebody wants the hash of all of it
	limits []int64 // in order

	sums  [][]byte // one for each limit
	sum   []byte   // of all
	room  [sha256.Size]byte
	total int64
	err   error

	to hash.Hash
	at int64
}

// compute reads the body.
func (b *bodyHash) compute(body *io.SectionReader) {
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	b.to = s.sha256
	if b.hash == crypto.SHA1 {
		b.to = s.sha1
	}
	b.to.Reset()
	limit, w := int64(-1), io.Writer(b.to)
	if len(b.limits) > 0 {
		slices.Sort(b.limits)
		b.limits = slices.Compact(b.limits)
		w = b
		if !b.whole {
			limit = b.limits[len(b.limits)-1]
		}
	}
	b.note()
	s.body.Reset(w, b.canon, limit)
	if b.err = copyBody(&s.body, body); b.err == nil {
		b.err = s.body.Close()
	}
	b.total = s.body.Total()
	b.sum = b.to.Sum(b.room[:0])
	b.to = nil
	s.body.Reset(nil, b.canon, -1)
}

// Write hashes canonical bytes and notes the hash at each limit.
func (b *bodyHash) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 {
		k := int64(len(p))
		if len(b.sums) < len(b.limits) {
			k = min(k, b.limits[len(b.sums)]-b.at)
		}
		b.to.Write(p[:k])
		b.at += k
		b.note()
		p = p[k:]
	}
	return n, nil
}

// note keeps the hash so far if a limit is reached.
func (b *bodyHash) note() {
	if n := len(b.sums); n < len(b.limits) && b.limits[n] == b.at {
		b.sums = append(b.sums, b.to.Sum(nil))
	}
}

// fault gives what is wrong with the body hash of a signature.
func (b *bodyHash) fault(s *Signature) error {
	sum := b.sum
	if s.length >= 0 {
		if s.length > b.total {
			return dkimsig.BodyTooShort
		}
		i, _ := slices.BinarySearch(b.limits, s.length)
		if i >= len(b.sums) {
			return dkimsig.BodyTooShort
		}
		sum = b.sums[i]
	}
	if !bytes.Equal(sum, s.bodyHash) {
		return dkimsig.Mismatch
	}
	return nil
}

// checkBodies compares the body hashes of the signatures. The body is read
// once for each hash function and canonicalization, whatever l= says.
func checkBodies(m *message.Message, sigs []*Signature) error {
	var bodies bodyHashes
	for _, s := range sigs {
		if !s.open() {
			continue
		}
		b := bodies.of(s)
		if b == nil {
			bodies = append(bodies, bodyHash{hash: s.alg.Hash(), canon: s.body})
			b = &bodies[len(bodies)-1]
		}
		if s.length >= 0 {
			b.limits = append(b.limits, s.length)
		} else {
			b.whole = true
		}
	}
	computeAll(m.Body(), bodies)
	for i := range bodies {
		if err := bodies[i].err; err != nil {
			return err
		}
	}
	for _, s := range sigs {
		if s.open() {
			s.err = bodies.of(s).fault(s)
		}
	}
	return nil
}

// bodyHashes are hashes that differ in their function or canonicalization.
type bodyHashes []bodyHash

// of gives the hash that a signature needs, nil if there is none.
func (bodies bodyHashes) of(s *Signature) *bodyHash {
	for i := range bodies {
		if b := &bodies[i]; b.canon == s.body && b.hash == s.alg.Hash() {
			return b
		}
	}
	return nil
}

func computeAll(body *io.SectionReader, bodies bodyHashes) {
	if len(bodies) == 1 {
		bodies[0].compute(body)
		return
	}
	var wg sync.WaitGroup
	for i := range bodies {
		part := io.NewSectionReader(body.Outer())
		if i+1 < len(bodies) && body.Size() >= parallelBody {
			wg.Go(func() { bodies[i].compute(part) })
		} else {
			bodies[i].compute(part)
		}
	}
	wg.Wait()
}

// scratch is what a verification works with and leaves behind.
type scratch struct {
	sha256, sha1 hash.Hash
	body         dkimsig.BodyWriter
	header       []byte
	field        []byte
	digest       [sha256.Size]byte
}

var scratches = sync.Pool{New: func() any { return &scratch{sha256: sha256.New(), sha1: sha1.New()} }}

var buffers = sync.Pool{New: func() any { return new([32 << 10]byte) }}

// copyBody writes a body to w: what is in memory as it lies there, what is in
// a file in pieces.
func copyBody(w io.Writer, body *io.SectionReader) error {
	if r, off, n := body.Outer(); off == 0 && n == body.Size() {
		if r, ok := r.(io.WriterTo); ok {
			_, err := r.WriteTo(w)
			return err
		}
	}
	buf := buffers.Get().(*[32 << 10]byte)
	defer buffers.Put(buf)
	_, err := io.CopyBuffer(w, struct{ io.Reader }{body}, buf[:])
	return err
}

// BodyHash gives the hash of a message's canonical body and its length.
func BodyHash(m *message.Message, sum hash.Hash, c dkimsig.Canon, limit int64) (value []byte, length int64, err error) {
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	s.body.Reset(sum, c, limit)
	if err = copyBody(&s.body, m.Body()); err == nil {
		err = s.body.Close()
	}
	length = s.body.Total()
	s.body.Reset(nil, c, -1)
	return sum.Sum(nil), length, err
}
