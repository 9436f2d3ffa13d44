package message

import (
	"context"
	"io"
	"net/netip"
	"sync"
	"time"
	"weak"

	"github.com/gomsys/gomsys/message/internal/rope"
)

// Message is an e-mail message: its content, its envelope, and what policy
// has decided about it. It is safe for concurrent use.
//
// Content is stored without the dot-stuffing and the terminator of SMTP; see
// [Message.Render] for the form on the wire.
type Message struct {
	o      *settings
	header Header

	mu     sync.Mutex
	top    *node
	flat   rope.Span // all of the content, if isFlat
	isFlat bool
	spools []weak.Pointer[rope.Spool] // retained until Close

	builder *Builder // that has not been closed

	attempted netip.Addr // of the last attempt to deliver it

	freed    bool
	readOnly bool
	snapshot bool
	batch    bool // stands for all recipients of a transaction
	hosted   bool // the host's own, not released by scripts
	fault    MIMEFault
	depth    int // how many messages led to this one by injection

	env      Envelope
	identity identity
	status   Status
	code     string
	discard  Disposition
	route    route
	context  ContextStore
}

// New makes an empty message of the sender "", received at now by
// [ProtocolInternal]. If now is zero, it is the time of the clock.
func New(o *Options, now time.Time) *Message {
	m := newMessage(resolve(o), Envelope{NullFrom: true})
	if now.IsZero() {
		now = m.o.Clock.Now()
	}
	m.status.Created = now
	m.identity.method = ProtocolInternal
	m.identity.generated = true
	m.setTop(emptyNode())
	return m
}

func newMessage(o *settings, env Envelope) *Message {
	m := &Message{o: o, env: env}
	m.header.m = m
	return m
}

func emptyNode() *node { return &node{head: &block{}, made: true} }

// ParseBytes makes a message of b, which it keeps: b must not change
// afterwards. See [Parse] for errors.
func ParseBytes(b []byte, env Envelope, o *Options) (*Message, error) {
	s := resolve(o)
	b, err := s.checkLineEnds(b)
	if err != nil {
		return nil, err
	}
	m := newMessage(s, env)
	if err := m.load(rope.OfBytes(b)); err != nil {
		return nil, err
	}
	return m, nil
}

// Parse reads a message up to the end of r. Broken mail is accepted as far as
// the options allow; the errors are [ErrHeaderTooLarge], [ErrNoHeader],
// [ErrLoneLF], and those of r, of the spool file and of ctx.
func Parse(ctx context.Context, r io.Reader, env Envelope, o *Options) (*Message, error) {
	m := newMessage(resolve(o), env)
	s, err := m.o.read(ctx, r, readLineEnds)
	if err != nil {
		return nil, err
	}
	if err := m.load(s); err != nil {
		return nil, err
	}
	return m, nil
}

// Load replaces the whole content by what r has, as [Parse] does. Unlike
// [Message.SetContent] it takes a terminator at the end for content.
func (m *Message) Load(ctx context.Context, r io.Reader) error {
	s, err := m.o.read(ctx, r, readLineEnds)
	if err != nil {
		return err
	}
	if err := m.enterEdit(); err != nil {
		return err
	}
	defer m.mu.Unlock()
	return m.load(s)
}

// load parses s; the caller holds the lock or is alone.
func (m *Message) load(s rope.Span) error {
	n, err := parseNode(s, m.o)
	if err != nil {
		return err
	}
	m.setTop(n)
	m.retain(s)
	return nil
}

// setTop makes n the top part.
func (m *Message) setTop(n *node) {
	if m.top != nil {
		m.top.makeStale()
	}
	n.init(m)
	m.top, m.fault = n, MIMEOK
	m.changed()
}

// changed notes that the content is not what it was.
func (m *Message) changed() {
	m.isFlat = false
	m.flat = rope.Span{}
}

// enter locks the message unless it has been freed. What an open builder has
// got becomes the content.
func (m *Message) enter() error {
	m.mu.Lock()
	if m.freed || m.top == nil {
		m.mu.Unlock()
		return ErrFreed
	}
	if m.builder != nil {
		m.builder.finish()
	}
	return nil
}

// enterEdit locks the message unless its content must not change.
func (m *Message) enterEdit() error {
	if err := m.enter(); err != nil {
		return err
	}
	if err := m.writable(); err != nil {
		m.mu.Unlock()
		return err
	}
	return nil
}

// writable tells why the content must not change.
func (m *Message) writable() error {
	switch {
	case m.snapshot:
		return ErrSnapshot
	case m.readOnly:
		return ErrReadOnly
	}
	return nil
}

// Err gives [ErrFreed] after Close, else nil.
func (m *Message) Err() error {
	if err := m.enter(); err != nil {
		return err
	}
	m.mu.Unlock()
	return nil
}

// SetReadOnly forbids or allows changes of the content. Where they are
// forbidden, setters give [ErrReadOnly].
func (m *Message) SetReadOnly(on bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.readOnly = on
}

// Header gives the header fields of the top part.
func (m *Message) Header() *Header { return &m.header }

// span gives all of the content; the caller holds the lock.
func (m *Message) span() rope.Span {
	if !m.isFlat {
		m.flat, m.isFlat = m.top.span(), true
	}
	return m.flat
}

// content gives all of the content.
func (m *Message) content() (rope.Span, error) {
	if err := m.enter(); err != nil {
		return rope.Span{}, err
	}
	defer m.mu.Unlock()
	return m.span(), nil
}

// retain keeps the temporary files of s until Close.
func (m *Message) retain(s rope.Span) {
	s.Rope().Spools(func(sp *rope.Spool) {
		w := weak.Make(sp)
		for _, have := range m.spools {
			if have == w {
				return
			}
		}
		sp.Retain()
		m.spools = append(m.spools, w)
	})
}

// Close releases the content. Later use gives [ErrFreed]; closing again does
// nothing. A message that is not closed is released when it is unreachable.
func (m *Message) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.freed {
		return nil
	}
	m.freed = true
	m.top = nil
	if m.builder != nil {
		m.builder.finish()
	}
	m.changed()
	for _, w := range m.spools {
		if s := w.Value(); s != nil {
			s.Release()
		}
	}
	m.spools = nil
	return nil
}
