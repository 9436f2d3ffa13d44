package iowrap

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"time"
)

// httpTimeout bounds a request of the client that is used if the host gives
// none.
const httpTimeout = 60 * time.Second

// openHTTP reads a web resource as a whole.
func (f *FS) openHTTP(ctx context.Context, uri string, flags int, _ fs.FileMode) (Object, error) {
	if err := readOnly(flags); err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, uri, nil)
	if err != nil {
		return nil, ErrInvalidURI
	}
	resp, err := f.o.HTTP.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		var known *url.Error // it repeats the URI, which may hold a password
		if errors.As(err, &known) {
			err = known.Err
		}
		return nil, fmt.Errorf("HTTP request: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return nil, &StatusError{resp.StatusCode}
	}
	body, err := f.readAll(ctx, resp.Body)
	if err != nil {
		return nil, err
	}
	return newContent(body), nil
}
