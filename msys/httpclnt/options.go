package httpclnt

import (
	"cmp"
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gomsys/gomsys/message"
)

// Options are the options of a [Driver]. A message variable (in the message's
// own scope) of the name in parentheses comes before the option.
type Options struct {
	// Host is the Host field, and where to connect if the attempt has no
	// Remote: "push.example" or "push.example:8080" (http_host). If empty, the
	// routing domain.
	Host string
	// URI is the request target (http_uri). If empty, "/".
	URI string
	// Method is the HTTP method (http_method). If empty, POST.
	Method string
	// BasicAuth is "user:password" for an Authorization field
	// (http_basic_auth). If empty, there is none.
	BasicAuth string
	// Version is the protocol, "1.1" or "1.0" (http_version). If empty, 1.1.
	Version string
	// UseTLS makes it HTTPS (http_use_tls: "true", "yes", "on" or "1").
	UseTLS bool
	// TLS configures HTTPS. If nil, the system's roots verify the server.
	TLS *tls.Config

	// ConnectTimeout bounds connecting, the TLS handshake included. If zero,
	// 30 s.
	ConnectTimeout time.Duration
	// ResponseTimeout bounds the time from sending to the end of the response
	// (delivery_response_timeout, in milliseconds). If zero, 5 s.
	ResponseTimeout time.Duration
	// IdleTimeout is how long a connection waits for the next request
	// (idle_timeout, in seconds). If zero, 5 s; if negative, each request has
	// its own connection.
	IdleTimeout time.Duration
	// MaxIdle is how many connections wait at most. If zero, 16.
	MaxIdle int
	// MaxBody is how many bytes of a response body scripts see. If zero,
	// 2048. More is read, at most MaxDrain bytes, and dropped.
	MaxBody int
	// MaxDrain bounds what is read of a response body that is larger. If
	// zero, 256 KiB; the connection is closed then.
	MaxDrain int64

	// Retry5xx makes 408, 429 and 5xx temporary failures. If false, all but
	// 2xx have failed for good, as Momentum has it.
	Retry5xx bool
	// Handler is what is special about the delivery method.
	Handler Handler

	// Client sends the requests, with its own connections, TLS and proxies; a
	// request is written anew from its fields then. Redirects are not followed
	// all the same. If nil, requests are sent as they are, byte for byte.
	Client *http.Client
	// Dial makes connections. If nil, net.Dialer's.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Logger receives failures of handlers. If nil, slog.Default.
	Logger *slog.Logger
}

func (o Options) withDefaults() Options {
	o.URI = cmp.Or(o.URI, "/")
	o.Method = cmp.Or(o.Method, "POST")
	o.Version = cmp.Or(o.Version, "1.1")
	o.ConnectTimeout = cmp.Or(o.ConnectTimeout, 30*time.Second)
	o.ResponseTimeout = cmp.Or(o.ResponseTimeout, 5*time.Second)
	o.IdleTimeout = cmp.Or(o.IdleTimeout, 5*time.Second)
	if o.MaxIdle <= 0 {
		o.MaxIdle = 16
	}
	if o.MaxBody <= 0 {
		o.MaxBody = MaxResponseLength
	}
	if o.MaxDrain <= 0 {
		o.MaxDrain = 256 << 10
	}
	if o.Dial == nil {
		o.Dial = (&net.Dialer{}).DialContext
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	return o
}

// MaxResponseLength is the default of Options.MaxBody,
// msys.httpclnt.MAX_HTTP_RESPONSE_LENGTH.
const MaxResponseLength = 2048

// For gives the options for one message: what its variables say comes first.
// Values that make no sense are ignored.
func (o Options) For(m *message.Message) Options {
	o = o.withDefaults()
	get := func(key string) string {
		v, _ := m.ContextGet(message.ContextMess, key)
		return strings.TrimSpace(v)
	}
	o.Host = cmp.Or(get("http_host"), o.Host)
	o.URI = cmp.Or(get("http_uri"), o.URI)
	o.Method = cmp.Or(get("http_method"), o.Method)
	o.BasicAuth = cmp.Or(get("http_basic_auth"), o.BasicAuth)
	o.Version = cmp.Or(get("http_version"), o.Version)
	switch strings.ToLower(get("http_use_tls")) {
	case "":
	case "true", "yes", "on", "1", "required":
		o.UseTLS = true
	default:
		o.UseTLS = false
	}
	duration := func(key string, unit time.Duration, d *time.Duration) {
		if n, err := strconv.Atoi(get(key)); err == nil && n > 0 && n < 1e6 {
			*d = time.Duration(n) * unit
		}
	}
	duration("delivery_response_timeout", time.Millisecond, &o.ResponseTimeout)
	duration("idle_timeout", time.Second, &o.IdleTimeout)
	return o
}

// origin gives host and port of the server, and its name.
func (o *Options) origin(domain string) (hostport, server string) {
	host := o.Host
	if host == "" {
		host = domain
	}
	port := "80"
	if o.UseTLS {
		port = "443"
	}
	if h, p, err := net.SplitHostPort(host); err == nil {
		server, port = h, p
	} else {
		server = strings.Trim(host, "[]")
	}
	return net.JoinHostPort(server, port), server
}
