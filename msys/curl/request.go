package curl

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// request is one of a transfer's requests.
type request struct {
	url     *url.URL
	method  string // the kind: GET, POST, PUT or HEAD
	referer string
	again   bool // the data was sent before
}

// request makes the HTTP request.
func (t *transfer) request(ctx context.Context, r request) (*http.Request, error) {
	method := r.method
	if custom := t.set.str(OptCustomRequest); custom != "" {
		method = custom
	}
	body, size, err := t.data(r)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, method, r.url.String(), body)
	if err != nil {
		return nil, fail(CodeURLMalformat, err)
	}
	if body != nil {
		req.ContentLength = size
		if size == 0 {
			req.Body = http.NoBody
		}
	}
	req.Close = t.set.flag(OptForbidReuse) || t.set.num(OptHTTPVersion, 0) == 1
	t.defaultHeaders(req, r)
	t.authorize(req)
	t.customHeaders(req)
	return req, nil
}

// data gives what a request sends and how many bytes that is, -1 if that is
// not known. Without data body is nil.
func (t *transfer) data(r request) (body io.Reader, size int64, err error) {
	switch r.method {
	case "POST":
		if t.set.has(OptPostFields) {
			fields := t.set.str(OptPostFields)
			if n := t.set.size(OptPostFieldSize, OptPostFieldSizeLarge, -1); n >= 0 {
				fields = fields[:min(n, int64(len(fields)))]
			}
			return &counting{r: strings.NewReader(fields), n: &t.up}, int64(len(fields)), nil
		}
		return t.callbackData(r, t.set.size(OptPostFieldSize, OptPostFieldSizeLarge, -1))
	case "PUT":
		return t.callbackData(r, t.set.size(OptInFileSize, OptInFileSizeLarge, -1))
	}
	return nil, 0, nil
}

// callbackData gives what the read callback gives.
func (t *transfer) callbackData(r request, size int64) (io.Reader, int64, error) {
	read, ok := t.set[OptReadFunction].(ReadFunc)
	if !ok {
		return bytes.NewReader(nil), 0, nil
	}
	from := t.set.size(OptResumeFrom, OptResumeFromLarge, 0)
	if r.again || from > 0 {
		if err := t.rewind(max(from, 0)); err != nil {
			return nil, 0, err
		}
		t.up.Store(0)
	}
	var source io.Reader = t.reader(read)
	if size >= 0 {
		size = max(size-max(from, 0), 0)
		source = io.LimitReader(source, size)
	}
	return &counting{r: source, n: &t.up}, max(size, -1), nil
}

// rewind moves what is sent to an offset, for a second request or to go on
// with an upload.
func (t *transfer) rewind(offset int64) error {
	if seek, ok := t.set[OptSeekFunction].(SeekFunc); ok {
		result := 2
		if t.call(func() error { result = seek(offset, io.SeekStart); return nil }) == nil && result == 0 {
			return nil
		}
		if result != 2 {
			return fail(CodeSendFailRewind, fmt.Errorf("curl: the seek callback gave %d", result))
		}
	}
	if ioctl, ok := t.set[OptIOCtlFunction].(IOCtlFunc); ok && offset == 0 {
		result := 1
		if t.call(func() error { result = ioctl(1); return nil }) == nil && result == 0 {
			return nil
		}
	}
	if read, ok := t.set[OptReadFunction].(ReadFunc); ok && offset > 0 && t.up.Load() == 0 {
		if _, err := io.CopyN(io.Discard, t.reader(read), offset); err == nil {
			return nil
		}
	}
	return fail(CodeSendFailRewind, errors.New("curl: the data cannot be sent again"))
}

// defaultHeaders sets what the options are about.
func (t *transfer) defaultHeaders(req *http.Request, r request) {
	h := req.Header
	h.Set("User-Agent", t.s.o.UserAgent)
	if t.set.has(OptUserAgent) {
		h.Set("User-Agent", t.set.str(OptUserAgent))
	}
	h.Set("Accept", "*/*")
	if r.method == "POST" {
		h.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if referer := r.referer; referer != "" {
		h.Set("Referer", referer)
	} else if t.set.has(OptReferer) {
		h.Set("Referer", t.set.str(OptReferer))
	}
	if t.set.has(OptEncoding) {
		codings := t.set.str(OptEncoding)
		if codings == "" {
			codings = "gzip, deflate"
		}
		h.Set("Accept-Encoding", codings)
	}
	t.rangeHeaders(h, r)
	if when := t.set.num(OptTimeValue, 0); when > 0 {
		text := time.Unix(when, 0).UTC().Format(http.TimeFormat)
		switch t.set.num(OptTimeCondition, 0) {
		case 1:
			h.Set("If-Modified-Since", text)
		case 2:
			h.Set("If-Unmodified-Since", text)
		}
	}
	t.cookieHeader(h, r)
}

// rangeHeaders asks for a part, or says which part is sent.
func (t *transfer) rangeHeaders(h http.Header, r request) {
	from := t.set.size(OptResumeFrom, OptResumeFromLarge, 0)
	switch {
	case r.method == "PUT" && from > 0:
		total := "*"
		if size := t.set.size(OptInFileSize, OptInFileSizeLarge, -1); size > 0 {
			total = strconv.FormatInt(size, 10)
			h.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%s", from, size-1, total))
			return
		}
		h.Set("Content-Range", fmt.Sprintf("bytes %d-/%s", from, total))
	case r.method == "PUT" || r.method == "POST":
	case from > 0:
		h.Set("Range", fmt.Sprintf("bytes=%d-", from))
	case t.set.str(OptRange) != "":
		h.Set("Range", "bytes="+t.set.str(OptRange))
	}
}

func (t *transfer) cookieHeader(h http.Header, r request) {
	var pairs []string
	if t.cookies != nil {
		pairs = t.cookies.match(r.url, time.Now())
	}
	if own := t.set.str(OptCookie); own != "" && t.trusted(r.url) {
		pairs = append(pairs, own)
	}
	if len(pairs) > 0 {
		h.Set("Cookie", strings.Join(pairs, "; "))
	}
}

// trusted reports whether passwords are for this server, too.
func (t *transfer) trusted(u *url.URL) bool {
	return u.Host == t.host || t.set.flag(OptUnrestrictedAuth)
}

const authBasic = 1

// authorize adds the password of the URL, or else that of the options.
func (t *transfer) authorize(req *http.Request) {
	if t.set.num(OptHTTPAuth, authBasic)&authBasic == 0 {
		return
	}
	if u := req.URL.User; u != nil {
		password, _ := u.Password()
		req.SetBasicAuth(u.Username(), password)
	} else if t.set.has(OptUserPwd) && t.trusted(req.URL) {
		user, password, _ := strings.Cut(t.set.str(OptUserPwd), ":")
		req.SetBasicAuth(user, password)
	}
}

// customHeaders puts the headers of OptHTTPHeader in the place of the others.
func (t *transfer) customHeaders(req *http.Request) {
	lines, _ := t.set[OptHTTPHeader].([]string)
	replaced := map[string]bool{}
	for _, line := range lines {
		h, err := parseHeaderLine(line)
		if err != nil {
			continue // SetOpt has refused it
		}
		name := textproto.CanonicalMIMEHeaderKey(h.name)
		secret := name == "Authorization" || name == "Cookie"
		if secret && !t.trusted(req.URL) {
			continue
		}
		if !replaced[name] {
			replaced[name] = true
			req.Header.Del(name)
			if name == "User-Agent" {
				req.Header[name] = nil // or net/http sends its own
			}
		}
		switch {
		case h.value == "" && !h.empty:
		case name == "Host":
			if t.trusted(req.URL) {
				req.Host = h.value
			}
		case name == "Content-Length": // net/http knows it
		case name == "Transfer-Encoding":
			if strings.EqualFold(h.value, "chunked") && req.Body != nil {
				req.ContentLength = -1
			}
		default:
			req.Header.Add(name, h.value)
		}
	}
}
