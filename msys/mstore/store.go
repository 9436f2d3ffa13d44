package mstore

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Errors of stores and of [Messages].
var (
	// ErrNotFound says that there is nothing under a key, or not any more.
	ErrNotFound = errors.New("mstore: not found")
	// ErrFull says that a store is as full as it may be.
	ErrFull = errors.New("mstore: store is full")
	// ErrKey says that a bucket or an id is empty or longer than 1024 bytes.
	ErrKey = errors.New("mstore: invalid bucket or id")
	// ErrTooLarge says that a message is larger than Options.MaxMessage.
	ErrTooLarge = errors.New("mstore: message too large")
	// ErrFormat says that what a store gave is no parked message.
	ErrFormat = errors.New("mstore: unknown format")
)

// Store keeps data under a bucket and an id, any texts. It is safe for
// concurrent use.
type Store interface {
	// Put stores data, in place of what was there, for at least ttl. It may
	// keep data; ttl is positive.
	Put(ctx context.Context, bucket, id string, data []byte, ttl time.Duration) error
	// Get gives what was stored last, or an error that is ErrNotFound.
	Get(ctx context.Context, bucket, id string) ([]byte, error)
	// Delete removes what is there; nothing being there is no error.
	Delete(ctx context.Context, bucket, id string) error
}

// Clock tells the time.
type Clock interface{ Now() time.Time }

type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

// maxKey is the most bytes in a bucket's name or an id.
const maxKey = 1024

func checkKey(bucket, id string) error {
	for _, s := range []string{bucket, id} {
		if s == "" || len(s) > maxKey {
			return fmt.Errorf("%w of %d bytes", ErrKey, len(s))
		}
	}
	return nil
}

// Bucket gives the name of the bucket for a short code; without one it is that
// of MM7.
func Bucket(shortcode string) string {
	if shortcode == "" {
		shortcode = "MM7"
	}
	return "MADR-" + shortcode
}
