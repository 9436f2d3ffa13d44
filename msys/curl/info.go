package curl

import (
	"fmt"
	"net/http"
	"time"
)

// Info is what [Easy.GetInfo] tells, with libcurl's number.
type Info int

// What [Easy.GetInfo] tells.
const (
	InfoEffectiveURL          Info = 0x100001 // string: the last address that was asked
	InfoContentType           Info = 0x100012 // string, or nil if the server gave none
	InfoRedirectURL           Info = 0x10001f // string: where a redirect that was not followed leads, or nil
	InfoPrivate               Info = 0x100015 // nil: not supported
	InfoResponseCode          Info = 0x200002 // int64: the last status
	InfoHeaderSize            Info = 0x20000b // int64: bytes of all headers received
	InfoRequestSize           Info = 0x20000c // int64: bytes of all requests without bodies
	InfoSSLVerifyResult       Info = 0x20000d // int64: 0 if the certificate was fine
	InfoFileTime              Info = 0x20000e // int64: time of the document in seconds since 1970, -1 if not known
	InfoRedirectCount         Info = 0x200014 // int64: redirects followed
	InfoHTTPConnectCode       Info = 0x200016 // int64: the proxy's answer to CONNECT
	InfoHTTPAuthAvail         Info = 0x200017 // int64: not supported, 0
	InfoProxyAuthAvail        Info = 0x200018 // int64: not supported, 0
	InfoOSErrno               Info = 0x200019 // int64: error number of a connection that failed, 0 if not known
	InfoNumConnects           Info = 0x20001a // int64: connections that were made
	InfoLastSocket            Info = 0x20001d // int64: not supported, -1
	InfoTotalTime             Info = 0x300003 // float64: seconds of the whole transfer
	InfoNameLookupTime        Info = 0x300004 // float64: seconds until the name was resolved
	InfoConnectTime           Info = 0x300005 // float64: seconds until connected
	InfoPreTransferTime       Info = 0x300006 // float64: seconds until the request was sent
	InfoSizeUpload            Info = 0x300007 // float64: bytes sent
	InfoSizeDownload          Info = 0x300008 // float64: bytes received
	InfoSpeedDownload         Info = 0x300009 // float64: bytes a second received
	InfoSpeedUpload           Info = 0x30000a // float64: bytes a second sent
	InfoContentLengthDownload Info = 0x30000f // float64: announced size, -1 if not known
	InfoContentLengthUpload   Info = 0x300010 // float64: size of what was sent, -1 if not known
	InfoStartTransferTime     Info = 0x300011 // float64: seconds until the first byte came
	InfoRedirectTime          Info = 0x300013 // float64: seconds of all redirects
	InfoSSLEngines            Info = 0x40001b // []string: always empty
	InfoCookieList            Info = 0x40001c // []string: cookies in the form of [OptCookieFile], nil without any
)

// infos are the names of all that GetInfo tells.
var infos = [...]struct {
	name   string
	number Info
}{
	{"EFFECTIVE_URL", InfoEffectiveURL}, {"CONTENT_TYPE", InfoContentType}, {"REDIRECT_URL", InfoRedirectURL},
	{"RESPONSE_CODE", InfoResponseCode}, {"HTTP_CODE", InfoResponseCode}, {"HEADER_SIZE", InfoHeaderSize}, {"REQUEST_SIZE", InfoRequestSize},
	{"SSL_VERIFYRESULT", InfoSSLVerifyResult}, {"FILETIME", InfoFileTime}, {"REDIRECT_COUNT", InfoRedirectCount},
	{"HTTP_CONNECTCODE", InfoHTTPConnectCode}, {"TOTAL_TIME", InfoTotalTime}, {"NAMELOOKUP_TIME", InfoNameLookupTime},
	{"CONNECT_TIME", InfoConnectTime}, {"PRETRANSFER_TIME", InfoPreTransferTime}, {"SIZE_UPLOAD", InfoSizeUpload},
	{"SIZE_DOWNLOAD", InfoSizeDownload}, {"SPEED_DOWNLOAD", InfoSpeedDownload}, {"SPEED_UPLOAD", InfoSpeedUpload},
	{"CONTENT_LENGTH_DOWNLOAD", InfoContentLengthDownload}, {"CONTENT_LENGTH_UPLOAD", InfoContentLengthUpload},
	{"STARTTRANSFER_TIME", InfoStartTransferTime}, {"REDIRECT_TIME", InfoRedirectTime}, {"SSL_ENGINES", InfoSSLEngines},
	{"COOKIELIST", InfoCookieList}, {"PRIVATE", InfoPrivate}, {"HTTPAUTH_AVAIL", InfoHTTPAuthAvail}, {"PROXYAUTH_AVAIL", InfoProxyAuthAvail},
	{"OS_ERRNO", InfoOSErrno}, {"NUM_CONNECTS", InfoNumConnects}, {"LASTSOCKET", InfoLastSocket},
}

// info is what is known of a transfer.
type info struct {
	done           bool
	url            string
	status         int
	contentType    string
	redirectURL    string
	redirects      int
	headerSize     int64
	requestSize    int64
	verifyFailed   bool
	fileTime       time.Time
	connectCode    int
	connects       int
	osErrno        int
	total          time.Duration
	nameLookup     time.Duration
	connect        time.Duration
	preTransfer    time.Duration
	startTransfer  time.Duration
	redirectTime   time.Duration
	up, down       int64
	upLen, downLen int64 // announced
}

// GetInfo tells about the last transfer: a string, int64, float64, []string or
// nil, as the constants say. A number that is no information gives an [*Error]
// with [CodeBadFunctionArgument].
func (e *Easy) GetInfo(what Info) (any, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return nil, ErrClosed
	}
	if what == InfoCookieList {
		if e.cookies == nil {
			return nil, nil
		}
		return e.cookies.list(), nil
	}
	v, ok := e.info.get(what)
	if !ok {
		return nil, fail(CodeBadFunctionArgument, fmt.Errorf("unknown CURLINFO type: %d", int(what)))
	}
	return v, nil
}

// get gives one information; ok is false if there is none of that number.
func (i *info) get(what Info) (v any, ok bool) {
	switch what {
	case InfoEffectiveURL:
		return i.url, true
	case InfoContentType:
		return orNil(i.contentType), true
	case InfoRedirectURL:
		return orNil(i.redirectURL), true
	case InfoResponseCode:
		return int64(i.status), true
	case InfoHeaderSize:
		return i.headerSize, true
	case InfoRequestSize:
		return i.requestSize, true
	case InfoSSLVerifyResult:
		if i.verifyFailed {
			return int64(1), true
		}
		return int64(0), true
	case InfoFileTime:
		if i.fileTime.IsZero() {
			return int64(-1), true
		}
		return i.fileTime.Unix(), true
	case InfoRedirectCount:
		return int64(i.redirects), true
	case InfoHTTPConnectCode:
		return int64(i.connectCode), true
	case InfoHTTPAuthAvail, InfoProxyAuthAvail:
		return int64(0), true
	case InfoOSErrno:
		return int64(i.osErrno), true
	case InfoNumConnects:
		return int64(i.connects), true
	case InfoLastSocket:
		return int64(-1), true
	case InfoPrivate:
		return nil, true
	case InfoSSLEngines:
		return []string{}, true
	}
	n, ok := i.measure(what)
	return n, ok
}

// measure gives a time, size or speed.
func (i *info) measure(what Info) (float64, bool) {
	switch what {
	case InfoTotalTime:
		return i.total.Seconds(), true
	case InfoNameLookupTime:
		return i.nameLookup.Seconds(), true
	case InfoConnectTime:
		return i.connect.Seconds(), true
	case InfoPreTransferTime:
		return i.preTransfer.Seconds(), true
	case InfoStartTransferTime:
		return i.startTransfer.Seconds(), true
	case InfoRedirectTime:
		return i.redirectTime.Seconds(), true
	case InfoSizeUpload:
		return float64(i.up), true
	case InfoSizeDownload:
		return float64(i.down), true
	case InfoSpeedDownload:
		return i.speed(i.down), true
	case InfoSpeedUpload:
		return i.speed(i.up), true
	case InfoContentLengthDownload:
		return i.length(i.downLen), true
	case InfoContentLengthUpload:
		return i.length(i.upLen), true
	}
	return 0, false
}

func (i *info) speed(bytes int64) float64 {
	if i.total <= 0 {
		return 0
	}
	return float64(bytes) / i.total.Seconds()
}

func (i *info) length(n int64) float64 {
	if !i.done {
		return -1
	}
	return float64(n)
}

func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// requestSize gives about the bytes of a request without its body.
func requestSize(r *http.Request) int64 {
	n := len(r.Method) + len(" ") + len(r.URL.RequestURI()) + len(" HTTP/1.1\r\n") + len("Host: \r\n") + len(r.URL.Host) + len("\r\n")
	for name, values := range r.Header {
		for _, v := range values {
			n += len(name) + len(": \r\n") + len(v)
		}
	}
	return int64(n)
}
