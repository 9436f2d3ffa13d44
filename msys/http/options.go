package httpclient

import (
	"net"
	"net/http"
	"net/url"
	"time"
)

// Options are the options of a [Service].
type Options struct {
	// HTTP does the requests. Redirects are followed only if its
	// CheckRedirect says so. If nil, one that does not follow redirects,
	// verifies certificates and takes a proxy from the environment.
	HTTP *http.Client
	// MaxTimeout is the longest that a request may take, whatever the script
	// says. If zero, 5 minutes; negative is no limit.
	MaxTimeout time.Duration
	// MaxBody is the largest body of a response in bytes, after decoding. If
	// zero, 32 MiB; negative is no limit.
	MaxBody int64
	// UserAgent is sent unless a client has its own. If empty, "gomsys".
	UserAgent string
	// AllowURL refuses a request by an error, whose text the script gets. It
	// sees the addresses that scripts ask for, not those of redirects. If nil,
	// every address is allowed.
	AllowURL func(*url.URL) error
}

const (
	defaultMaxTimeout = 5 * time.Minute
	defaultMaxBody    = 32 << 20
)

func (o *Options) withDefaults() Options {
	var d Options
	if o != nil {
		d = *o
	}
	if d.MaxTimeout == 0 {
		d.MaxTimeout = defaultMaxTimeout
	}
	if d.MaxBody == 0 {
		d.MaxBody = defaultMaxBody
	}
	if d.UserAgent == "" {
		d.UserAgent = "gomsys"
	}
	return d
}

// Service makes clients that share connections.
type Service struct {
	o    Options
	http http.Client
	own  *http.Transport // nil if the host gave the client
}

// New makes a Service. o may be nil. Close ends it.
func New(o *Options) *Service {
	s := &Service{o: o.withDefaults()}
	if s.o.HTTP != nil {
		s.http = *s.o.HTTP
	} else {
		s.own = newTransport()
		s.http.Transport = s.own
	}
	if s.http.CheckRedirect == nil {
		s.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	}
	return s
}

func newTransport() *http.Transport {
	dialer := &net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            dialer.DialContext,
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           512,
		MaxIdleConnsPerHost:    128, // many sessions ask the same few servers
		IdleConnTimeout:        90 * time.Second,
		TLSHandshakeTimeout:    30 * time.Second,
		MaxResponseHeaderBytes: 1 << 20,
		DisableCompression:     true, // bodies are decoded here, within MaxBody
	}
}

// Client makes a client without headers and time limit.
func (s *Service) Client() *Client { return &Client{s: s, busy: make(chan struct{}, 1)} }

// Close closes idle connections. Requests that run go on; connections of the
// host's own http.Client are its to close. Further calls do nothing.
func (s *Service) Close() {
	if s.own != nil {
		s.own.CloseIdleConnections()
	}
}
