package audit_test

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"net/netip"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/audit"
	"github.com/gomsys/gomsys/counter"
	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/cidr"
	"github.com/gomsys/gomsys/timer"
	"github.com/gomsys/gomsys/vctx"
)

// TestPolicy runs a policy in the real runtime, as a mail server does.
func TestPolicy(t *testing.T) {
	clock := timer.NewManualClock(t0)
	a, _ := newAudit(t, audit.Options{Monitors: []string{"60,1"}, Clock: clock})
	lists := map[string]string{"rbl.txt": ":2:listed, see http://bl.example/$\n198.51.100.0/24\n203.0.113.7\n", "good.txt": "203.0.113.7\n"}
	tables := cidr.New(&cidr.Config{Clock: clock, Logger: quiet, Open: func(_ context.Context, uri string) (io.ReadCloser, error) {
		if text, ok := lists[uri]; ok {
			return io.NopCloser(strings.NewReader(text)), nil
		}
		return nil, fs.ErrNotExist
	}})
	defer tables.Close()
	counters := counter.New(nil)
	rt, err := msys.New(msys.Config{
		Path:    []fs.FS{os.DirFS("testdata")},
		Modules: append(audit.Libraries(a), cidr.Library(tables), counter.Library(counters)),
		Logger:  quiet,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer rt.Close()
	if err := rt.Load("policy"); err != nil {
		t.Fatal(err)
	}
	connect := func(addr string) (*msys.Session, string) {
		t.Helper()
		peer := netip.MustParseAddr(addr)
		s := rt.NewSession(vctx.Conn{Remote: netip.AddrPortFrom(peer, 4321)})
		t.Cleanup(s.Close)
		v, err := s.Connect(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return s, fmt.Sprint(v.Code, " ", v.Text)
	}
	for _, tc := range []struct{ addr, want string }{
		{"198.51.100.9", "554 listed, see http://bl.example/198.51.100.9"},
		{"203.0.113.7", "220"},
		{"192.0.2.1", "220"},
		{"192.0.2.1", "220"},
		{"192.0.2.1", "421 too many sessions"},
		{"2001:db8::1", "220"},
	} {
		if _, got := connect(tc.addr); !strings.HasPrefix(got, tc.want) && !(tc.want == "220" && strings.HasPrefix(got, "0 ")) {
			t.Errorf("%s: %s, want %s", tc.addr, got, tc.want)
		}
	}
	s, _ := connect("192.0.2.99")
	if _, err := s.Ehlo(ctx, "mx.example"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.MailFrom(ctx, "a@example.org"); err != nil {
		t.Fatal(err)
	}
	var codes []int
	for i := range 7 {
		v, err := s.RcptTo(ctx, fmt.Sprintf("nobody%d@example.com", i))
		if err != nil {
			t.Fatal(err)
		}
		codes = append(codes, v.Code)
	}
	if diff := cmp.Diff([]int{550, 550, 550, 550, 550, 452, 452}, codes); diff != "" {
		t.Error(diff)
	}
	if got := counters.String(); got != `{"/site/policy/refused":1}` {
		t.Error(got)
	}
}
