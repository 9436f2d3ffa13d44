package vctx_test

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/vctx"
)

const (
	conn = vctx.ConnScope
	mess = vctx.MessScope
)

func newContext(c vctx.Conn) *vctx.Context { return vctx.NewContext(vctx.NewConn(c), nil) }

func TestVariables(t *testing.T) {
	v := newContext(vctx.Conn{Context: map[string]string{"pathway": "p"}})
	if v.Get(conn, "pathway") != "p" || v.Get(mess, "pathway") != "" {
		t.Error("the host's variables are not the connection's")
	}
	if v.Get(mess, "nope") != "" || v.Exists(mess, "nope") {
		t.Error("an absent variable exists")
	}
	if !v.Set(mess, "nope", "false") || v.Set(mess, "nope", "false") {
		t.Error("Set does not tell whether it changed anything")
	}
	if value, ok := v.Lookup(mess, "nope"); value != "false" || !ok || !v.Exists(mess, "nope") || v.Exists(conn, "nope") {
		t.Errorf("Lookup: %q, %v", value, ok)
	}
	v.Set(mess, "a", "1")
	if diff := cmp.Diff([]string{"nope", "a"}, v.Keys(mess)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]string{"nope": "false", "a": "1"}, v.Vars(mess)); diff != "" {
		t.Error(diff)
	}
	if !v.Delete(mess, "a") || v.Delete(mess, "a") {
		t.Error("Delete does not tell what it did")
	}
}

func TestInvalidScope(t *testing.T) {
	v := newContext(vctx.Conn{})
	for _, s := range []vctx.Scope{-1, 2, 7} {
		if s.Valid() || v.Set(s, "k", "v") || v.Exists(s, "k") || v.Delete(s, "k") || v.Keys(s) != nil || v.Vars(s) != nil || v.Get(s, "k") != "" {
			t.Errorf("scope %d works", s)
		}
		v.SetWhitelist(s, "w", true)
	}
	if v.Whitelisted("w") {
		t.Error("whitelisted in no scope")
	}
}

func TestMessageVariablesAreReset(t *testing.T) {
	v := newContext(vctx.Conn{})
	for name, reset := range map[string]func(){
		"MAIL FROM": func() { v.SetMailFrom("MAIL FROM:<a@x.org>") },
		"EHLO":      func() { v.SetEhlo("EHLO x") },
		"RSET":      v.ResetMessage,
	} {
		v.SetMailFrom("MAIL FROM:<b@x.org>")
		v.SetRcptTo("RCPT TO:<c@x.org>")
		if err := v.AcceptRecipient("c@x.org"); err != nil {
			t.Fatal(err)
		}
		v.Set(mess, "k", "v")
		v.Set(conn, "k", "v")
		v.SetFlag(vctx.FlagBodyHasChanged, true)
		v.SetFlag(vctx.FlagTransparency, true)
		reset()
		if v.Exists(mess, "k") || v.Exists(mess, "rcptto_string") || len(v.Recipients()) != 0 || v.RcptTo() != "" || v.Flag(vctx.FlagBodyHasChanged) {
			t.Errorf("%s leaves something of the message", name)
		}
		if !v.Exists(conn, "k") || !v.Flag(vctx.FlagTransparency) {
			t.Errorf("%s takes something of the connection", name)
		}
	}
}

func TestCommandVariables(t *testing.T) {
	v := newContext(vctx.Conn{})
	v.SetEhlo("ehlo there\r\n")
	v.SetMailFrom("MAIL FROM:<peter@kubuntu.lan> SIZE=5\r\n")
	v.SetRcptTo(`RCPT TO:<"a b"@X.org>`)
	v.SetData(true, false)
	v.SetBatchIDs([]string{"1", "2"})
	if diff := cmp.Diff(map[string]string{
		"ehlo_string": "ehlo there", "ehlo_domain": "there",
		"connection_message_count": "1", "connection_rcpt_count": "1", "message_rcpt_count": "1",
	}, v.Vars(conn)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]string{
		"mailfrom_string": "MAIL FROM:<peter@kubuntu.lan> SIZE=5", "mailfrom_localpart": "peter", "mailfrom_domain": "kubuntu.lan",
		"rcptto_string": `RCPT TO:<"a b"@X.org>`, "rcptto_localpart": `"a b"`, "rcptto_domain": "X.org",
		"#8bitmime": "true", "#batch_ids": "1,2",
	}, v.Vars(mess)); diff != "" {
		t.Error(diff)
	}
	if v.MailFrom() != "peter@kubuntu.lan" || v.RcptTo() != `"a b"@X.org` {
		t.Errorf("sender %q, recipient %q", v.MailFrom(), v.RcptTo())
	}
	v.SetData(false, true)
	v.SetMailFrom("MAIL FROM:<>")
	if local, ok := v.Lookup(mess, "mailfrom_localpart"); local != "" || !ok || v.Get(mess, "mailfrom_string") != "MAIL FROM:<>" {
		t.Errorf("null sender: %v", v.Vars(mess))
	}
	for line, want := range map[string]string{"EHLO": "", "EHLO ": "", "HELO\tx y ": "x y", "EHLO [192.0.2.1]": "[192.0.2.1]"} {
		v.SetEhlo(line)
		if got := v.Get(conn, "ehlo_domain"); got != want || v.Get(conn, "ehlo_string") != line {
			t.Errorf("%q: domain %q, string %q", line, got, v.Get(conn, "ehlo_string"))
		}
	}
}

func TestCounters(t *testing.T) {
	v := newContext(vctx.Conn{})
	mc := vctx.NewMessageConstruct(v)
	check := func(messages, rcpts, messageRcpts int, keys [3]string, state vctx.State) {
		t.Helper()
		if a, b, c := mc.Counts(); a != messages || b != rcpts || c != messageRcpts {
			t.Errorf("counts %d %d %d, want %d %d %d", a, b, c, messages, rcpts, messageRcpts)
		}
		if got := [3]string{v.Get(conn, "connection_message_count"), v.Get(conn, "connection_rcpt_count"), v.Get(conn, "message_rcpt_count")}; got != keys {
			t.Errorf("variables %q, want %q", got, keys)
		}
		if mc.State() != state {
			t.Errorf("state %v, want %v", mc.State(), state)
		}
	}
	check(0, 0, 0, [3]string{}, vctx.StateStart)
	v.SetEhlo("EHLO x")
	check(0, 0, 0, [3]string{}, vctx.StateEhlo)
	v.SetMailFrom("MAIL FROM:<a@x.org>")
	check(1, 0, 0, [3]string{"1", "0", "0"}, vctx.StateMailFrom)
	v.SetRcptTo("RCPT TO:<a@x.org>")
	v.SetRcptTo("RCPT TO:<b@x.org>")
	check(1, 2, 2, [3]string{"1", "2", "2"}, vctx.StateRcptTo)
	v.SetMailFrom("MAIL FROM:<a@x.org>")
	v.SetRcptTo("RCPT TO:<c@x.org>")
	check(2, 3, 1, [3]string{"2", "3", "1"}, vctx.StateRcptTo)
	v.SetData(false, false)
	check(2, 3, 1, [3]string{"2", "3", "1"}, vctx.StateBody)
	mc.SetState(vctx.StateOK)
	check(2, 3, 1, [3]string{"2", "3", "1"}, vctx.StateOK)
}

func TestAuth(t *testing.T) {
	v := newContext(vctx.Conn{})
	v.SetAuth("LOGIN", "fail", "u")
	if diff := cmp.Diff(map[string]string{"auth_name": "LOGIN", "auth_status": "fail", "auth_user": "u"}, v.Vars(conn)); diff != "" {
		t.Error(diff)
	}
	v.SetAuth("PLAIN", "error", "")
	if diff := cmp.Diff(map[string]string{"auth_name": "PLAIN", "auth_status": "error"}, v.Vars(conn)); diff != "" || v.CanRelay() {
		t.Error(diff)
	}
	v.SetAuth("PLAIN", "pass", "u")
	if diff := cmp.Diff(map[string]string{"auth_name": "PLAIN", "auth_status": "pass", "auth_user": "u", "can_relay": "true"}, v.Vars(conn)); diff != "" || !v.CanRelay() {
		t.Error(diff)
	}
}

func TestRelay(t *testing.T) {
	v := newContext(vctx.Conn{CanRelay: true, CanAuth: true})
	mc := vctx.NewMessageConstruct(v)
	if !mc.Relayable() || !mc.CanAuth() || v.Get(conn, "can_relay") != "true" {
		t.Error("what the host says about the client does not hold")
	}
	mc.SetRelayable(false)
	mc.SetCanAuth(false)
	if mc.Relayable() || mc.CanAuth() || v.Exists(conn, "can_relay") {
		t.Error("policy cannot change it")
	}
	mc.SetRelayable(true)
	if !v.CanRelay() {
		t.Error("policy cannot allow relaying")
	}
}

func TestTLS(t *testing.T) {
	v := newContext(vctx.Conn{})
	v.SetTLS(vctx.TLSInfoOf(tls.ConnectionState{Version: tls.VersionTLS12, CipherSuite: tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}))
	if diff := cmp.Diff(map[string]string{
		"tls": "on", "tls_protocol": "TLSv1.2", "tls_cipher": "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "tls_cipher_algbits": "128", "tls_cipher_usebits": "128",
	}, v.Vars(conn)); diff != "" {
		t.Error(diff)
	}
	cert := &x509.Certificate{Subject: pkix.Name{CommonName: "client", Organization: []string{"X"}}, Issuer: pkix.Name{CommonName: "ca"}}
	for _, tt := range []struct {
		suite uint16
		bits  [2]string
	}{
		{tls.TLS_AES_256_GCM_SHA384, [2]string{"256", "256"}},
		{tls.TLS_CHACHA20_POLY1305_SHA256, [2]string{"256", "256"}},
		{tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA, [2]string{"168", "112"}},
		{tls.TLS_RSA_WITH_RC4_128_SHA, [2]string{"128", "128"}},
		{0xffff, [2]string{"0", "0"}},
	} {
		v.SetTLS(vctx.TLSInfoOf(tls.ConnectionState{
			Version: tls.VersionTLS13, CipherSuite: tt.suite, PeerCertificates: []*x509.Certificate{cert}, VerifiedChains: [][]*x509.Certificate{{cert}},
		}))
		if got := [2]string{v.Get(conn, "tls_cipher_algbits"), v.Get(conn, "tls_cipher_usebits")}; got != tt.bits {
			t.Errorf("%s: bits %q", v.Get(conn, "tls_cipher"), got)
		}
	}
	for key, want := range map[string]string{
		"tls_protocol": "TLSv1.3", "tls_client_cert_subject": "CN=client,O=X", "tls_client_cert_subject_cn": "client",
		"tls_client_cert_issuer": "CN=ca", "tls_client_cert_issuer_cn": "ca", "tls_client_verified": "yes",
	} {
		if got := v.Get(conn, key); got != want {
			t.Errorf("%s: %q, want %q", key, got, want)
		}
	}
}

func TestPhases(t *testing.T) {
	v := newContext(vctx.Conn{})
	if v.Code() != 220 || v.Note() != "" {
		t.Errorf("before the banner: %d %q", v.Code(), v.Note())
	}
	for _, code := range []int{0, 199, 600, -1} {
		if err := v.SetCode(code, "x"); !errors.Is(err, vctx.ErrCode) || v.Code() != 220 || v.Note() != "" {
			t.Errorf("SetCode(%d): %v, then %d", code, err, v.Code())
		}
		if err := v.ChangeCode(code); !errors.Is(err, vctx.ErrCode) {
			t.Errorf("ChangeCode(%d): %v", code, err)
		}
	}
	if err := errors.Join(v.SetCode(550, "5.7.1 a\nb"), v.ChangeCode(554)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(vctx.Reply{Code: 554, Lines: []string{"5.7.1 a", "b"}}, v.Reply()); diff != "" {
		t.Error(diff)
	}
	v.BeginPhase(250)
	if diff := cmp.Diff(vctx.Reply{Code: 250, Lines: []string{"2.0.0 OK"}}, v.Reply()); diff != "" {
		t.Error(diff)
	}
	v.SetNote("note")
	if v.Note() != "note" || v.Code() != 250 {
		t.Errorf("SetNote: %d %q", v.Code(), v.Note())
	}
}

func TestDisconnect(t *testing.T) {
	const byPolicy = "4.7.0 connection closed by policy"
	for _, tt := range []struct {
		before     int
		code       int
		text       string
		want       int
		wantText   string
		disconnect bool
		err        error
	}{
		{250, 0, "", 421, byPolicy, true, nil},
		{554, 0, "", 554, byPolicy, true, nil},
		{399, 0, "x", 421, "x", true, nil},
		{250, 554, "x", 554, "x", true, nil},
		{250, 250, "bye", 250, "bye", true, nil},
		{250, 700, "x", 250, "", false, vctx.ErrCode},
	} {
		v := newContext(vctx.Conn{})
		v.BeginPhase(tt.before)
		err := v.Disconnect(tt.code, tt.text)
		if !errors.Is(err, tt.err) || v.Code() != tt.want || v.Note() != tt.wantText || v.Disconnecting() != tt.disconnect {
			t.Errorf("%+v: %d %q, disconnect %v, %v", tt, v.Code(), v.Note(), v.Disconnecting(), err)
		}
	}
	v := newContext(vctx.Conn{})
	v.SetClosing(true)
	v.BeginPhase(250)
	if v.Code() != 250 || !v.Disconnecting() {
		t.Error("a later phase forgets that the connection closes")
	}
	v.SetClosing(false)
	if v.Disconnecting() {
		t.Error("SetClosing(false) does not undo it")
	}
}

func TestTarpit(t *testing.T) {
	v := newContext(vctx.Conn{})
	if err := errors.Join(v.Tarpit(1500*time.Millisecond), v.Tarpit(500*time.Millisecond)); err != nil || v.TarpitDelay() != 2*time.Second {
		t.Errorf("%v, %v", v.TarpitDelay(), err)
	}
	if err := v.Tarpit(-1); !errors.Is(err, vctx.ErrTarpit) || v.TarpitDelay() != 2*time.Second {
		t.Errorf("negative: %v, %v", v.TarpitDelay(), err)
	}
	v.ContinuePhase(250)
	if err := v.Tarpit(time.Second); err != nil || v.TarpitDelay() != 3*time.Second {
		t.Errorf("same reply: %v, %v", v.TarpitDelay(), err)
	}
	if err := errors.Join(v.Tarpit(math.MaxInt64), v.Tarpit(math.MaxInt64)); err != nil || v.TarpitDelay() != 5*time.Minute {
		t.Errorf("cap: %v, %v", v.TarpitDelay(), err)
	}
	v.BeginPhase(250)
	if v.TarpitDelay() != 0 {
		t.Errorf("next reply: %v", v.TarpitDelay())
	}
	short := vctx.NewContext(vctx.NewConn(vctx.Conn{}), &vctx.Options{MaxTarpit: time.Second})
	if err := short.Tarpit(time.Minute); err != nil || short.TarpitDelay() != time.Second {
		t.Errorf("MaxTarpit: %v, %v", short.TarpitDelay(), err)
	}
	http := newContext(vctx.Conn{Service: "HTTP"})
	if err := http.Tarpit(time.Second); !errors.Is(err, vctx.ErrNotSMTP) || http.TarpitDelay() != 0 {
		t.Errorf("HTTP: %v, %v", http.TarpitDelay(), err)
	}
}

func TestSeconds(t *testing.T) {
	for in, want := range map[float64]time.Duration{
		1.5: 1500 * time.Millisecond, 0: 0, -1: -time.Second, 1e300: math.MaxInt64, -1e300: math.MinInt64, math.Inf(1): math.MaxInt64, math.NaN(): 0,
	} {
		if got := vctx.Seconds(in); got != want {
			t.Errorf("Seconds(%v) = %v, want %v", in, got, want)
		}
	}
}

func TestFlags(t *testing.T) {
	v := newContext(vctx.Conn{})
	names := []string{vctx.FlagDeschedule, vctx.FlagBodyHasChanged, vctx.FlagTransparency, vctx.FlagNeedsAuthResults}
	for i, name := range names {
		v.SetFlag(name, true)
		for j, other := range names {
			if v.Flag(other) != (j <= i) {
				t.Errorf("after %s: %s is %v", name, other, v.Flag(other))
			}
		}
	}
	v.SetFlag(names[0], false)
	v.SetFlag("nosuch", true)
	if v.Flag(names[0]) || !v.Flag(names[1]) || v.Flag("nosuch") {
		t.Error("clearing a flag")
	}
}

func TestWhitelist(t *testing.T) {
	v := newContext(vctx.Conn{})
	if v.Whitelisted("g") || v.CurrentScope() != conn {
		t.Error("new session")
	}
	v.SetWhitelist(conn, "g", true)
	if !v.Whitelisted("x", "g") || v.Whitelisted() || v.Whitelisted("x") || v.Get(conn, "dp_whitelist_g") != "true" {
		t.Error("after SetWhitelist")
	}
	v.SetWhitelist(conn, "g", false)
	if v.Whitelisted("g") || v.Exists(conn, "dp_whitelist_g") {
		t.Error("after taking it off")
	}
	v.SetMailFrom("MAIL FROM:<>")
	if v.CurrentScope() != mess || !v.InTransaction() {
		t.Error("scope in a transaction")
	}
	v.SetWhitelist(v.CurrentScope(), "m", true)
	if !v.Whitelisted("m") {
		t.Error("message whitelist")
	}
	v.ResetMessage()
	if v.Whitelisted("m") || v.InTransaction() {
		t.Error("after the transaction")
	}
}

func TestInvalidContext(t *testing.T) {
	v := newContext(vctx.Conn{CanRelay: true})
	v.SetMailFrom("MAIL FROM:<a@x.org>")
	if err := errors.Join(v.AcceptRecipient("b@x.org"), v.Tarpit(time.Second), v.Err()); err != nil {
		t.Fatal(err)
	}
	v.SetFlag(vctx.FlagTransparency, true)
	v.SetClosing(true)
	v.Invalidate()
	for name, err := range map[string]error{
		"Err": v.Err(), "SetCode": v.SetCode(550, "x"), "ChangeCode": v.ChangeCode(550), "Disconnect": v.Disconnect(0, ""), "Tarpit": v.Tarpit(1),
		"AddRecipient": v.AddRecipient("a@x.org"), "RemoveRecipient": v.RemoveRecipient("b@x.org"), "SetRecipients": v.SetRecipients(nil),
	} {
		if !errors.Is(err, vctx.ErrInvalid) || err.Error() != "validate context is no longer valid" {
			t.Errorf("%s: %v", name, err)
		}
	}
	v.SetEhlo("EHLO x")
	v.SetMailFrom("MAIL FROM:<a@x.org>")
	v.SetRcptTo("RCPT TO:<a@x.org>")
	v.SetAuth("PLAIN", "pass", "u")
	v.SetTLS(vctx.TLSInfo{})
	v.SetData(true, true)
	v.SetCanRelay(true)
	v.SetNote("x")
	v.SetFlag(vctx.FlagTransparency, true)
	v.SetClosing(true)
	v.BeginRecipient("a@x.org")
	v.ResumeRecipient("a@x.org")
	v.SetWhitelist(conn, "g", true)
	if v.Set(conn, "k", "v") || len(v.Keys(conn)) != 0 || len(v.Keys(mess)) != 0 || len(v.Recipients()) != 0 || v.Note() != "" || v.MailFrom() != "" ||
		v.RcptTo() != "" || v.Disconnecting() || v.Flag(vctx.FlagTransparency) || v.TarpitDelay() != 0 || v.CanModifyRecipients() || v.AddRcpt("a@x.org", false) != -1 {
		t.Errorf("something works after the end: %v %v", v.Vars(conn), v.Vars(mess))
	}
}

func TestConcurrentUse(t *testing.T) {
	v := newContext(vctx.Conn{})
	mc := vctx.NewMessageConstruct(v)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 100 {
				v.Set(mess, "k", "v")
				v.SetMailFrom("MAIL FROM:<a@x.org>")
				v.SetRcptTo("RCPT TO:<b@x.org>")
				_ = v.AddRecipient("b@x.org")
				v.Get(mess, "k")
				v.Recipients()
				_ = v.SetCode(550, "x")
				v.Reply()
				_ = v.Conn().AddCapability("SIZE 1")
				v.Conn().UpdateLimits(func(l *vctx.Limits) { l.MessageRcpts++ })
				v.Conn().SetName(vctx.NameBanner, v.Conn().Name(vctx.NameBanner))
				mc.SetMessage(mc.Message())
				mc.SetCanAuth(!mc.CanAuth())
				mc.SetState(mc.State())
			}
		})
	}
	wg.Wait()
	if n, _, _ := mc.Counts(); n != 800 || v.Conn().CurrentLimits().MessageRcpts != 800 {
		t.Errorf("%d messages, %+v", n, v.Conn().CurrentLimits())
	}
}
