package curl

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/publicsuffix"
)

// cookies are the cookies of a handle, as RFC 6265 keeps them. They are safe
// for concurrent use.
type cookies struct {
	mu      sync.Mutex
	all     []cookie // in the order in which they came
	changed bool     // since they were written
}

type cookie struct {
	domain       string // lower case, without a leading dot
	subdomains   bool
	path         string
	secure, http bool
	expires      time.Time // zero is a session cookie
	name, value  string
}

const (
	maxCookies    = 1000
	maxCookieSize = 8 << 10
	maxCookieFile = 4 << 20
)

func newCookies() *cookies { return &cookies{} }

// take keeps the cookies that a response sets.
func (c *cookies) take(u *url.URL, h http.Header, now time.Time) {
	for _, line := range h["Set-Cookie"] {
		if len(line) > maxCookieSize {
			continue
		}
		set, err := http.ParseSetCookie(line)
		if err != nil {
			continue
		}
		if k, ok := cookieOf(u, set, now); ok {
			c.put(k, now)
		}
	}
}

// cookieOf makes a cookie of what a server set; ok is false if it may not set
// that.
func cookieOf(u *url.URL, set *http.Cookie, now time.Time) (k cookie, ok bool) {
	host := strings.ToLower(u.Hostname())
	k = cookie{domain: host, path: set.Path, secure: set.Secure, http: set.HttpOnly, name: set.Name, value: set.Value}
	if domain := strings.ToLower(strings.TrimPrefix(set.Domain, ".")); domain != "" && domain != host {
		suffix, icann := publicsuffix.PublicSuffix(domain)
		public := suffix == domain && (icann || strings.Contains(suffix, "."))
		if public || !strings.Contains(domain, ".") || net.ParseIP(host) != nil || !strings.HasSuffix(host, "."+domain) {
			return k, false
		}
		k.domain, k.subdomains = domain, true
	} else if domain != "" {
		k.subdomains = net.ParseIP(host) == nil
	}
	if !strings.HasPrefix(k.path, "/") {
		k.path = "/"
		if i := strings.LastIndexByte(u.Path, '/'); i > 0 {
			k.path = u.Path[:i]
		}
	}
	switch {
	case set.MaxAge < 0:
		k.expires = time.Unix(1, 0)
	case set.MaxAge > 0:
		k.expires = now.Add(time.Duration(min(set.MaxAge, 1<<31)) * time.Second)
	case !set.Expires.IsZero():
		k.expires = set.Expires
	}
	return k, true
}

// put keeps a cookie in place of one of the same name, or forgets that if it
// has expired.
func (c *cookies) put(k cookie, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.changed = true
	at := slices.IndexFunc(c.all, func(o cookie) bool { return o.domain == k.domain && o.path == k.path && o.name == k.name })
	switch {
	case k.expired(now) && at >= 0:
		c.all = slices.Delete(c.all, at, at+1)
	case k.expired(now):
	case at >= 0:
		c.all[at] = k
	case len(c.all) < maxCookies:
		c.all = append(c.all, k)
	}
}

func (k *cookie) expired(now time.Time) bool { return !k.expires.IsZero() && !now.Before(k.expires) }

// match gives "name=value" of the cookies for an address, those of longer
// paths first.
func (c *cookies) match(u *url.URL, now time.Time) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var found []cookie
	for _, k := range c.all {
		if !k.expired(now) && k.matches(u) {
			found = append(found, k)
		}
	}
	slices.SortStableFunc(found, func(a, b cookie) int { return len(b.path) - len(a.path) })
	pairs := make([]string, len(found))
	for i, k := range found {
		pairs[i] = k.name + "=" + k.value
	}
	return pairs
}

func (k *cookie) matches(u *url.URL) bool {
	host, path := strings.ToLower(u.Hostname()), u.Path
	if path == "" {
		path = "/"
	}
	if k.secure && u.Scheme != "https" || host != k.domain && !(k.subdomains && strings.HasSuffix(host, "."+k.domain)) {
		return false
	}
	rest, ok := strings.CutPrefix(path, k.path)
	return ok && (rest == "" || strings.HasSuffix(k.path, "/") || rest[0] == '/')
}

// line gives a cookie in the form of Netscape's file.
func (k *cookie) line() string {
	domain, flag := k.domain, func(b bool) string { return strings.ToUpper(strconv.FormatBool(b)) }
	if k.subdomains {
		domain = "." + domain
	}
	if k.http {
		domain = "#HttpOnly_" + domain
	}
	expires := int64(0)
	if !k.expires.IsZero() {
		expires = k.expires.Unix()
	}
	return fmt.Sprintf("%s\t%s\t%s\t%s\t%d\t%s\t%s", domain, flag(k.subdomains), k.path, flag(k.secure), expires, k.name, k.value)
}

// list gives all cookies as lines of the file, nil without any.
func (c *cookies) list() any {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.all) == 0 {
		return nil
	}
	lines := make([]string, len(c.all))
	for i := range c.all {
		lines[i] = c.all[i].line()
	}
	return lines
}

// load reads a file of cookies: Netscape's, or lines of "Set-Cookie: …" whose
// cookies are for every host that they name. Those of sessions are left out if
// session is set.
func (c *cookies) load(files Files, name string, session bool) error {
	b, err := readFile(files, name, maxCookieFile)
	if err != nil {
		return err
	}
	now := time.Now()
	for line := range bytes.Lines(b) {
		text := strings.TrimRight(string(line), "\r\n")
		if k, ok := parseCookieLine(text, now); ok && !(session && k.expires.IsZero()) {
			c.put(k, now)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.changed = false
	return nil
}

func parseCookieLine(line string, now time.Time) (k cookie, ok bool) {
	if value, isHeader := cutFold(line, "Set-Cookie:"); isHeader {
		set, err := http.ParseSetCookie(strings.TrimSpace(value))
		if err != nil || set.Domain == "" {
			return k, false
		}
		return cookieOf(&url.URL{Host: strings.TrimPrefix(set.Domain, ".")}, set, now)
	}
	line, k.http = strings.CutPrefix(line, "#HttpOnly_")
	fields := strings.Split(line, "\t")
	if strings.HasPrefix(line, "#") || len(fields) < 6 {
		return k, false
	}
	k.domain, k.subdomains = strings.ToLower(strings.TrimPrefix(fields[0], ".")), strings.EqualFold(fields[1], "TRUE")
	k.path, k.secure, k.name = fields[2], strings.EqualFold(fields[3], "TRUE"), fields[5]
	if len(fields) > 6 {
		k.value = fields[6]
	}
	expires, err := strconv.ParseInt(fields[4], 10, 64)
	if err != nil || k.domain == "" || k.name == "" || strings.ContainsAny(k.name+k.value, ";\x00\r\n") {
		return k, false
	}
	if expires > 0 {
		k.expires = time.Unix(expires, 0)
	}
	return k, true
}

func cutFold(s, prefix string) (rest string, ok bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

// save writes all cookies to a file if they have changed.
func (c *cookies) save(files Files, name string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.changed {
		return nil
	}
	var b strings.Builder
	b.WriteString("# Netscape HTTP Cookie File\n\n")
	for i := range c.all {
		b.WriteString(c.all[i].line() + "\n")
	}
	w, err := files.Create(name)
	if err != nil {
		return err
	}
	_, err = w.Write([]byte(b.String()))
	if closeErr := w.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		c.changed = false
	}
	return err
}
