package httpsrv

import (
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/gomsys/gomsys/vctx"
)

// urlDetails is the URL of a request, taken apart.
type urlDetails struct {
	url, scheme, host, path string
	user, pass              *string
	port                    int
	rawQuery, query         *string
	fragment                *string
	attrs                   *vctx.Dict // nil without a query
}

// target gives the request target as it was received.
func target(r *http.Request) string {
	if r.RequestURI != "" {
		return r.RequestURI
	}
	return r.URL.RequestURI()
}

func urlDetailsOf(r *http.Request) *urlDetails {
	d := &urlDetails{url: target(r), scheme: r.URL.Scheme, path: r.URL.Path}
	if d.scheme == "" {
		d.scheme = "http"
		if r.TLS != nil {
			d.scheme = "https"
		}
	}
	d.port = 80
	if d.scheme == "https" {
		d.port = 443
	}
	d.host = r.Host
	if host, port, err := net.SplitHostPort(r.Host); err == nil {
		d.host = host
		if n, err := strconv.ParseUint(port, 10, 16); err == nil {
			d.port = int(n)
		}
	}
	if u := r.URL.User; u != nil {
		user := u.Username()
		d.user = &user
		if pass, ok := u.Password(); ok {
			d.pass = &pass
		}
	}
	if r.URL.Fragment != "" {
		d.fragment = &r.URL.Fragment
	}
	if raw := r.URL.RawQuery; raw != "" {
		query := unescape(raw)
		d.rawQuery, d.query, d.attrs = &raw, &query, parseQuery(raw)
	}
	return d
}

// parseQuery gives the parameters of a query in their order. A parameter that
// is there twice has its last value, one without "=" an empty one.
func parseQuery(raw string) *vctx.Dict {
	d := &vctx.Dict{}
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		key, value, _ := strings.Cut(pair, "=")
		d.Set(unescape(key), unescape(value))
	}
	return d
}

// unescape decodes %XX and +; text that is not encoded right stays as it is.
func unescape(s string) string {
	if decoded, err := url.QueryUnescape(s); err == nil {
		return decoded
	}
	return s
}
