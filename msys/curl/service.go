package curl

import (
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// Options are the options of a [Service].
type Options struct {
	// HTTP is whose Transport does the requests; nothing else of it is used.
	// Options about proxies, TLS and connections have an effect only if that
	// is a *http.Transport. If nil, a transport that verifies certificates
	// and takes a proxy from the environment.
	HTTP *http.Client
	// MaxTimeout is the longest that a transfer may take, whatever the script
	// says. If zero, 5 minutes; negative is no limit.
	MaxTimeout time.Duration
	// MaxBody is the largest body that is received, in bytes after decoding.
	// If zero, 32 MiB; negative is no limit.
	MaxBody int64
	// UserAgent is sent unless a script has its own. If empty, "gomsys".
	UserAgent string
	// AllowURL refuses an address by an error: that of the transfer, and that
	// of each redirect. If nil, every address is allowed.
	AllowURL func(*url.URL) error
	// Files are the files of file URLs, certificates, cookies and
	// fetch_into_file. If nil, those of the machine: Dir("/").
	Files Files
	// Logger takes what [OptVerbose] tells, from Go. If nil, slog.Default. In
	// Lua the call's own logger is used.
	Logger *slog.Logger
}

func (o *Options) withDefaults() Options {
	var d Options
	if o != nil {
		d = *o
	}
	if d.MaxTimeout == 0 {
		d.MaxTimeout = 5 * time.Minute
	}
	if d.MaxBody == 0 {
		d.MaxBody = 32 << 20
	}
	if d.UserAgent == "" {
		d.UserAgent = "gomsys"
	}
	if d.Files == nil {
		d.Files = Dir("/")
	}
	if d.Logger == nil {
		d.Logger = slog.Default()
	}
	return d
}

// Service makes easy handles that share connections.
type Service struct {
	o    Options
	base http.RoundTripper
	own  bool // base is this service's

	mu         sync.Mutex
	transports map[connection]*http.Transport
}

// maxTransports bounds the transports that are kept for handles with the same
// settings.
const maxTransports = 64

// New makes a Service. o may be nil. Close ends it.
func New(o *Options) *Service {
	s := &Service{o: o.withDefaults(), transports: map[connection]*http.Transport{}}
	switch {
	case s.o.HTTP == nil:
		s.base, s.own = newTransport(), true
	case s.o.HTTP.Transport == nil:
		s.base = http.DefaultTransport
	default:
		s.base = s.o.HTTP.Transport
	}
	return s
}

// Easy makes a handle without settings.
func (s *Service) Easy() *Easy { return &Easy{s: s, set: settings{}} }

// Close closes idle connections. Transfers that run go on. Further calls do
// nothing.
func (s *Service) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for key, t := range s.transports {
		t.CloseIdleConnections()
		delete(s.transports, key)
	}
	if t, ok := s.base.(*http.Transport); ok && s.own {
		t.CloseIdleConnections()
	}
}
