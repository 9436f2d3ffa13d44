package smtpbench

import (
	"context"
	"io"
	"io/fs"
	"log/slog"
	"net/netip"
	"strings"
	"testing"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/modules"
	"github.com/gomsys/gomsys/vctx"
)

// sessions makes what sends mail to a runtime without a server around it:
// messages in a new session.
func sessions(t testing.TB, policy bool) (send func(messages int)) {
	policies, err := fs.Sub(sources, "policies")
	if err != nil {
		t.Fatal(err)
	}
	set, err := modules.New(modules.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { set.Close() })
	rt, err := msys.New(msys.Config{Path: []fs.FS{policies}, Modules: set.Libraries(), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { rt.Close() })
	if policy {
		if err := rt.Load("reference"); err != nil {
			t.Fatal(err)
		}
	}
	ctx := context.Background()
	mail := Mail()
	conn := vctx.Conn{Remote: netip.MustParseAddrPort("192.0.2.7:4321"), Local: netip.MustParseAddrPort("198.51.100.1:25"),
		Service: "SMTP", Hostname: "bench.example"}
	return func(messages int) {
		s := rt.NewSession(conn)
		defer s.Close()
		s.Connect(ctx)
		s.Ehlo(ctx, "load.example.org")
		for range messages {
			s.MailFrom(ctx, "ann@example.org")
			s.RcptTo(ctx, "bob@example.com")
			res, err := s.Data(ctx, strings.NewReader(mail))
			if err != nil || len(res.Messages) != 1 {
				t.Fatal(res, err)
			}
			if _, err := res.Messages[0].WriteTo(io.Discard); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// What the runtime itself costs for a mail: a session for each, and 100 in
// each session.
func BenchmarkMail(b *testing.B) {
	for _, c := range []struct {
		name     string
		policy   bool
		messages int
	}{{"each/empty", false, 1}, {"each/reference", true, 1}, {"kept/empty", false, 100}, {"kept/reference", true, 100}} {
		b.Run(c.name, func(b *testing.B) {
			send := sessions(b, c.policy)
			b.ReportAllocs()
			b.ResetTimer()
			b.SetBytes(int64(len(Mail())))
			for left := b.N; left > 0; left -= c.messages {
				send(min(left, c.messages))
			}
		})
	}
}
