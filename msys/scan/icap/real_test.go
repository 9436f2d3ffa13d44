package icap_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/icap"
	"github.com/gomsys/gomsys/msys/scan/internal/scantest"
)

func TestRealICAP(t *testing.T) {
	clamd := scantest.StartClamd(t)
	daemon := scantest.StartICAP(t, clamd)
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
	c := client("virus_scan", nil)
	if _, err := scanText(t, c, "x"); err != nil {
		t.Fatal(err)
	}
	daemon.Kill()
	if _, err := scanText(t, c, "x"); err == nil {
		t.Error("there is no c-icap")
	}
	daemon.Start()
	if res, err := scanText(t, c, "Subject: x\r\n\r\n"+scantest.EICAR()+"\r\n"); err != nil || res.Verdict != scan.Infected {
		t.Errorf("after its return: %+v %v", res, err)
	}
}
