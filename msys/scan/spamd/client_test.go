package spamd_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/internal/loopback"
	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/internal/scantest"
	"github.com/gomsys/gomsys/msys/scan/spamd"
)

// request is what a fake spamd got.
type request struct {
	Line, Header, Content string
}

// serve answers requests with answer and gives what they were.
func serve(t testing.TB, answer string) (addr string, requests chan request) {
	t.Helper()
	requests = make(chan request, 10)
	s := scantest.Serve(t, func(c net.Conn) {
		r := bufio.NewReader(c)
		line, _ := r.ReadString('\n')
		var header strings.Builder
		for {
			h, err := r.ReadString('\n')
			if err != nil || h == "\r\n" {
				break
			}
			header.WriteString(h)
		}
		content, _ := io.ReadAll(r) // to the half-close
		requests <- request{line, header.String(), string(content)}
		io.WriteString(c, answer)
	})
	return s.Addr, requests
}

const spamAnswer = "SPAMD/1.1 0 EX_OK\r\nContent-length: 5\r\nSpam: True ; 7.12 / 5.00\r\n\r\nA,B\r\n"

func scanText(t testing.TB, o spamd.Options, mail string) (*scan.Result, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	return spamd.New(&o).Scan(ctx, scan.BytesRequest([]byte(mail)))
}

func TestRequest(t *testing.T) {
	addr, requests := serve(t, spamAnswer)
	if _, err := scanText(t, spamd.Options{Addr: addr, User: "ann"}, "Subject: x\r\n\r\nbody\r\n"); err != nil {
		t.Fatal(err)
	}
	want := request{"SYMBOLS SPAMC/1.2\r\n", "Content-Length: 20\r\nUser: ann\r\n", "Subject: x\r\n\r\nbody\r\n"}
	if diff := cmp.Diff(want, <-requests); diff != "" {
		t.Error(diff)
	}
	if _, err := scanText(t, spamd.Options{Addr: addr, User: "ann\r\nX: y"}, "x"); err == nil {
		t.Error("user with a line end was sent")
	}
}

func TestAnswers(t *testing.T) {
	spam := &scan.Result{Code: "EX_OK", Spam: true, Score: 7.12, Threshold: 5, Symbols: []string{"A", "B"}}
	ham := &scan.Result{Code: "EX_OK", Score: -1.5, Threshold: 5}
	for _, tc := range []struct {
		name, answer string
		want         *scan.Result
	}{
		{"as spamd says it", spamAnswer, spam},
		{"as the page says it", "SPAMD/1.1 0 EX_OK\r\nSpam: true ; 7.12 / 5.00\r\nA,B", spam},
		{"newer version", "SPAMD/1.5 0 EX_OK\r\nSpam: True ; 7.12 / 5.00\r\n\r\nA,B\r\n", spam},
		{"yes, other case and order", "SPAMD/1.1 0 EX_OK\nSPAM: Yes;7.12/5.00\nX-Other: 1\ncontent-LENGTH: 4\n\nA, B", spam},
		{"ham", "SPAMD/1.1 0 EX_OK\r\nContent-length: 2\r\nSpam: False ; -1.5 / 5.0\r\n\r\n\r\n", ham},
		{"no", "SPAMD/1.1 0 EX_OK\r\nSpam: No ; -1.5 / 5.0\r\n\r\n", ham},
		{"protocol error", "SPAMD/1.0 76 Bad header line: (EX_PROTOCOL)\r\n", nil},
		{"other status", "SPAMD/1.1 0 EX_TEMPFAIL\r\nSpam: True ; 1 / 5\r\n\r\n", nil},
		{"other version", "SPAMD/2.0 0 EX_OK\r\nSpam: True ; 1 / 5\r\n\r\n", nil},
		{"no verdict", "SPAMD/1.1 0 EX_OK\r\n\r\n", nil},
		{"strange verdict", "SPAMD/1.1 0 EX_OK\r\nSpam: Perhaps ; 1 / 5\r\n\r\n", nil},
		{"strange score", "SPAMD/1.1 0 EX_OK\r\nSpam: True ; nan / 5\r\n\r\n", nil},
		{"strange threshold", "SPAMD/1.1 0 EX_OK\r\nSpam: True ; 5\r\n\r\n", nil},
		{"strange length", "SPAMD/1.1 0 EX_OK\r\nContent-length: x\r\nSpam: True ; 1 / 5\r\n\r\n", nil},
		{"cut short", "SPAMD/1.1 0 EX_OK\r\nContent-length: 100\r\nSpam: True ; 1 / 5\r\n\r\nA,B", nil},
		{"huge", "SPAMD/1.1 0 EX_OK\r\nContent-length: 100000000\r\nSpam: True ; 1 / 5\r\n\r\nA,B", nil},
		{"other protocol", "220 mx.example ESMTP\r\n", nil},
		{"nothing", "", nil},
		{"endless line", "SPAMD/1.1 0 EX_OK\r\nX: " + strings.Repeat("x", 20000), nil},
		{"endless header", "SPAMD/1.1 0 EX_OK\r\n" + strings.Repeat("X: y\r\n", 200), nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			addr, _ := serve(t, tc.answer)
			res, err := scanText(t, spamd.Options{Addr: addr}, "Subject: x\r\n\r\nbody")
			if diff := cmp.Diff(tc.want, res); diff != "" || (err == nil) != (tc.want != nil) {
				t.Error(err, diff)
			}
		})
	}
}

func TestCommands(t *testing.T) {
	for _, tc := range []struct {
		command spamd.Command
		body    string
		want    map[string]string
	}{
		{spamd.Check, "", nil},
		{spamd.Report, "Spam detection software\r\n", map[string]string{"report": "Spam detection software\r\n"}},
		{spamd.Headers, "X-Spam-Flag: YES\r\n\r\n", map[string]string{"headers": "X-Spam-Flag: YES\r\n\r\n"}},
	} {
		addr, requests := serve(t, "SPAMD/1.1 0 EX_OK\r\nSpam: True ; 7.12 / 5.00\r\n\r\n"+tc.body)
		res, err := scanText(t, spamd.Options{Addr: addr, Command: tc.command}, "x")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tc.want, res.Detail); diff != "" || !res.Spam || !strings.HasPrefix((<-requests).Line, string(tc.command)+" ") {
			t.Error(diff)
		}
	}
}

// The header and MaxSize bytes of the body are sent, the rest is not.
func TestMaxSize(t *testing.T) {
	const header = "Subject: x\r\nX-Long: " + "y\r\n\r\n"
	for _, tc := range []struct {
		max  int64
		body int
		want int
	}{
		{0, 100_000, 51200}, {0, 51200, 51200}, {0, 51201, 51200}, {0, 10, 10}, {100, 1000, 100}, {-1, 100_000, 100_000},
	} {
		addr, requests := serve(t, spamAnswer)
		if _, err := scanText(t, spamd.Options{Addr: addr, MaxSize: tc.max}, header+strings.Repeat("b", tc.body)); err != nil {
			t.Fatal(err)
		}
		if got := (<-requests).Content; got != header+strings.Repeat("b", tc.want) {
			t.Errorf("max %d, body %d: %d bytes of body", tc.max, tc.body, len(got)-len(header))
		}
	}
}

func TestRefused(t *testing.T) {
	_, err := scanText(t, spamd.Options{Addr: loopback.Addr(t)}, "x")
	var e *scan.Error
	if !errors.As(err, &e) || e.Op != "connecting" || !e.Temporary() {
		t.Error(err)
	}
}

// Content that cannot be read, or is shorter than it was said to be.
func TestContentFails(t *testing.T) {
	addr, _ := serve(t, spamAnswer)
	broken := errors.New("disk on fire")
	for name, r := range map[string]*scan.Request{
		"cannot be opened": {Open: func() (io.ReadCloser, error) { return nil, broken }},
		"cannot be read":   {Size: 300000, Open: func() (io.ReadCloser, error) { return io.NopCloser(iotest.ErrReader(broken)), nil }},
		"is shorter":       {Size: 300000, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("short")), nil }},
	} {
		var content *scan.ContentError
		if _, err := spamd.New(&spamd.Options{Addr: addr, MaxSize: -1}).Scan(context.Background(), r); !errors.As(err, &content) {
			t.Error(name, err)
		}
	}
}

// A spamd that goes away in the middle of the mail.
func TestDisappears(t *testing.T) {
	s := scantest.Serve(t, func(c net.Conn) { io.CopyN(io.Discard, c, 100000) })
	res, err := scanText(t, spamd.Options{Addr: s.Addr, MaxSize: -1}, strings.Repeat("line of a large mail\r\n", 1<<20))
	var e *scan.Error
	if !errors.As(err, &e) || !e.Temporary() || errors.Is(err, scan.ErrAnswer) {
		t.Errorf("%+v %v", res, err)
	}
}

// Each read and each write has its own time.
func TestTimeout(t *testing.T) {
	for _, timeout := range []time.Duration{0, 5 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			ours, theirs := net.Pipe()
			defer theirs.Close()
			limit := timeout
			if limit == 0 {
				limit = 30 * time.Second
			}
			pause := limit - time.Second
			go func() {
				go io.Copy(io.Discard, theirs)
				for _, s := range []string{"SPAMD/1.1 0", " EX_OK\r\n"} {
					time.Sleep(pause)
					io.WriteString(theirs, s)
				}
			}()
			o := spamd.Options{Timeout: timeout, Dial: func(context.Context, string, string) (net.Conn, error) { return ours, nil }}
			begin := time.Now()
			_, err := spamd.New(&o).Scan(context.Background(), scan.BytesRequest([]byte("x")))
			if took := time.Since(begin); err == nil || took != 2*pause+limit {
				t.Errorf("%v after %v, want %v", err, took, 2*pause+limit)
			}
		})
	}
}

func TestPing(t *testing.T) {
	addr, requests := serve(t, "SPAMD/1.5 0 PONG\r\n")
	if err := spamd.New(&spamd.Options{Addr: addr}).Ping(context.Background()); err != nil {
		t.Error(err)
	}
	if r := <-requests; r.Line != "PING SPAMC/1.2\r\n" {
		t.Errorf("%+v", r)
	}
	addr, _ = serve(t, "SPAMD/1.5 76 EX_PROTOCOL\r\n")
	if err := spamd.New(&spamd.Options{Addr: addr}).Ping(context.Background()); err == nil {
		t.Error("that was no pong")
	}
}

func TestSlotTimeout(t *testing.T) {
	for timeout, want := range map[time.Duration]time.Duration{0: time.Minute, 5 * time.Second: 10 * time.Second, -1: -1} {
		if got := spamd.New(&spamd.Options{Timeout: timeout}).ScanTimeout(); got != want {
			t.Errorf("%v: %v", timeout, got)
		}
	}
}
