package icap_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/icap"
	"github.com/gomsys/gomsys/msys/scan/internal/scantest"
)

func TestRealICAP(t *testing.T) {
	clamd := scantest.StartClamd(t)
	daemon := scantest.StartICAP(t, clamd)
	t.Run("scans", func(t *testing.T) { realScans(t, daemon) })
	t.Run("keeps the rest", func(t *testing.T) { realKeepsTheRest(t, daemon, clamd) })
	for name, idle := range map[string]int{"connections": -1, "kept connections": 0} {
		outage := &scantest.Outage{
			Daemon: daemon,
			Engine: func(d *scantest.Dialer) scan.Engine {
				c, err := icap.New("icap://"+daemon.Addr+"/virus_scan", &icap.Options{MaxIdle: idle, Dial: d.Dial})
				if err != nil {
					t.Fatal(err)
				}
				return c
			},
		}
		t.Run(name+", times out", outage.TimesOut)
		t.Run(name+", disappears", outage.Disappears)
	}
}

func realScans(t *testing.T, daemon *scantest.Daemon) {
	client := func(service string, o *icap.Options) *icap.Client {
		c, err := icap.New("icap://"+daemon.Addr+"/"+service, o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		return c
	}
	for _, o := range []*icap.Options{nil, {NoPreview: true}} {
		c := client("virus_scan", o)
		for range 3 {
			res, err := scanText(t, c, "Subject: x\r\n\r\n"+scantest.EICAR()+"\r\n")
			if err != nil || res.Verdict != scan.Infected || res.Name != scantest.VirusName {
				t.Errorf("infected: %+v %v", res, err)
			}
			res, err = scanText(t, c, scantest.Mail)
			if err != nil || res.Verdict != scan.Clean {
				t.Errorf("clean: %+v %v", res, err)
			}
		}
		if res, err := scanText(t, c, string(bytes.Repeat([]byte("large mail\r\n"), 1<<15))); err != nil || res.Verdict != scan.Clean {
			t.Errorf("large: %+v %v", res, err)
		}
		if err := c.Ping(context.Background()); err != nil {
			t.Error(err)
		}
		// The service that sends everything back while it comes in.
		for _, size := range []int{0, 1, 1024, 1025, 5 << 20} {
			if res, err := scanText(t, client("echo", o), string(random(size))); err != nil || res.Verdict != scan.Clean {
				t.Errorf("echo of %d bytes: %+v %v", size, res, err)
			}
		}
	}
	if _, err := scanText(t, client("nothing", nil), "x"); err == nil {
		t.Error("there is no such service")
	}
}

// A virus that c-icap finds, and a scanner that it cannot reach, when it has
// begun to send the mail back.
func realKeepsTheRest(t *testing.T, daemon *scantest.Daemon, clamd *scantest.RealClamd) {
	c, err := icap.New("icap://"+daemon.Addr+"/virus_scan", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	mail := "Subject: long\r\n\r\n" + strings.Repeat("a line of a long mail\r\n", 20_000)
	for range 2 {
		if res, err := scanText(t, c, mail); err != nil || res.Verdict != scan.Clean {
			t.Errorf("clean: %+v %v", res, err)
		}
		res, err := scanText(t, c, mail+scantest.EICAR()+"\r\n")
		if want := (&scan.Result{Verdict: scan.Infected, Name: "withheld by the service", Code: "200"}); err != nil || !cmp.Equal(want, res) {
			t.Errorf("infected: %+v %v", res, err)
		}
	}
	clamd.Kill()
	for what, mail := range map[string]string{"short": scantest.Mail, "long": mail} {
		var e *scan.Error
		if res, err := scanText(t, c, mail); !errors.As(err, &e) || !e.Temporary() {
			t.Errorf("%s mail without a scanner behind c-icap: %+v %v", what, res, err)
		}
	}
	clamd.Start()
	if res, err := scanText(t, c, mail); err != nil || res.Verdict != scan.Clean {
		t.Errorf("after its return: %+v %v", res, err)
	}
}
