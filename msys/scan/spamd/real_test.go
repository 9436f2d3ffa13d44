package spamd_test

import (
	"context"
	"strings"
	"testing"

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
	daemon.Kill()
	if _, err := scanText(t, spamd.Options{Addr: daemon.Addr}, spam); err == nil {
		t.Error("there is no spamd")
	}
	daemon.Start()
	if res, err := scanText(t, spamd.Options{Addr: daemon.Addr}, spam); err != nil || !res.Spam {
		t.Errorf("%+v %v", res, err)
	}
}
