package message

import "time"

// Delivery says how far the delivery of a message is.
type Delivery int

const (
	Trying    Delivery = iota // not delivered yet
	Succeeded                 // delivered
	Failed                    // given up
)

// Status is the state of a message in the host's queue. Times are zero if
// unknown.
type Status struct {
	Created, NextAttempt, Final time.Time
	Retries                     int
	Delivered                   Delivery
	Failed, Bounce              bool
}

// Status gives the state of the message in the queue.
func (m *Message) Status() Status {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.status
}

// SetStatus records the state of the message in the queue.
func (m *Message) SetStatus(s Status) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.status = s
}

// SetDelivered records how far the delivery is.
func (m *Message) SetDelivered(d Delivery) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.status.Delivered = d
}

// Priority gives 0, or 1 for mail that the host takes from its queue first.
func (m *Message) Priority() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.route.priority
}

// SetPriority sets the priority, 0 or 1; others give [ErrInvalidPriority].
func (m *Message) SetPriority(p int) error {
	if p != 0 && p != 1 {
		return ErrInvalidPriority
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.route.priority = p
	return nil
}

// IsSnapshot reports whether the message came from [Message.Snapshot].
func (m *Message) IsSnapshot() bool { return m.snapshot }
