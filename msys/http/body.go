package httpclient

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// ErrTooLarge is the cause of the error for a body over [Options].MaxBody.
var ErrTooLarge = errors.New("response too large")

// readBody reads and decodes a body of at most limit bytes.
func readBody(resp *http.Response, limit int64) ([]byte, error) {
	if limit >= 0 && resp.ContentLength > limit && resp.Request.Method != http.MethodHead {
		return nil, ErrTooLarge
	}
	r, err := decoded(resp)
	if err != nil {
		return nil, err
	}
	if limit < 0 {
		return io.ReadAll(r)
	}
	body, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(body)) > limit {
		return nil, ErrTooLarge
	}
	return body, err
}

// decoded gives the body without its content coding. Codings that were not
// asked for are left as they are.
func decoded(resp *http.Response) (io.Reader, error) {
	body := bufio.NewReader(resp.Body)
	coding := strings.ToLower(strings.TrimSpace(resp.Header.Get("Content-Encoding")))
	if coding == "" || coding == "identity" {
		return body, nil
	}
	if _, err := body.Peek(1); err == io.EOF {
		return body, nil // of a HEAD request, or just empty
	}
	switch coding {
	case "gzip", "x-gzip":
		z, err := gzip.NewReader(body)
		if err != nil {
			return nil, fmt.Errorf("decoding the response: %w", err)
		}
		return z, nil
	case "deflate": // with the wrapping of zlib, or without, as some servers send it
		if head, err := body.Peek(2); err == nil && head[0]&0x0f == 8 && (int(head[0])<<8+int(head[1]))%31 == 0 {
			z, err := zlib.NewReader(body)
			if err != nil {
				return nil, fmt.Errorf("decoding the response: %w", err)
			}
			return z, nil
		}
		return flate.NewReader(body), nil
	}
	return body, nil
}
