package message

import (
	"context"
	"encoding/hex"
	"io"
	"math/rand/v2"
	"time"

	"github.com/gomsys/gomsys/vctx"
)

// Injector takes new mail into the mail system.
type Injector interface {
	// Inject queues m for the recipients, one message each. It owns m.
	Inject(ctx context.Context, m *Message, from string, to []string) error
}

// ForwardHook runs before a forwarded message is injected.
type ForwardHook interface {
	Assembled(ctx context.Context, original, forwarded *Message) error
}

// Bindings is the registry of the addresses that mail leaves from.
type Bindings interface {
	// ID gives the number of a binding; that of "default" is 0.
	ID(name string) (int, bool)
	// Name gives the binding with that number.
	Name(id int) (string, bool)
	// GroupSize gives how many bindings a group has, 0 if it is unknown.
	GroupSize(group string) int
	// GroupOf gives the group of a binding, "" if it has none.
	GroupOf(binding string) string
	// Select chooses a binding of the group for m: at random one that is
	// local and not suspended, else not suspended, else local.
	Select(ctx context.Context, m *Message, group string) (string, bool)
}

// Router finds the routing domain of a message that does not name one.
type Router interface {
	Domain(ctx context.Context, m *Message) (string, error)
}

// DeliveryMethods tells how a message will be delivered, in lower case.
type DeliveryMethods interface {
	Method(ctx context.Context, m *Message) string
}

// FileOpener opens files that a script names.
type FileOpener interface {
	Open(path string) (io.ReadSeekCloser, error)
}

// IDs makes message ids.
type IDs interface{ NewID() string }

// Boundaries makes MIME boundaries, of letters, digits and underscores.
type Boundaries interface{ NewBoundary() string }

// Clock tells the time.
type Clock interface{ Now() time.Time }

// DefaultBinding is the binding that always exists.
const DefaultBinding = "default"

type onlyDefault struct{}

func (onlyDefault) ID(name string) (int, bool)                              { return 0, name == DefaultBinding }
func (onlyDefault) Name(id int) (string, bool)                              { return DefaultBinding, id == 0 }
func (onlyDefault) GroupSize(string) int                                    { return 0 }
func (onlyDefault) GroupOf(string) string                                   { return "" }
func (onlyDefault) Select(context.Context, *Message, string) (string, bool) { return "", false }

type randomIDs struct{}

// NewID gives an id in the form that log readers know.
func (randomIDs) NewID() string { return vctx.NewID() }

// noID is the id of the connection of mail that came from none.
const noID = "00/00-00000-00000000"

type randomBoundaries struct{}

func (randomBoundaries) NewBoundary() string {
	var b [16]byte
	for i := range b {
		b[i] = byte(rand.Uint32())
	}
	return "_msys_" + hex.EncodeToString(b[:])
}

type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }
