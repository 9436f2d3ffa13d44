package httpsrv

import (
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/vctx"
)

// Options are the options of a [Server].
type Options struct {
	// MaxBody is the largest body of a request that scripts get, in bytes. If
	// zero, 1 MiB; negative is no limit.
	MaxBody int64
	// MaxResponse is the largest response that a script can build in memory,
	// in bytes. If zero, 32 MiB; negative is no limit.
	MaxResponse int64
	// Timeout is how long a request may take, suspended or not; then it is
	// answered with status 503. If zero, 30 seconds; negative is no limit.
	Timeout time.Duration
	// Auth tells who sends a request; ok is false for nobody who may. Those
	// are answered with status 401. If nil, everybody may.
	Auth func(r *http.Request) (user string, ok bool)
	// Realm is shown to those who must say who they are. If empty, "gomsys".
	Realm string
	// Next answers the requests that no script has registered for. If nil,
	// they are answered with status 404.
	Next http.Handler
	// Log takes a record of each request that a script answered, or that was
	// refused. If nil, there are none.
	Log func(Record)
	// Logger takes the failures of scripts. If nil, that of the runtime.
	Logger *slog.Logger
}

func (o *Options) withDefaults() Options {
	var d Options
	if o != nil {
		d = *o
	}
	if d.MaxBody == 0 {
		d.MaxBody = 1 << 20
	}
	if d.MaxResponse == 0 {
		d.MaxResponse = 32 << 20
	}
	if d.Timeout == 0 {
		d.Timeout = 30 * time.Second
	}
	if d.Realm == "" {
		d.Realm = "gomsys"
	}
	return d
}

// Record tells about a request.
type Record struct {
	// Time is when it came.
	Time time.Time
	// Peer and Local are the ends of the connection.
	Peer, Local vctx.Addr
	// User is who sent it, as Auth told.
	User string
	// Request is the request line: "GET /path HTTP/1.1".
	Request string
	// Status is the status of the response, 0 if the client had gone.
	Status int
	// Bytes is the length of the response's body.
	Bytes int64
	// Duration is how long it took.
	Duration time.Duration
}

// Server answers HTTP requests with the functions that scripts register. Make
// one with [New].
type Server struct {
	o      Options
	routes routes
}

// New makes a Server; o may be nil.
func New(o *Options) *Server {
	return &Server{o: o.withDefaults(), routes: routes{groups: map[bind.Runner]*group{}}}
}

var _ http.Handler = (*Server)(nil)

// ServeHTTP implements http.Handler. When a script fails after it has sent a
// part of its response, it panics with http.ErrAbortHandler, which has
// net/http break the connection off.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	rt := s.routes.find(r.Method, r.URL.Path)
	if rt == nil && s.o.Next != nil {
		s.o.Next.ServeHTTP(w, r)
		return
	}
	c := s.conversation(w, r)
	defer c.record()
	if s.o.Auth != nil {
		user, ok := s.o.Auth(r)
		if !ok {
			w.Header().Set("WWW-Authenticate", `Basic realm="`+s.o.Realm+`"`)
			c.refuse(http.StatusUnauthorized)
			return
		}
		c.user = user
	}
	if rt == nil {
		c.refuse(http.StatusNotFound)
	} else {
		c.serve(rt)
	}
}

// conversation is a request and how it is answered.
type conversation struct {
	s     *Server
	w     *counter
	r     *http.Request
	began time.Time
	peer  vctx.Addr
	local vctx.Addr
	user  string
}

func (s *Server) conversation(w http.ResponseWriter, r *http.Request) *conversation {
	c := &conversation{s: s, w: &counter{ResponseWriter: w}, r: r, began: time.Now()}
	if peer, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		c.peer = vctx.AddrOf(peer)
	} else {
		c.peer.Path = r.RemoteAddr
	}
	if local, ok := r.Context().Value(http.LocalAddrContextKey).(interface {
		Network() string
		String() string
	}); ok {
		c.local = vctx.AddrFrom(local)
	}
	return c
}

// refuse answers with a status and its name.
func (c *conversation) refuse(status int) {
	c.w.Header().Set("Content-Type", textPlain)
	c.w.WriteHeader(status)
	_, _ = c.w.Write([]byte(http.StatusText(status) + "\n")) // the client has gone if that fails
}

func (c *conversation) record() {
	if c.s.o.Log == nil {
		return
	}
	c.s.o.Log(Record{
		Time: c.began, Peer: c.peer, Local: c.local, User: c.user, Request: c.r.Method + " " + target(c.r) + " " + c.r.Proto,
		Status: c.w.status, Bytes: c.w.bytes, Duration: time.Since(c.began),
	})
}

// counter notes what a response is.
type counter struct {
	http.ResponseWriter
	status int
	bytes  int64
}

// WriteHeader implements http.ResponseWriter.
func (w *counter) WriteHeader(status int) {
	if w.status < 200 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (w *counter) Write(p []byte) (int, error) {
	if w.status < 200 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(p)
	w.bytes += int64(n)
	return n, err
}

// Unwrap is for http.ResponseController.
func (w *counter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
