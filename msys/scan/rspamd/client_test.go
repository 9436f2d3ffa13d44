package rspamd_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/internal/loopback"
	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/rspamd"
)

const good = `{"is_skipped":false,"score":7.5,"required_score":15,"action":"add header","thresholds":{"reject":15,"add header":6},
"symbols":{"R_SPF_FAIL":{"name":"R_SPF_FAIL","score":1,"metric_score":1,"options":["-all"]},"BAYES_SPAM":{"name":"BAYES_SPAM","score":5.1}},
"messages":{},"message-id":"1@example.org","time_real":0.1}`

func serve(t testing.TB, status int, answer string) (addr string, requests chan *http.Request) {
	t.Helper()
	requests = make(chan *http.Request, 10)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		requests <- r
		w.WriteHeader(status)
		io.WriteString(w, answer)
	}))
	t.Cleanup(s.Close)
	return strings.TrimPrefix(s.URL, "http://"), requests
}

func newClient(t testing.TB, addr string, o *rspamd.Options) *rspamd.Client {
	t.Helper()
	c := rspamd.New(addr, o)
	t.Cleanup(func() { c.Close() })
	return c
}

func TestRequest(t *testing.T) {
	addr, requests := serve(t, 200, good)
	r := scan.BytesRequest([]byte("Subject: x\r\n\r\nbody"))
	r.MessageID, r.Helo, r.User = "18/00-1", "mx.example\r\nX: y", "ann"
	r.MailFrom, r.Recipients = "ann@example.org", []string{"bob@example.com", "carl@example.com"}
	r.Remote = netip.MustParseAddrPort("192.0.2.7:1234")
	c := newClient(t, "http://"+addr+"/", &rspamd.Options{Password: "secret", Headers: map[string]string{"Settings-ID": "in"}})
	if _, err := c.Scan(context.Background(), r); err != nil {
		t.Fatal(err)
	}
	req := <-requests
	body, err := io.ReadAll(req.Body)
	if err != nil || string(body) != "Subject: x\r\n\r\nbody" || req.URL.Path != "/checkv2" || req.Method != "POST" || req.ContentLength != 18 {
		t.Errorf("%q %v %v", body, err, req)
	}
	for _, name := range []string{"Accept-Encoding", "User-Agent", "Content-Length"} {
		req.Header.Del(name)
	}
	want := http.Header{
		"Queue-Id": {"18/00-1"}, "Helo": {"mx.example  X: y"}, "User": {"ann"}, "From": {"<ann@example.org>"}, "Ip": {"192.0.2.7"},
		"Rcpt": {"bob@example.com", "carl@example.com"}, "Password": {"secret"}, "Settings-Id": {"in"},
	}
	if diff := cmp.Diff(want, req.Header); diff != "" {
		t.Error(diff)
	}
}

func TestAnswers(t *testing.T) {
	detail := func(action string) map[string]string { return map[string]string{"action": action, "message-id": ""} }
	for _, tc := range []struct {
		name   string
		status int
		answer string
		want   *scan.Result
	}{
		{"spam", 200, good, &scan.Result{Spam: true, Code: "add header", Score: 7.5, Threshold: 15, Symbols: []string{"BAYES_SPAM", "R_SPF_FAIL"},
			RefID: "1@example.org", Detail: map[string]string{"action": "add header", "message-id": "1@example.org"}}},
		{"ham", 200, `{"score":-1,"required_score":15,"action":"no action"}`, &scan.Result{Code: "no action", Score: -1, Threshold: 15, Detail: detail("no action")}},
		{"greylist is no spam", 200, `{"score":4,"required_score":15,"action":"greylist"}`, &scan.Result{Code: "greylist", Score: 4, Threshold: 15, Detail: detail("greylist")}},
		{"virus", 200, `{"score":0,"required_score":15,"action":"reject","symbols":{"CLAM_VIRUS":{"options":["Eicar-Test"]}}}`,
			&scan.Result{Verdict: scan.Infected, Name: "Eicar-Test", Spam: true, Code: "reject", Threshold: 15, Symbols: []string{"CLAM_VIRUS"}, Detail: detail("reject")}},
		{"subject", 200, `{"score":9,"required_score":15,"action":"rewrite subject","subject":"***SPAM*** x"}`,
			&scan.Result{Spam: true, Code: "rewrite subject", Score: 9, Threshold: 15,
				Detail: map[string]string{"action": "rewrite subject", "message-id": "", "subject": "***SPAM*** x"}}},
		{"error", 200, `{"error":"invalid command"}`, nil},
		{"status", 403, good, nil},
		{"nonsense", 200, "<html>", nil},
		{"no score", 200, `{"action":"no action"}`, nil},
		{"no action", 200, `{"score":1}`, nil},
		{"nothing", 200, "", nil},
		{"endless", 200, `{"action":"` + strings.Repeat("x", 5<<20), nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			addr, _ := serve(t, tc.status, tc.answer)
			c := newClient(t, addr, &rspamd.Options{VirusSymbols: []string{"AV_OTHER", "CLAM_VIRUS"}})
			res, err := c.Scan(context.Background(), scan.BytesRequest([]byte("x")))
			if diff := cmp.Diff(tc.want, res); diff != "" || (err == nil) != (tc.want != nil) {
				t.Error(err, diff)
			}
			if err != nil && !errors.Is(err, scan.ErrAnswer) {
				t.Error(err)
			}
		})
	}
}

func TestRefused(t *testing.T) {
	_, err := newClient(t, loopback.Addr(t), nil).Scan(context.Background(), scan.BytesRequest([]byte("x")))
	var e *scan.Error
	if !errors.As(err, &e) || !e.Temporary() || errors.Is(err, scan.ErrAnswer) {
		t.Error(err)
	}
}

func TestPing(t *testing.T) {
	addr, requests := serve(t, 200, "pong\r\n")
	if err := newClient(t, addr, nil).Ping(context.Background()); err != nil || (<-requests).URL.Path != "/ping" {
		t.Error(err)
	}
	addr, _ = serve(t, 404, "")
	if err := newClient(t, addr, nil).Ping(context.Background()); err == nil {
		t.Error("that was no pong")
	}
}

func TestEmpty(t *testing.T) {
	addr, requests := serve(t, 200, good)
	if _, err := newClient(t, addr, nil).Scan(context.Background(), scan.BytesRequest(nil)); err != nil {
		t.Fatal(err)
	}
	if r := <-requests; r.ContentLength != 0 {
		t.Error(r.ContentLength)
	}
}
