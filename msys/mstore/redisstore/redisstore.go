// Package redisstore keeps parked messages (package mstore) in Redis, so that
// whichever host gets a delivery receipt finds the message. It stands apart so
// that only programs that want it depend on the Redis client.
//
//	store := redisstore.New(&redis.UniversalOptions{Addrs: []string{"127.0.0.1:6379"}}, nil)
//	defer store.Close()
//	parked := mstore.New(&mstore.Options{Store: store})
//
// An entry is a string under P:ms:<bucket>:<id>, where P is Options.KeyPrefix
// and "%", ":" and bytes that do not print are escaped as %XX in the bucket.
// Redis removes it when it is too old, by its own clock. Redis 2.6 or later
// and Valkey will do, alone, behind Sentinel or as a cluster.
//
// All methods may be called concurrently.
package redisstore

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/gomsys/gomsys/msys/mstore"
)

// Options are the settings of a store. A nil *Options is all defaults.
type Options struct {
	// KeyPrefix begins all keys. If empty, "msys".
	KeyPrefix string
}

// Store is a [mstore.Store] in Redis.
type Store struct {
	client redis.UniversalClient
	prefix string
	own    bool // the client is closed with the store
}

var _ mstore.Store = (*Store)(nil)

// New makes a store with a Redis client of its own, which honours the
// deadlines of contexts. It connects when it is first needed.
func New(client *redis.UniversalOptions, o *Options) *Store {
	var c redis.UniversalOptions
	if client != nil {
		c = *client
	}
	c.ContextTimeoutEnabled = true
	s := NewFromClient(redis.NewUniversalClient(&c), o)
	s.own = true
	return s
}

// NewFromClient makes a store over a client that the program has, which should
// have been made with ContextTimeoutEnabled. Close leaves it open.
func NewFromClient(client redis.UniversalClient, o *Options) *Store {
	s := &Store{client: client, prefix: "msys"}
	if o != nil && o.KeyPrefix != "" {
		s.prefix = o.KeyPrefix
	}
	return s
}

// Close closes the client that New made.
func (s *Store) Close() error {
	if !s.own {
		return nil
	}
	return s.client.Close()
}

// key gives the name of an entry.
func (s *Store) key(bucket, id string) string {
	var b strings.Builder
	b.WriteString(s.prefix + ":ms:")
	for i := range len(bucket) {
		if c := bucket[i]; c <= ' ' || c >= 0x7f || c == '%' || c == ':' {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String() + ":" + id
}

// Put implements [mstore.Store].
func (s *Store) Put(ctx context.Context, bucket, id string, data []byte, ttl time.Duration) error {
	return s.client.Set(ctx, s.key(bucket, id), data, max(ttl, time.Millisecond)).Err()
}

// Get implements [mstore.Store].
func (s *Store) Get(ctx context.Context, bucket, id string) ([]byte, error) {
	data, err := s.client.Get(ctx, s.key(bucket, id)).Bytes()
	if errors.Is(err, redis.Nil) {
		return nil, mstore.ErrNotFound
	}
	return data, err
}

// Delete implements [mstore.Store].
func (s *Store) Delete(ctx context.Context, bucket, id string) error {
	return s.client.Del(ctx, s.key(bucket, id)).Err()
}
