package httpclient

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// methods are the request types that scripts may use.
var methods = [...]string{
	http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodHead, http.MethodPatch, http.MethodOptions,
}

// request makes the request of a client with its headers.
func (s *Service) request(ctx context.Context, method, rawURL string, body io.Reader, headers []headerLine) (*http.Request, error) {
	upper := strings.ToUpper(method)
	if !slices.Contains(methods[:], upper) {
		return nil, &Error{Text: "unsupported request type '" + method + "'"}
	}
	u, err := url.Parse(rawURL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, &Error{Text: "malformed URL", Err: err}
	}
	if s.o.AllowURL != nil {
		if err := s.o.AllowURL(u); err != nil {
			return nil, &Error{Text: err.Error(), Err: err}
		}
	}
	req, err := http.NewRequestWithContext(ctx, upper, rawURL, body)
	if err != nil {
		return nil, &Error{Text: "malformed URL", Err: err}
	}
	req.Header.Set("User-Agent", s.o.UserAgent)
	req.Header.Set("Accept-Encoding", "gzip, deflate")
	if req.Body != nil && req.Body != http.NoBody {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	setHeaders(req, headers)
	return req, nil
}

// setHeaders puts a client's headers in the place of the default ones.
func setHeaders(req *http.Request, headers []headerLine) {
	replaced := map[string]bool{}
	for _, h := range headers {
		if !replaced[h.name] {
			replaced[h.name] = true
			req.Header.Del(h.name)
			if h.name == "User-Agent" {
				req.Header["User-Agent"] = nil // or net/http sends its own
			}
		}
		switch {
		case h.value == "":
		case h.name == "Host":
			req.Host = h.value
		case h.name == "Content-Length": // net/http knows the length, and a wrong one would break the connection
		case h.name == "Transfer-Encoding":
			if strings.EqualFold(h.value, "chunked") {
				req.ContentLength = -1
			}
		default:
			req.Header.Add(h.name, h.value)
		}
	}
}
