package httpclient

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/gomsys/gomsys/internal/httpbody"
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
	coding := httpbody.Coding(resp.Header.Get("Content-Encoding"))
	if coding == "" {
		return body, nil
	}
	r, _, err := httpbody.Decode(body, coding)
	if err != nil {
		return nil, fmt.Errorf("decoding the response: %w", err)
	}
	return r, nil
}
