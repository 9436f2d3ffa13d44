package policykit

import (
	"context"
	"sync"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys"
)

// Queue is an Enqueuer that keeps the mail that scripts send.
type Queue struct {
	mu       sync.Mutex
	messages []*message.Message
	err      error
}

var _ msys.Enqueuer = (*Queue)(nil)

// Enqueue implements msys.Enqueuer.
func (q *Queue) Enqueue(_ context.Context, m *message.Message) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.err != nil {
		return q.err
	}
	q.messages = append(q.messages, m)
	return nil
}

// Fail makes Enqueue refuse mail with err; nil makes it accept mail again.
func (q *Queue) Fail(err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.err = err
}

// Take gives the messages since the last call.
func (q *Queue) Take() []*message.Message {
	q.mu.Lock()
	defer q.mu.Unlock()
	out := q.messages
	q.messages = nil
	return out
}
