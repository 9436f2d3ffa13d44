package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Policy may decide differently about the recipients of one mail. The client
// gets one reply; a notification tells the sender what it does not say.
func TestRejectedRecipients(t *testing.T) {
	const (
		taken  = "250 2.0.0 OK: queued"
		two    = `if msg:rcptto() == "two@d.example" then `
		second = `function mod:validate_data_spool_each_rcpt(msg, ac, v) ` + two + `v:set_code(550, "5.7.1 not two") end return 0 end`
	)
	for _, tt := range []struct {
		name, code string
		from       string // default a@b.example
		silent     bool
		reply      string
		mails      string // who has mail, "a@b.example" being the notification
		notice     string // a part of it
	}{
		{name: "each_rcpt", code: second, reply: taken, mails: "a@b.example one@d.example",
			notice: "Final-Recipient: rfc822; two@d.example\r\nAction: failed\r\nStatus: 5.7.1\r\nDiagnostic-Code: smtp; 550 5.7.1 not two"},
		{name: "set_binding", code: `function mod:validate_set_binding(msg) ` + two + `ctx:set_code(554, "5.7.9 no route") end return 0 end`, reply: taken, mails: "a@b.example one@d.example",
			notice: "Status: 5.7.9\r\nDiagnostic-Code: smtp; 554 5.7.9 no route"},
		{name: "final_validation2", code: `function mod:core_final_validation2(msg) ` + two + `return msys.core.EC_HOOK_DONE end end`, reply: taken, mails: "a@b.example one@d.example",
			notice: "Diagnostic-Code: smtp; 550 5.7.1 rejected by policy"},
		{name: "every recipient", code: `function mod:validate_data_spool_each_rcpt(msg, ac, v) v:set_code(550, "5.7.1 not " .. msg:rcptto()) return 0 end`,
			reply: "550 5.7.1 not one@d.example"},
		{name: "one deferred", code: `function mod:validate_data_spool_each_rcpt(msg, ac, v) ` + two + `v:set_code(451, "4.7.1 later") end return 0 end`, reply: "451 4.7.1 later"},
		{name: "one rejected, one deferred", code: `function mod:validate_data_spool_each_rcpt(msg, ac, v) v:set_code(msg:rcptto() == "two@d.example" and 451 or 550, "x") return 0 end`, reply: "451 x"},
		{name: "exception for one", code: `function mod:validate_data_spool_each_rcpt(msg, ac, v) ` + two + `error("x") end return 0 end`, reply: "421 4.3.0 temporary failure, try later"},
		{name: "one rejected, one discarded", code: `function mod:validate_data_spool_each_rcpt(msg, ac, v) ` + two + `v:set_code(550, "5.7.1 not two") else msg:discard("no") end return 0 end`,
			reply: "550 5.7.1 not two"},
		{name: "one discarded", code: `function mod:validate_data_spool_each_rcpt(msg, ac, v) ` + two + `msg:discard("no") end return 0 end`, reply: taken, mails: "one@d.example"},
		{name: "null sender", from: "<>", code: second, reply: taken, mails: "one@d.example"},
		{name: "option", silent: true, code: second, reply: taken, mails: "one@d.example"},
		{name: "option, but policy wants it", silent: true, code: second + ` function mod:core_generate_bounces(msg, enabled) enabled.value = 1 return msys.core.GENERATE_BOUNCES_HOOK_OK end`,
			reply: taken, mails: "a@b.example one@d.example", notice: "Diagnostic-Code: smtp; 550 5.7.1 not two"},
		{name: "policy wants none", code: second + ` function mod:core_generate_bounces(msg, enabled) enabled.value = 0 return 1 end`, reply: taken, mails: "one@d.example"},
		{name: "policy makes none", code: second + ` function mod:core_generate_rfc3464_message(msg, action, mdn) return true end`, reply: taken, mails: "one@d.example"},
		{name: "policy sees the notification", code: second + ` function mod:core_post_msg_each_rcpt(msg, ac, v)
			if msg.recv_method == msys.core.P_INTERNAL then msg:header("X-By", msg:mailfrom() .. ">" .. msg:rcptto() .. tostring(ac)) end end`,
			reply: taken, mails: "a@b.example one@d.example", notice: "\r\nX-By: >a@b.examplenil\r\n"},
		{name: "several lines", code: strings.Replace(second, "not two", "not two\\nas I said", 1), reply: taken, mails: "a@b.example one@d.example",
			notice: "Diagnostic-Code: smtp; 550-5.7.1 not two 550 as I said"},
		{name: "logged", code: second + ` local log = ""
			function mod:core_log_reception_v1(ac, msg) log = log .. " received " .. msg:rcptto() end
			function mod:core_log_rejection(now, ac, v, phase, text) log = log .. " rejected " .. phase .. " " .. text end
			function mod:core_generate_rfc3464_message_preamble(msg, action, body) body:write(log, #log) return true end`,
			reply: taken, mails: "a@b.example one@d.example", notice: " rejected 11 550 5.7.1 not two received one@d.example"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := start(t, options{rejectionOptions: rejectionOptions{tt.silent}}, map[string]string{"p.lua": recorder +
				"local ctx\nfunction mod:validate_data(msg, ac, v) ctx = v return 0 end\n" + tt.code + "\nmsys.registerModule('p', mod)\n"})
			c := r.dial()
			c.expect(hello...)
			from := tt.from
			if from == "" {
				from = "<a@b.example>"
			}
			c.expect("MAIL FROM:"+from, "250 2.0.0 Roger, accepting mail from "+from)
			c.expect(join(rcpt("one@d.example"), rcpt("two@d.example"), content(tt.reply))...)
			mails := r.mails()
			var to []string
			for _, addr := range []string{"a@b.example", "one@d.example", "two@d.example"} {
				if mails[addr] != "" {
					to = append(to, addr)
				}
			}
			if got := strings.Join(to, " "); got != tt.mails || len(to) != len(mails) {
				t.Errorf("mail for %q of %d, want %q", got, len(mails), tt.mails)
			}
			notice := mails["a@b.example"]
			if !strings.Contains(notice, tt.notice) {
				t.Errorf("notification lacks %q:\n%s", tt.notice, notice)
			}
			if notice != "" && !strings.HasPrefix(notice, "Return-Path: <>\r\n") {
				t.Errorf("notification is not of the null sender:\n%s", notice)
			}
		})
	}
}

// A server that sends mail on does so with the notification, too.
func TestRejectedRecipientRelayed(t *testing.T) {
	remote := start(t, options{}, nil)
	relay := startRelay(t, remote.addr, policyWith(`function mod:validate_data_spool_each_rcpt(msg, ac, v)
		if msg:rcptto() == "two@d.example" then v:set_code(550, "5.7.1 not two") end return 0 end`))
	c := relay.dial()
	c.expect(join(one, rcpt("two@d.example"), content("250 2.0.0 OK: queued"))...)
	eventually(t, "delivery", func() bool { return len(remote.mails()) == 2 })
	mails := remote.mails()
	if !strings.Contains(mails["one@d.example"], "\r\n\r\nbody\r\n") || !strings.Contains(mails["a@b.example"], "Diagnostic-Code: smtp; 550 5.7.1 not two") {
		t.Errorf("%v", mails)
	}
}

// If the sender cannot be told, the mail is not taken.
func TestRejectedRecipientNotNotified(t *testing.T) {
	r := start(t, options{}, policyWith(`function mod:validate_data_spool_each_rcpt(msg, ac, v)
		if msg:rcptto() == "two@d.example" then v:set_code(550, "5.7.1 not two") end return 0 end`))
	if err := os.RemoveAll(filepath.Join(r.o.maildir, "tmp")); err != nil { // now nothing can be written
		t.Fatal(err)
	}
	c := r.dial()
	c.expect(join(one, rcpt("two@d.example"), content("451 4.3.0 recipients differ and the sender cannot be notified"))...)
}
