package rfc3464

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"os"
	"time"

	"github.com/gomsys/gomsys/message"
)

// Inline says how much of the original message a notification has.
type Inline string

// How much of the original message a notification has.
const (
	InlineHeaders Inline = "headers" // its header block
	InlineAll     Inline = "all"     // all of it
	InlineNone    Inline = "none"    // nothing
)

// Options says who notifies, and how. Nil is the default.
type Options struct {
	// Hostname names the reporting system. If empty, [os.Hostname].
	Hostname string
	// From is the From field of notifications. If empty,
	// "Mail Delivery System <mailer-daemon@HOSTNAME>".
	From string
	// InlineOriginal says how much of the original message is attached. If
	// empty, [InlineHeaders].
	InlineOriginal Inline
	// FailuresNotify is who gets the notifications about messages of the null
	// sender. If empty, nobody.
	FailuresNotify string
	// Attempt tells what is known of the delivery. If nil, only what the
	// message itself knows is reported.
	Attempt func(m *message.Message) Attempt
	// Hooks may replace what is generated. If nil, nothing is replaced.
	Hooks Hooks
	// Now is the clock. If nil, [time.Now].
	Now func() time.Time
	// NewID gives the left part of a Message-ID and the end of a boundary:
	// letters and digits, never twice the same. If nil, 128 random bits.
	NewID func() string
}

// Attempt is what a host knows of the last attempt to deliver a message.
// Whatever is empty or zero is not reported.
type Attempt struct {
	// RemoteMTA is the name of the system that gave the reply.
	RemoteMTA string
	// Last is when it was, RetryUntil when the host will give up.
	Last, RetryUntil time.Time
}

// Hooks are the callouts of policy. Each has first the original message.
type Hooks interface {
	// Notification may make the whole notification: if handled, dsn is used,
	// and nil means that there is none.
	Notification(ctx context.Context, original *message.Message, a Action) (dsn *message.Message, handled bool, err error)
	// Preamble may write the text that people read.
	Preamble(ctx context.Context, original *message.Message, a Action) (text string, handled bool, err error)
	// Fragment may make the part for the original message: its header fields,
	// an empty line and its content.
	Fragment(ctx context.Context, original *message.Message, a Action) (part string, handled bool, err error)
	// Created sees the notification that was made.
	Created(ctx context.Context, original, dsn *message.Message, a Action) error
}

// The reasons why there is no notification, for errors.Is.
var (
	// ErrNullSender reports that nobody can be notified.
	ErrNullSender = errors.New("null sender")
	// ErrLoop reports a notification that would answer a notification.
	ErrLoop = errors.New("notification about a notification")
	// ErrNotWanted reports that the sender asked for no such notification.
	ErrNotWanted = errors.New("notification not wanted")
	// ErrSuppressed reports that a hook wants no notification.
	ErrSuppressed = errors.New("notification suppressed by policy")
	// ErrNoReport reports a message that is no delivery status notification.
	ErrNoReport = errors.New("no delivery status report")
)

func (o *Options) withDefaults() Options {
	var r Options
	if o != nil {
		r = *o
	}
	if r.Hostname == "" {
		r.Hostname, _ = os.Hostname()
		if r.Hostname == "" {
			r.Hostname = "localhost"
		}
	}
	if r.From == "" {
		r.From = "Mail Delivery System <mailer-daemon@" + r.Hostname + ">"
	}
	if r.InlineOriginal == "" {
		r.InlineOriginal = InlineHeaders
	}
	if r.Now == nil {
		r.Now = time.Now
	}
	if r.NewID == nil {
		r.NewID = newID
	}
	if r.Attempt == nil {
		r.Attempt = func(*message.Message) Attempt { return Attempt{} }
	}
	return r
}

func newID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}
