package httpsrv

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/vctx"
)

// Error numbers that scripts get.
const (
	errnoNone   = 0
	errnoNoEnt  = 2  // ENOENT: no such header
	errnoIO     = 5  // EIO: the body cannot be read
	errnoBadF   = 9  // EBADF: the response has begun, or the session is over
	errnoNoMem  = 12 // ENOMEM: the response becomes too large
	errnoInval  = 22 // EINVAL
	errnoTooBig = 27 // EFBIG: the body is too large
)

// session is a request as scripts see it. Scripts may keep it; once it is
// over its methods fail.
type session struct {
	c      *conversation
	conn   *vctx.Conn
	called bool // the function has been called; used by the serving goroutine

	mu        sync.Mutex
	over      bool
	context   bind.Ref // of ctx_set
	suspended bool
	resumed   chan bool // tells whether to call the function again
	out       response
	begun     bool // status and headers are out

	sending sync.Mutex // held while a part of the response is sent; over mu

	reading sync.Mutex // held while the body is read; over mu
	body    []byte
	bodyErr error
	read    bool
}

func newSession(c *conversation) *session {
	return &session{
		c: c, resumed: make(chan bool, 1), out: response{header: http.Header{}, limit: c.s.o.MaxResponse},
		conn: vctx.NewConn(vctx.Conn{
			Remote: c.peer.AddrPort, RemotePath: c.peer.Path, Local: c.local.AddrPort, LocalPath: c.local.Path, Service: "HTTP",
		}),
	}
}

// finish ends the session and gives what is left to send; begun reports
// whether the status is out already.
func (s *session) finish() (out *response, begun bool) {
	s.sending.Lock() // whoever is sending ends first
	defer s.sending.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = true
	s.context = bind.Ref{}
	return &s.out, s.begun
}

// suspend announces that the function will return ASYNC.
func (s *session) suspend() (errno int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over || s.suspended {
		return errnoBadF
	}
	s.suspended = true
	return errnoNone
}

// resume ends a suspension, from any call of the runtime.
func (s *session) resume(finished bool) (errno int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over || !s.suspended {
		return errnoBadF
	}
	select {
	case s.resumed <- !finished:
		s.suspended = false
		return errnoNone
	default: // resumed before, and not noticed yet
		return errnoBadF
	}
}

// mayWait reports by an error that ASYNC came without a suspension.
func (s *session) mayWait() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.suspended && len(s.resumed) == 0 {
		return errNotSuspended
	}
	return nil
}

// wait waits for resume; again tells whether to call the function again.
func (s *session) wait(ctx context.Context) (again bool, err error) {
	select {
	case again = <-s.resumed:
		return again, nil
	case <-ctx.Done():
		return false, context.Cause(ctx)
	}
}

// isOver reports whether the request has been answered.
func (s *session) isOver() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.over
}

// respond changes the response under the lock. What is about status or headers
// gives EBADF once those are out.
func (s *session) respond(head bool, f func(out *response) (errno int)) (errno int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over || head && s.begun {
		return errnoBadF
	}
	return f(&s.out)
}

// flush sends what there is of the response.
func (s *session) flush() (errno int) {
	s.sending.Lock()
	defer s.sending.Unlock()
	s.mu.Lock()
	if s.over {
		s.mu.Unlock()
		return errnoBadF
	}
	w := s.c.w
	if !s.begun {
		s.begun = true
		s.out.begin(w)
	}
	part := response{stream: s.out.stream}
	part.body.Write(s.out.body.Bytes())
	s.out.body.Reset()
	s.out.stream = nil
	s.mu.Unlock()
	if err := part.flush(w); err != nil && !errors.Is(err, http.ErrBodyNotAllowed) {
		return errnoIO
	}
	if err := http.NewResponseController(w).Flush(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return errnoIO
	}
	return errnoNone
}

// data reads the body of the request, once.
func (s *session) data(ctx context.Context) (body []byte, errno int) {
	s.reading.Lock()
	defer s.reading.Unlock()
	if s.isOver() {
		return nil, errnoBadF
	}
	if !s.read {
		s.read = true
		s.body, s.bodyErr = s.readBody(ctx)
	}
	var tooLarge *http.MaxBytesError
	switch {
	case s.bodyErr == nil:
		return s.body, errnoNone
	case errors.As(s.bodyErr, &tooLarge):
		return nil, errnoTooBig
	}
	return nil, errnoIO
}

// readBody reads the body until ctx ends.
func (s *session) readBody(ctx context.Context) ([]byte, error) {
	body, limit := s.c.r.Body, s.c.s.o.MaxBody
	if body == nil {
		return nil, nil
	}
	if limit >= 0 {
		body = http.MaxBytesReader(s.c.w, body, limit)
	}
	conn := http.NewResponseController(s.c.w)
	stop := context.AfterFunc(ctx, func() { _ = conn.SetReadDeadline(time.Unix(1, 0)) }) // a server that has none cannot be hurried
	defer stop()
	return io.ReadAll(body)
}
