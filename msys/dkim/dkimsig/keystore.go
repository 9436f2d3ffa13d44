package dkimsig

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"
)

// Resolver looks up TXT records, the strings of each joined. It is satisfied
// by *net.Resolver. That there is no such record is told by a *net.DNSError
// with IsNotFound, or by an empty answer; other errors are temporary.
type Resolver interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
}

var _ Resolver = (*net.Resolver)(nil)

// KeyStore looks keys up in DNS and remembers them. The zero value is ready
// for use and safe for concurrent use; it must not be copied.
type KeyStore struct {
	// Resolver asks DNS. If nil, net.DefaultResolver.
	Resolver Resolver
	// Timeout is the most time for a lookup. If zero, 5 seconds.
	Timeout time.Duration
	// Size is the most keys that are remembered. If zero, 2048; if negative,
	// none.
	Size int
	// PositiveTTL and NegativeTTL say how long an answer holds, and that
	// there is none. If zero, 5 minutes and one hour.
	PositiveTTL, NegativeTTL time.Duration
	// Now is the clock. If nil, time.Now.
	Now func() time.Time

	mu    sync.Mutex
	cache map[string]cachedKey
}

type cachedKey struct {
	key   *PublicKey
	err   error
	until time.Time
}

// Key gives the key of a selector and domain, either of which may have labels
// in UTF-8. The error is a [Fault];
// KeyQueryFailed is temporary.
func (s *KeyStore) Key(ctx context.Context, selector, domain string) (*PublicKey, error) {
	var room [256]byte
	key := appendLower(room[:0], selector)
	key = append(key, "._domainkey."...)
	key = appendLower(key, domain)
	now := time.Now
	if s.Now != nil {
		now = s.Now
	}
	s.mu.Lock()
	c, ok := s.cache[string(key)]
	s.mu.Unlock()
	if ok && now().Before(c.until) {
		return c.key, c.err
	}
	name := string(key)
	c = cachedKey{}
	c.key, c.err = s.lookup(ctx, name)
	if c.err == KeyQueryFailed {
		return nil, c.err
	}
	ttl := or(s.PositiveTTL, 5*time.Minute)
	if c.err == KeyNotFound {
		ttl = or(s.NegativeTTL, time.Hour)
	}
	c.until = now().Add(ttl)
	s.remember(name, c)
	return c.key, c.err
}

func (s *KeyStore) lookup(ctx context.Context, name string) (*PublicKey, error) {
	if name = ASCIIName(name); !ValidName(name) {
		return nil, KeyNotFound
	}
	var resolver Resolver = net.DefaultResolver
	if s.Resolver != nil {
		resolver = s.Resolver
	}
	ctx, cancel := context.WithTimeout(ctx, or(s.Timeout, 5*time.Second))
	defer cancel()
	records, err := resolver.LookupTXT(ctx, name)
	if err != nil {
		var dnsErr *net.DNSError
		if errors.As(err, &dnsErr) && dnsErr.IsNotFound {
			return nil, KeyNotFound
		}
		return nil, KeyQueryFailed
	}
	switch len(records) {
	case 0:
		return nil, KeyNotFound
	case 1:
		return ParseKey(records[0])
	}
	return nil, KeyMultiple
}

func (s *KeyStore) remember(name string, c cachedKey) {
	size := s.Size
	if size == 0 {
		size = 2048
	}
	if size < 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cache == nil {
		s.cache = map[string]cachedKey{}
	}
	for old := range s.cache {
		if len(s.cache) < size {
			break
		}
		delete(s.cache, old)
	}
	s.cache[name] = c
}

func or(d, def time.Duration) time.Duration {
	if d == 0 {
		return def
	}
	return d
}

// ValidName reports whether s looks like a name of DNS that may be part of a
// question or a file's name: letters, digits, "-", "_" and bytes over 127 in
// labels parted by single dots.
func ValidName(s string) bool {
	if s == "" || len(s) > 253 || s[0] == '.' || s[len(s)-1] == '.' {
		return false
	}
	for i := range len(s) {
		b := s[i]
		switch {
		case b == '.' && s[i-1] == '.':
			return false
		case b == '.' || b == '-' || b == '_' || b >= 0x80 || b >= '0' && b <= '9' || b|0x20 >= 'a' && b|0x20 <= 'z':
		default:
			return false
		}
	}
	return true
}

// lower gives s with ASCII letters in lower case.
func lower(s string) string {
	var room [64]byte
	return string(appendLower(room[:0], s))
}

func appendLower(dst []byte, s string) []byte {
	for i := range len(s) {
		dst = append(dst, lowerByte(s[i]))
	}
	return dst
}
