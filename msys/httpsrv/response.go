package httpsrv

import (
	"bytes"
	"io"
	"net/http"

	"golang.org/x/net/http/httpguts"
)

const textPlain = "text/plain; charset=utf-8"

// response is what a script has said so far.
type response struct {
	status  int
	header  http.Header
	limit   int64
	message string // the body unless there is another
	hasBody bool
	body    bytes.Buffer
	stream  io.ReadCloser // in place of body
	written int64         // body bytes, those that are out included
}

// setStatus sets the status; other numbers than those of HTTP give EINVAL.
func (r *response) setStatus(code int) (errno int) {
	if code < 100 || code > 599 {
		return errnoInval
	}
	r.status = code
	return errnoNone
}

// setHeader sets a header. What would break the response's lines gives EINVAL.
func (r *response) setHeader(name, value string) (errno int) {
	if !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(value) {
		return errnoInval
	}
	switch http.CanonicalHeaderKey(name) {
	case "Content-Length", "Transfer-Encoding", "Connection": // net/http's to decide
	default:
		r.header.Set(name, value)
	}
	return errnoNone
}

// setType sets the Content-Type if there is none yet.
func (r *response) setType(mime string) {
	if r.header.Get("Content-Type") == "" {
		r.header.Set("Content-Type", mime)
	}
}

// append adds to the body.
func (r *response) append(text string) (errno int) {
	if r.limit >= 0 && r.written+int64(len(text)) > r.limit {
		return errnoNoMem
	}
	r.hasBody = true
	r.written += int64(len(text))
	r.body.WriteString(text)
	return errnoNone
}

// set makes text the body, as far as that is not out yet.
func (r *response) set(text string) (errno int) {
	r.written -= int64(r.body.Len())
	r.body.Reset()
	r.closeStream()
	return r.append(text)
}

// setStream has the body be read when it is sent.
func (r *response) setStream(stream io.ReadCloser) {
	r.set("")
	r.stream = stream
}

func (r *response) closeStream() {
	if r.stream != nil {
		_ = r.stream.Close() // it was read only
		r.stream = nil
	}
}

// begin sends the status and headers.
func (r *response) begin(w http.ResponseWriter) {
	if !r.hasBody && r.message != "" {
		r.append(r.message)
	}
	if r.body.Len() > 0 || r.stream != nil {
		r.setType(textPlain)
	}
	for name, values := range r.header {
		w.Header()[name] = values
	}
	if r.status == 0 {
		r.status = http.StatusOK
	}
	w.WriteHeader(r.status)
}

// flush sends what there is of the body. An error means that the client has
// gone, or that the status allows no body; neither concerns the script.
func (r *response) flush(w io.Writer) error {
	defer r.body.Reset()
	if _, err := w.Write(r.body.Bytes()); err != nil {
		r.closeStream()
		return err
	}
	if r.stream == nil {
		return nil
	}
	defer r.closeStream()
	_, err := io.Copy(w, r.stream)
	return err
}

// send sends the rest of the response.
func (r *response) send(w *counter) {
	if w.status < 200 {
		r.begin(w)
	}
	_ = r.flush(w) // see there
}
