package rspamd_test

import (
	"context"
	"net/http"
	"net/netip"
	"testing"

	lua "github.com/Shopify/go-lua"
	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/cloudmark"
	"github.com/gomsys/gomsys/msys/scan/internal/scantest"
	"github.com/gomsys/gomsys/msys/scan/rspamd"
)

func TestRealRspamd(t *testing.T) {
	daemon := scantest.StartRspamd(t)
	c := newClient(t, daemon.Addr, &rspamd.Options{VirusSymbols: []string{"TEST_VIRUS", "TEST_ENVELOPE"}})
	spamOnly := newClient(t, daemon.Addr, nil)
	ctx := context.Background()
	detail := func(action string) map[string]string {
		return map[string]string{"action": action, "message-id": "1@example.org"}
	}
	const header = "Message-ID: <1@example.org>\r\nFrom: a@example.org\r\n"
	for _, tc := range []struct {
		name, mail string
		want       *scan.Result
	}{
		{"ham", header + "\r\nhello\r\n", &scan.Result{Code: "no action", Score: 0.1, Detail: detail("no action"), Symbols: []string{"TEST_ENVELOPE"}}},
		{"spam", header + "Subject: offer\r\n\r\nbuy cheap watches\r\n", &scan.Result{Code: "add header", Spam: true, Score: 8.6, Detail: detail("add header"),
			Symbols: []string{"TEST_ENVELOPE", "TEST_OFFER", "TEST_WATCHES"}}},
		{"rejected", header + "\r\nvirus\r\n", &scan.Result{Code: "reject", Spam: true, Score: 20.1, Detail: detail("reject"),
			Symbols: []string{"TEST_ENVELOPE", "TEST_VIRUS"}}},
	} {
		res, err := spamOnly.Scan(ctx, scan.BytesRequest([]byte(tc.mail)))
		tc.want.Threshold, tc.want.RefID = 15, "1@example.org"
		if diff := cmp.Diff(tc.want, res); err != nil || diff != "" {
			t.Error(tc.name, err, diff)
		}
	}
	if res, err := c.Scan(ctx, scan.BytesRequest([]byte(header+"\r\nvirus\r\n"))); err != nil || res.Verdict != scan.Infected || res.Name != "Test.Virus" {
		t.Errorf("virus: %+v %v", res, err)
	}
	r := scan.BytesRequest([]byte(header + "\r\nhello\r\n"))
	r.MessageID, r.Helo, r.User, r.MailFrom = "18/00-1", "mx.example.org", "ann", "ann@example.org"
	r.Remote, r.Recipients = netip.MustParseAddrPort("192.0.2.7:1234"), []string{"bob@example.com", "carl@example.com"}
	res, err := c.Scan(ctx, r)
	if want := "18/00-1 mx.example.org ann 192.0.2.7 ann@example.org bob@example.com carl@example.com"; err != nil || res.Name != want {
		t.Errorf("envelope: %+v %v", res, err)
	}
	if _, err := c.Scan(ctx, scan.BytesRequest(nil)); err != nil {
		t.Error("empty:", err)
	}
	if err := c.Ping(ctx); err != nil {
		t.Error(err)
	}
	t.Run("outages", func(t *testing.T) { realOutages(t, daemon) })
}

// counting makes an engine whose connections are counted.
type counting struct {
	*rspamd.Client
	http *http.Transport
}

// Close closes idle connections.
func (c counting) Close() error {
	c.http.CloseIdleConnections()
	return nil
}

// An Rspamd that stops and goes on, and one that disappears and comes back.
func realOutages(t *testing.T, daemon *scantest.Daemon) {
	outage := &scantest.Outage{
		Daemon: daemon,
		Engine: func(d *scantest.Dialer) scan.Engine {
			transport := &http.Transport{DialContext: d.Dial}
			return counting{rspamd.New(daemon.Addr, &rspamd.Options{HTTP: &http.Client{Transport: transport}}), transport}
		},
	}
	t.Run("times out", outage.TimesOut)
	t.Run("disappears", outage.Disappears)
	t.Run("seen by a script", func(t *testing.T) {
		want := scantest.Answers{
			Good:     "^0\tnil$",
			TimedOut: "^0\tscanning: timeout after 250ms$",
			Lost:     "^0\tscanning: .*(EOF|reset by peer|broken pipe)$",
			Gone:     "^0\tconnecting: .*connection refused$",
		}
		outage.SeenByScript(t, scan.Slot{Name: "cloudmark"}, want, func(set *scan.Set, mail string) string {
			_, printed := scantest.Policy(t, []lua.RegistryFunction{cloudmark.Library(set, nil)}, "validate_data", `
local score = require("msys.cloudmark").score(msg, ac, vctx)
print(score.score, score.error)`, mail)
			return printed
		})
	})
}
