package ctasd_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/internal/loopback"
	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/ctasd"
)

const good = "X-CTCH-Spam: Confirmed\r\nX-CTCH-VOD: NonVirus\r\nX-CTCH-RefID: str=0001.0A\r\nX-CTCH-Flags: 0\r\n"

type got struct{ Method, Path, Body, Length string }

// serve plays a ctasd.
func serve(t testing.TB, status int, answer string) (addr string, requests chan got) {
	t.Helper()
	requests = make(chan got, 10)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		requests <- got{r.Method, r.URL.Path, string(body), r.Header.Get("Content-Length")}
		w.WriteHeader(status)
		io.WriteString(w, answer)
	}))
	t.Cleanup(s.Close)
	return strings.TrimPrefix(s.URL, "http://"), requests
}

func newClient(t testing.TB, addr string) *ctasd.Client {
	t.Helper()
	c := ctasd.New(addr, nil)
	t.Cleanup(func() { c.Close() })
	return c
}

func TestRequest(t *testing.T) {
	addr, requests := serve(t, 200, good)
	r := scan.BytesRequest([]byte("Subject: x\r\n\r\nbody"))
	r.MailFrom, r.Remote = "ann@example.org", netip.MustParseAddrPort("[::ffff:192.0.2.7]:1234")
	for _, size := range []int64{r.Size, 0} { // known, and to be counted
		r.Size = size
		if _, err := newClient(t, addr).Scan(context.Background(), r); err != nil {
			t.Fatal(err)
		}
		want := got{"POST", "/ctasd/ClassifyMessage_Inline",
			"X-CTCH-PVer: 0000001\r\nX-CTCH-MailFrom: ann@example.org\r\nX-CTCH-SenderIP: 192.0.2.7\r\n\r\nSubject: x\r\n\r\nbody", "98"}
		g := <-requests
		if diff := cmp.Diff(want, g, cmp.FilterPath(func(p cmp.Path) bool { return p.String() == "Length" }, cmp.Ignore())); diff != "" {
			t.Error(diff)
		}
	}
}

func TestAnswers(t *testing.T) {
	for _, tc := range []struct {
		name   string
		status int
		answer string
		want   *scan.Result
	}{
		{"spam", 200, good, &scan.Result{Spam: true, Code: "Confirmed", RefID: "str=0001.0A", Detail: map[string]string{
			"X-CTCH-Spam": "Confirmed", "X-CTCH-VOD": "NonVirus", "X-CTCH-RefID": "str=0001.0A", "X-CTCH-Flags": "0"}}},
		{"virus, other case, bare line feeds", 200, "x-ctch-spam:NonSpam\nX-ctch-VOD: Virus", &scan.Result{Verdict: scan.Infected, Name: "VOD.Virus", Code: "Virus",
			Detail: map[string]string{"X-CTCH-Spam": "NonSpam", "X-CTCH-VOD": "Virus"}}},
		{"not known", 200, "X-CTCH-Spam: Unknown\r\n", &scan.Result{Code: "Unknown", Detail: map[string]string{"X-CTCH-Spam": "Unknown"}}},
		{"error", 200, "X-CTCH-Error: license expired\r\n" + good, nil},
		{"status", 500, good, nil},
		{"redirect", 302, good, nil},
		{"nothing", 200, "", nil},
		{"nonsense", 200, "<html>", nil},
		{"endless", 200, strings.Repeat("X: y\r\n", 20000), nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			addr, _ := serve(t, tc.status, tc.answer)
			res, err := newClient(t, addr).Scan(context.Background(), scan.BytesRequest([]byte("x")))
			if diff := cmp.Diff(tc.want, res); diff != "" || (err == nil) != (tc.want != nil) {
				t.Error(err, diff)
			}
			if err != nil && !errors.Is(err, scan.ErrAnswer) {
				t.Error(err)
			}
		})
	}
}

func TestFailures(t *testing.T) {
	ctx := context.Background()
	if _, err := newClient(t, loopback.Addr(t)).Scan(ctx, scan.BytesRequest([]byte("x"))); err == nil {
		t.Error("nobody was there")
	}
	addr, requests := serve(t, 200, good)
	r := scan.BytesRequest([]byte("x"))
	r.MailFrom = "a@example.org\r\nX-CTCH-SenderIP: 203.0.113.1"
	if _, err := newClient(t, addr).Scan(ctx, r); !errors.Is(err, ctasd.ErrEnvelope) || len(requests) > 0 {
		t.Error(err)
	}
	broken := errors.New("disk on fire")
	r = &scan.Request{Size: 100, Open: func() (io.ReadCloser, error) { return io.NopCloser(iotest.ErrReader(broken)), nil }}
	var content *scan.ContentError
	if _, err := newClient(t, addr).Scan(ctx, r); !errors.As(err, &content) || !errors.Is(err, broken) {
		t.Error(err)
	}
	r = &scan.Request{Size: 100, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("short")), nil }}
	if _, err := newClient(t, addr).Scan(ctx, r); !errors.As(err, &content) {
		t.Error(err)
	}
}

// A server that says nothing is left when the slot's time is over.
func TestSilence(t *testing.T) {
	stop := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-stop }))
	defer s.Close()
	defer close(stop)
	set, err := scan.NewSet(scan.Slot{Name: "commtouch", Engine: newClient(t, strings.TrimPrefix(s.URL, "http://")), Options: &scan.Options{Timeout: 20e6}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := set.Scan(context.Background(), "commtouch", scan.BytesRequest([]byte("x"))); !errors.Is(err, scan.ErrTimeout) {
		t.Error(err)
	}
}
