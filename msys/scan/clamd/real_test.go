package clamd_test

import (
	"bytes"
	"context"
	"encoding/base64"
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

// outages are those of a clamd, seen by a client with these options.
func outages(t *testing.T, o clamd.Options) *scantest.Outage {
	daemon := scantest.StartClamd(t)
	return &scantest.Outage{
		Daemon: daemon.Daemon,
		Engine: func(d *scantest.Dialer) scan.Engine {
			o.Dial = d.Dial
			return clamd.New(daemon.Addr, &o)
		},
		Watch: func() func() bool { return daemon.Receives },
	}
}

// A clamd that stops and goes on, and one that disappears and comes back.
func TestRealClamdOutages(t *testing.T) {
	for name, o := range map[string]clamd.Options{"connections": {}, "sessions": {MaxIdle: 1}} {
		t.Run(name, func(t *testing.T) {
			outage := outages(t, o)
			t.Run("times out", outage.TimesOut)
			t.Run("disappears", outage.Disappears)
		})
	}
}
