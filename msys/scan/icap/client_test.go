package icap_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/icap"
	"github.com/gomsys/gomsys/msys/scan/internal/scantest"
)

const noContent = "ICAP/1.0 204 No Content\r\nISTag: \"1\"\r\n\r\n"

func always(answer string) func(*request) string { return func(*request) string { return answer } }

func scanText(t testing.TB, c *icap.Client, mail string) (*scan.Result, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	return c.Scan(ctx, scan.BytesRequest([]byte(mail)))
}

func random(n int) []byte {
	b := make([]byte, n)
	r := rand.NewChaCha8([32]byte{1})
	r.Read(b)
	return b
}

// A mail shorter than the preview is sent at once and ends with ieof.
func TestShortMail(t *testing.T) {
	s := serve(t, usualOptions, always(noContent))
	r := scan.BytesRequest([]byte("A: b\r\n\r\nxx"))
	r.Remote = netip.MustParseAddrPort("192.0.2.7:1234")
	res, err := s.client(&icap.Options{Headers: map[string]string{"X-Customer": "7"}}).Scan(context.Background(), r)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&scan.Result{Verdict: scan.Clean, Code: "204"}, res); diff != "" {
		t.Error(diff)
	}
	want := &request{
		Head: "RESPMOD icap://" + s.Addr + "/virus_scan ICAP/1.0\r\nHost: " + s.Addr + "\r\nUser-Agent: gomsys\r\nX-Customer: 7\r\nAllow: 204\r\n" +
			"X-Client-IP: 192.0.2.7\r\nPreview: 10\r\nEncapsulated: req-hdr=0, res-hdr=52, res-body=121\r\n\r\n",
		HTTP: "GET http://mail/message.eml HTTP/1.1\r\nHost: mail\r\n\r\n" +
			"HTTP/1.1 200 OK\r\nContent-Type: message/rfc822\r\nContent-Length: 10\r\n\r\n",
		Body: "A: b\r\n\r\nxx", IEOF: true,
	}
	if diff := cmp.Diff(want, s.got()[0]); diff != "" {
		t.Error(diff)
	}
}

func TestPreview(t *testing.T) {
	for _, tc := range []struct {
		name    string
		options string
		o       *icap.Options
		size    int
		want    int // bytes in the preview
		ieof    bool
	}{
		{"exactly the preview", usualOptions, nil, 10, 10, true},
		{"one more", usualOptions, nil, 11, 10, false},
		{"large", usualOptions, nil, 10 << 20, 10, false},
		{"empty preview", "Methods: RESPMOD\r\nPreview: 0\r\n", nil, 5, 0, false},
		{"empty preview and mail", "Methods: RESPMOD\r\nPreview: 0\r\n", nil, 0, 0, true},
		{"very long preview", "Methods: RESPMOD\r\nPreview: 1000000\r\n", nil, 100000, 32768, false},
		{"no preview", "Methods: RESPMOD\r\n", nil, 100000, -1, false},
		{"preview not wanted", usualOptions, &icap.Options{NoPreview: true}, 100000, -1, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var preview int
			s := serve(t, tc.options, func(r *request) string {
				if strings.Contains(r.Head, "Preview: ") && !r.IEOF && !r.After {
					preview = len(r.Body)
					return "continue"
				}
				if !r.After {
					preview = len(r.Body)
				}
				return noContent
			})
			mail := random(tc.size)
			if _, err := scanText(t, s.client(tc.o), string(mail)); err != nil {
				t.Fatal(err)
			}
			r := s.got()[0]
			if !bytes.Equal([]byte(r.Body), mail) {
				t.Errorf("%d of %d bytes arrived, or others", len(r.Body), len(mail))
			}
			want := tc.want
			if want < 0 {
				want = tc.size
			}
			if preview != want || r.IEOF != tc.ieof {
				t.Errorf("preview of %d, ieof %v", preview, r.IEOF)
			}
		})
	}
}

// A decision by the preview alone saves the rest.
func TestDecidedByPreview(t *testing.T) {
	s := serve(t, usualOptions, always(noContent))
	c := s.client(nil)
	for range 3 {
		if _, err := scanText(t, c, strings.Repeat("x", 1000)); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(s.got()[2].Body); n != 10 || s.Conns.Load() != 1 {
		t.Errorf("%d bytes were sent, on %d connections", n, s.Conns.Load())
	}
}

func TestREQMOD(t *testing.T) {
	s := serve(t, "Methods: REQMOD\r\n", always(noContent))
	if _, err := scanText(t, s.client(nil), "mail"); err != nil {
		t.Fatal(err)
	}
	want := "POST http://mail/message.eml HTTP/1.1\r\nHost: mail\r\nContent-Type: message/rfc822\r\nContent-Length: 4\r\n\r\n"
	if r := s.got()[0]; r.HTTP != want || r.Body != "mail" || !strings.HasPrefix(r.Head, "REQMOD ") {
		t.Errorf("%+v", r)
	}
}

func TestPart(t *testing.T) {
	s := serve(t, usualOptions, always(noContent))
	for _, tc := range []struct{ name, typ, wantName, wantType string }{
		{"a b.exe", "application/x-dosexec", "a%20b.exe", "application/x-dosexec"},
		{"x\r\nY: z", "a/b\r\nY: z", "x%0D%0AY:%20z", "application/octet-stream"},
		{"", "", "part", "application/octet-stream"},
	} {
		r := scan.BytesRequest([]byte("x"))
		r.Part, r.FileName, r.ContentType = true, tc.name, tc.typ
		if _, err := s.client(nil).Scan(context.Background(), r); err != nil {
			t.Fatal(err)
		}
		list := s.got()
		if h := list[len(list)-1].HTTP; !strings.Contains(h, "GET http://mail/"+tc.wantName+" HTTP/1.1\r\n") || !strings.Contains(h, "Content-Type: "+tc.wantType+"\r\n") {
			t.Errorf("%q", h)
		}
	}
}

// encapsulated makes a response with an HTTP response in it.
func encapsulated(fields, http, body string) string {
	chunks := "0\r\n\r\n"
	if body != "" {
		chunks = fmt.Sprintf("%x\r\n%s\r\n", len(body), body) + chunks
	}
	return "ICAP/1.0 200 OK\r\n" + fields + fmt.Sprintf("Encapsulated: res-hdr=0, res-body=%d\r\n\r\n", len(http)) + http + chunks
}

func TestVerdicts(t *testing.T) {
	const ok, forbidden = "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\n\r\n"
	infected := func(name string) *scan.Result { return &scan.Result{Verdict: scan.Infected, Name: name, Code: name} }
	for _, tc := range []struct {
		name, answer string
		want         *scan.Result
	}{
		{"infection", encapsulated("X-Infection-Found: Type=0; Resolution=2; Threat=W32;\r\n", forbidden, "<html>"), infected("W32")},
		{"infection without an end", "ICAP/1.0 200 OK\r\nx-infection-FOUND: Type=0;Threat=W32.A b\r\nEncapsulated: null-body=0\r\n\r\n", infected("W32.A b")},
		{"infection without a name", "ICAP/1.0 204 No\r\nX-Infection-Found: Type=0\r\n\r\n", infected("unnamed")},
		{"virus id", encapsulated("X-Virus-ID: Eicar-Test\r\n", ok, ""), infected("Eicar-Test")},
		{"violations", encapsulated("X-Violations-Found: 1\r\n\tmessage.eml\r\n\tEicar-Test\r\n\t0\r\n\t2\r\n", ok, ""), infected("Eicar-Test")},
		{"violations in short", encapsulated("X-Violations-Found: 1\r\n", ok, ""), infected("unnamed")},
		{"no violations", encapsulated("X-Violations-Found: 0\r\n", ok, ""), &scan.Result{Code: "200"}},
		{"blocked", encapsulated("", forbidden, "<html>"), &scan.Result{Verdict: scan.Infected, Name: "blocked with HTTP status 403", Code: "403"}},
		{"returned as it was", encapsulated("", ok, "mail"), &scan.Result{Code: "200"}},
		{"more came back", encapsulated("", ok, "mail with a banner"), &scan.Result{Code: "200"}},
		{"no violations in what was kept", encapsulated("X-Violations-Found: 0\r\n", ok, "ma"), &scan.Result{Code: "200"}},
		{"rest was kept", encapsulated("", ok, "ma"), &scan.Result{Verdict: scan.Infected, Name: "withheld by the service", Code: "200"}},
		{"all was kept", encapsulated("", ok, ""), &scan.Result{Verdict: scan.Infected, Name: "withheld by the service", Code: "200"}},
		{"breaks off on its way back", "ICAP/1.0 200 OK\r\nEncapsulated: res-hdr=0, res-body=19\r\n\r\n" + ok + "4\r\nmail\r\n", nil},
		{"breaks off in a chunk", "ICAP/1.0 200 OK\r\nEncapsulated: res-body=0\r\n\r\nffff\r\nmail", nil},
		{"comes back in no chunks", "ICAP/1.0 200 OK\r\nEncapsulated: res-body=0\r\n\r\nmail\r\n", nil},
		{"created", "ICAP/1.0 201 Created\r\nX-Infection-Found: Threat=X;\r\nEncapsulated: null-body=0\r\n\r\n", infected("X")},
		{"no such service", "ICAP/1.0 404 Service not found\r\n\r\n", nil},
		{"not allowed", "ICAP/1.0 405 Method not allowed\r\n\r\n", nil},
		{"server error", "ICAP/1.0 500 Server error\r\nX-Virus-ID: x\r\n\r\n", nil},
		{"bad request", "ICAP/1.0 400 Bad request\r\n\r\n", nil},
		{"redirect", "ICAP/1.0 302 Elsewhere\r\n\r\n", nil},
		{"nonsense", "220 mx.example ESMTP\r\n", nil},
		{"no fields", "ICAP/1.0 204 No Content\r\n", nil},
		{"bad field", "ICAP/1.0 204 No Content\r\nwhat\r\n\r\n", nil},
		{"bad offsets", "ICAP/1.0 200 OK\r\nEncapsulated: res-hdr=0, res-body=-1\r\n\r\n", nil},
		{"offsets the wrong way", "ICAP/1.0 200 OK\r\nEncapsulated: req-hdr=0, res-hdr=20, res-body=10\r\n\r\n", nil},
		{"huge header", "ICAP/1.0 200 OK\r\nEncapsulated: res-hdr=0, res-body=100000000\r\n\r\n", nil},
		{"cut short", "ICAP/1.0 200 OK\r\nEncapsulated: res-hdr=0, res-body=100\r\n\r\nHTTP/1.1", nil},
		{"other body", "ICAP/1.0 200 OK\r\nEncapsulated: what=0\r\n\r\n", nil},
		{"endless header", "ICAP/1.0 200 OK\r\n" + strings.Repeat("X: y\r\n", 1000), nil},
		{"endless line", "ICAP/1.0 200 OK\r\nX: " + strings.Repeat("y", 100000), nil},
		{"body that breaks off", "ICAP/1.0 200 OK\r\nX-Virus-ID: A\r\nEncapsulated: res-body=0\r\n\r\nffff\r\nxx", infected("A")},
		{"closes", "", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := serve(t, usualOptions, always(tc.answer))
			c := s.client(nil)
			s.Server.CloseAfter(tc.want == nil || strings.Contains(tc.name, "breaks off"))
			res, err := scanText(t, c, "mail")
			if diff := cmp.Diff(tc.want, res); diff != "" || (err == nil) != (tc.want != nil) {
				t.Error(err, diff)
			}
			var e *scan.Error
			if err != nil && (!errors.As(err, &e) || !e.Temporary()) {
				t.Error(err)
			}
		})
	}
}

// Options are asked for once, hourly, when the service says so, and after its
// tag has changed.
func TestOptionsAgain(t *testing.T) {
	now := time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)
	tag := `"1"`
	s := serve(t, usualOptions, func(*request) string { return "ICAP/1.0 204 No Content\r\nISTag: " + tag + "\r\n\r\n" })
	c := s.client(&icap.Options{Now: func() time.Time { return now }})
	check := func(what string, want int) {
		t.Helper()
		if _, err := scanText(t, c, "mail"); err != nil {
			t.Fatal(err)
		}
		if s.asked != want {
			t.Errorf("%s: asked %d times", what, s.asked)
		}
	}
	check("first", 1)
	check("second", 1)
	now = now.Add(59 * time.Minute)
	check("within the hour", 1)
	now = now.Add(time.Minute)
	check("after an hour", 2)
	tag = `"2"`
	check("new tag", 2)
	s.options = strings.Replace(usualOptions, `"1"`, `"2"`, 1)
	check("after a new tag", 3)
	check("the tag is known", 3)
	tag = `"3"` // a service whose options always have another tag
	check("yet another tag", 3)
	check("after yet another tag", 4)
	check("no more", 4)
	s.options = "Methods: RESPMOD\r\nOptions-TTL: 60\r\n"
	now = now.Add(time.Hour)
	check("after two hours", 5)
	now = now.Add(time.Minute)
	check("after the service's own time", 6)
}

func TestBadOptions(t *testing.T) {
	for _, options := range []string{
		"ICAP/1.0 404 Service not found\r\n\r\n", "Methods: OPTIONS\r\n", "ICAP/1.0 200 OK\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n\r\n",
	} {
		s := serve(t, options, always(noContent))
		if _, err := scanText(t, s.client(nil), "mail"); !errors.Is(err, scan.ErrAnswer) {
			t.Errorf("%q: %v", options, err)
		}
		if err := s.client(nil).Ping(context.Background()); err == nil {
			t.Errorf("%q is good", options)
		}
	}
	if err := serve(t, usualOptions, nil).client(nil).Ping(context.Background()); err != nil {
		t.Error(err)
	}
}

// No more connections are used than the service allows.
func TestMaxConnections(t *testing.T) {
	s := serve(t, "Methods: RESPMOD\r\nMax-Connections: 2\r\n", always(noContent))
	c := s.client(nil)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if _, err := scanText(t, c, "mail"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := s.Conns.Load(); n > 3 { // one asked for options
		t.Errorf("%d connections", n)
	}
}

// A connection that the server closed meanwhile is replaced.
func TestStaleConnection(t *testing.T) {
	s := serve(t, usualOptions, always(noContent))
	c := s.client(nil)
	for range 2 {
		if _, err := scanText(t, c, "mail"); err != nil {
			t.Fatal(err)
		}
		s.Disconnect()
	}
	if n := s.Conns.Load(); n != 2 {
		t.Errorf("%d connections", n)
	}
}

func TestConnectionClose(t *testing.T) {
	s := serve(t, usualOptions, always("ICAP/1.0 204 No Content\r\nConnection: close\r\n\r\n"))
	c := s.client(nil)
	for range 2 {
		if _, err := scanText(t, c, "mail"); err != nil {
			t.Fatal(err)
		}
	}
	if n := s.Conns.Load(); n != 2 {
		t.Errorf("%d connections", n)
	}
}

// A service that decides before it has had everything.
func TestEarlyAnswer(t *testing.T) {
	stop := make(chan struct{})
	defer close(stop)
	s := scantest.Serve(t, func(c net.Conn) {
		buf := make([]byte, 4096)
		n, _ := c.Read(buf)
		if strings.HasPrefix(string(buf[:n]), "OPTIONS") {
			io.WriteString(c, "ICAP/1.0 200 OK\r\nMethods: RESPMOD\r\nConnection: close\r\nEncapsulated: null-body=0\r\n\r\n")
			return
		}
		io.WriteString(c, "ICAP/1.0 200 OK\r\nX-Virus-ID: A\r\nEncapsulated: null-body=0\r\n\r\n")
		<-stop
	})
	c, err := icap.New("icap://"+s.Addr+"/x", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	res, err := scanText(t, c, strings.Repeat("x", 20<<20))
	if err != nil || res.Name != "A" {
		t.Errorf("%+v %v", res, err)
	}
}

func TestContentFails(t *testing.T) {
	s := serve(t, usualOptions, always("continue"))
	broken := errors.New("disk on fire")
	for _, before := range []int{0, 5, 200000} {
		r := &scan.Request{Open: func() (io.ReadCloser, error) {
			return io.NopCloser(io.MultiReader(bytes.NewReader(random(before)), iotest.ErrReader(broken))), nil
		}}
		var content *scan.ContentError
		if _, err := s.client(nil).Scan(context.Background(), r); !errors.As(err, &content) || !errors.Is(err, broken) {
			t.Error(before, err)
		}
	}
}

func TestSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		go io.Copy(io.Discard, theirs)
		c, err := icap.New("icap://scanner/x", &icap.Options{Dial: func(context.Context, string, string) (net.Conn, error) { return ours, nil }})
		if err != nil {
			t.Fatal(err)
		}
		set, err := scan.NewSet(scan.Slot{Name: "gateway", Engine: c})
		if err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		_, err = set.Scan(context.Background(), "gateway", scan.BytesRequest([]byte("mail")))
		if took := time.Since(begin); !errors.Is(err, scan.ErrTimeout) || took != 10*time.Second {
			t.Errorf("%v after %v", err, took)
		}
		theirs.Close()
	})
}

func TestNew(t *testing.T) {
	for _, uri := range []string{"", "127.0.0.1:1344", "http://x/y", "icap:///y", "icap://u:p@x/y", "icap://%zz"} {
		if _, err := icap.New(uri, nil); err == nil {
			t.Errorf("%q is good", uri)
		}
	}
	for _, h := range []map[string]string{{"A\r\nB": "x"}, {"": "x"}, {"A": "x\r\nB: y"}} {
		if _, err := icap.New("icap://x/y", &icap.Options{Headers: h}); err == nil {
			t.Errorf("%q is good", h)
		}
	}
	for uri, want := range map[string]string{"icap://h/x": "h:1344", "icaps://h": "h:11344", "icap://[2001:db8::1]:99/x?y=z": "[2001:db8::1]:99"} {
		var got string
		c, err := icap.New(uri, &icap.Options{Dial: func(_ context.Context, _, addr string) (net.Conn, error) {
			got = addr
			return nil, errors.New("no")
		}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := scanText(t, c, "x"); err == nil || got != want {
			t.Errorf("%s: %q %v", uri, got, err)
		}
	}
}
