package hostile_test

import (
	"strings"
	"testing"
)

// nothingInjected sees that no line of the mail, the reply and the envelope
// was made by a text with line ends.
func nothingInjected(t *testing.T, o *outcome) {
	t.Helper()
	texts := []string{o.result.Text}
	for _, m := range o.result.Messages {
		texts = append(texts, content(t, m.Message), m.Sender(), m.Recipient())
		if strings.ContainsAny(m.Sender()+m.Recipient()+m.Binding(), "\r\n") {
			t.Errorf("line ends in the envelope: %q %q", m.Sender(), m.Recipient())
		}
	}
	for _, m := range o.queued {
		texts = append(texts, content(t, m), m.Sender(), m.Recipient())
	}
	texts = append(texts, o.result.Recipients...)
	for _, line := range o.session.Conn().EHLO() {
		texts = append(texts, line)
		if strings.ContainsAny(line, "\r\n") {
			t.Errorf("EHLO line %q", line)
		}
	}
	for _, text := range texts {
		for line := range strings.SplitSeq(text, "\n") {
			if strings.HasPrefix(line, "Pwned:") || strings.HasPrefix(line, "RCPT TO:<pwned") {
				t.Errorf("injected:\n%s", clip(text))
			}
		}
	}
}

func TestInjection(t *testing.T) {
	attacks := []attack{
		{name: "header value", script: `print(pcall(msg.header, msg, "X-A", "a\r\nPwned: 1"))`},
		{name: "header value with line feed", script: `print(pcall(msg.header, msg, "X-A", "a\nPwned: 1", "append"))`},
		{name: "header value with carriage return", script: `print(pcall(msg.header, msg, "Subject", {"a\rPwned: 1", "\r\n\r\nPwned: 2"}))`},
		{name: "header prepend", script: `print(pcall(msg.header, msg, "X-A", "a\r\n\r\nPwned: 1", "prepend"))`},
		{name: "header name", script: `print(pcall(msg.header, msg, "X-A: b\r\nPwned", "1"))`},
		{name: "part's header", script: `local p = msg:mime() print(pcall(p.header, p, "X-A", "a\r\nPwned: 1"))`},
		{name: "mailfrom", script: `print(pcall(msg.mailfrom, msg, "a@b>\r\nRCPT TO:<pwned@x"))`},
		{name: "rcptto", script: `print(pcall(msg.rcptto, msg, "a@b>\r\nRCPT TO:<pwned@x"))`},
		{name: "add_recipient", script: `print(pcall(vctx.add_recipient, vctx, "a@b>\r\nRCPT TO:<pwned@x"))`},
		{name: "add_rcpt", script: `print(pcall(vctx.add_rcpt, vctx, "a@b>\r\nRCPT TO:<pwned@x"))`},
		{name: "recipient_list", script: `print(pcall(vctx.recipient_list, vctx, {"bob@rcpt.example", "a@b>\r\nRCPT TO:<pwned@x"}))`},
		{name: "reply's text", script: `print(pcall(vctx.set_code, vctx, 250, "ok\r\nPwned: 250 x\r421 y"))`},
		{name: "EHLO line", script: `print(pcall(ac.esmtp_capability_add, ac, "X-A\r\nPwned: 1"))`},
		{name: "subject of a forward", script: `print(pcall(msg.forward, msg, "a@b.example", "c@d.example", "text", "s\r\nPwned: 1"))`},
		{name: "injected copy", script: `print(pcall(msg.inject, msg:copy(), "a@b>\r\nPwned: 1", "c@d>\r\nRCPT TO:<pwned@x"))`},
		{name: "built header", script: `local m = msys.core.ec_message_new() print(pcall(m.build, m, {Subject = "a\r\nPwned: 1"}, {text = "x"})) print(pcall(m.build, m, {["X\r\nPwned"] = "1"}, {text = "x"})) print(pcall(m.inject, m, "a@b.example", "c@d.example"))`},
		{name: "type of text", script: `print(pcall(msg.text, msg, "x", "text/plain\r\nPwned: 1", "us-ascii\r\nPwned: 1"))`},
		{name: "type of a part", script: `local ok, p = pcall(msg.makePart, msg, "text/plain\r\nPwned: 1", "x", "7bit") print(ok, p) if ok and p then local c = msg:makeContainer("multipart/mixed", "b") c:addLastChild(p) msg:set_first_part(c) end`},
		{name: "boundary", script: `local ok, c = pcall(msg.makeContainer, msg, "multipart/mixed", "b\"\r\nPwned: 1") print(ok, c) if ok and c then c:addLastChild(msg:makePart("text/plain", "x")) msg:set_first_part(c) end`},
		{name: "binding", script: `print(pcall(msg.binding, msg, "x\r\nPwned: 1"))`},
	}
	for i := range attacks {
		attacks[i].check = nothingInjected
	}
	play(t, attacks)
}
