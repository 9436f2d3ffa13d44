package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gomsys/gomsys/msys/delivery"
)

// eventually waits until f holds.
func eventually(t *testing.T, what string, f func() bool) {
	t.Helper()
	eventuallyOr(t, f, func() { t.Helper(); t.Fatalf("%s: did not come to pass", what) })
}

// eventuallyOr waits until f holds; if it does not, fail tells so.
func eventuallyOr(t *testing.T, f func() bool, fail func()) {
	t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(30 * time.Second)
	for !f() {
		select {
		case <-tick.C:
		case <-deadline:
			fail()
			return
		}
	}
}

func (r *running) queued() int {
	r.t.Helper()
	n, err := r.out.queue.Len()
	if err != nil {
		r.t.Fatal(err)
	}
	return n
}

func startRelay(t *testing.T, to string, scripts map[string]string) *running {
	t.Helper()
	return start(t, options{relayOptions: relayOptions{
		relay: to, queue: filepath.Join(t.TempDir(), "queue.db"),
		values: optionValues{"retry_interval": 3600, "max_outbound_connections": 2},
	}}, scripts)
}

func (c *client) send(from, to, text string) {
	c.t.Helper()
	c.expect("MAIL FROM:<"+from+">", "250 2.0.0 Roger, accepting mail from <"+from+">", "RCPT TO:<"+to+">", "250 2.0.0 I'll make sure <"+to+"> gets this")
	if got := c.say("DATA"); !strings.HasPrefix(got, "354 ") {
		c.t.Fatal(got)
	}
	if got := c.say(text + "\r\n."); !strings.HasPrefix(got, "250 ") {
		c.t.Fatal(got)
	}
}

// TestRelay has one server send mail on to another, whose policy refuses some.
func TestRelay(t *testing.T) {
	remote := start(t, options{}, map[string]string{"remote.lua": `
		require("msys.core")
		local mod = {}
		function mod:validate_rcptto(msg, addr, ac, vctx)
			if tostring(addr):find("^nobody@") then vctx:set_code(550, "5.1.1 no such user") return msys.core.VALIDATE_DONE end
			if tostring(addr):find("@busy.example") then vctx:set_code(450, "4.2.0 too many messages") return msys.core.VALIDATE_DONE end
			return msys.core.VALIDATE_CONT
		end
		msys.registerModule("remote", mod)`})
	relay := startRelay(t, remote.addr, map[string]string{"rules.lua": `
		require("msys.adaptive")
		msys.adaptive.registerRules({ ["busy.example"] = { responses = {
			{ code = "^450 4\\.2\\.0 too many", trigger = "2/600", action = { "suspend", "1 hours" } },
		} } })
		local mod = {}
		function mod:core_log_permanent_failure_v1(msg) print("failed " .. msg:rcptto() .. " " .. msg:get_code()) end
		msys.registerModule("log", mod)`})
	c := relay.dial()
	c.reply()
	c.say("EHLO client.test")
	c.send("ann@here.example", "bob@there.example", "Subject: hello\r\n\r\n..dots\r\nend")
	c.send("ann@here.example", "nobody@there.example", "Subject: lost\r\n\r\nx")
	for range 4 {
		c.send("ann@here.example", "carl@busy.example", "Subject: busy\r\n\r\nx")
	}
	eventually(t, "delivery", func() bool { return len(remote.mails()) == 2 })
	mails := remote.mails()
	if m := mails["bob@there.example"]; !strings.Contains(m, "by mx.test with ESMTP") || !strings.Contains(m, "for <bob@there.example>") || !strings.HasSuffix(m, "\r\n\r\n.dots\r\nend\r\n") {
		t.Errorf("mail\n%s", m)
	}
	if m := mails["ann@here.example"]; !strings.HasPrefix(m, "Return-Path: <>\r\n") || !strings.Contains(m, "550 5.1.1 no such user") {
		t.Errorf("notification\n%s", m)
	}
	k := delivery.Key{Binding: "default", Domain: "busy.example"}
	eventually(t, "suspension", func() bool { return relay.out.engine.State(k).Standing == delivery.Suspended })
	if n := relay.queued(); n != 4 {
		t.Errorf("%d mails wait, want 4", n)
	}
	path := filepath.Join(t.TempDir(), "console")
	console, err := openConsole(relay.server, path)
	if err != nil {
		t.Fatal(err)
	}
	defer console.Close()
	for line, want := range map[string]string{
		"adaptive override --domain busy.example": "Overrode 1 entries\n",
		"adaptive x": "adaptive: console command \"x\": usage error, try help\n",
		"help":       "adaptive help\n",
	} {
		var out strings.Builder
		if err := say(path, line, &out); !strings.HasSuffix(out.String(), want) || (err != nil) != strings.HasSuffix(line, " x") {
			t.Errorf("%s: %q, %v", line, out.String(), err)
		}
	}
	if got := relay.out.engine.State(k); got.Standing != delivery.Active {
		t.Errorf("%+v after the override", got)
	}
}

func TestRelayOverHTTP(t *testing.T) {
	got := make(chan string, 1)
	endpoint := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		got <- r.RequestURI + " " + string(b)
	}))
	defer endpoint.Close()
	relay := startRelay(t, endpoint.URL+"/in?x=1", map[string]string{"push.lua": `
		require("msys.httpclnt"); require("msys.delivery")
		local mod = {}
		function mod:http_request_eval(sess)
			local msg = msys.delivery.ob_get_current_message(sess.connh)
			sess:request_set_body('{"to":"' .. msg:rcptto() .. '"}')
			return 0
		end
		msys.registerModule("push", mod)`})
	c := relay.dial()
	c.reply()
	c.say("EHLO client.test")
	c.send("ann@here.example", "bob@there.example", "Subject: hello\r\n\r\nx")
	if b := <-got; b != `/in?x=1 {"to":"bob@there.example"}` {
		t.Errorf("request %q", b)
	}
	eventually(t, "delivery", func() bool { return relay.queued() == 0 })
}

func TestRelayOptions(t *testing.T) {
	var v optionValues
	for in, ok := range map[string]bool{"max_retries=3": true, "x": false, "=3": false, "x=-1": false, "x=y": false} {
		if err := v.Set(in); (err == nil) != ok {
			t.Errorf("%q: %v", in, err)
		}
	}
	if len(v) != 1 || v["max_retries"] != 3 {
		t.Errorf("%v", v)
	}
	for _, relay := range []string{"http:", "https://"} {
		o := options{maxSize: 1, relayOptions: relayOptions{relay: relay, queue: filepath.Join(t.TempDir(), "q")}}
		if _, err := newServer(&o); err == nil || !strings.Contains(err.Error(), "is no URL") {
			t.Errorf("%q: %v", relay, err)
		}
	}
}
