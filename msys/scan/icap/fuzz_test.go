package icap

import (
	"bufio"
	"strings"
	"testing"
	"time"

	"github.com/gomsys/gomsys/msys/scan"
)

// Nothing that a server says is clean but what is, an infection has a name, and
// not more is kept than was sent.
func FuzzResponse(f *testing.F) {
	for _, s := range []string{
		"ICAP/1.0 204 No Content\r\nISTag: \"1\"\r\n\r\n",
		"ICAP/1.0 100 Continue\r\n\r\n",
		"ICAP/1.0 200 OK\r\nX-Infection-Found: Type=0; Resolution=2; Threat=W32;\r\nEncapsulated: res-hdr=0, res-body=26\r\n\r\nHTTP/1.1 403 Forbidden\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
		"ICAP/1.0 200 OK\r\nX-Violations-Found: 1\r\n\tfile\r\n\tname\r\n\t0\r\n\t2\r\nEncapsulated: null-body=0\r\n\r\n",
		"ICAP/1.0 200 OK\r\nMethods: RESPMOD, REQMOD\r\nPreview: 1024\r\nMax-Connections: 10\r\nOptions-TTL: 60\r\nEncapsulated: null-body=0\r\n\r\n",
		"ICAP/1.0 200 OK\r\nEncapsulated: req-hdr=0, res-hdr=5, opt-body=4\r\n\r\n", "ICAP/1.0 200 OK\r\n folded\r\n\r\n", "ICAP/1.0 2000 OK\r\n\r\n", "",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		resp, err := readResponse(bufio.NewReader(strings.NewReader(s)))
		if err != nil {
			return
		}
		kept := 0
		for name, value := range resp.fields {
			kept += len(name) + len(value)
		}
		if kept > len(s) || resp.status > 999 || resp.http > 999 {
			t.Fatalf("%q: %+v", s, resp)
		}
		if o, err := resp.options(time.Time{}); err == nil && (o.method == "" || o.preview > maxPreview || o.maxConnections < 0) {
			t.Errorf("%q: %+v", s, o)
		}
		res, err := resp.verdict(5)
		if err != nil {
			return
		}
		switch {
		case res.Verdict == scan.Clean:
			if resp.status/100 != 2 || resp.http >= 400 || resp.fields["x-infection-found"] != "" || resp.fields["x-virus-id"] != "" ||
				resp.status != 204 && resp.fields["x-violations-found"] != "0" && resp.body >= 0 && resp.body < 5 {
				t.Errorf("%q is clean", s)
			}
		case res.Name == "" || strings.Contains(res.Name, "\n"):
			t.Errorf("%q: name %q", s, res.Name)
		}
	})
}
