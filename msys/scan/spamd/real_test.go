package spamd_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/internal/scantest"
	"github.com/gomsys/gomsys/msys/scan/spamd"
)

func TestRealSpamd(t *testing.T) {
	daemon := scantest.StartSpamd(t)
	const spam = "From: a@example.org\r\nSubject: offer\r\n\r\nbuy cheap watches\r\n"
	for _, tc := range []struct {
		name, mail string
		want       *scan.Result
	}{
		{"spam", spam, &scan.Result{Code: "EX_OK", Spam: true, Score: 8.5, Threshold: 5, Symbols: []string{"TEST_OFFER", "TEST_WATCHES"}}},
		{"ham", scantest.Mail, &scan.Result{Code: "EX_OK", Threshold: 5}},
		{"behind what is cut off", "Subject: offer\r\n\r\n" + strings.Repeat("padding of many words\r\n", 3000) + "buy cheap watches\r\n",
			&scan.Result{Code: "EX_OK", Score: 1.5, Threshold: 5, Symbols: []string{"TEST_OFFER"}}},
		{"empty", "", &scan.Result{Code: "EX_OK", Threshold: 5}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			res, err := scanText(t, spamd.Options{Addr: daemon.Addr}, tc.mail)
			if diff := cmp.Diff(tc.want, res); err != nil || diff != "" {
				t.Error(err, diff)
			}
		})
	}
	for _, command := range []spamd.Command{spamd.Check, spamd.Report, spamd.Headers} {
		res, err := scanText(t, spamd.Options{Addr: daemon.Addr, Command: command, User: "nobody"}, spam)
		if err != nil || !res.Spam || res.Score != 8.5 {
			t.Fatalf("%s: %+v %v", command, res, err)
		}
		if want := map[spamd.Command]string{spamd.Report: "Spam detection software says 8.5", spamd.Headers: "X-Spam-Test: Yes"}[command]; !strings.Contains(
			res.Detail["report"]+res.Detail["headers"], want) {
			t.Errorf("%s: %q", command, res.Detail)
		}
	}
	if err := spamd.New(&spamd.Options{Addr: daemon.Addr}).Ping(context.Background()); err != nil {
		t.Error(err)
	}
	t.Run("outages", func(t *testing.T) { realOutages(t, daemon) })
}

// A spamd that stops and goes on, and one that disappears and comes back.
func realOutages(t *testing.T, daemon *scantest.Daemon) {
	outage := &scantest.Outage{
		Daemon: daemon,
		Engine: func(d *scantest.Dialer) scan.Engine {
			return spamd.New(&spamd.Options{Addr: daemon.Addr, MaxSize: -1, Dial: d.Dial})
		},
		Watch: func() func() bool {
			before := daemon.Logged("connection from")
			return func() bool { return daemon.Logged("connection from") > before }
		},
	}
	t.Run("times out", outage.TimesOut)
	t.Run("disappears", outage.Disappears)
	t.Run("read times out", func(t *testing.T) { // by the engine's own limit
		daemon.Suspend()
		defer daemon.Resume()
		_, err := scanText(t, spamd.Options{Addr: daemon.Addr, Timeout: 100 * time.Millisecond}, scantest.Mail)
		var e *scan.Error
		if !errors.As(err, &e) || !e.Temporary() || !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Error(err)
		}
	})
}
