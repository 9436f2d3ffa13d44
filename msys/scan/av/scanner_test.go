package av_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"

	lua "github.com/Shopify/go-lua"
	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/policykit"
	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/av"
	"github.com/gomsys/gomsys/msys/scan/internal/scantest"
)

func TestScanner(t *testing.T) {
	ctx := context.Background()
	virus := scantest.Result(scan.Result{Verdict: scan.Infected, Name: "V", Code: "7"})
	s := av.New(newSet(t,
		scan.Slot{Name: "broken", Kind: scan.Antivirus, Engine: scantest.Broken},
		scan.Slot{Name: "stream", Kind: scan.Antivirus, Engine: scantest.Result(scan.Result{Verdict: scan.NotStreamable})},
		scan.Slot{Name: "locked", Kind: scan.Antivirus, Engine: scantest.Result(scan.Result{Verdict: scan.Unscannable})},
		scan.Slot{Name: "virus", Kind: scan.Antivirus, Engine: virus},
	))
	for _, tc := range []struct {
		engine string
		want   av.Result
		err    error
	}{
		{"", av.Result{Status: av.Infected, Info: "V", Engine: "virus", Code: "7"}, nil},
		{"virus", av.Result{Status: av.Infected, Info: "V", Engine: "virus", Code: "7"}, nil},
		{"locked", av.Result{Status: av.Unscannable, Info: "the content cannot be scanned", Engine: "locked"}, nil},
		{"stream", av.Result{Status: av.NotSuitable, Info: "the engine cannot scan a stream"}, nil},
		{"broken", av.Result{Status: av.Failed, Info: "scanning: engine on fire"}, scantest.ErrBroken},
		{"other", av.Result{Status: av.NoEngine, Info: `no engine "other" configured`}, scan.ErrNoEngine},
		{strings.Repeat("x", 41), av.Result{Status: av.NameTooLong, Info: "engine name too long"}, scan.ErrNameTooLong},
	} {
		res, err := s.Scan(ctx, tc.engine, scan.BytesRequest([]byte("x")))
		if diff := cmp.Diff(tc.want, res); diff != "" || !errors.Is(err, tc.err) {
			t.Error(tc.engine, err, diff)
		}
	}
	if _, err := av.New(nil).Scan(ctx, "", scan.BytesRequest(nil)); !errors.Is(err, scan.ErrNoEngine) {
		t.Error(err)
	}

	m, err := message.ParseBytes([]byte(scantest.Multipart), message.Envelope{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	top, err := m.MIME(message.ReadOnly)
	if err != nil {
		t.Fatal(err)
	}
	leaf := top.First()
	if res, err := s.ScanPart(ctx, "virus", leaf, nil); err != nil || res.Status != av.Infected {
		t.Error(res, err)
	}
	if res, err := s.ScanPart(ctx, "virus", top, nil); !errors.Is(err, scan.ErrContainer) || res.Status != av.PartIsContainer {
		t.Error(res, err)
	}
	m.Close()
	if res, err := s.ScanPart(ctx, "virus", leaf, nil); err == nil || res.Status != av.Failed {
		t.Error(res, err)
	}
	if got := av.NotSuitable.String() + " " + av.Status(99).String(); got != "EC_AV_NOT_SUITABLE_FOR_STREAMING EC_AV_99" {
		t.Error(got)
	}
}

// A script is told that an engine is down, without waiting for it.
func TestScriptsSeeEngineDown(t *testing.T) {
	s := scantest.Serve(t, func(net.Conn) {})
	got := script(t, newSet(t, antivirus("clamav", s.Addr)), `
for i = 1, 7 do
  local rc, info = msys.av.scan()
  print(rc == msys.av.EC_AV_ERROR, (info:gsub(":.*", "")))
end`)
	want := strings.Repeat("true\tscanning\n", 5) + "true\tengine is down\ntrue\tengine is down"
	if got != want || s.Conns.Load() != 5 {
		t.Errorf("%q, %d connections", got, s.Conns.Load())
	}
}

// While one session waits for a scanner, others go on; pcall around the call
// does not hinder that.
func TestSessionsWaitBesideEachOther(t *testing.T) {
	second := make(chan struct{})
	c := scantest.NewClamd(t, func(content []byte) string {
		if strings.Contains(string(content), "first") {
			<-second // the first mail's scan ends after the second's session
		}
		return "OK"
	})
	k := policykit.New(t, &policykit.Options{Modules: []lua.RegistryFunction{av.Library(newSet(t, antivirus("clamav", c.Addr)))}})
	k.LoadString("policy.lua", `
require("msys.core") require("msys.av")
local mod = {}
function mod:validate_data(msg, ac, vctx)
  local ok, rc = pcall(msys.av.scan)
  if ok and rc == msys.av.EC_AV_CLEAN then vctx:set_code(250, "clean") end
  return msys.core.VALIDATE_CONT
end
msys.registerModule("policy", mod)`)
	var wg sync.WaitGroup
	wg.Go(func() {
		if got := k.Session("192.0.2.1:1").Deliver("a@example.org", "Subject: first\r\n\r\n", "b@example.com"); !strings.HasPrefix(got, "250") {
			t.Error(got)
		}
	})
	if got := k.Session("192.0.2.2:1").Deliver("a@example.org", "Subject: second\r\n\r\n", "b@example.com"); !strings.HasPrefix(got, "250") {
		t.Error(got)
	}
	close(second)
	wg.Wait()
	if errs := k.Errors(); len(errs) > 0 {
		t.Error(errs)
	}
}
