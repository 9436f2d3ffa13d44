package spf_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/policykit"
	"github.com/gomsys/gomsys/msys/spf"
	"github.com/gomsys/gomsys/vctx"
)

// policy prints the results wherever scripts read them.
const policy = `
local mod = {}
local function show(where, v) print(where .. " " .. v:get(msys.core.VCTX_MESS, "spf_status") .. " " .. v:get(msys.core.VCTX_MESS, "senderid_status") ..
	" " .. v:get(msys.core.VCTX_MESS, "senderid_pra_status") .. " " .. tostring(v:exists(msys.core.VCTX_MESS, "spf_status"))) end
function mod:validate_connect(ac, v) if BYPASS then v:set(msys.core.VCTX_CONN, "__bypass_spf_v1", "true") v:set(msys.core.VCTX_CONN, "__bypass_senderid", "true") end return msys.core.VALIDATE_CONT end
function mod:validate_mailfrom(s, ac, v)
	show("mailfrom", v)
	if REJECT and v:get(msys.core.ECMESS_CTX_MESS, "spf_status") == "fail" then v:set_code(550, "5.7.1 not from there") return msys.core.VALIDATE_DONE end
	return msys.core.VALIDATE_CONT
end
function mod:validate_rcptto(m, s, ac, v) show("rcptto", v) return msys.core.VALIDATE_CONT end
function mod:validate_data(m, ac, v)
	show("data", v)
	print(tostring(m:context_get(msys.core.ECMESS_CTX_MESS, "spf_status")) .. " " .. #m:header("Received-SPF") .. " " .. #m:header("Authentication-Results"))
	return msys.core.VALIDATE_CONT
end
msys.registerModule("policy", mod)
`

func sessionZone() zone {
	z := zone{}
	z.add("ex.test", "TXT", "v=spf1 ip4:192.0.2.0/24 -all")
	z.add("other.test", "TXT", "spf2.0/pra ~all")
	return z
}

// newKit makes a runtime with both checks.
func newKit(t *testing.T, globals string, v *spf.Validator, s *spf.SenderID) *policykit.Kit {
	var checks []msys.Builtin
	if v != nil {
		v.Checker.Resolver, v.Hostname = sessionZone(), "mx.host"
		checks = append(checks,
			msys.Builtin{Name: "spf_v1", Callout: "validate_mailfrom", Run: v.MailFrom},
			msys.Builtin{Name: "spf_v1", Callout: "validate_rcptto", Run: v.RcptTo},
			msys.Builtin{Name: "spf_v1", Callout: "validate_data", Run: v.Data})
	}
	if s != nil {
		s.Checker.Resolver, s.Hostname = sessionZone(), "mx.host"
		checks = append(checks,
			msys.Builtin{Name: "senderid", Callout: "validate_mailfrom", Run: s.MailFrom},
			msys.Builtin{Name: "senderid", Callout: "validate_rcptto", Run: s.RcptTo},
			msys.Builtin{Name: "senderid", Callout: "validate_data", Run: s.Data})
	}
	k := policykit.New(t, &policykit.Options{Config: msys.Config{Builtins: checks}})
	k.LoadString("policy", globals+policy)
	return k
}

const otherMail = "From: ann@other.test\r\nTo: bob@b.test\r\n\r\nhello\r\n"

func TestSession(t *testing.T) {
	for _, tt := range []struct {
		name, peer, globals string
		validator           *spf.Validator
		senderID            *spf.SenderID
		reply, printed      string
		header              string
	}{
		{"pass", "192.0.2.9:1", "", &spf.Validator{}, nil, "250",
			"mailfrom pass   1\nrcptto pass   1\nrcptto pass   1\ndata pass   1\npass 1 1",
			"Authentication-Results: mx.host; spf=pass smtp.mailfrom=ex.test\r\n" +
				"Received-SPF: pass (mx.host: domain of a@ex.test designates 192.0.2.9 as permitted sender)\r\n" +
				"\tclient-ip=192.0.2.9;\r\n\tenvelope-from=\"a@ex.test\"; helo=h.test;\r\n"},
		{"fail is accepted", "198.51.100.1:1", "", &spf.Validator{Reporting: spf.Reporting{NoAuthResults: true, NoReceivedSPF: true}}, nil, "250",
			"mailfrom fail   1\nrcptto fail   1\nrcptto fail   1\ndata fail   1\nfail 0 0", ""},
		{"fail, rejected by a script", "198.51.100.1:1", "REJECT = true ", &spf.Validator{}, nil, "550 5.7.1 not from there", "mailfrom fail   1", ""},
		{"bypass", "192.0.2.9:1", "BYPASS = true ", &spf.Validator{}, &spf.SenderID{}, "250",
			"mailfrom    0\nrcptto    0\nrcptto    0\ndata    0\n 0 0", ""},
		{"delayed", "192.0.2.9:1", "", &spf.Validator{DelayCheck: true, Reporting: spf.Reporting{NoReceivedSPF: true}}, nil, "250",
			"mailfrom    0\nrcptto pass   1\nrcptto pass   1\ndata pass   1\npass 0 1", "Authentication-Results: mx.host; spf=pass smtp.mailfrom=ex.test\r\n"},
		{"Sender ID", "192.0.2.9:1", "", nil, &spf.SenderID{Reporting: spf.Reporting{NoReceivedSPF: true}}, "250",
			"mailfrom  pass  0\nrcptto  pass  0\nrcptto  pass  0\ndata  pass softfail 0\n 0 2",
			"Authentication-Results: mx.host; sender-id=pass smtp.mailfrom=ex.test\r\nAuthentication-Results: mx.host; sender-id=softfail header.from=other.test\r\n"},
		{"both, delayed", "192.0.2.9:1", "", &spf.Validator{DelayCheck: true, Reporting: spf.Reporting{NoAuthResults: true}},
			&spf.SenderID{DelayCheck: true, Reporting: spf.Reporting{NoAuthResults: true}}, "250",
			"mailfrom    0\nrcptto pass pass  1\nrcptto pass pass  1\ndata pass pass softfail 1\npass 3 0",
			"Received-SPF: pass (mx.host: domain of a@ex.test designates 192.0.2.9 as permitted sender)\r\n" +
				"\tclient-ip=192.0.2.9;\r\n\tenvelope-from=\"a@ex.test\"; helo=h.test;\r\n" +
				"Received-SPF: softfail (mx.host: domain of transitioning ann@other.test does not designate 192.0.2.9 as permitted sender)\r\n" +
				"\tclient-ip=192.0.2.9; identity=pra;\r\n\tenvelope-from=\"a@ex.test\"; helo=h.test;\r\n" +
				"Received-SPF: pass (mx.host: domain of a@ex.test designates 192.0.2.9 as permitted sender)\r\n" +
				"\tclient-ip=192.0.2.9;\r\n\tenvelope-from=\"a@ex.test\"; helo=h.test;\r\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k := newKit(t, tt.globals, tt.validator, tt.senderID)
			s := k.Session(tt.peer)
			s.Connect()
			s.Ehlo("h.test")
			reply := s.MailFrom("a@ex.test")
			if s.Verdict.OK() {
				s.RcptTo("bob@b.test")
				s.RcptTo("eve@b.test")
				reply = s.Data(otherMail)
			}
			if reply != tt.reply {
				t.Errorf("reply %q", reply)
			}
			if diff := cmp.Diff(tt.printed, k.Printed()); diff != "" {
				t.Error(diff)
			}
			if errs := k.Errors(); errs != nil {
				t.Error(errs)
			}
			if s.Result == nil {
				return
			}
			header, _, _ := strings.Cut(s.Raw(0), "From: ann")
			if diff := cmp.Diff(tt.header, header); diff != "" {
				t.Error(diff)
			}
			for _, key := range s.Result.Messages[0].ContextKeys(1) {
				if strings.Contains(key, "fields") {
					t.Errorf("variable %s is left", key)
				}
			}
		})
	}
}

// TestNextTransaction sees that no result outlives its transaction.
func TestNextTransaction(t *testing.T) {
	var reported []string
	v := &spf.Validator{Reporting: spf.Reporting{Report: func(_ *vctx.Context, r spf.Result) { reported = append(reported, string(r.Value)+" "+r.Domain) }}}
	k := newKit(t, "", v, nil)
	s := k.Session("192.0.2.9:1")
	s.Connect()
	s.Ehlo("h.test")
	s.MailFrom("a@ex.test")
	s.MailFrom("a@nowhere.test")
	s.Ehlo("ex.test")
	s.MailFrom("")
	if diff := cmp.Diff([]string{"pass ex.test", "none nowhere.test", "pass ex.test"}, reported); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff("mailfrom pass   1\nmailfrom none   1\nmailfrom pass   1", k.Printed()); diff != "" {
		t.Error(diff)
	}
}

// TestNoAddress leaves clients at a UNIX socket alone.
func TestNoAddress(t *testing.T) {
	k := newKit(t, "", &spf.Validator{}, &spf.SenderID{})
	s := k.SessionOn(vctx.Conn{Remote: netip.AddrPort{}})
	s.Connect()
	s.Ehlo("h.test")
	s.MailFrom("a@ex.test")
	if got := k.Printed(); got != "mailfrom    0" || k.Errors() != nil {
		t.Error(got, k.Errors())
	}
}

// TestNoResponsibleAddress is none, with the fields about the sender only.
func TestNoResponsibleAddress(t *testing.T) {
	k := newKit(t, "", nil, &spf.SenderID{Reporting: spf.Reporting{NoReceivedSPF: true}})
	s := k.Session("192.0.2.9:1")
	s.Connect()
	s.Ehlo("h.test")
	s.MailFrom("a@ex.test")
	s.RcptTo("bob@b.test")
	s.Data("From: a@a.test, b@b.test\r\n\r\nx\r\n")
	if got := k.Printed(); !strings.Contains(got, "data  pass none") {
		t.Error(got)
	}
	if got := s.Raw(0); !strings.HasPrefix(got, "Authentication-Results: mx.host; sender-id=pass smtp.mailfrom=ex.test\r\nFrom:") {
		t.Error(got)
	}
}
