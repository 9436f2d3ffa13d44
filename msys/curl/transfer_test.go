package curl_test

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/internal/loopback"
	"github.com/gomsys/gomsys/msys/curl"
)

// read gives a read callback over a text.
func read(text string) curl.ReadFunc { return strings.NewReader(text).Read }

func TestRequests(t *testing.T) {
	srv := newServer(t)
	const common = "Accept: */*\n"
	const agent = "User-Agent: gomsys\n"
	const form = "Content-Type: application/x-www-form-urlencoded\n"
	type set = map[curl.Option]any
	for _, tt := range []struct {
		name string
		set  set
		want string
	}{
		{"get", set{}, "GET /echo len=0 te=[]\n" + common + agent + "\n"},
		{"post", set{curl.OptPostFields: "a=1"}, "POST /echo len=3 te=[]\n" + common + "Content-Length: 3\n" + form + agent + "\na=1"},
		{"post with size", set{curl.OptPostFields: "a\x00bcd", curl.OptPostFieldSize: 3},
			"POST /echo len=3 te=[]\n" + common + "Content-Length: 3\n" + form + agent + "\na\x00b"},
		{"post without data", set{curl.OptPost: true}, "POST /echo len=0 te=[]\n" + common + "Content-Length: 0\n" + form + agent + "\n"},
		{"post of a callback", set{curl.OptPost: true, curl.OptReadFunction: read("abc")},
			"POST /echo len=-1 te=[chunked]\n" + common + form + agent + "\nabc"},
		{"put of a callback", set{curl.OptUpload: true, curl.OptReadFunction: read("abcdef"), curl.OptInFileSizeLarge: 3},
			"PUT /echo len=3 te=[]\n" + common + "Content-Length: 3\n" + agent + "\nabc"},
		{"put again", set{curl.OptPut: true, curl.OptReadFunction: read("abc")}, "PUT /echo len=-1 te=[chunked]\n" + common + agent + "\nabc"},
		{"resumed upload", set{curl.OptPut: true, curl.OptReadFunction: read("abcdef"), curl.OptInFileSize: 6, curl.OptResumeFrom: 2},
			"PUT /echo len=4 te=[]\n" + common + "Content-Length: 4\nContent-Range: bytes 2-5/6\n" + agent + "\ncdef"},
		{"custom method", set{curl.OptCustomRequest: "DELETE", curl.OptPostFields: "x"},
			"DELETE /echo len=1 te=[]\n" + common + "Content-Length: 1\n" + form + agent + "\nx"},
		{"head", set{curl.OptNoBody: true}, ""},
		{"texts", set{curl.OptUserAgent: "policy", curl.OptReferer: "http://r.test/", curl.OptCookie: "a=1; b=2", curl.OptRange: "0-5"},
			"GET /echo len=0 te=[]\n" + common + "Cookie: a=1; b=2\nRange: bytes=0-5\nReferer: http://r.test/\nUser-Agent: policy\n\n"},
		{"user and coding", set{curl.OptNoBody: false, curl.OptEncoding: "gzip", curl.OptUserPwd: "ann:sec:ret"},
			"GET /echo len=0 te=[]\n" + common + "Accept-Encoding: gzip\nAuthorization: Basic YW5uOnNlYzpyZXQ=\n" + agent + "\n"},
		{"no basic", set{curl.OptUserPwd: "ann:secret", curl.OptHTTPAuth: 2}, "GET /echo len=0 te=[]\n" + common + agent + "\n"},
		{"headers", set{curl.OptHTTPHeader: []string{"X-A: 1", "x-a: 2", "Accept:", "X-Empty;", "User-Agent:"}},
			"GET /echo len=0 te=[]\nX-A: 1|2\nX-Empty: \n\n"},
		{"own type", set{curl.OptPostFields: "<a/>", curl.OptHTTPHeader: []string{"content-type: text/xml", "Content-Length: 99"}},
			"POST /echo len=4 te=[]\n" + common + "Content-Length: 4\nContent-Type: text/xml\n" + agent + "\n<a/>"},
		{"modified since", set{curl.OptTimeCondition: 1, curl.OptTimeValue: 1588334400},
			"GET /echo len=0 te=[]\n" + common + "If-Modified-Since: Fri, 01 May 2020 12:00:00 GMT\n" + agent + "\n"},
		{"closed after", set{curl.OptForbidReuse: true}, "GET /echo len=0 te=[]\n" + common + "Connection: close\n" + agent + "\n"},
		{"fresh", set{curl.OptFreshConnect: true, curl.OptIPResolve: 1, curl.OptInterface: "127.0.0.1", curl.OptConnectTimeout: 5, curl.OptTimeout: 30,
			curl.OptHTTPVersion: 2, curl.OptTCPNoDelay: true, curl.OptSSLVersion: 6}, "GET /echo len=0 te=[]\n" + common + agent + "\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.set[curl.OptURL] = srv.URL + "/echo"
			body, _, err := fetch(t, nil, tt.set)
			if err != nil {
				t.Fatal(err, errors.Unwrap(err))
			}
			if diff := cmp.Diff(tt.want, body); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestKindOfRequest(t *testing.T) {
	srv := newServer(t)
	for _, tt := range []struct {
		set  []any
		want string
	}{
		{[]any{curl.OptPost, true, curl.OptHTTPGet, true}, "GET "},
		{[]any{curl.OptPost, true, curl.OptPost, false}, "GET "},
		{[]any{curl.OptPost, true, curl.OptPut, false}, "POST "},
		{[]any{curl.OptPost, true, curl.OptUpload, true}, "PUT "},
		{[]any{curl.OptNoBody, true, curl.OptPost, true}, "POST "},
		{[]any{curl.OptPostFields, "x", curl.OptPostFields, nil}, "POST "},
		{[]any{curl.OptPost, true, curl.OptPost, nil}, "GET "},
	} {
		e := newService(t, nil).Easy()
		var body strings.Builder
		setAll(t, e, map[curl.Option]any{curl.OptURL: srv.URL + "/echo", curl.OptWriteFunction: curl.WriteFunc(func(p []byte) (int, error) { return body.Write(p) })})
		for i := 0; i < len(tt.set); i += 2 {
			setAll(t, e, map[curl.Option]any{tt.set[i].(curl.Option): tt.set[i+1]})
		}
		if err := e.Perform(t.Context()); err != nil || !strings.HasPrefix(body.String(), tt.want) {
			t.Errorf("%v: %v %s", tt.set, err, body.String())
		}
	}
}

func TestReceiving(t *testing.T) {
	srv := newServer(t)
	type set = map[curl.Option]any
	for _, tt := range []struct {
		name string
		path string
		set  set
		want string
		code curl.Code
	}{
		{"text", "/text", nil, "0123456789", 0},
		{"range", "/text", set{curl.OptRange: "2-4"}, "234", 0},
		{"resume", "/text", set{curl.OptResumeFromLarge: 7}, "789", 0},
		{"resume without ranges", "/old", set{curl.OptResumeFrom: 7}, "", curl.CodeHTTPRangeError},
		{"not modified", "/text", set{curl.OptTimeCondition: 1, curl.OptTimeValue: lastModified.Unix()}, "", 0},
		{"not modified, but sent", "/old", set{curl.OptTimeCondition: 1, curl.OptTimeValue: lastModified.Unix()}, "", 0},
		{"modified", "/old", set{curl.OptTimeCondition: 1, curl.OptTimeValue: lastModified.Unix() - 1}, "0123456789", 0},
		{"unmodified", "/old", set{curl.OptTimeCondition: 2, curl.OptTimeValue: lastModified.Unix()}, "0123456789", 0},
		{"modified, but sent", "/old", set{curl.OptTimeCondition: 2, curl.OptTimeValue: lastModified.Unix() - 1}, "", 0},
		{"status", "/status/404", nil, "body of 404", 0},
		{"fail on error", "/status/404", set{curl.OptFailOnError: true}, "", curl.CodeHTTPReturnedError},
		{"fine on error", "/status/201", set{curl.OptFailOnError: true}, "body of 201", 0},
		{"gzip", "/gzip", set{curl.OptEncoding: ""}, "mail mail", 0},
		{"zlib", "/zlib", set{curl.OptEncoding: "deflate"}, "mail mail", 0},
		{"flate", "/flate", set{curl.OptEncoding: "deflate"}, "mail mail", 0},
		{"bad gzip", "/badgzip", set{curl.OptEncoding: "gzip"}, "", curl.CodeBadContentEncoding},
		{"bad gzip as it is", "/badgzip", nil, "this is no gzip", 0},
		{"other coding", "/brotli", set{curl.OptEncoding: "br"}, "", curl.CodeBadContentEncoding},
		{"announced too large", "/text", set{curl.OptMaxFileSize: 9}, "", curl.CodeFileSizeExceeded},
		{"just large enough", "/text", set{curl.OptMaxFileSizeLarge: 10}, "0123456789", 0},
		{"redirect left alone", "/loop", nil, "<a href=\"/loop\">Found</a>.\n\n", 0},
		{"redirect loop", "/loop", set{curl.OptFollowLocation: true}, "", curl.CodeTooManyRedirects},
		{"no redirects", "/loop", set{curl.OptFollowLocation: true, curl.OptMaxRedirs: 0}, "", curl.CodeTooManyRedirects},
		{"redirect to a file", "/to/302?at=file:///etc/passwd", set{curl.OptFollowLocation: true}, "", curl.CodeUnsupportedProtocol},
		{"redirect to nowhere", "/to/302?at=http:///x", set{curl.OptFollowLocation: true}, "", curl.CodeURLMalformat},
		{"redirect to nonsense", "/to/302?at=http://%25zz/", set{curl.OptFollowLocation: true}, "", curl.CodeURLMalformat},
		{"redirect", "/to/302?at=/text", set{curl.OptFollowLocation: true}, "0123456789", 0},
		{"no location", "/to/302", set{curl.OptFollowLocation: true}, "", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			all := set{curl.OptURL: srv.URL + tt.path}
			for o, v := range tt.set {
				all[o] = v
			}
			body, _, err := fetch(t, nil, all)
			if body != tt.want || code(err) != tt.code {
				t.Errorf("%q, %v (%v)", body, err, errors.Unwrap(err))
			}
		})
	}
}

func TestRedirects(t *testing.T) {
	srv, other := newServer(t), newServer(t)
	to := func(code int, at string) string {
		return fmt.Sprintf("%s/to/%d?at=%s", srv.URL, code, url.QueryEscape(at))
	}
	type set = map[curl.Option]any
	secrets := set{curl.OptUserPwd: "ann:secret", curl.OptCookie: "a=1", curl.OptHTTPHeader: []string{"Cookie: b=2", "X-A: 1"}}
	for _, tt := range []struct {
		name string
		url  string
		set  set
		want []string
		not  []string
	}{
		{"301 of post", to(301, "/echo"), set{curl.OptPostFields: "a=1"}, []string{"GET /echo len=0"}, []string{"a=1"}},
		{"302 of put", to(302, "/echo"), set{curl.OptPut: true}, []string{"PUT /echo"}, nil},
		{"303 of put", to(303, "/echo"), set{curl.OptPut: true}, []string{"GET /echo"}, nil},
		{"307 of post", to(307, "/echo"), set{curl.OptPostFields: "a=1"}, []string{"POST /echo len=3", "\n\na=1"}, nil},
		{"custom stays", to(303, "/echo"), set{curl.OptCustomRequest: "PROPFIND"}, []string{"PROPFIND /echo"}, nil},
		{"referer", to(302, "/echo"), set{curl.OptAutoReferer: true}, []string{"Referer: " + srv.URL + "/to/302?at=%2Fecho\n"}, nil},
		{"same host", to(302, "/echo"), secrets, []string{"Authorization: Basic ", "b=2", "X-A: 1"}, nil},
		{"other host", to(302, other.URL+"/echo"), secrets, []string{"X-A: 1"}, []string{"Authorization", "a=1", "b=2"}},
		{"trusted host", to(302, other.URL+"/echo"), set{curl.OptUserPwd: "ann:secret", curl.OptUnrestrictedAuth: true}, []string{"Authorization: Basic "}, nil},
		{"user of the url", strings.Replace(to(302, "/echo"), "://", "://ann:secret@", 1), nil, []string{"Authorization: Basic "}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			all := set{curl.OptURL: tt.url, curl.OptFollowLocation: true}
			for o, v := range tt.set {
				all[o] = v
			}
			body, e, err := fetch(t, nil, all)
			if err != nil {
				t.Fatal(err, errors.Unwrap(err))
			}
			for _, want := range tt.want {
				if !strings.Contains(body, want) {
					t.Errorf("no %q in %s", want, body)
				}
			}
			for _, not := range tt.not {
				if strings.Contains(body, not) {
					t.Errorf("%q in %s", not, body)
				}
			}
			if n, _ := e.GetInfo(curl.InfoRedirectCount); n != int64(1) {
				t.Error(n)
			}
			if u, _ := e.GetInfo(curl.InfoEffectiveURL); !strings.HasSuffix(u.(string), "/echo") || strings.Contains(u.(string), "secret") {
				t.Error(u)
			}
		})
	}
}

// TestRewind sends a callback's data twice, because of a redirect.
func TestRewind(t *testing.T) {
	srv := newServer(t)
	for _, tt := range []struct {
		name    string
		rewinds map[curl.Option]func(r *strings.Reader) any
		code    curl.Code
	}{
		{"not", nil, curl.CodeSendFailRewind},
		{"seek", map[curl.Option]func(*strings.Reader) any{curl.OptSeekFunction: func(r *strings.Reader) any {
			return curl.SeekFunc(func(offset int64, whence int) int { r.Seek(offset, whence); return 0 })
		}}, 0},
		{"seek fails", map[curl.Option]func(*strings.Reader) any{curl.OptSeekFunction: func(*strings.Reader) any {
			return curl.SeekFunc(func(int64, int) int { return 1 })
		}}, curl.CodeSendFailRewind},
		{"ioctl after seek cannot", map[curl.Option]func(*strings.Reader) any{
			curl.OptSeekFunction: func(*strings.Reader) any { return curl.SeekFunc(func(int64, int) int { return 2 }) },
			curl.OptIOCtlFunction: func(r *strings.Reader) any {
				return curl.IOCtlFunc(func(command int) int { r.Seek(0, io.SeekStart); return command - 1 })
			},
		}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := strings.NewReader("some data")
			set := map[curl.Option]any{
				curl.OptURL: srv.URL + "/to/307?at=/echo", curl.OptFollowLocation: true, curl.OptPut: true,
				curl.OptReadFunction: curl.ReadFunc(r.Read), curl.OptInFileSize: 9,
			}
			for o, f := range tt.rewinds {
				set[o] = f(r)
			}
			body, _, err := fetch(t, nil, set)
			if code(err) != tt.code || err == nil && !strings.HasSuffix(body, "\n\nsome data") {
				t.Errorf("%v %v %s", err, errors.Unwrap(err), body)
			}
		})
	}
}

func TestErrors(t *testing.T) {
	srv := newServer(t)
	tlsServer := httptest.NewUnstartedServer(handler())
	tlsServer.Config.ErrorLog = log.New(io.Discard, "", 0)
	tlsServer.StartTLS()
	defer tlsServer.Close()
	type set = map[curl.Option]any
	slow := &curl.Options{MaxTimeout: 30 * time.Millisecond}
	broken := errors.New("broken")
	for _, tt := range []struct {
		name string
		o    *curl.Options
		url  string
		set  set
		code curl.Code
		text string
	}{
		{"no url", nil, "", nil, curl.CodeURLMalformat, "URL using bad/illegal format or missing URL"},
		{"nonsense", nil, "http://a b/", nil, curl.CodeURLMalformat, "URL using bad/illegal format or missing URL"},
		{"crlf", nil, "http://a.test/\r\nX: 1", nil, curl.CodeURLMalformat, "URL using bad/illegal format or missing URL"},
		{"no host", nil, "http:///x", nil, curl.CodeURLMalformat, "URL using bad/illegal format or missing URL"},
		{"bad port", nil, "http://a.test:99999999/", nil, curl.CodeCouldntConnect, "Couldn't connect to server"},
		{"ftp", nil, "ftp://a.test/", nil, curl.CodeUnsupportedProtocol, "Unsupported protocol"},
		{"gopher", nil, "gopher://a.test/", nil, curl.CodeUnsupportedProtocol, "Unsupported protocol"},
		{"refused", nil, "http://" + loopback.Addr(t), nil, curl.CodeCouldntConnect, "Couldn't connect to server"},
		{"no scheme", nil, loopback.Addr(t), nil, curl.CodeCouldntConnect, "Couldn't connect to server"},
		{"port", nil, srv.URL, set{curl.OptPort: 1}, curl.CodeCouldntConnect, "Couldn't connect to server"},
		{"no such host", &curl.Options{HTTP: dnsFailure()}, "http://nx.test/", nil, curl.CodeCouldntResolveHost, "Couldn't resolve host name"},
		{"no such proxy", &curl.Options{HTTP: dnsFailure()}, "http://nx.test/", set{curl.OptProxy: "proxy.test"}, curl.CodeCouldntResolveProxy, "Couldn't resolve proxy name"},
		{"bad proxy", nil, srv.URL, set{curl.OptProxy: "http://a b"}, curl.CodeCouldntResolveProxy, "Couldn't resolve proxy name"},
		{"proxy refuses", nil, srv.URL, set{curl.OptProxy: loopback.Addr(t)}, curl.CodeCouldntConnect, "Couldn't connect to server"},
		{"timeout", slow, srv.URL + "/slow", nil, curl.CodeOperationTimeouted, "Timeout was reached"},
		{"timeout in the body", slow, srv.URL + "/stall", nil, curl.CodeOperationTimeouted, "Timeout was reached"},
		{"nothing", nil, rawServer(t, ""), nil, curl.CodeGotNothing, "Server returned nothing (no headers, no data)"},
		{"no http", nil, rawServer(t, "220 mx.test ESMTP\r\n"), nil, curl.CodeRecvError, "Failure when receiving data from the peer"},
		{"cut off", nil, rawServer(t, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"), nil, curl.CodePartialFile, "Transferred a partial file"},
		{"huge", &curl.Options{MaxBody: 1 << 20}, srv.URL + "/huge", nil, curl.CodeFileSizeExceeded, "Maximum file size exceeded"},
		{"larger than wanted", nil, srv.URL + "/huge", set{curl.OptMaxFileSize: 1 << 20}, curl.CodeFileSizeExceeded, "Maximum file size exceeded"},
		{"authority", nil, tlsServer.URL, nil, curl.CodeSSLCACert, "Peer certificate cannot be authenticated with given CA certificates"},
		{"no tls there", nil, strings.Replace(srv.URL, "http:", "https:", 1), nil, curl.CodeSSLConnectError, "SSL connect error"},
		{"old ssl", nil, tlsServer.URL, set{curl.OptSSLVersion: 3}, curl.CodeSSLConnectError, "SSL connect error"},
		{"cipher", nil, tlsServer.URL, set{curl.OptSSLCipherList: "NULL-MD5"}, curl.CodeSSLCipher, "Couldn't use specified SSL cipher"},
		{"no authorities", nil, tlsServer.URL, set{curl.OptCAInfo: "/no/such"}, curl.CodeSSLCACertBadFile, "Problem with the SSL CA cert (path? access rights?)"},
		{"no certificate", nil, tlsServer.URL, set{curl.OptSSLCert: "/no/such"}, curl.CodeSSLCertProblem, "Problem with the local SSL certificate"},
		{"no interface", nil, srv.URL, set{curl.OptInterface: "nosuch0"}, curl.CodeInterfaceFailed, "Failed binding local connection end"},
		{"not allowed", &curl.Options{AllowURL: func(*url.URL) error { return broken }}, srv.URL, nil, curl.CodeFailedInit, "Failed initialization"},
		{"redirect not allowed", &curl.Options{AllowURL: func(u *url.URL) error {
			if u.Path == "/text" {
				return broken
			}
			return nil
		}}, srv.URL + "/to/302?at=/text", set{curl.OptFollowLocation: true}, curl.CodeFailedInit, "Failed initialization"},
		{"write takes less", nil, srv.URL + "/text", set{curl.OptWriteFunction: curl.WriteFunc(func(p []byte) (int, error) { return len(p) - 1, nil })},
			curl.CodeWriteError, "Failed writing received data to disk/application"},
		{"header takes less", nil, srv.URL + "/text", set{curl.OptHeaderFunction: curl.WriteFunc(func(p []byte) (int, error) { return 0, nil })},
			curl.CodeWriteError, "Failed writing received data to disk/application"},
		{"write fails", nil, srv.URL + "/text", set{curl.OptWriteFunction: curl.WriteFunc(func(p []byte) (int, error) { return 0, broken })}, -1, "broken"},
		{"read fails", nil, srv.URL + "/echo", set{curl.OptPut: true, curl.OptReadFunction: curl.ReadFunc(func([]byte) (int, error) { return 0, broken })}, -1, "broken"},
		{"read too little", nil, srv.URL + "/echo", set{curl.OptPut: true, curl.OptInFileSize: 10, curl.OptReadFunction: read("x")},
			curl.CodePartialFile, "Transferred a partial file"},
		{"progress ends it", nil, srv.URL + "/text", set{curl.OptNoProgress: false, curl.OptProgressFunction: curl.ProgressFunc(func(_, _, _, _ int64) error { return broken })},
			-1, "broken"},
		{"file of another host", nil, "file://host.test/etc/passwd", nil, curl.CodeURLMalformat, "URL using bad/illegal format or missing URL"},
		{"no file", nil, "file:///no/such/file", nil, curl.CodeFileCouldntReadFile, "Couldn't read a file:// file"},
		{"a directory", nil, "file:///tmp", nil, curl.CodeFileCouldntReadFile, "Couldn't read a file:// file"},
		{"a device", nil, "file:///dev/zero", nil, curl.CodeFileCouldntReadFile, "Couldn't read a file:// file"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			all := set{}
			if tt.url != "" {
				all[curl.OptURL] = tt.url
			}
			for o, v := range tt.set {
				all[o] = v
			}
			_, _, err := fetch(t, tt.o, all)
			if code(err) != tt.code || err.Error() != tt.text {
				t.Errorf("%v (%v)", err, errors.Unwrap(err))
			}
		})
	}
}

func TestTemporary(t *testing.T) {
	for c, want := range map[curl.Code]bool{curl.CodeCouldntConnect: true, curl.CodeOperationTimeouted: true, curl.CodeURLMalformat: false, curl.CodeSSLCACert: false} {
		if got := (&curl.Error{Code: c}).Temporary(); got != want {
			t.Error(c, got)
		}
	}
}

func TestTLS(t *testing.T) {
	srv := httptest.NewUnstartedServer(handler())
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.TLS = &tls.Config{ClientAuth: tls.RequestClientCert}
	srv.StartTLS()
	defer srv.Close()
	dir := t.TempDir()
	ca := filepath.Join(dir, "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: srv.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	byName := strings.Replace(srv.URL, "127.0.0.1", "localhost", 1)
	type set = map[curl.Option]any
	for _, tt := range []struct {
		name string
		url  string
		set  set
		code curl.Code
	}{
		{"no check", srv.URL, set{curl.OptSSLVerifyPeer: false}, 0},
		{"authority", srv.URL, set{curl.OptCAInfo: ca}, 0},
		{"authority in a directory", srv.URL, set{curl.OptCAPath: dir}, 0},
		{"another name", byName, set{curl.OptCAInfo: ca}, curl.CodeSSLPeerCertificate},
		{"any name", byName, set{curl.OptCAInfo: ca, curl.OptSSLVerifyHost: 0}, 0},
		{"any name, unknown authority", byName, set{curl.OptSSLVerifyHost: 0}, curl.CodeSSLCACert},
		{"cipher", srv.URL, set{curl.OptSSLVerifyPeer: false, curl.OptSSLCipherList: "ECDHE-RSA-AES128-GCM-SHA256:HIGH", curl.OptSSLVersion: 6}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.set[curl.OptURL] = tt.url + "/text"
			body, e, err := fetch(t, nil, tt.set)
			if code(err) != tt.code || err == nil && body != "0123456789" {
				t.Error(err, errors.Unwrap(err), body)
			}
			failed := tt.code == curl.CodeSSLCACert || tt.code == curl.CodeSSLPeerCertificate
			if v, _ := e.GetInfo(curl.InfoSSLVerifyResult); (v != int64(0)) != failed {
				t.Error(v)
			}
		})
	}
}

// TestClientCertificate sends certificates in several forms.
func TestClientCertificate(t *testing.T) {
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, len(r.TLS.PeerCertificates))
	}))
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.TLS = &tls.Config{ClientAuth: tls.RequestClientCert}
	srv.StartTLS()
	defer srv.Close()
	key, err := x509.MarshalPKCS8PrivateKey(srv.TLS.Certificates[0].PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	//lint:ignore SA1019 the form is old, but it is what the option is for
	encrypted, err := x509.EncryptPEMBlock(rand.Reader, "PRIVATE KEY", key, []byte("secret"), x509.PEMCipherAES128)
	if err != nil {
		t.Fatal(err)
	}
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: srv.Certificate().Raw})
	plain := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})
	dir := t.TempDir()
	for name, b := range map[string][]byte{
		"both": append(append([]byte(nil), cert...), plain...), "cert": cert, "key": plain, "der": srv.Certificate().Raw,
		"encrypted": pem.EncodeToMemory(encrypted), "nonsense": []byte("nonsense"),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	type set = map[curl.Option]any
	for _, tt := range []struct {
		name string
		set  set
		want string
		code curl.Code
	}{
		{"none", set{}, "0", 0},
		{"one file", set{curl.OptSSLCert: "/both"}, "1", 0},
		{"two files", set{curl.OptSSLCert: "/cert", curl.OptSSLKey: "/key"}, "1", 0},
		{"der", set{curl.OptSSLCert: "/der", curl.OptSSLCertType: "DER", curl.OptSSLKey: "/key"}, "1", 0},
		{"encrypted", set{curl.OptSSLCert: "/cert", curl.OptSSLKey: "/encrypted", curl.OptSSLKeyPasswd: "secret"}, "1", 0},
		{"not encrypted after all", set{curl.OptSSLCert: "/cert", curl.OptSSLKey: "/key", curl.OptSSLKeyPasswd: "secret"}, "1", 0},
		{"wrong password", set{curl.OptSSLCert: "/cert", curl.OptSSLKey: "/encrypted", curl.OptSSLKeyPasswd: "wrong"}, "", curl.CodeSSLCertProblem},
		{"no key", set{curl.OptSSLCert: "/cert"}, "", curl.CodeSSLCertProblem},
		{"nonsense", set{curl.OptSSLCert: "/nonsense"}, "", curl.CodeSSLCertProblem},
		{"nonsense authorities", set{curl.OptCAInfo: "/nonsense"}, "", curl.CodeSSLCACertBadFile},
		{"no authorities in the directory", set{curl.OptCAPath: "/nosuch"}, "", curl.CodeSSLCACertBadFile},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.set[curl.OptURL], tt.set[curl.OptSSLVerifyPeer] = srv.URL, false
			body, _, err := fetch(t, &curl.Options{Files: curl.Dir(dir)}, tt.set)
			if code(err) != tt.code || body != tt.want {
				t.Errorf("%v (%v) %q", err, errors.Unwrap(err), body)
			}
		})
	}
}

// TestInterface connects from the loopback interface by its name.
func TestInterface(t *testing.T) {
	srv := newServer(t)
	interfaces, err := net.Interfaces()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range interfaces {
		if i.Flags&net.FlagLoopback == 0 {
			continue
		}
		for _, prefix := range []string{"", "if!"} {
			if body, _, err := fetch(t, nil, map[curl.Option]any{curl.OptURL: srv.URL + "/text", curl.OptInterface: prefix + i.Name}); err != nil || body != "0123456789" {
				t.Error(i.Name, err, errors.Unwrap(err), body)
			}
		}
	}
}

func TestProxy(t *testing.T) {
	srv, proxy := newServer(t), newProxy(t)
	address := strings.TrimPrefix(proxy.URL, "http://")
	host, port, _ := strings.Cut(address, ":")
	var n int
	fmt.Sscan(port, &n)
	type set = map[curl.Option]any
	for name, s := range map[string]set{
		"address": {curl.OptProxy: address, curl.OptProxyUserPwd: "ann:secret"},
		"port":    {curl.OptProxy: host, curl.OptProxyPort: n, curl.OptProxyUserPwd: "ann:secret"},
		"url":     {curl.OptProxy: "http://ann:secret@" + address},
	} {
		var headers strings.Builder
		s[curl.OptURL] = srv.URL + "/text"
		s[curl.OptHeaderFunction] = curl.WriteFunc(func(p []byte) (int, error) { return headers.Write(p) })
		body, _, err := fetch(t, nil, s)
		if err != nil || body != "0123456789" || !strings.Contains(headers.String(), "X-Via: Basic YW5uOnNlY3JldA==\r\n") {
			t.Errorf("%s: %v %s %s", name, err, body, headers.String())
		}
	}
	_, e, err := fetch(t, nil, set{curl.OptURL: "https://a.test/", curl.OptProxy: address})
	if got, _ := e.GetInfo(curl.InfoHTTPConnectCode); err == nil || got != int64(403) {
		t.Error(err, got)
	}
}

func TestCancel(t *testing.T) {
	srv := newServer(t)
	for _, path := range []string{"/slow", "/stall"} {
		e := newService(t, nil).Easy()
		ctx, cancel := context.WithCancel(t.Context())
		setAll(t, e, map[curl.Option]any{curl.OptURL: srv.URL + path})
		done := make(chan error)
		go func() { done <- e.Perform(ctx) }()
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Error(path, err)
		}
	}
}

func TestLowSpeed(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a second")
	}
	_, _, err := fetch(t, nil, map[curl.Option]any{curl.OptURL: newServer(t).URL + "/stall", curl.OptLowSpeedLimit: 1000, curl.OptLowSpeedTime: 1})
	if code(err) != curl.CodeOperationTimeouted {
		t.Error(err)
	}
}
