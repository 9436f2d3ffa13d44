package msys_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/tlsparams"
)

// The hooks that give one TLS parameter each are asked if no module has
// core_get_outbound_tls_parameters.
func TestLegacyTLSHooks(t *testing.T) {
	legacy := `
function mod:core_use_outbound_tls(msg) print(msg:rcptto()) return 2 end
function mod:core_outbound_tls_verify(msg) return 2 end
function mod:core_outbound_tls_cert(msg) return "/cert" end
function mod:core_outbound_tls_key(msg) return "/key" end
function mod:core_outbound_tls_ca(msg) return 5 end
function mod:core_outbound_tls_ciphers(msg) return nil end
`
	configured := msys.TLSParams{UseTLS: tlsparams.IfAvailable, CA: "/ca", CipherList: "HIGH"}
	for _, tt := range []struct {
		name, script, printed string
		want                  msys.TLSParams
	}{
		{"alone", legacy, "bob@rcpt.example", msys.TLSParams{UseTLS: tlsparams.Required, Verify: tlsparams.VerifyHostname, CertFile: "/cert", KeyFile: "/key", CA: "/ca", CipherList: "HIGH"}},
		{"beside the new hook", legacy + "function mod:core_get_outbound_tls_parameters(msg, params) params.ca = '/x' return 0 end", "",
			msys.TLSParams{UseTLS: tlsparams.IfAvailable, CA: "/x", CipherList: "HIGH"}},
	} {
		h := newHost(t, msys.Config{}, module(tt.script))
		got, err := h.rt.OutboundTLS(context.Background(), testMessage(t), configured)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
		if diff := cmp.Diff(tt.printed, h.lines()); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}

// Each command of the SMTP client has a hook for its parameters.
func TestCommandArgsOfEachCommand(t *testing.T) {
	ctx := context.Background()
	for _, tt := range []struct {
		cmd  msys.SMTPCommand
		hook string
	}{
		{msys.CommandMailFrom, "core_smtp_client_mailfrom_args"},
		{msys.CommandRcptTo, "core_smtp_client_rcptto_args"},
		{msys.CommandXClient, "core_smtp_client_xclient_args"},
	} {
		h := newHost(t, msys.Config{}, module("function mod:"+tt.hook+`(dc, args)
  print(msys.type(dc), dc.domain, args.A)
  args.A, args.B = nil, "2"
  return args.FAIL and 1 or 0
end`))
		d := &msys.Delivery{Domain: "rcpt.example", Message: testMessage(t)}
		got, v, err := h.rt.CommandArgs(ctx, d, tt.cmd, msys.SMTPArgs{"A": "1"})
		if err != nil || v.Code != 250 || cmp.Diff(msys.SMTPArgs{"B": "2"}, got) != "" {
			t.Errorf("%s: %v %+v %v", tt.cmd, got, v, err)
		}
		if !strings.HasSuffix(h.lines(), "\trcpt.example\t1") {
			t.Errorf("%s: wrong arguments", tt.cmd)
		}
		got, v, err = h.rt.CommandArgs(ctx, d, tt.cmd, msys.SMTPArgs{"FAIL": "1"})
		want := fmt.Sprintf("451 4.4.2 [internal] %s argument hook failed", tt.cmd)
		if err != nil || v.Action != msys.Defer || replyOf(v) != want || cmp.Diff(msys.SMTPArgs{"FAIL": "1"}, got) != "" {
			t.Errorf("%s: %v %+v %v", tt.cmd, got, v, err)
		}
	}
}

// The second form of the console's permission hook gets the words of the
// command.
func TestWritableConfigByWords(t *testing.T) {
	h := newHost(t, msys.Config{}, module(`
function mod:core_control_allow_writable_config2(cc, argc, argv)
  print(argc, argv[0], cc.auth_info.user)
  return cc.auth_info.user == "root" and 1 or 0
end`))
	ctx := context.Background()
	for _, user := range []string{"ann", "root"} {
		if _, handled, err := h.rt.Control(ctx, msys.ControlRequest{Line: "config set a 1", User: user}); !handled || err != nil {
			t.Errorf("%s: %v %v", user, handled, err)
		}
		out, _, _ := h.rt.Control(ctx, msys.ControlRequest{Line: "config get a"})
		if set := !strings.Contains(out, "not set"); set != (user == "root") {
			t.Errorf("%s: %s", user, out)
		}
	}
	if diff := cmp.Diff("4\tconfig\tann\n4\tconfig\troot", h.lines()); diff != "" {
		t.Error(diff)
	}
}

// queue is a host's outbound queue.
type queue struct {
	delayed []string
	err     error
}

func (q *queue) Lookup(_ context.Context, name string) (*msys.Domain, error) {
	return &msys.Domain{Name: name}, nil
}

func (q *queue) DelayDomain(_ context.Context, name, note string) error {
	q.delayed = append(q.delayed, name+" "+note)
	return q.err
}

func TestDelayDomain(t *testing.T) {
	script := module(`
function mod:core_log_transient_failure_v1(msg, dr, now, note)
  print(msys.core.mail_queue_delay_domain(dr, note))
  print(pcall(msys.core.mail_queue_delay_domain, nil, "x"))
end`)
	ctx := context.Background()
	q := &queue{err: errors.New("queue is gone")}
	for _, domains := range []msys.Domains{q, nil} {
		h := newHost(t, msys.Config{Domains: domains}, script)
		for range 2 {
			if err := h.rt.Log(ctx, msys.LogEvent{Kind: msys.LogTransientFailure, Message: testMessage(t), Note: "451 later"}); err != nil {
				t.Fatal(err)
			}
		}
		if got := h.lines(); strings.Count(got, "nil\nfalse\tbad argument #1") != 2 {
			t.Error(got)
		}
		want, n := "queue is gone", 2
		if domains == nil {
			want, n = "this host has no outbound queue", 1
		}
		if got := strings.Count(h.logged(), want); got != n {
			t.Errorf("%d records %q, want %d", got, want, n)
		}
	}
	if diff := cmp.Diff([]string{"rcpt.example 451 later", "rcpt.example 451 later"}, q.delayed); diff != "" {
		t.Error(diff)
	}
}
