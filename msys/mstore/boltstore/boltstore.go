// Package boltstore keeps parked messages (package mstore) in a bbolt file. It
// stands apart so that only programs that want it depend on bbolt.
//
//	store, err := boltstore.Open("/var/spool/gomsys/parked.db", nil)
//	defer store.Close()
//	parked := mstore.New(&mstore.Options{Store: store})
//
// The file belongs to one process. Each change is synced to disk. All methods
// may be called concurrently; changes that come at the same time share a sync.
package boltstore

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/gomsys/gomsys/msys/mstore"
)

// Options are the settings of a store. A nil *Options is all defaults.
type Options struct {
	// LockTimeout is how long Open waits for another process to let go of the
	// file. If zero, 1 second.
	LockTimeout time.Duration
	// SweepEvery is how often Put removes entries that are too old. If zero,
	// once an hour; -1 means never.
	SweepEvery time.Duration
	// NoSync leaves it to the system when changes reach the disk: faster, but
	// a loss of power may ruin the file.
	NoSync bool
	// Clock tells the time. If nil, the system's.
	Clock mstore.Clock
}

// Store is a [mstore.Store] in a bbolt file.
type Store struct {
	db    *bolt.DB
	every time.Duration
	clock mstore.Clock

	mu    sync.Mutex
	swept time.Time
}

var _ mstore.Store = (*Store)(nil)

type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

// Open opens the store in a file, which is made if there is none.
func Open(path string, o *Options) (*Store, error) {
	var full Options
	if o != nil {
		full = *o
	}
	if full.LockTimeout <= 0 {
		full.LockTimeout = time.Second
	}
	if full.SweepEvery == 0 {
		full.SweepEvery = time.Hour
	}
	if full.Clock == nil {
		full.Clock = systemClock{}
	}
	db, err := bolt.Open(path, 0o600, &bolt.Options{Timeout: full.LockTimeout, NoSync: full.NoSync, FreelistType: bolt.FreelistMapType})
	if err != nil {
		return nil, fmt.Errorf("boltstore: opening %s: %w", path, err)
	}
	return &Store{db: db, every: full.SweepEvery, clock: full.Clock, swept: full.Clock.Now()}, nil
}

// Close closes the file.
func (s *Store) Close() error { return s.db.Close() }

// timeSize is the length of the time, in milliseconds since 1970, at which an
// entry gets too old; it begins each value.
const timeSize = 8

// Put implements [mstore.Store].
func (s *Store) Put(ctx context.Context, bucket, id string, data []byte, ttl time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.sweepIfDue(ctx)
	value := make([]byte, 0, timeSize+len(data))
	value = binary.BigEndian.AppendUint64(value, uint64(s.clock.Now().Add(ttl).UnixMilli()))
	value = append(value, data...)
	return s.db.Batch(func(tx *bolt.Tx) error {
		b, err := tx.CreateBucketIfNotExists([]byte(bucket))
		if err != nil {
			return err
		}
		return b.Put([]byte(id), value)
	})
}

// Get implements [mstore.Store].
func (s *Store) Get(ctx context.Context, bucket, id string) (data []byte, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	err = s.db.View(func(tx *bolt.Tx) error {
		b := tx.Bucket([]byte(bucket))
		if b == nil {
			return mstore.ErrNotFound
		}
		value := b.Get([]byte(id))
		if len(value) < timeSize || s.old(value) {
			return mstore.ErrNotFound
		}
		data = append([]byte{}, value[timeSize:]...)
		return nil
	})
	return data, err
}

func (s *Store) old(value []byte) bool {
	return !time.UnixMilli(int64(binary.BigEndian.Uint64(value))).After(s.clock.Now())
}

// Delete implements [mstore.Store].
func (s *Store) Delete(ctx context.Context, bucket, id string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return s.db.Batch(func(tx *bolt.Tx) error {
		if b := tx.Bucket([]byte(bucket)); b != nil {
			return b.Delete([]byte(id))
		}
		return nil
	})
}

func (s *Store) sweepIfDue(ctx context.Context) {
	s.mu.Lock()
	due := s.every > 0 && s.clock.Now().Sub(s.swept) >= s.every
	if due {
		s.swept = s.clock.Now()
	}
	s.mu.Unlock()
	if due {
		_, _ = s.Sweep(ctx) // what could not be removed is tried again
	}
}

// sweepBatch bounds the removals of one transaction, during which nobody else
// can write.
const sweepBatch = 1000

// Sweep removes the entries that are too old, and tells how many.
func (s *Store) Sweep(ctx context.Context) (removed int, err error) {
	for more := true; more; {
		if err := ctx.Err(); err != nil {
			return removed, err
		}
		n := 0
		err := s.db.Update(func(tx *bolt.Tx) (err error) {
			n, err = s.sweep(tx)
			return err
		})
		if err != nil {
			return removed, fmt.Errorf("boltstore: sweeping: %w", err)
		}
		removed += n
		more = n == sweepBatch
	}
	return removed, nil
}

var errEnough = errors.New("enough")

func (s *Store) sweep(tx *bolt.Tx) (n int, err error) {
	err = tx.ForEach(func(_ []byte, b *bolt.Bucket) error {
		var gone [][]byte
		_ = b.ForEach(func(id, value []byte) error { // ends early by our own error only
			if len(value) < timeSize || s.old(value) {
				gone = append(gone, id)
			}
			if n+len(gone) == sweepBatch {
				return errEnough
			}
			return nil
		})
		for _, id := range gone {
			if err := b.Delete(id); err != nil {
				return err
			}
			n++
		}
		if n == sweepBatch {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return n, err
}
