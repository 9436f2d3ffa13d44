package clamd_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/clamd"
	"github.com/gomsys/gomsys/msys/scan/internal/scantest"
)

// infectedMail has the test virus in an attachment.
func infectedMail() []byte {
	return []byte("From: a@example.org\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nhi\r\n" +
		"--b\r\nContent-Type: application/octet-stream; name=eicar.com\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
		base64.StdEncoding.EncodeToString([]byte(scantest.EICAR())) + "\r\n--b--\r\n")
}

func TestRealClamd(t *testing.T) {
	daemon := scantest.StartClamd(t)
	clients := map[string]*clamd.Client{
		"TCP": clamd.New(daemon.Addr, nil), "UNIX socket": clamd.New(daemon.Socket, nil), "sessions": clamd.New(daemon.Socket, &clamd.Options{MaxIdle: 2}),
	}
	for name, c := range clients {
		t.Run(name, func(t *testing.T) {
			defer c.Close()
			for range 3 {
				res, err := scanBytes(t, c, infectedMail())
				if err != nil || res.Verdict != scan.Infected || res.Name != scantest.VirusName {
					t.Errorf("infected: %+v %v", res, err)
				}
				res, err = scanBytes(t, c, []byte(scantest.Mail))
				if err != nil || res.Verdict != scan.Clean || res.Code != "OK" {
					t.Errorf("clean: %+v %v", res, err)
				}
			}
			res, err := scanBytes(t, c, bytes.Repeat([]byte("large mail\r\n"), 1<<19))
			if err != nil || res.Verdict != scan.Unscannable {
				t.Errorf("over the limit: %+v %v", res, err)
			}
			if res, err := scanBytes(t, c, infectedMail()); err != nil || res.Verdict != scan.Infected {
				t.Errorf("after that: %+v %v", res, err)
			}
			if err := c.Ping(context.Background()); err != nil {
				t.Error(err)
			}
			if v, err := c.Version(context.Background()); err != nil || !strings.HasPrefix(v, "ClamAV ") {
				t.Errorf("%q %v", v, err)
			}
		})
	}
}

// pausing is content that stops in the middle until it may go on.
type pausing struct {
	io.Reader
	half   int
	paused chan struct{}
	goOn   chan struct{}
}

func (p *pausing) Read(b []byte) (int, error) {
	if p.half <= 0 {
		close(p.paused)
		<-p.goOn
		p.half = 1 << 60
	}
	n, err := p.Reader.Read(b)
	p.half -= n
	return n, err
}

// clamd that disappears in the middle of a scan and comes back.
func TestRealClamdDisappears(t *testing.T) {
	daemon := scantest.StartClamd(t)
	for _, o := range []*clamd.Options{nil, {MaxIdle: 1}} {
		c := clamd.New(daemon.Addr, o)
		set, err := scan.NewSet(scan.Slot{Name: "clamav", Kind: scan.Antivirus, Engine: c})
		if err != nil {
			t.Fatal(err)
		}
		ctx := context.Background()
		if _, err := set.Scan(ctx, "clamav", scan.BytesRequest(infectedMail())); err != nil {
			t.Fatal(err)
		}
		p := &pausing{bytes.NewReader(random(500000)), 200000, make(chan struct{}), make(chan struct{})}
		r := &scan.Request{Size: 500000, Open: func() (io.ReadCloser, error) { return io.NopCloser(p), nil }}
		go func() {
			<-p.paused
			daemon.Kill()
			close(p.goOn)
		}()
		var e *scan.Error
		if _, err := set.Scan(ctx, "clamav", r); !errors.As(err, &e) || !e.Temporary() {
			t.Error(err)
		}
		if _, err := set.Scan(ctx, "clamav", scan.BytesRequest([]byte("x"))); err == nil {
			t.Error("there is no clamd")
		}
		if st := set.Status()[0]; st.Errors != 2 || st.Failures != 2 {
			t.Errorf("%+v", st)
		}
		daemon.Start()
		if res, err := set.Scan(ctx, "clamav", scan.BytesRequest([]byte("x"))); err != nil || res.Verdict != scan.Clean {
			t.Errorf("%+v %v", res, err)
		}
		if err := set.Close(); err != nil {
			t.Error(err)
		}
	}
}
