package spamc_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/scan/internal/scantest"
)

// A session whose mail the real spamd scans.
func TestRealSpamd(t *testing.T) {
	daemon := scantest.StartSpamd(t)
	for mail, want := range map[string]string{
		"From: a@example.org\r\nSubject: offer\r\n\r\nbuy cheap watches\r\n": "status\tok\tok\nspam\ttrue\ttrue\nscore\t8.50\t8.50\nthresh\t5.00\t5.00\n" +
			"symbols\tTEST_OFFER,TEST_WATCHES\tTEST_OFFER,TEST_WATCHES",
		scantest.Mail: "status\tok\tok\nspam\tfalse\tfalse\nscore\t0.00\t0.00\nthresh\t5.00\t5.00\nsymbols\t\t",
	} {
		_, got := scantest.Policy(t, library(t, daemon.Addr), "validate_data_spool", show+`msys.spamc.spamc_scan(msg) show()`, mail)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
}
