package curl

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// defaultMaxRedirects is the most redirects that are followed, whatever
// OptMaxRedirs says.
const defaultMaxRedirects = 50

// redirect gives the request that a response leads to, nil if it leads
// nowhere or is not to be followed.
func (t *transfer) redirect(r request, resp *http.Response) (*request, error) {
	location := resp.Header.Get("Location")
	if location == "" || resp.StatusCode < 300 || resp.StatusCode > 399 || resp.StatusCode == http.StatusNotModified {
		return nil, nil
	}
	u, err := r.url.Parse(location)
	if !t.set.flag(OptFollowLocation) {
		if err == nil {
			t.info.redirectURL = withoutUser(u)
		}
		return nil, nil
	}
	if err != nil {
		return nil, fail(CodeURLMalformat, err)
	}
	if err := t.mayFollow(u); err != nil {
		return nil, err
	}
	if u.User == nil && u.Host == t.host {
		u.User = r.url.User
	}
	t.info.redirects++
	t.info.redirectTime = time.Since(t.began)
	t.info.url = withoutUser(u)
	next := &request{url: u, method: r.method, again: true}
	switch resp.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound:
		if r.method == "POST" {
			next.method = "GET"
		}
	case http.StatusSeeOther:
		if r.method != "HEAD" {
			next.method = "GET"
		}
	}
	if t.set.flag(OptAutoReferer) {
		from := *r.url
		from.Fragment = ""
		next.referer = withoutUser(&from)
	}
	return next, nil
}

// mayFollow says why a redirect is not followed, nil if it is.
func (t *transfer) mayFollow(u *url.URL) error {
	most := t.set.num(OptMaxRedirs, defaultMaxRedirects)
	if most < 0 {
		most = defaultMaxRedirects
	}
	if int64(t.info.redirects) >= min(most, defaultMaxRedirects) {
		return fail(CodeTooManyRedirects, fmt.Errorf("curl: %d redirects", t.info.redirects))
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		return fail(CodeUnsupportedProtocol, fmt.Errorf("curl: redirect to scheme %q", u.Scheme))
	}
	if u.Hostname() == "" {
		return fail(CodeURLMalformat, errors.New("curl: redirect without a host"))
	}
	if t.s.o.AllowURL != nil {
		if err := t.s.o.AllowURL(u); err != nil {
			return fail(CodeFailedInit, err)
		}
	}
	return nil
}
