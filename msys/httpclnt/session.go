package httpclnt

import (
	"io"
	"sync"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/delivery"
)

// Session is one request over HTTP and its response, as handlers and scripts
// see it. It is safe for concurrent use.
type Session struct {
	conn     *delivery.Conn
	request  *Request
	response *Response

	mu sync.Mutex
	ip string
}

// Conn gives the delivery that the session is for.
func (s *Session) Conn() *delivery.Conn { return s.conn }

// Message gives the message that is delivered.
func (s *Session) Message() *message.Message { return s.conn.Message() }

// Request gives the request.
func (s *Session) Request() *Request { return s.request }

// Response gives the response, which is empty before it has come.
func (s *Session) Response() *Response { return s.response }

// IP gives the address of the other end, "" before the connection is made.
func (s *Session) IP() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ip
}

func (s *Session) setIP(ip string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ip = ip
}

// useMessage makes the message itself the body, for a method that builds none.
func (s *Session) useMessage() error {
	switch s.request.Method() {
	case "GET", "HEAD", "DELETE":
		return nil
	}
	content, err := io.ReadAll(s.Message().Content())
	if err != nil {
		return err
	}
	if _, err := s.request.AddHeader("Content-Type", "message/rfc822", true); err != nil {
		return err
	}
	return s.request.SetBody(string(content))
}
