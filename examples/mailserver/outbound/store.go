package outbound

import (
	"bytes"
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/gomsys/gomsys/msys/adaptive"
)

// AdaptiveStore keeps what an adaptive.Engine has learnt in the file of the
// queue, so that suspensions outlast the process. It is safe for concurrent
// use.
func (q *Queue) AdaptiveStore() adaptive.Store { return store{q.db} }

type store struct{ db *bolt.DB }

var (
	pairs  = []byte("adaptive-pairs")  // binding, NUL, domain → adaptive.PairState
	births = []byte("adaptive-births") // binding → time
)

// Load implements adaptive.Store.
func (s store) Load(context.Context) (adaptive.Snapshot, error) {
	out := adaptive.Snapshot{Births: map[string]time.Time{}}
	err := s.db.View(func(tx *bolt.Tx) error {
		return errors.Join(
			each(tx, pairs, func(_ string, p adaptive.PairState) { out.Pairs = append(out.Pairs, p) }),
			each(tx, births, func(binding string, born time.Time) { out.Births[binding] = born }),
		)
	})
	return out, err
}

// Save implements adaptive.Store.
func (s store) Save(_ context.Context, changes adaptive.Snapshot) error {
	return s.db.Batch(func(tx *bolt.Tx) error {
		for _, p := range changes.Pairs {
			if err := put(tx, pairs, p.Key.Binding+"\x00"+p.Key.Domain, p); err != nil {
				return err
			}
		}
		for binding, born := range changes.Births {
			if err := put(tx, births, "="+binding, born); err != nil { // keys must not be empty
				return err
			}
		}
		return nil
	})
}

func each[T any](tx *bolt.Tx, bucket []byte, f func(key string, v T)) error {
	b := tx.Bucket(bucket)
	if b == nil {
		return nil
	}
	return b.ForEach(func(k, v []byte) error {
		var value T
		if err := gob.NewDecoder(bytes.NewReader(v)).Decode(&value); err != nil {
			return fmt.Errorf("outbound: %s: %w", bucket, err)
		}
		f(string(bytes.TrimPrefix(k, []byte("="))), value)
		return nil
	})
}

func put(tx *bolt.Tx, bucket []byte, key string, v any) error {
	b, err := tx.CreateBucketIfNotExists(bucket)
	if err != nil {
		return err
	}
	var enc bytes.Buffer
	if err := gob.NewEncoder(&enc).Encode(v); err != nil {
		return err
	}
	return b.Put([]byte(key), enc.Bytes())
}
