package clamd_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/internal/loopback"
	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/clamd"
	"github.com/gomsys/gomsys/msys/scan/internal/scantest"
)

func always(answer string) func([]byte) string { return func([]byte) string { return answer } }

func scanBytes(t testing.TB, c *clamd.Client, b []byte) (*scan.Result, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	return c.Scan(ctx, scan.BytesRequest(b))
}

func random(n int) []byte {
	b := make([]byte, n)
	r := rand.NewChaCha8([32]byte{1})
	r.Read(b)
	return b
}

func TestScan(t *testing.T) {
	for _, tc := range []struct {
		answer string
		want   scan.Result
	}{
		{"OK", scan.Result{Verdict: scan.Clean, Code: "OK"}},
		{"Eicar-Test FOUND", scan.Result{Verdict: scan.Infected, Name: "Eicar-Test", Code: "Eicar-Test"}},
		{"Win.Test.EICAR_HDB-1(44d88612fea8a8f36de82e1278abb02f:68) FOUND", scan.Result{Verdict: scan.Infected,
			Name: "Win.Test.EICAR_HDB-1(44d88612fea8a8f36de82e1278abb02f:68)", Code: "Win.Test.EICAR_HDB-1(44d88612fea8a8f36de82e1278abb02f:68)"}},
	} {
		fake := scantest.NewClamd(t, always(tc.answer))
		res, err := scanBytes(t, clamd.New(fake.Addr, nil), []byte("content"))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(&tc.want, res); diff != "" {
			t.Error(diff)
		}
	}
}

// Content arrives byte for byte, whatever its size.
func TestContentArrives(t *testing.T) {
	fake := scantest.NewClamd(t, always("OK"))
	for _, size := range []int{1, 65535, 65536, 65537, 131072, 10 << 20} {
		want := random(size)
		if _, err := scanBytes(t, clamd.New(fake.Addr, nil), want); err != nil {
			t.Fatal(err)
		}
		streams := fake.Streams()
		if !bytes.Equal(streams[len(streams)-1], want) {
			t.Errorf("%d bytes arrived changed", size)
		}
	}
}

// A size that is not known, or readers that give little at a time.
func TestUnknownSize(t *testing.T) {
	fake := scantest.NewClamd(t, always("OK"))
	r := &scan.Request{Open: func() (io.ReadCloser, error) {
		return io.NopCloser(iotest.HalfReader(strings.NewReader("some content"))), nil
	}}
	if _, err := clamd.New(fake.Addr, nil).Scan(context.Background(), r); err != nil {
		t.Fatal(err)
	}
	if got := string(fake.Streams()[0]); got != "some content" {
		t.Errorf("%q", got)
	}
}

func TestEmpty(t *testing.T) {
	res, err := scanBytes(t, clamd.New(loopback.Addr(t), nil), nil)
	if err != nil || res.Verdict != scan.Clean || res.Code != "Empty file" {
		t.Errorf("%+v %v", res, err)
	}
}

// clamd stops reading when its limit is exceeded, and says so.
func TestSizeLimit(t *testing.T) {
	for _, limit := range []int{10, 1 << 20} {
		fake := scantest.NewClamd(t, always("OK"))
		fake.Limit = limit
		res, err := scanBytes(t, clamd.New(fake.Addr, nil), make([]byte, 20<<20))
		if err != nil {
			t.Fatal(err)
		}
		if want := (&scan.Result{Verdict: scan.Unscannable, Name: "INSTREAM size limit exceeded"}); !cmp.Equal(want, res) {
			t.Errorf("limit %d: %+v", limit, res)
		}
	}
}

func TestFailures(t *testing.T) {
	answering := func(answer string) func(net.Conn) {
		return func(c net.Conn) {
			io.CopyN(io.Discard, c, int64(len("zINSTREAM\x00")+4+7+4))
			io.WriteString(c, answer)
		}
	}
	for _, tc := range []struct {
		name   string
		handle func(net.Conn)
		want   string
	}{
		{"closes at once", func(net.Conn) {}, ""},
		{"closes without an answer", answering(""), "scan: clamd: scanning: connection closed before the answer: unexpected EOF"},
		{"nonsense", answering("220 mx.example ESMTP\r\n"), `scan: clamd: unusable answer: "220 mx.example ESMTP"`},
		{"no name", answering("stream:  FOUND\x00"), `scan: clamd: unusable answer: "stream:  FOUND"`},
		{"error", answering("stream: Can't allocate memory ERROR\x00"), "scan: clamd: unusable answer: Can't allocate memory"},
		{"without end", answering(strings.Repeat("x", 5000)), "scan: clamd: scanning: unusable answer: no end after 4096 bytes"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := scantest.Serve(t, tc.handle)
			res, err := scanBytes(t, clamd.New(s.Addr, nil), []byte("content"))
			if err == nil {
				t.Fatalf("%+v", res)
			}
			var e *scan.Error
			if !errors.As(err, &e) || !e.Temporary() || tc.want != "" && err.Error() != tc.want {
				t.Error(err)
			}
		})
	}
}

// A verdict that comes before clamd has had the whole content is none.
func TestCleanTooEarly(t *testing.T) {
	stop := make(chan struct{})
	s := scantest.Serve(t, func(c net.Conn) {
		io.WriteString(c, "stream: OK\x00")
		<-stop
	})
	defer close(stop)
	if res, err := scanBytes(t, clamd.New(s.Addr, nil), make([]byte, 50<<20)); !errors.Is(err, scan.ErrAnswer) {
		t.Errorf("%+v %v", res, err)
	}
}

func TestRefused(t *testing.T) {
	_, err := scanBytes(t, clamd.New(loopback.Addr(t), nil), []byte("x"))
	var e *scan.Error
	if !errors.As(err, &e) || e.Op != "connecting" {
		t.Error(err)
	}
}

// Content that cannot be read is not the engine's failure.
func TestContentFails(t *testing.T) {
	fake := scantest.NewClamd(t, always("OK"))
	broken := errors.New("disk on fire")
	for _, before := range []int{0, 200000} {
		r := &scan.Request{Open: func() (io.ReadCloser, error) {
			return io.NopCloser(io.MultiReader(bytes.NewReader(random(before)), iotest.ErrReader(broken))), nil
		}}
		_, err := clamd.New(fake.Addr, nil).Scan(context.Background(), r)
		var content *scan.ContentError
		if !errors.As(err, &content) || !errors.Is(err, broken) {
			t.Error(err)
		}
	}
	r := &scan.Request{Open: func() (io.ReadCloser, error) { return nil, broken }}
	if _, err := clamd.New(fake.Addr, nil).Scan(context.Background(), r); !errors.Is(err, broken) {
		t.Error(err)
	}
}

// A scanner that says nothing fails the scan after the slot's ten seconds.
func TestSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		go io.Copy(io.Discard, theirs)
		engine := clamd.New("", &clamd.Options{Dial: func(context.Context, string, string) (net.Conn, error) { return ours, nil }})
		set, err := scan.NewSet(scan.Slot{Name: "clamav", Engine: engine})
		if err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		_, err = set.Scan(context.Background(), "clamav", scan.BytesRequest([]byte("content")))
		if took := time.Since(begin); !errors.Is(err, scan.ErrTimeout) || took != 10*time.Second {
			t.Errorf("%v after %v", err, took)
		}
		theirs.Close()
	})
}

// A scan ends with its caller.
func TestCancel(t *testing.T) {
	reached := make(chan struct{})
	s := scantest.Serve(t, func(c net.Conn) {
		io.CopyN(io.Discard, c, 10)
		close(reached)
		io.Copy(io.Discard, c)
	})
	ctx, cancel := context.WithCancel(context.Background())
	go func() { <-reached; cancel() }()
	if _, err := clamd.New(s.Addr, nil).Scan(ctx, scan.BytesRequest([]byte("x"))); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestUnixSocket(t *testing.T) {
	path := t.TempDir() + "/clamd.ctl"
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			io.CopyN(io.Discard, c, 6)
			io.WriteString(c, "PONG\x00")
			c.Close()
		}
	}()
	for _, addr := range []string{path, "unix:" + path} {
		if err := clamd.New(addr, nil).Ping(context.Background()); err != nil {
			t.Error(err)
		}
	}
}

func TestPingAndVersion(t *testing.T) {
	c := clamd.New(scantest.NewClamd(t, always("OK")).Addr, nil)
	if err := c.Ping(context.Background()); err != nil {
		t.Error(err)
	}
	if v, err := c.Version(context.Background()); err != nil || v != "ClamAV 1.0.7/27000/Mon Jan  1 09:00:00 2025" {
		t.Errorf("%q %v", v, err)
	}
	other := scantest.Serve(t, func(c net.Conn) { io.WriteString(c, "HTTP/1.1 400 Bad Request\r\n") })
	if err := clamd.New(other.Addr, nil).Ping(context.Background()); err == nil {
		t.Error("that was no clamd")
	}
}

// Sessions use one connection for many scans.
func TestSessions(t *testing.T) {
	fake := scantest.NewClamd(t, func(content []byte) string {
		if bytes.Contains(content, []byte("virus")) {
			return "Eicar-Test FOUND"
		}
		return "OK"
	})
	c := clamd.New(fake.Addr, &clamd.Options{MaxIdle: 2})
	defer c.Close()
	for i := range 6 {
		text, want := "clean", scan.Clean
		if i%2 == 1 {
			text, want = "virus", scan.Infected
		}
		if res, err := scanBytes(t, c, []byte(text)); err != nil || res.Verdict != want {
			t.Errorf("scan %d: %+v %v", i, res, err)
		}
	}
	if n := fake.Conns.Load(); n != 1 {
		t.Errorf("%d connections", n)
	}
}

// A session that the server has ended meanwhile is replaced by a new one.
func TestSessionEnded(t *testing.T) {
	fake := scantest.NewClamd(t, always("OK"))
	c := clamd.New(fake.Addr, &clamd.Options{MaxIdle: 2})
	defer c.Close()
	if _, err := scanBytes(t, c, []byte("x")); err != nil {
		t.Fatal(err)
	}
	fake.Disconnect()
	want := random(300000)
	if _, err := scanBytes(t, c, want); err != nil {
		t.Fatal(err)
	}
	streams := fake.Streams()
	if n := fake.Conns.Load(); n != 2 || !bytes.Equal(streams[len(streams)-1], want) {
		t.Errorf("%d connections", n)
	}
}

// Idle sessions are closed after a while.
func TestSessionIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var closed atomic.Bool
		dial := func(context.Context, string, string) (net.Conn, error) {
			ours, theirs := net.Pipe()
			go func() {
				buf := make([]byte, 1000)
				n, _ := theirs.Read(buf)
				for !bytes.HasSuffix(buf[:n], []byte("\x00\x00\x00\x00")) {
					m, _ := theirs.Read(buf[n:])
					n += m
				}
				io.WriteString(theirs, "1: stream: OK\x00")
				theirs.Read(buf)
				closed.Store(true)
			}()
			return ours, nil
		}
		c := clamd.New("", &clamd.Options{MaxIdle: 1, Dial: dial})
		if _, err := c.Scan(context.Background(), scan.BytesRequest([]byte("x"))); err != nil {
			t.Fatal(err)
		}
		time.Sleep(19 * time.Second)
		if closed.Load() {
			t.Error("closed too early")
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if !closed.Load() {
			t.Error("still open")
		}
	})
}
