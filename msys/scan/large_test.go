package scan_test

import (
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/clamd"
	"github.com/gomsys/gomsys/msys/scan/icap"
	"github.com/gomsys/gomsys/msys/scan/internal/scantest"
	"github.com/gomsys/gomsys/msys/scan/rspamd"
	"github.com/gomsys/gomsys/msys/scan/spamd"
)

// repeated gives a text again and again.
type repeated struct {
	text string
	at   int
}

// Read implements [io.Reader].
func (r *repeated) Read(p []byte) (n int, err error) {
	for n < len(p) {
		m := copy(p[n:], r.text[r.at:])
		r.at = (r.at + m) % len(r.text)
		n += m
	}
	return n, nil
}

// largeRequest is for a large mail that is made while it is read: an
// attachment and then a short text.
func largeRequest(end string) *scan.Request {
	const size = largeMail
	head := "Subject: large\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" +
		"--b\r\nContent-Type: application/octet-stream\r\n\r\n"
	tail := "\r\n--b\r\nContent-Type: text/plain\r\n\r\n" + end + "\r\n--b--\r\n"
	line := strings.Repeat("0123456789", 98) + "\r\n" // few lines, for the scanners' sake
	return &scan.Request{Size: size, Open: func() (io.ReadCloser, error) {
		lines := io.LimitReader(&repeated{text: line}, size-int64(len(head)+len(tail)))
		return io.NopCloser(io.MultiReader(strings.NewReader(head), lines, strings.NewReader(tail))), nil
	}}
}

// The real daemons scan a large mail, of 50 MB, to its end, with little memory here.
func TestLargeMailWithRealDaemons(t *testing.T) {
	const limit = 1 << 20
	scans := func(t *testing.T, engine scan.Engine, end string, found func(*scan.Result) bool) {
		t.Helper()
		set := newSet(t, scan.Slot{Name: "engine", Engine: engine, Options: &scan.Options{Timeout: 5 * time.Minute}})
		defer func() {
			if err := set.Close(); err != nil {
				t.Error(err)
			}
		}()
		// Connections are made and buffers grow at first.
		if _, err := set.Scan(ctx, "engine", text(scantest.Mail)); err != nil {
			t.Fatal(err)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		res, err := set.Scan(ctx, "engine", largeRequest(end))
		runtime.ReadMemStats(&after)
		if err != nil {
			t.Fatal(err)
		}
		if !found(res) {
			t.Errorf("%+v", res)
		}
		used := after.TotalAlloc - before.TotalAlloc
		if t.Logf("%d bytes allocated", used); used > limit {
			t.Error("that is too much")
		}
	}
	infected := func(r *scan.Result) bool { return r.Verdict == scan.Infected }
	fast := []string{"StreamMaxLength 60M", "ScanMail no", "ScanHTML no", "ScanArchive no", "HeuristicAlerts no", "Bytecode no"}
	spam := func(r *scan.Result) bool { return r.Spam }
	t.Run("clamd", func(t *testing.T) {
		daemon := scantest.StartClamd(t, fast...)
		scans(t, clamd.New(daemon.Socket, nil), scantest.EICAR(), infected)
	})
	t.Run("c-icap", func(t *testing.T) {
		daemon := scantest.StartICAP(t, scantest.StartClamd(t, fast...))
		c, err := icap.New("icap://"+daemon.Addr+"/virus_scan", nil)
		if err != nil {
			t.Fatal(err)
		}
		scans(t, c, scantest.EICAR(), infected)
	})
	t.Run("spamd", func(t *testing.T) {
		daemon := scantest.StartSpamd(t)
		c := spamd.New(&spamd.Options{Addr: daemon.Addr, MaxSize: -1, Timeout: 5 * time.Minute})
		scans(t, c, "buy cheap watches", spam)
	})
	t.Run("Rspamd", func(t *testing.T) {
		scans(t, rspamd.New(scantest.StartRspamd(t).Addr, nil), "buy cheap watches", spam)
	})
}
