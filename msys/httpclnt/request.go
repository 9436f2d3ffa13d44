package httpclnt

import (
	"errors"
	"strconv"
	"strings"
	"sync"
)

// ErrReadOnly is for changes of a request outside of http_request_eval and of
// a method's build_request.
var ErrReadOnly = errors.New("httpclnt: the request is read-only outside of http_request_eval and build_request")

// Request is the request of a [Session]. It is safe for concurrent use.
type Request struct {
	mu                   sync.Mutex
	method, uri, version string
	header               fields
	body                 string
	hasBody              bool
	data                 string
	hasData              bool
	own                  bool // data is a script's
	stale                bool // data lacks later changes
	open                 bool // changes are allowed
}

func (r *Request) lock() func() { r.mu.Lock(); return r.mu.Unlock }

// setOpen allows or forbids changes.
func (r *Request) setOpen(open bool) {
	defer r.lock()()
	r.open = open
}

// change runs f if changes are allowed.
func (r *Request) change(f func()) error {
	defer r.lock()()
	if !r.open {
		return ErrReadOnly
	}
	f()
	r.stale = true
	return nil
}

// Method gives the method, such as "POST".
func (r *Request) Method() string { defer r.lock()(); return r.method }

// URI gives the request target, such as "/send".
func (r *Request) URI() string { defer r.lock()(); return r.uri }

// Version gives the version of HTTP, such as "1.1".
func (r *Request) Version() string { defer r.lock()(); return r.version }

// SetMethod sets the method. The errors are [ErrInvalidLine] and
// [ErrReadOnly].
func (r *Request) SetMethod(s string) error {
	if !isToken(s) {
		return ErrInvalidLine
	}
	return r.change(func() { r.method = s })
}

// SetURI sets the request target. The errors are [ErrInvalidLine] and
// [ErrReadOnly].
func (r *Request) SetURI(s string) error {
	if !isTarget(s) {
		return ErrInvalidLine
	}
	return r.change(func() { r.uri = s })
}

// SetVersion sets the version of HTTP, 1.1 or 1.0, as in "1.1" or "HTTP/1.1".
// The errors are [ErrInvalidLine] and [ErrReadOnly].
func (r *Request) SetVersion(s string) error {
	v, err := httpVersion(s)
	if err != nil {
		return err
	}
	return r.change(func() { r.version = v })
}

// httpVersion reads a version with or without "HTTP/".
func httpVersion(s string) (string, error) {
	if len(s) > 5 && strings.EqualFold(s[:5], "HTTP/") {
		s = s[5:]
	}
	switch s {
	case "1.0", "1.1":
		return s, nil
	}
	return "", ErrInvalidLine
}

// Header gives the values of a header field, whose name may be in any case.
func (r *Request) Header(name string) []string { defer r.lock()(); return r.header.get(name) }

// Fields gives a copy of the header in order.
func (r *Request) Fields() []Field { defer r.lock()(); return append([]Field(nil), r.header...) }

// AddHeader appends a header field; with replace, one field of that name
// remains instead, if there was one, which it tells. The errors are
// [ErrInvalidName], [ErrInvalidValue] and [ErrReadOnly].
func (r *Request) AddHeader(name, value string, replace bool) (replaced bool, err error) {
	if err := checkField(name, value); err != nil {
		return false, err
	}
	err = r.change(func() {
		if replace {
			replaced = r.header.set(name, value)
			return
		}
		r.header = append(r.header, Field{name, value})
	})
	return replaced, err
}

// DeleteHeader removes all fields of a name and reports whether there was
// one. The error is [ErrReadOnly].
func (r *Request) DeleteHeader(name string) (found bool, err error) {
	err = r.change(func() { found = r.header.remove(name) })
	return found, err
}

// Body gives the body and whether there is one.
func (r *Request) Body() (string, bool) { defer r.lock()(); return r.body, r.hasBody }

// SetBody replaces the body. The error is [ErrReadOnly].
func (r *Request) SetBody(body string) error {
	return r.change(func() { r.body, r.hasBody = body, true })
}

// ClearBody removes the body. The error is [ErrReadOnly].
func (r *Request) ClearBody() error {
	return r.change(func() { r.body, r.hasBody = "", false })
}

// Data gives the whole request as it will be sent, and whether it exists yet.
func (r *Request) Data() (string, bool) { defer r.lock()(); return r.data, r.hasData }

// SetData sets the whole request as it is sent; it is not checked. The error
// is [ErrReadOnly].
func (r *Request) SetData(data string) error {
	defer r.lock()()
	if !r.open {
		return ErrReadOnly
	}
	r.data, r.hasData, r.own, r.stale = data, true, true, false
	return nil
}

// Finalize makes Data of the request line, the header and the body if there is
// none yet, or in any case with update. It gives the length of Data and
// whether it was made now. The error is [ErrReadOnly].
func (r *Request) Finalize(update bool) (length int, made bool, err error) {
	defer r.lock()()
	if !r.open {
		return 0, false, ErrReadOnly
	}
	if made = update || !r.hasData; made {
		r.build()
	}
	return len(r.data), made, nil
}

// build writes the request. A Content-Length that does not fit is corrected.
func (r *Request) build() {
	var b strings.Builder
	b.Grow(len(r.body) + 512)
	b.WriteString(r.method)
	b.WriteByte(' ')
	b.WriteString(r.uri)
	b.WriteString(" HTTP/")
	b.WriteString(r.version)
	b.WriteString("\r\n")
	length := strconv.Itoa(len(r.body))
	_, chunked := r.header.first("Transfer-Encoding")
	sized := chunked
	for _, f := range r.header {
		if strings.EqualFold(f.Name, "Content-Length") {
			if sized {
				continue
			}
			sized, f.Value = true, length
		}
		writeField(&b, f)
	}
	if !sized && (r.hasBody || r.method != "GET" && r.method != "DELETE" && r.method != "HEAD") {
		writeField(&b, Field{"Content-Length", length})
	}
	b.WriteString("\r\n")
	b.WriteString(r.body)
	r.data, r.hasData, r.own, r.stale = b.String(), true, false, false
}

func writeField(b *strings.Builder, f Field) {
	b.WriteString(f.Name)
	b.WriteString(": ")
	b.WriteString(f.Value)
	b.WriteString("\r\n")
}

// final gives what is sent: Data with later changes. own says that a script
// wrote it.
func (r *Request) final() (data string, own bool) {
	defer r.lock()()
	if !r.hasData || r.stale {
		r.build()
	}
	return r.data, r.own
}
