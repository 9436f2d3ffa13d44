package httpsrv_test

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/gomsys/gomsys/msys/httpsrv"
)

func sessionHost(t testing.TB) *host {
	t.Helper()
	script, err := os.ReadFile("testdata/session.lua")
	if err != nil {
		t.Fatal(err)
	}
	return newHost(t, &httpsrv.Options{MaxBody: 1000, MaxResponse: 10000}, string(script))
}

func TestSession(t *testing.T) {
	h := sessionHost(t)
	host := strings.Split(strings.TrimPrefix(h.web.URL, "http://"), ":")[0]
	h.check(t,
		"GET /url", "200 /url http "+host+" true /url nil nil nil nil nil nil",
		"GET /url?b=2&a=x%20y", "200 /url?b=2&a=x%20y http "+host+" true /url b=2&a=x%20y b=2&a=x y nil nil nil 2 b=2;a=x y",
		"GET /url/%C3%A4+?a=1&&a=2&b&=c&%zz=%&d=1+2", "200 /url/%C3%A4+?a=1&&a=2&b&=c&%zz=%&d=1+2 http "+host+
			" true /url/ä+ a=1&&a=2&b&=c&%zz=%&d=1+2 a=1&&a=2&b&=c&%zz=%&d=1+2 nil nil nil 5 a=2;b=;=c;%zz=%;d=1 2",
		"GET /url?", "200 /url? http "+host+" true /url nil nil nil nil nil nil",
		"GET /port\nHost: policy.test", "200 policy.test 80",
		"GET /port\nHost: [2001:db8::1]:8080", "200 2001:db8::1 8080",
		"POST /request\nHost: policy.test:8080\nX-List: a\nX-List: b\nContent-Type: text/xml; charset=iso-8859-1\n\n<a/>", "200 fine",
		"GET /type", "200 2 nil nil", "GET /type\nContent-Type: text/plain", "200 0 text/plain nil",
		"GET /type\nContent-Type: Text/HTML; Charset=\"UTF-8\"", "200 0 text/html UTF-8", "GET /type\nContent-Type: text/plain; =", "200 0 text/plain nil",
		"POST /data\n\nhello\x00\nworld", "200 fine",
		"POST /big\n\n"+strings.Repeat("x", 1001), "200 too big",
		"POST /json\n\n{\"a\":1}", `200 { "a": 1, "seen": true }`, "POST /json\n\n{", "200 none", "POST /json\n\nnull", "200 none", "POST /json", "200 none",
		"POST /xml\n\n<a/>", "200 <?xml version=\"1.0\" encoding=\"utf-8\"?>\n<a seen=\"1\"/>", "POST /xml\n\n<a", "200 none",
		"GET /status/std", "403 no", "GET /status/body", "202 the body", "GET /status/early", "202 the body", "GET /status/set", "418",
		"GET /status/ok", "200 x", "GET /status/denied", "403", "GET /status/not_found", "404", "GET /status/error", "500", "GET /status/nocontent", "204",
		"GET /headers", "200 abcd 50% done", "GET /string", "200 new and more", "HEAD /string", "200",
		"POST /io\n\nthe content", "200 the content", "POST /io-now\n\nthe content", "200 before the content after", "POST /io-replaced\n\nx", "200 instead",
		"POST /io-flush\n\nthe content", "200 the content!",
		"GET /large", "200 11", "GET /flush", "201 one two",
		"GET /async", "200 call 3", "GET /finished", "200 by the timer", "GET /never", "200 sent at once",
		"GET /keep", "200 kept", "GET /kept", "200 over",
	)
	if errs := h.Errors(); len(errs) > 0 {
		t.Error(errs)
	}
}

func TestHeaders(t *testing.T) {
	h := sessionHost(t)
	for path, want := range map[string]map[string]string{
		"GET /status/std":          {"Content-Type": "text/html"},
		"GET /status/body":         {"Content-Type": "text/x-a"},
		"GET /status/ok":           {"Content-Type": "text/x-ok"},
		"GET /status/error":        {"Content-Type": "text/x-error", "Content-Length": "0"},
		"GET /status/set":          {"Content-Type": ""},
		"GET /headers":             {"X-A": "2", "Content-Type": "text/plain; charset=utf-8", "Content-Length": "13", "Evil": "", "X": ""},
		"GET /flush":               {"X-A": "1"},
		"POST /json\n\n{}":         {"Content-Type": "application/json"},
		"POST /xml\n\n<a/>":        {"Content-Type": "application/soap+xml"},
		"POST /io-flush\n\n<html>": {"Content-Type": "text/plain; charset=utf-8"},
	} {
		_, header := h.do(t, path)
		for name, value := range want {
			if header.Get(name) != value {
				t.Errorf("%s: %s: %q, want %q", path, name, header.Get(name), value)
			}
		}
	}
}

func TestCertificate(t *testing.T) {
	h := newHost(t, nil, `msys.httpsrv.register("GET", "/cn", function(s) s:response_append(tostring(s:request_subject_cn_get()) .. " " .. s:request_url_get().scheme) end)`)
	srv := httptest.NewUnstartedServer(h.Server)
	srv.TLS = &tls.Config{ClientAuth: tls.VerifyClientCertIfGiven, ClientCAs: x509.NewCertPool()}
	srv.StartTLS()
	defer srv.Close()
	srv.TLS.ClientCAs.AddCert(clientCertificate(t).Leaf)
	for _, tt := range []struct {
		certificates []tls.Certificate
		want         string
	}{
		{nil, "nil https"},
		{[]tls.Certificate{clientCertificate(t)}, "policy client https"},
	} {
		transport := srv.Client().Transport.(*http.Transport).Clone()
		transport.TLSClientConfig.Certificates = tt.certificates
		resp, err := (&http.Client{Transport: transport}).Get(srv.URL + "/cn")
		if err != nil {
			t.Fatal(err)
		}
		body := make([]byte, 100)
		n, _ := resp.Body.Read(body)
		resp.Body.Close()
		transport.CloseIdleConnections()
		if got := string(body[:n]); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}
