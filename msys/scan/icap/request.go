package icap

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gomsys/gomsys/msys/scan"
)

const userAgent = "gomsys"

// common gives the first line and the fields that each request has.
func (c *Client) common(method string) string {
	var b strings.Builder
	b.WriteString(method + " " + c.uri + " ICAP/1.0\r\nHost: " + c.host + "\r\nUser-Agent: " + userAgent + "\r\n")
	for _, name := range slices.Sorted(maps.Keys(c.o.Headers)) {
		b.WriteString(name + ": " + c.o.Headers[name] + "\r\n")
	}
	return b.String()
}

func (c *Client) optionsRequest() string { return c.common("OPTIONS") + "\r\n" }

// head gives all of a request that stands before the content.
func (c *Client) head(r *scan.Request, o *serviceOptions) string {
	b := c.common(o.method) + "Allow: 204\r\n"
	if ip := r.Remote.Addr(); ip.IsValid() {
		b += "X-Client-IP: " + ip.Unmap().WithZone("").String() + "\r\n"
	}
	if o.preview >= 0 {
		b += fmt.Sprintf("Preview: %d\r\n", o.preview)
	}
	url, fields := "http://mail/"+fileName(r), entityFields(r)
	if o.method == "REQMOD" {
		req := "POST " + url + " HTTP/1.1\r\nHost: mail\r\n" + fields + "\r\n"
		return b + fmt.Sprintf("Encapsulated: req-hdr=0, req-body=%d\r\n\r\n", len(req)) + req
	}
	req := "GET " + url + " HTTP/1.1\r\nHost: mail\r\n\r\n"
	res := "HTTP/1.1 200 OK\r\n" + fields + "\r\n"
	return b + fmt.Sprintf("Encapsulated: req-hdr=0, res-hdr=%d, res-body=%d\r\n\r\n", len(req), len(req)+len(res)) + req + res
}

// fileName gives the name under which the content is said to be.
func fileName(r *scan.Request) string {
	if r.FileName != "" {
		return url.PathEscape(r.FileName)
	}
	if r.Part {
		return "part"
	}
	return "message.eml"
}

// entityFields gives the fields that describe the content.
func entityFields(r *scan.Request) string {
	typ := "message/rfc822"
	if r.Part {
		typ = "application/octet-stream"
		if main, sub, ok := strings.Cut(r.ContentType, "/"); ok && isToken(main) && isToken(sub) {
			typ = r.ContentType
		}
	}
	fields := "Content-Type: " + typ + "\r\n"
	if r.Size > 0 {
		fields += "Content-Length: " + strconv.FormatInt(r.Size, 10) + "\r\n"
	}
	return fields
}

// isToken reports whether s is a token (RFC 9110 section 5.6.2).
func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c <= ' ' || c >= 0x7f || strings.IndexByte(`"(),/:;<=>?@[\]{}`, c) >= 0 {
			return false
		}
	}
	return s != ""
}

func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f })
}

// maxPreview is the longest preview that is sent.
const maxPreview = 32 << 10

const chunkSize = 64 << 10

// sender sends a request, and waits between preview and rest until the service
// wants that.
type sender struct {
	head    string
	body    *bufio.Reader
	preview int           // negative: none
	sent    int64         // bytes of the body
	proceed chan struct{} // gets a value to go on; closed when there is a response
}

func newSender(head string, body io.Reader, preview int) *sender {
	return &sender{head: head, body: bufio.NewReaderSize(body, chunkSize), preview: preview, proceed: make(chan struct{}, 1)}
}

func (s *sender) send(w io.Writer) error {
	out := bufio.NewWriterSize(w, chunkSize+32)
	if _, err := out.WriteString(s.head); err != nil {
		return err
	}
	if s.preview >= 0 {
		whole, err := s.sendPreview(out)
		if err != nil || whole {
			return err
		}
		if _, wanted := <-s.proceed; !wanted {
			return nil
		}
	}
	return s.sendRest(out)
}

// sendPreview sends the beginning and tells whether that was all.
func (s *sender) sendPreview(out *bufio.Writer) (whole bool, err error) {
	b, err := s.body.Peek(s.preview + 1)
	if whole = err == io.EOF; err != nil && !whole {
		return false, &scan.ContentError{Err: err}
	}
	n := min(len(b), s.preview)
	if n > 0 {
		writeChunk(out, b[:n])
	}
	end := "0\r\n\r\n"
	if whole {
		end = "0; ieof\r\n\r\n"
	}
	if _, err := out.WriteString(end); err != nil {
		return false, err
	}
	if err := out.Flush(); err != nil {
		return false, err
	}
	if _, err := s.body.Discard(n); err != nil {
		return false, &scan.ContentError{Err: err}
	}
	s.sent += int64(n)
	return whole, nil
}

// sendRest sends what is left.
func (s *sender) sendRest(out *bufio.Writer) error {
	for {
		b, err := s.body.Peek(1)
		if err == nil {
			b, err = s.body.Peek(s.body.Buffered())
		}
		switch {
		case err == io.EOF:
			if _, err := out.WriteString("0\r\n\r\n"); err != nil {
				return err
			}
			return out.Flush()
		case err != nil:
			return &scan.ContentError{Err: err}
		}
		writeChunk(out, b)
		if err := out.Flush(); err != nil {
			return err
		}
		if _, err := s.body.Discard(len(b)); err != nil {
			return &scan.ContentError{Err: err}
		}
		s.sent += int64(len(b))
	}
}

// writeChunk writes one chunk. An error shows when out is flushed.
func writeChunk(out *bufio.Writer, b []byte) {
	_, _ = out.WriteString(strconv.FormatInt(int64(len(b)), 16) + "\r\n")
	_, _ = out.Write(b)
	_, _ = out.WriteString("\r\n")
}
