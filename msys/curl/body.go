package curl

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/gomsys/gomsys/internal/httpbody"
)

// maxWrite is the most that a write callback gets at a time, as with libcurl.
const maxWrite = 16 << 10

// headers gives the response's status line and headers to the callbacks.
func (t *transfer) headers(resp *http.Response) error {
	for _, line := range append(httpbody.HeaderLines(resp.Proto, resp.Status, resp.Header), "") {
		if err := t.headerLine([]byte(line + "\r\n")); err != nil {
			return err
		}
	}
	return nil
}

func (t *transfer) headerLine(line []byte) error {
	t.info.headerSize += int64(len(line))
	if err := t.give(OptHeaderFunction, line); err != nil {
		return err
	}
	if t.set.flag(OptHeader) {
		return t.write(line)
	}
	return nil
}

// write gives received bytes to the file of FetchIntoFile or to the write
// callback. Without either they are dropped.
func (t *transfer) write(p []byte) error {
	if t.fetch != nil {
		if _, err := t.fetch.w.Write(p); err != nil {
			return fail(CodeWriteError, err)
		}
		return nil
	}
	return t.give(OptWriteFunction, p)
}

// body gives the response's body, decoded.
func (t *transfer) body(r request, resp *http.Response) error {
	if r.method == "HEAD" {
		return nil
	}
	if resp.StatusCode == http.StatusOK && r.method == "GET" {
		if t.set.size(OptResumeFrom, OptResumeFromLarge, 0) > 0 {
			return fail(CodeHTTPRangeError, errors.New("curl: the server sends the whole document"))
		}
		if t.unwanted(resp) {
			return nil
		}
	}
	if most := t.set.size(OptMaxFileSize, OptMaxFileSizeLarge, 0); most > 0 && resp.ContentLength > most {
		return fail(CodeFileSizeExceeded, fmt.Errorf("curl: %d bytes", resp.ContentLength))
	}
	raw := &counting{r: resp.Body, n: &t.down}
	content, err := t.decoded(raw, resp.Header.Get("Content-Encoding"))
	if err != nil {
		return err
	}
	return t.copy(content)
}

// unwanted reports whether a document is not what the time condition asks for,
// though the server sends it.
func (t *transfer) unwanted(resp *http.Response) bool {
	modified, err := http.ParseTime(resp.Header.Get("Last-Modified"))
	return err == nil && !t.wanted(modified)
}

// wanted reports whether a document of that time is what the time condition
// asks for.
func (t *transfer) wanted(modified time.Time) bool {
	when := t.set.num(OptTimeValue, 0)
	switch t.set.num(OptTimeCondition, 0) {
	case 1:
		return when <= 0 || modified.Unix() > when
	case 2:
		return when <= 0 || modified.Unix() <= when
	}
	return true
}

// copy gives what r has to write, within the limits of size.
func (t *transfer) copy(r io.Reader) error {
	most := t.s.o.MaxBody
	if own := t.set.size(OptMaxFileSize, OptMaxFileSizeLarge, 0); own > 0 && (most < 0 || own < most) {
		most = own
	}
	buf := make([]byte, maxWrite)
	for total := int64(0); ; {
		n, err := r.Read(buf)
		if total += int64(n); most >= 0 && total > most {
			return fail(CodeFileSizeExceeded, fmt.Errorf("curl: more than %d bytes", most))
		}
		if n > 0 {
			if err := t.write(buf[:n]); err != nil {
				return err
			}
			if err := t.progress(); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return receiveError(err)
		}
	}
}

// receiveError names what went wrong while a body came.
func receiveError(err error) error {
	var corrupt flate.CorruptInputError
	switch {
	case errors.As(err, &corrupt), errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum),
		errors.Is(err, zlib.ErrHeader), errors.Is(err, zlib.ErrChecksum), errors.Is(err, zlib.ErrDictionary):
		return fail(CodeBadContentEncoding, err)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fail(CodePartialFile, err)
	}
	return &receiving{err}
}

// receiving marks an error of a connection that was open.
type receiving struct{ error }

func (r *receiving) Unwrap() error { return r.error }

// decoded gives a body without its coding if OptEncoding is set.
func (t *transfer) decoded(raw io.Reader, coding string) (io.Reader, error) {
	coding = httpbody.Coding(coding)
	if !t.set.has(OptEncoding) || coding == "" {
		return raw, nil
	}
	body, known, err := httpbody.Decode(bufio.NewReader(raw), coding)
	switch {
	case err != nil:
		return nil, receiveError(err)
	case !known:
		return nil, fail(CodeBadContentEncoding, fmt.Errorf("curl: coding %q", coding))
	}
	return body, nil
}

// counting counts the bytes that go through it.
type counting struct {
	r io.Reader
	n *atomic.Int64
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n.Add(int64(n))
	return n, err
}
