package scan_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/clamd"
	"github.com/gomsys/gomsys/msys/scan/ctasd"
	"github.com/gomsys/gomsys/msys/scan/icap"
	"github.com/gomsys/gomsys/msys/scan/internal/scantest"
	"github.com/gomsys/gomsys/msys/scan/rspamd"
	"github.com/gomsys/gomsys/msys/scan/spamd"
)

// The servers here read what they get without keeping it.

// untilStreamEnds reads a stream of clamd.
func untilStreamEnds(c net.Conn) (bytes int64) {
	r := bufio.NewReader(c)
	if _, err := r.Discard(len("zINSTREAM\x00")); err != nil {
		return 0
	}
	for {
		size, err := r.Peek(4)
		if err != nil {
			return bytes
		}
		n := int(size[0])<<24 | int(size[1])<<16 | int(size[2])<<8 | int(size[3])
		if _, err := r.Discard(4 + n); err != nil || n == 0 {
			return bytes
		}
		bytes += int64(n)
	}
}

func icapServer(t testing.TB, count func(int64)) string {
	return scantest.Serve(t, func(c net.Conn) {
		r := bufio.NewReader(c)
		for {
			line, err := r.ReadString('\n')
			if err != nil {
				return
			}
			for h := line; h != "\r\n"; {
				if h, err = r.ReadString('\n'); err != nil {
					return
				}
			}
			if strings.HasPrefix(line, "OPTIONS") {
				io.WriteString(c, "ICAP/1.0 200 OK\r\nMethods: RESPMOD\r\nEncapsulated: null-body=0\r\n\r\n")
				continue
			}
			var n, size int64
			for blank := 0; blank < 2; { // the blocks of the HTTP messages
				h, err := r.ReadString('\n')
				if err != nil {
					return
				}
				if h == "\r\n" {
					blank++
				}
			}
			for size = 1; size > 0; n += size {
				h, err := r.ReadSlice('\n')
				if err != nil {
					return
				}
				size = 0
				for _, d := range h[:len(h)-2] {
					size = size<<4 | int64(strings.IndexByte("0123456789abcdef", d))
				}
				if _, err := r.Discard(int(size) + 2); err != nil {
					return
				}
			}
			count(n)
			io.WriteString(c, "ICAP/1.0 204 No Content\r\n\r\n")
		}
	}).Addr
}

func httpServer(t testing.TB, answer string, count func(int64)) string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, _ := io.Copy(io.Discard, r.Body)
		count(n)
		io.WriteString(w, answer)
	}))
	t.Cleanup(s.Close)
	return strings.TrimPrefix(s.URL, "http://")
}

// A mail of 50 MB, whole or by its parts, is scanned with little memory by
// every engine.
func TestLargeMailInBoundedMemory(t *testing.T) {
	const size, limit = largeMail, 1 << 20
	var got atomic.Int64
	count := got.Store
	virus := scantest.Serve(t, func(c net.Conn) {
		count(untilStreamEnds(c))
		io.WriteString(c, "stream: OK\x00")
	})
	spam := scantest.Serve(t, func(c net.Conn) {
		n, _ := io.Copy(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{c})
		count(n)
		io.WriteString(c, "SPAMD/1.1 0 EX_OK\r\nSpam: False ; 1 / 5\r\n\r\n")
	})
	gateway, err := icap.New("icap://"+icapServer(t, count)+"/x", nil)
	if err != nil {
		t.Fatal(err)
	}
	whole, decompose := &scan.Options{Timeout: -1}, &scan.Options{Timeout: -1, MIMEDecompose: true, Paranoid: true}
	set := newSet(t,
		scan.Slot{Name: "clamd", Kind: scan.Antivirus, Engine: clamd.New(virus.Addr, nil), Options: whole},
		scan.Slot{Name: "clamd, parts", Kind: scan.Antivirus, Engine: clamd.New(virus.Addr, nil), Options: decompose},
		scan.Slot{Name: "spamd", Engine: spamd.New(&spamd.Options{Addr: spam.Addr, MaxSize: -1}), Options: whole},
		scan.Slot{Name: "icap", Engine: gateway, Options: whole},
		scan.Slot{Name: "icap, parts", Engine: gateway, Options: decompose},
		scan.Slot{Name: "ctasd", Engine: ctasd.New(httpServer(t, "X-CTCH-Spam: Unknown\r\n", count), nil), Options: whole},
		scan.Slot{Name: "rspamd", Engine: rspamd.New(httpServer(t, `{"score":1,"action":"no action"}`, count), nil), Options: whole},
	)
	defer set.Close()
	m, err := message.Parse(ctx, strings.NewReader(base64Mail(size)), message.Envelope{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if _, err := m.MIME(message.ReadOnly); err != nil { // finds the parts
		t.Fatal(err)
	}
	for _, st := range set.Status() {
		name := st.Name
		// Connections are made and buffers grow at first.
		if _, err := set.Scan(ctx, name, text(scantest.Mail)); err != nil {
			t.Fatal(name, err)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := set.Scan(ctx, name, scan.NewRequest(m, nil)); err != nil {
			t.Fatal(name, err)
		}
		runtime.ReadMemStats(&after)
		used := after.TotalAlloc - before.TotalAlloc
		t.Logf("%s: %d bytes scanned, %d bytes allocated", name, got.Load(), used)
		if used > limit || got.Load() < size*9/10 {
			t.Error("that is too much, or too little")
		}
	}
}
