package main

import (
	"encoding/binary"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-milter"
	"github.com/google/go-cmp/cmp"
)

// Each stage's verdict is the MTA's answer, and the session goes on after it
// unless policy has disconnected.
func TestVerdicts(t *testing.T) {
	r := start(t, options{}, policyWith(`
function mod:validate_connect(ac, v)
  if v:get(VCTX_CONN, "milter_client_name") == "bad.example" then v:disconnect(554, "5.7.1 no\ngo 100% away") end
  return 0
end
function mod:validate_ehlo(line, ac, v) if tostring(line):match("liar") then v:set_code(550, "5.7.1 who") end return 0 end
function mod:validate_mailfrom(from, ac, v)
  from = tostring(from)
  if from == "later@x.example" then v:set_code(451, "4.7.1 a\nb") end
  if from == "bye@x.example" then v:disconnect(450, "4.7.0 bye") end
  if from == "panic@x.example" then error("x") end
  return 0
end
function mod:validate_rcptto(m, to, ac, v) if tostring(to):match("^no") then v:set_code(550, "5.1.1 nobody") end return 0 end
function mod:validate_data(m, ac, v)
  local s = m:header("Subject")[1]
  if s == "spam" then v:set_code(554, "5.7.1 spam") end
  if s == "hole" then m:discard() end
  return 0
end`))
	m := r.dial(allActions, milter.OptHeaderLeadingSpace)
	m.must("521 5.7.1 no|521 go 100%% away")(m.Conn("bad.example", milter.FamilyInet6, 1, "IPv6:2001:db8::1"))
	m = r.dial(allActions, milter.OptHeaderLeadingSpace)
	m.must("c")(m.Conn("good.example", milter.FamilyUnix, 0, "/run/x"))
	m.must("550 5.7.1 who")(m.Helo("liar"))
	m.greet()
	m.must("451 4.7.1 a|451 b")(m.Mail("later@x.example", nil))
	m.must("421 4.7.0 bye")(m.Mail("bye@x.example", nil))
	m.must("421 4.7.0 bye")(m.Mail("a@x.example", nil)) // an MTA may let the client go on
	m.must("421 4.7.0 bye")(m.Helo("client.example"))
	m.greet() // another client
	m = r.dial(allActions, milter.OptHeaderLeadingSpace).greet()
	m.must("421 4.3.0 temporary failure, try later")(m.Mail("panic@x.example", nil))
	m = r.dial(allActions, milter.OptHeaderLeadingSpace).greet()
	m.envelope("a@x.example", "b@y.example")
	m.must("550 5.1.1 nobody")(m.Rcpt("no@y.example", nil))
	m.must("c")(m.Rcpt("c@y.example", nil))
	for _, tt := range []struct{ subject, want string }{
		{"spam", "554 5.7.1 spam"}, {"hole", "d"}, {"fine", "a"},
	} {
		if diff := cmp.Diff([]string{tt.want}, m.message("Subject: "+tt.subject, "hi\r\n")); diff != "" {
			t.Errorf("%s: %s", tt.subject, diff)
		}
		m.envelope("", "b@y.example")
	}
	m.must("451 4.3.0 temporary failure, try later")(func() (*milter.Action, error) {
		m.Abort()
		return m.Rcpt("b@y.example", nil)
	}())
}

// Macros, ESMTP parameters and addresses are where policy looks for them.
func TestMacros(t *testing.T) {
	r := start(t, options{}, policyWith(`
local function show(v, where)
  local out = {where}
  for _, n in ipairs({"milter_client_name", "tls", "tls_protocol", "tls_cipher", "auth_user", "auth_name", "can_relay", "ehlo_string"}) do
    out[#out + 1] = n .. "=" .. v:get(VCTX_CONN, n)
  end
  for _, n in ipairs({"milter_i", "mailfrom_string", "#8bitmime"}) do out[#out + 1] = n .. "=" .. v:get(VCTX_MESS, n) end
  print(table.concat(out, " "))
end
function mod:validate_connect(ac, v) print("peer", tostring(ac.remote_addr), tostring(ac.local_addr)) return 0 end
function mod:validate_mailfrom(from, ac, v) show(v, "mail") return 0 end
function mod:validate_data(m, ac, v) show(v, "data") return 0 end`))
	m := r.dial(allActions, 0)
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(m.Macros(milter.CodeConn, "{client_name}", "client.example", "{daemon_addr}", "192.0.2.25", "{daemon_port}", "587"))
	m.must("c")(m.Conn("other", milter.FamilyInet, 4321, "192.0.2.7"))
	check(m.Macros(milter.CodeHelo, "{tls_version}", "TLSv1.3", "{cipher}", "TLS_AES_128_GCM_SHA256", "{cipher_bits}", "128"))
	m.must("c")(m.Helo("mx.example.org"))
	check(m.Macros(milter.CodeMail, "i", "4QX1", "{auth_type}", "PLAIN", "{auth_authen}", "joe"))
	m.must("c")(m.Mail("a@x.example", []string{"SIZE=100", "BODY=8BITMIME"}))
	m.must("c")(m.Rcpt("b@y.example", nil))
	if got := m.message("Subject: x", "hi\r\n"); got[0] != "a" {
		t.Error(got)
	}
	const common = " milter_client_name=client.example tls=on tls_protocol=TLSv1.3 tls_cipher=TLS_AES_128_GCM_SHA256 auth_user=joe auth_name=PLAIN can_relay=true ehlo_string=EHLO mx.example.org milter_i=4QX1 "
	for _, want := range []string{
		"peer\\t192.0.2.7:4321\\t192.0.2.25:587", "mail" + common + "mailfrom_string=MAIL FROM:<a@x.example> SIZE=100 BODY=8BITMIME #8bitmime=\"",
		"data" + common + "mailfrom_string=MAIL FROM:<a@x.example> SIZE=100 BODY=8BITMIME #8bitmime=true",
	} {
		if log := r.log.String(); !strings.Contains(log, want) {
			t.Errorf("%q is not in\n%s", want, log)
		}
	}
}

// Connections without some of the stages, and packets that go-milter does not
// handle itself.
func TestOddMTAs(t *testing.T) {
	r := start(t, options{maxSize: 200_000}, policyWith(`
function mod:validate_ehlo(line, ac, v) print("greeting", tostring(line), v:get(VCTX_CONN, "milter_client_name")) return 0 end
function mod:validate_data(m, ac, v) print("size", m:get_message_size()) return 0 end`))
	conn, err := net.Dial("tcp", r.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	say := func(packet, want string) {
		t.Helper()
		conn.SetDeadline(time.Now().Add(20 * time.Second))
		head := binary.BigEndian.AppendUint32(nil, uint32(len(packet)))
		if _, err := conn.Write(append(head, packet...)); err != nil {
			t.Fatal(err)
		}
		if want == "" {
			return
		}
		if _, err := io.ReadFull(conn, head); err != nil {
			t.Fatalf("after %q: %v", packet, err)
		}
		got := make([]byte, binary.BigEndian.Uint32(head))
		if _, err := io.ReadFull(conn, got); err != nil || string(got) != want {
			t.Fatalf("after %q: %q %v, want %q", packet, got, err, want)
		}
	}
	// version 2 without anything newer
	say("O\x00\x00\x00\x02\x00\x00\x00\x01\x00\x00\x00\x7f", "O\x00\x00\x00\x02\x00\x00\x00\x01\x00\x00\x00\x00")
	say("Hone\x00", "c")
	say("M<a@x.example>\x00SIZE=1\x00", "c")
	say("R<b@y.example>\x00", "c")
	say("Uwhat\x00", "c")
	say("LSubject\x00\x00", "c")
	say("N", "c")
	say("Eno chunk before\r\n", "a")
	say("K", "")
	say("Cclient.example\x004\x00\x19192.0.2.9\x00", "c")
	say("DHr\x00SMTP\x00", "")
	say("Htwo\x00", "c")
	say("M<a@x.example>\x00", "c")
	say("R<b@y.example>\x00", "c")
	for range 3 {
		say("B"+strings.Repeat("x", 65535), "c")
	}
	say("B"+strings.Repeat("x", 65535), "c")
	say("E", "y552 5.3.4 message exceeds the size limit of the policy server\x00")
	say("M<a@x.example>\x00", "c")
	say("A", "")
	say("R<b@y.example>\x00", "y451 4.3.0 temporary failure, try later\x00")
	for _, want := range []string{"greeting\\tEHLO one", "greeting\\tHELO two\\r\\n\\tclient.example", "size\\t30\""} {
		if log := r.log.String(); !strings.Contains(log, want) {
			t.Errorf("%q is not in\n%s", want, log)
		}
	}
	if _, err := conn.Write([]byte{0x7f, 0, 0, 0, 'O'}); err != nil { // 2 GB are promised
		t.Fatal(err)
	}
	if n, err := conn.Read(make([]byte, 1)); err == nil {
		t.Errorf("%d bytes after a packet that is too large", n)
	}
}

// What panics beside the scripts makes a temporary failure, and the server
// goes on.
func TestPanic(t *testing.T) {
	r := start(t, options{}, policyWith("function mod:validate_data() return 0 end"))
	ss := &session{s: r.server, ctx: t.Context()}
	got, err := ss.step("rcpt", func() (milter.Response, error) { panic("x") })
	if err != nil || got != milter.Response(tempfail) {
		t.Errorf("%v %v", got, err)
	}
	if !strings.Contains(r.log.String(), "panic=x") {
		t.Errorf("log: %s", r.log)
	}
}

// Shutdown waits for a message that is under way and ends idle connections.
func TestShutdown(t *testing.T) {
	r := start(t, options{}, policyWith("function mod:validate_data() return 0 end"))
	idle, busy := r.dial(allActions, 0).greet(), r.dial(allActions, 0).greet()
	busy.envelope("a@x.example", "b@y.example")
	done := make(chan struct{})
	go func() { r.stop(); close(done) }()
	if _, err := idle.Mail("a@x.example", nil); err == nil {
		for { // the server may have read the command before it heard of the end
			if _, err := idle.Helo("x"); err != nil {
				break
			}
		}
	}
	if got := busy.message("Subject: x", "hi\r\n"); got[0] != "a" {
		t.Error(got)
	}
	<-done
}

func TestListen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "socket")
	l, err := listen("unix:" + path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := listen("unix:" + path); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("second listener: %v", err)
	}
	l.(*net.UnixListener).SetUnlinkOnClose(false)
	l.Close()
	for _, address := range []string{"unix:" + path, "inet:127.0.0.1:0", "127.0.0.1:0"} {
		l, err := listen(address)
		if err != nil {
			t.Fatal(err)
		}
		l.Close()
	}
}

// Addresses that scripts see in a plainer form are not changed in the MTA.
func TestSourceRoute(t *testing.T) {
	r := start(t, options{}, policyWith(`
function mod:validate_data(m, ac, v)
  if m:header("Subject")[1] == "drop" then v:remove_recipient("b@y.example") v:add_recipient("c@y.example") end
  return 0
end`))
	m := r.dial(allActions, 0).greet()
	for subject, want := range map[string][]string{
		"keep": {"a"}, "drop": {"+<c@y.example>", "-<@relay.example:b@y.example>", "a"},
	} {
		m.envelope("@relay.example:a@x.example", "@relay.example:b@y.example")
		if diff := cmp.Diff(want, m.message("Subject: "+subject, "hi\r\n")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", subject, diff)
		}
	}
}

// A reload takes new scripts; sessions go on with the old ones.
func TestReload(t *testing.T) {
	policy := func(code string) string {
		return policyWith(`function mod:validate_mailfrom(f, ac, v) v:set_code(` + code + `, "x") return 0 end`)["p.lua"]
	}
	r := start(t, options{}, map[string]string{"p.lua": policy("451")})
	old := r.dial(allActions, 0).greet()
	if err := os.WriteFile(filepath.Join(r.o.policies, "p.lua"), []byte(policy("551")), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := r.rt.Reload(); err != nil {
		t.Fatal(err)
	}
	old.must("451 x")(old.Mail("a@x.example", nil))
	renewed := r.dial(allActions, 0).greet()
	renewed.must("551 x")(renewed.Mail("a@x.example", nil))
}

// A server without policies would let everything in.
func TestNoPolicies(t *testing.T) {
	_, err := newServer(&options{policies: t.TempDir(), logger: slog.New(slog.DiscardHandler)})
	if err == nil || !strings.Contains(err.Error(), "no .lua file") {
		t.Error(err)
	}
	if _, err := newServer(&options{policies: "no/such/directory", logger: slog.New(slog.DiscardHandler)}); err == nil {
		t.Error("a directory that does not exist was accepted")
	}
}
