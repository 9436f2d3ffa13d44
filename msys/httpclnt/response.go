package httpclnt

import (
	"sync"

	"github.com/gomsys/gomsys/message"
)

// Response is the response of a [Session]; it is empty before it has come. It
// is safe for concurrent use.
type Response struct {
	mu            sync.Mutex
	version       string
	code, reason  *message.ECString
	header        fields
	body, data    string
	contentLength int64
	present       bool
}

func newResponse() *Response {
	return &Response{code: message.NewECString(""), reason: message.NewECString("")}
}

func (r *Response) lock() func() { r.mu.Lock(); return r.mu.Unlock }

// Version gives the protocol, such as "HTTP/1.1".
func (r *Response) Version() string { defer r.lock()(); return r.version }

// StatusCode gives the status, such as "200", "" if there is no response.
func (r *Response) StatusCode() string { return r.code.String() }

// StatusReason gives the text behind the status.
func (r *Response) StatusReason() string { return r.reason.String() }

// Header gives the values of a header field, whose name may be in any case.
func (r *Response) Header(name string) []string { defer r.lock()(); return r.header.get(name) }

// Fields gives a copy of the header in order.
func (r *Response) Fields() []Field { defer r.lock()(); return append([]Field(nil), r.header...) }

// Body gives the first Options.MaxBody bytes of the body, and whether there is
// a response.
func (r *Response) Body() (string, bool) { defer r.lock()(); return r.body, r.present }

// Data gives status line, header and Body, and whether there is a response.
func (r *Response) Data() (string, bool) { defer r.lock()(); return r.data, r.present }

// ContentLength gives the length of the body as the header has it, -1 if it
// does not say.
func (r *Response) ContentLength() int64 { defer r.lock()(); return r.contentLength }

// received is what a transport makes of a response.
type received struct {
	version, code, reason string
	header                fields
	head                  string // status line and header as they came, with the empty line
	body                  string
	contentLength         int64
}

func (r *Response) fill(in *received) {
	r.code.Set(in.code)
	r.reason.Set(in.reason)
	defer r.lock()()
	r.version, r.header, r.body = in.version, in.header, in.body
	r.data, r.contentLength, r.present = in.head+in.body, in.contentLength, true
}
