package dkim_test

import (
	"context"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/dkim"
	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
	"github.com/gomsys/gomsys/msys/policykit"
	"github.com/gomsys/gomsys/vctx"
)

// kitOptions are what a runtime with DKIM has.
type kitOptions struct {
	validator *dkim.Validator
	signer    *dkim.Signer
	auto      bool
	resolver  dkimsig.Resolver // if nil, testZone
}

func newKit(t *testing.T, o kitOptions, script string) *policykit.Kit {
	t.Helper()
	v := newVerifier()
	if o.resolver != nil {
		v.Keys.Resolver = o.resolver
	}
	var checks []msys.Builtin
	if o.validator != nil {
		o.validator.Verifier = v
		checks = append(checks, msys.Builtin{Name: "dkim_validate", Callout: "validate_data", Run: o.validator.Data})
	}
	if o.auto {
		checks = append(checks, msys.Builtin{Name: "opendkim", Callout: "core_final_validation", Last: true, Run: o.signer.AutoSign})
	}
	k := policykit.New(t, &policykit.Options{
		Modules: dkim.Libraries(&dkim.Options{Verifier: v, Signer: o.signer, Validator: o.validator}),
		Config:  msys.Config{Builtins: checks},
	})
	k.LoadString("policy", script)
	return k
}

// counting counts questions.
type counting struct {
	zone
	asked atomic.Int32
}

func (c *counting) LookupTXT(ctx context.Context, name string) ([]string, error) {
	c.asked.Add(1)
	return c.zone.LookupTXT(ctx, name)
}

func signedContent(t *testing.T, selectors ...string) string {
	t.Helper()
	m := parse(t, plainMail)
	for _, s := range selectors {
		sign(t, m, options(s))
	}
	return content(t, m)
}

const noScript = "-- nothing"

func TestValidator(t *testing.T) {
	for _, tt := range []struct{ name, mail, want string }{
		{"good", signedContent(t, "s1"), "mx.host; dkim=pass header.d=ex.test header.s=s1"},
		{"changed", strings.Replace(signedContent(t, "s1"), "Bob,", "Eve,", 1), "mx.host; dkim=fail (signature verification failed) header.d=ex.test header.s=s1"},
		{"several", signedContent(t, "s1", "gone"), "mx.host; dkim=fail (key revoked) header.d=ex.test header.s=gone; dkim=pass header.d=ex.test header.s=s1"},
		{"unsigned", plainMail, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k := newKit(t, kitOptions{validator: &dkim.Validator{AuthservID: "mx.host"}}, noScript)
			s := k.Session("192.0.2.1:25")
			if got := s.Deliver("a@ex.test", tt.mail, "b@rcpt.test"); got != "250" {
				t.Fatal(got)
			}
			m := s.Result.Messages[0]
			if diff := cmp.Diff(tt.want, m.Header().Get("Authentication-Results")); diff != "" {
				t.Error(diff)
			}
			if want := strings.Count(tt.want, "mx.host"); len(m.Header().Values("Authentication-Results")) != want {
				t.Error(m.Header().Values("Authentication-Results"))
			}
			if errs := k.Errors(); errs != nil {
				t.Error(errs)
			}
		})
	}
}

// TestValidatorOnce sees that scripts find what the validator has found out,
// and that it can leave the header alone.
func TestValidatorOnce(t *testing.T) {
	const script = `local mod = {} local d = require("msys.validate.dkim")
		function mod:validate_data(msg, ac, v) local n = d.get_verify_results(v) print(n, d.get_domains(msg, v) .. "", #msg:header("Authentication-Results")) return 0 end
		function mod:validate_data_spool_each_rcpt(msg, ac, v) print(d.get_domains(msg, v) .. "") return 0 end
		msys.registerModule("policy", mod)`
	for _, noHeader := range []bool{false, true} {
		z := &counting{zone: testZone()}
		k := newKit(t, kitOptions{validator: &dkim.Validator{NoAuthResults: noHeader}, resolver: z}, script)
		s := k.Session("192.0.2.1:25")
		s.Deliver("a@ex.test", signedContent(t, "s1"), "b@rcpt.test", "c@rcpt.test")
		want := "1\tex.test\t1\nex.test\nex.test"
		if noHeader {
			want = "1\tex.test\t0\nex.test\nex.test"
		}
		if diff := cmp.Diff(want, k.Printed()); diff != "" {
			t.Error(diff)
		}
	}
}

func autoSigner(t *testing.T) *dkim.Signer {
	t.Helper()
	buf := base64.StdEncoding.EncodeToString(x509.MarshalPKCS1PrivateKey(rsaKey()))
	return &dkim.Signer{
		Domains: map[string]dkim.SignOptions{
			"ex.test":      {Selector: "s1", KeyBuf: buf, HeaderCanon: dkimsig.Relaxed},
			"cond.ex.test": {Domain: "ex.test", Selector: "s1", KeyBuf: buf, SignCondition: "may_sign"},
			"lost.test":    {Selector: "s1", KeyFile: "/nonexistent/%{d}.key"},
		},
		SignAllowed: func(m *message.Message) bool { return m.Sender() != "skip@ex.test" },
	}
}

func TestAutoSign(t *testing.T) {
	const script = `local mod = {}
		function mod:validate_data_spool(msg, ac, v) if msg:header("X-May")[1] then v:set(msys.core.VCTX_CONN, "may_sign", "1") end return 0 end
		function mod:core_final_validation(msg, ac, v) msg:header("X-Last", "1", "append") end
		msys.registerModule("policy", mod)`
	for _, tt := range []struct {
		name, sender, mail string
		signed             bool
		logged             string
	}{
		{"signed", "a@ex.test", plainMail, true, ""},
		{"not allowed", "skip@ex.test", plainMail, false, ""},
		{"other domain", "a@ex.test", "From: a@other.test\r\n\r\nx\r\n", false, ""},
		{"condition", "a@ex.test", "From: a@cond.ex.test\r\nX-May: 1\r\n\r\nx\r\n", true, ""},
		{"condition not met", "a@ex.test", "From: a@cond.ex.test\r\n\r\nx\r\n", false, ""},
		{"no key", "a@ex.test", "From: a@lost.test\r\n\r\nx\r\n", false, "no key for lost.test/s1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k := newKit(t, kitOptions{signer: autoSigner(t), auto: true}, script)
			s := k.Session("192.0.2.1:25")
			if got := s.Deliver(tt.sender, tt.mail, "b@rcpt.test"); got != "250" {
				t.Fatal(got)
			}
			raw := s.Raw(0)
			if strings.Contains(raw, "DKIM-Signature:") != tt.signed || !strings.Contains(raw, "X-Last: 1\r\n") {
				t.Error(raw)
			}
			if tt.signed {
				if err := peerVerify(t, raw); err != nil {
					t.Error(err)
				}
			}
			if got := k.Log(); strings.Contains(got, "check=opendkim") != (tt.logged != "") || !strings.Contains(got, tt.logged) {
				t.Error(got)
			}
		})
	}
}

func TestStats(t *testing.T) {
	s := autoSigner(t)
	at := time.Unix(1e9, 0)
	s.Now = func() time.Time { at = at.Add(time.Millisecond); return at }
	for _, mail := range []string{plainMail, "From: a@cond.ex.test\r\n\r\nx\r\n", "From: a@lost.test\r\n\r\nx\r\n", "From: nobody\r\n\r\nx\r\n", plainMail} {
		m := parse(t, mail)
		m.SetBinding("default")
		_, _ = s.Sign(t.Context(), m, nil)
	}
	all := s.Stats()
	if all.Processed != 5 || all.Signed != 2 || all.Failed != 3 || all.Time <= 0 {
		t.Errorf("%+v", all)
	}
	count := func(m map[string]dkim.Stats) map[string][2]uint64 {
		counts := map[string][2]uint64{}
		for name, s := range m {
			counts[name] = [2]uint64{s.Signed, s.Failed}
		}
		return counts
	}
	if diff := cmp.Diff(map[string][2]uint64{"ex.test": {2, 1}, "lost.test": {0, 1}, "": {0, 1}}, count(s.DomainStats())); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string][2]uint64{"default": {2, 3}}, count(s.BindingStats())); diff != "" {
		t.Error(diff)
	}
}

// TestStatsBounded counts what exceeds the bound under one name.
func TestStatsBounded(t *testing.T) {
	var s dkim.Signer
	m := parse(t, plainMail)
	for i := range dkim.MaxStats + 5 {
		if _, err := s.Sign(t.Context(), m, &dkim.SignOptions{Domain: strings.Repeat("a", i%90+1) + "." + strings.Repeat("b", i/90+1)}); !errors.Is(err, dkim.ErrNoSelector) {
			t.Fatal(err)
		}
	}
	got := s.DomainStats()
	if len(got) != dkim.MaxStats+1 || got[dkim.Others].Failed != 5 {
		t.Errorf("%d names, %+v", len(got), got[dkim.Others])
	}
}

func TestReflect(t *testing.T) {
	const script = `local mod = {} local d = require("msys.validate.dkim")
		function mod:validate_ehlo(s, ac, v) print(d.reflect(nil, v, "test@mx.test", "a@ex.test")) return 0 end
		function mod:validate_rcptto(msg, s, ac, v)
			print(d.reflect(msg, v, "nobody", "a@ex.test"), d.reflect(msg, v, "test@mx.test", " ; "), d.reflect(msg, v, "test@mx.test", "a@ex.test\r\nBcc: x@y"))
			print(d.reflect(msg, v, "Test <test@mx.test>", "a@ex.test; Log <log@mx.test>;", "R\195\169sultat", "Hello\nthere"))
			return 0 end
		function mod:validate_data(msg, ac, v) print(d.reflect(msg, v, "test@mx.test", "a@ex.test")) return 0 end
		msys.registerModule("policy", mod)`
	k := newKit(t, kitOptions{validator: &dkim.Validator{}}, script)
	s := k.Session("192.0.2.1:25")
	if got := s.Deliver("a@ex.test", signedContent(t, "s1", "none"), "b@rcpt.test"); got != "250" {
		t.Fatal(got)
	}
	if diff := cmp.Diff("-1\n-3\t-3\t-3\n1\n-2", k.Printed()); diff != "" {
		t.Error(diff)
	}
	if errs := k.Errors(); errs != nil {
		t.Error(errs)
	}
	var to []string
	var text string
	for _, m := range k.Queue.Take() {
		if m.Sender() != "test@mx.test" {
			t.Error(m.Sender())
		}
		to = append(to, m.Recipient())
		text = content(t, m)
	}
	if diff := cmp.Diff([]string{"a@ex.test", "log@mx.test"}, to); diff != "" {
		t.Error(diff)
	}
	header, body, _ := strings.Cut(text, "\r\n\r\n")
	for _, want := range []string{"From: <test@mx.test>", "To: <a@ex.test>\r\n", "Subject: =?utf-8?q?R=C3=A9sultat?=", "Auto-Submitted: auto-generated"} {
		if !strings.Contains(header, want) {
			t.Errorf("header lacks %q:\n%s", want, header)
		}
	}
	want := "Hello\r\nthere\r\n\r\nFrom: Ann <ann@ex.test>\r\nSubject: a  folded subject\r\nDate: Fri, 11 Jul 2003 21:00:37 -0700\r\nMessage-ID: <1@ex.test>\r\n\r\n" +
		"dkim=fail (key not found in DNS) header.d=ex.test header.s=none\r\ndkim=pass header.d=ex.test header.s=s1\r\n"
	if diff := cmp.Diff(want, body); diff != "" {
		t.Error(diff)
	}
	if raw := s.Raw(0); strings.Contains(raw, "there") {
		t.Error("the message itself was changed")
	}

	k = newKit(t, kitOptions{}, script)
	k.Session("192.0.2.1:25").Deliver("a@ex.test", plainMail, "b@rcpt.test")
	if got := k.Printed(); got != "0\n0\t0\t0\n0\n0" {
		t.Errorf("not configured: %q", got)
	}
}

func TestReportErrors(t *testing.T) {
	v := vctx.NewContext(vctx.NewConn(vctx.Conn{}), nil)
	r := dkim.Report{Sender: "a@b.test", Receivers: []string{"c@d.test"}}
	if err := dkim.RequestReport(nil, r); !errors.Is(err, dkim.ErrReportState) {
		t.Error(err)
	}
	if err := dkim.RequestReport(v, r); !errors.Is(err, dkim.ErrReportState) {
		t.Error(err)
	}
	v.SetMailFrom("MAIL FROM:<a@b.test>")
	if err := dkim.RequestReport(v, r); err != nil {
		t.Error(err)
	}
	if err := dkim.RequestReport(v, dkim.Report{Sender: "a@b.test"}); !errors.Is(err, dkim.ErrReportAddress) {
		t.Error(err)
	}
	if err := (&dkim.Validator{}).Data(t.Context(), v, parse(t, plainMail)); err == nil {
		t.Error("a validator without a verifier gives no error")
	}
	// nothing can be sent by a message without an injector
	validator := &dkim.Validator{Verifier: newVerifier()}
	if err := validator.Data(t.Context(), v, parse(t, plainMail)); !errors.Is(err, message.ErrNoInjector) {
		t.Error(err)
	}
	if err := validator.Data(t.Context(), v, parse(t, plainMail)); err != nil {
		t.Error("the report is asked for still:", err)
	}
}
