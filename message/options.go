package message

import (
	"log/slog"
	"sync"
)

// LoneLF says what [Parse] does with line feeds that have no carriage return
// before them, and with carriage returns that have no line feed after them.
type LoneLF int

const (
	LoneLFIgnore   LoneLF = iota // kept as they are
	LoneLFPedantic               // refused with [ErrLoneLF]
	LoneLFFix                    // made CRLF
)

// MissingHeaders says what [Parse] does with content whose first line is not
// a header field.
type MissingHeaders int

const (
	MissingHeadersAllow  MissingHeaders = iota // all of it is the body
	MissingHeadersReject                       // refused with [ErrNoHeader]
)

// AddHeader says whether a field is added to new mail when it is injected.
type AddHeader int

const (
	AddHeaderIfNeeded AddHeader = iota // if there is none
	AddHeaderIgnore                    // never
)

// Options configures messages. A nil *Options is all defaults. It must not
// change once it is in use; the services in it must be safe for concurrent
// use.
type Options struct {
	// LargeMessageThreshold is the most bytes of content kept in memory;
	// larger content goes to a temporary file. If zero, 131072. If negative,
	// everything stays in memory.
	LargeMessageThreshold int
	// SpoolDir is where the temporary files are. If empty, os.TempDir().
	SpoolDir string

	// DefaultCharset is that of text which does not name one. If empty,
	// us-ascii.
	DefaultCharset string
	// LoneLFInBody and LoneLFInHeaders say what to do with lone line feeds.
	// If zero, nothing.
	LoneLFInBody, LoneLFInHeaders LoneLF
	// MissingHeaders says what to do without a header block. If zero, all is
	// the body.
	MissingHeaders MissingHeaders
	// DateHeader and MessageIDHeader say whether injected new mail gets a
	// Date and a Message-ID. If zero, it does if there is none.
	DateHeader, MessageIDHeader AddHeader
	// HeaderFoldLength is the length past which header lines are folded, the
	// field name included. If zero, 76. If negative, lines are not folded.
	HeaderFoldLength int
	// MaxLineLength is the most bytes in a header line that is written. If
	// zero, 998.
	MaxLineLength int
	// MaxHeaderBytes is the size above which a header block is refused. If
	// zero, 1 MiB.
	MaxHeaderBytes int
	// MaxMIMEDepth and MaxMIMEParts bound the MIME tree; what exceeds them is
	// one leaf. If zero, 100 and 10000.
	MaxMIMEDepth, MaxMIMEParts int
	// DescendEmbedded makes attached messages containers with one child. If
	// false, they are leaves.
	DescendEmbedded bool
	// StreamWindow is the longest match that is sure to be found in content
	// larger than LargeMessageThreshold. If zero, 65536.
	StreamWindow int
	// MaxMatches is the most matches that Match yields. If zero, 1000. If
	// negative, there is no limit.
	MaxMatches int
	// MaxLuaString is the most bytes of content given to a script as one
	// string. If zero, 128 MiB.
	MaxLuaString int64
	// MaxInjectDepth is how often a message may lead to another one. If
	// zero, 8.
	MaxInjectDepth int
	// DetailSeparator parts user and detail in a local part. If empty, "+".
	DetailSeparator string

	// Logger receives warnings. If nil, they are dropped.
	Logger *slog.Logger

	// The services of the host. If nil, those named here stand in.
	Injector        Injector        // none: nothing can be injected
	ForwardHook     ForwardHook     // none
	Bindings        Bindings        // the binding "default" alone
	Router          Router          // the recipient's domain
	DeliveryMethods DeliveryMethods // esmtp
	Files           FileOpener      // none: nothing can be opened
	IDs             IDs             // random
	Boundaries      Boundaries      // random
	Clock           Clock           // the system's
	Hostname        string          // of Message-IDs; if empty, the sender's domain

	prepared *settings // of Prepare
}

// Prepare fills in the defaults once, for options that many messages are made
// with, which share buffers then. It gives o, which must not be changed
// afterwards.
func (o *Options) Prepare() *Options {
	o.prepared = nil
	s := fill(*o)
	s.of = o
	o.prepared = s
	return o
}

// settings are options with the defaults filled in.
type settings struct {
	Options
	of       *Options  // that have these as prepared; copies of them do not count
	indexers sync.Pool // of *indexer
	buffers  sync.Pool // of *[]byte
}

var defaultSettings = fill(Options{})

func resolve(o *Options) *settings {
	if o == nil {
		return defaultSettings
	}
	if s := o.prepared; s != nil && s.of == o {
		return s
	}
	return fill(*o)
}

func fill(o Options) *settings {
	s := &settings{Options: o}
	orDefault(&s.LargeMessageThreshold, 131072)
	orDefault(&s.DefaultCharset, "us-ascii")
	orDefault(&s.HeaderFoldLength, 76)
	positive(&s.MaxLineLength, 998)
	positive(&s.MaxHeaderBytes, 1<<20)
	positive(&s.MaxMIMEDepth, 100)
	positive(&s.MaxMIMEParts, 10000)
	positive(&s.StreamWindow, 65536)
	orDefault(&s.MaxMatches, 1000)
	positive(&s.MaxLuaString, 128<<20)
	positive(&s.MaxInjectDepth, 8)
	orDefault(&s.DetailSeparator, "+")
	if s.Logger == nil {
		s.Logger = slog.New(slog.DiscardHandler)
	}
	if s.Bindings == nil {
		s.Bindings = onlyDefault{}
	}
	if s.IDs == nil {
		s.IDs = randomIDs{}
	}
	if s.Boundaries == nil {
		s.Boundaries = randomBoundaries{}
	}
	if s.Clock == nil {
		s.Clock = systemClock{}
	}
	return s
}

func orDefault[T comparable](v *T, def T) {
	var zero T
	if *v == zero {
		*v = def
	}
}

// positive puts the default in place of what is no limit.
func positive[T int | int64](v *T, def T) {
	if *v <= 0 {
		*v = def
	}
}

// MaxString gives the option MaxLuaString.
func (m *Message) MaxString() int64 { return m.o.MaxLuaString }
