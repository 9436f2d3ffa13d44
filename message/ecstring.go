package message

import (
	"io"
	"sync"
)

// StringType is the kind of an [ECString]. Scripts set and read it; only
// [StringIOObject] has an effect.
type StringType int

const (
	StringMalloc      StringType = 1
	StringECString    StringType = 2
	StringMessageBody StringType = 3
	StringSieve       StringType = 4

	StringStatic         StringType = -100
	StringDiskBacked     StringType = -101
	StringIOObject       StringType = -102
	StringGrowbuf        StringType = -103
	StringGrowableStatic StringType = -104
)

// ECString is a growing string of bytes. The zero value is empty and ready to
// use. It is safe for concurrent use.
type ECString struct {
	mu      sync.Mutex
	buf     []byte
	n       int64
	typ     StringType
	backing any
}

// Write appends p, or writes it to the backing object if the type is
// [StringIOObject].
func (s *ECString) Write(p []byte) (int, error) {
	s.mu.Lock()
	typ, backing := s.typ, s.backing
	if typ != StringIOObject {
		s.buf = append(s.buf, p...)
		s.n = int64(len(s.buf))
		s.mu.Unlock()
		return len(p), nil
	}
	s.mu.Unlock()
	w, ok := backing.(io.Writer)
	if !ok {
		return 0, ErrNoBacking
	}
	n, err := w.Write(p)
	s.mu.Lock()
	s.n += int64(n)
	s.mu.Unlock()
	return n, err
}

// WriteString is [ECString.Write] for a string.
func (s *ECString) WriteString(p string) (int, error) { return s.Write([]byte(p)) }

// Set replaces the content.
func (s *ECString) Set(p string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.buf = append(s.buf[:0], p...)
	s.n = int64(len(p))
}

// String gives the content; "" for what went to a backing object.
func (s *ECString) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(s.buf)
}

// Len gives the number of bytes written since the last Set.
func (s *ECString) Len() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.n
}

// Type gives the kind, [StringECString] unless it was set.
func (s *ECString) Type() StringType {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.typ == 0 {
		return StringECString
	}
	return s.typ
}

// SetType sets the kind.
func (s *ECString) SetType(t StringType) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.typ = t
}

// Backing gives the object that writes go to, nil if there is none.
func (s *ECString) Backing() any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.backing
}

// SetBacking sets the object that writes go to while the type is
// [StringIOObject]. It should be an [io.Writer].
func (s *ECString) SetBacking(w any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.backing = w
}
