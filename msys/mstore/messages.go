package mstore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gomsys/gomsys/message"
)

// Options are the settings of [Messages]. A nil *Options is all defaults.
type Options struct {
	// Store keeps the messages. If nil, a new Memory.
	Store Store
	// TTL is how long a message is kept. If zero, 14 days.
	TTL time.Duration
	// MaxMessage is the most bytes of content in a message. If zero, 64 MiB.
	MaxMessage int64
	// Timeout bounds each call of the store. If zero, 10 seconds.
	Timeout time.Duration
	// Message are the options of messages that Load makes. If nil, all
	// defaults: what Load gives cannot be injected.
	Message *message.Options
	// Clock tells the time. If nil, the system's.
	Clock Clock
}

// Messages parks messages in a store.
type Messages struct{ o Options }

// New makes a Messages.
func New(o *Options) *Messages {
	s := &Messages{}
	if o != nil {
		s.o = *o
	}
	if s.o.Clock == nil {
		s.o.Clock = systemClock{}
	}
	if s.o.Store == nil {
		s.o.Store = NewMemory(&MemoryOptions{Clock: s.o.Clock})
	}
	if s.o.TTL <= 0 {
		s.o.TTL = 14 * 24 * time.Hour
	}
	if s.o.MaxMessage <= 0 {
		s.o.MaxMessage = 64 << 20
	}
	if s.o.Timeout <= 0 {
		s.o.Timeout = 10 * time.Second
	}
	return s
}

// Save parks a copy of m, in place of what was parked under that id.
func (s *Messages) Save(ctx context.Context, m *message.Message, bucket, id string) error {
	if err := checkKey(bucket, id); err != nil {
		return err
	}
	if size := m.Size(); size > s.o.MaxMessage {
		return fmt.Errorf("%w: %d bytes, the limit is %d", ErrTooLarge, size, s.o.MaxMessage)
	}
	data, err := encode(m, s.o.Clock.Now().Add(s.o.TTL))
	if err != nil {
		return fmt.Errorf("mstore: saving: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	if err := s.o.Store.Put(ctx, bucket, id, data, s.o.TTL); err != nil {
		return fmt.Errorf("mstore: saving: %w", err)
	}
	return nil
}

// Load gives a parked message, which stays parked. If there is none, or it is
// too old, the error is [ErrNotFound].
func (s *Messages) Load(ctx context.Context, bucket, id string) (*message.Message, error) {
	m := message.New(s.o.Message, s.o.Clock.Now())
	if err := s.LoadInto(ctx, m, bucket, id); err != nil {
		return nil, err
	}
	return m, nil
}

// LoadInto is Load into a message that was made by [message.New], with
// whatever options.
func (s *Messages) LoadInto(ctx context.Context, m *message.Message, bucket, id string) error {
	if err := checkKey(bucket, id); err != nil {
		return err
	}
	p, err := s.get(ctx, bucket, id)
	if err != nil {
		return err
	}
	if err := m.Load(ctx, bytes.NewReader(p.content)); err != nil {
		return fmt.Errorf("mstore: loading: %w", err)
	}
	if err := p.apply(m); err != nil {
		return fmt.Errorf("mstore: loading: %w", err)
	}
	return nil
}

func (s *Messages) get(ctx context.Context, bucket, id string) (*parked, error) {
	ctx, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	data, err := s.o.Store.Get(ctx, bucket, id)
	if errors.Is(err, ErrNotFound) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("mstore: loading: %w", err)
	}
	p, err := decode(data)
	if err != nil {
		return nil, err
	}
	if !p.expires.After(s.o.Clock.Now()) {
		return nil, ErrNotFound
	}
	return p, nil
}

// Delete forgets a parked message. If there is none, that is no error.
func (s *Messages) Delete(ctx context.Context, bucket, id string) error {
	if err := checkKey(bucket, id); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	if err := s.o.Store.Delete(ctx, bucket, id); err != nil {
		return fmt.Errorf("mstore: deleting: %w", err)
	}
	return nil
}

// Inject sends a loaded message again, from and to whom its envelope says,
// through the injector of its options.
func Inject(ctx context.Context, m *message.Message) error {
	if err := m.Inject(ctx, m.Sender(), []string{m.Recipient()}); err != nil {
		return fmt.Errorf("mstore: injecting: %w", err)
	}
	return nil
}
