package main

import (
	"path/filepath"
	"strings"
	"testing"
)

const hooksPolicy = `
require("msys.core")
local mod = {}
function mod:core_get_protocol_string_for_trace_headers(ac, vctx, msg) return "ESMTPX" end
function mod:core_get_received_header_text(msg, mc, ac, vctx, response)
  if msg:rcptto() == "own@d.example" then
    local text = "from x\r\nEvil: 1"
    response:write(text, #text)
    return 1
  end
end
function mod:core_log_delivery_v1(msg, dr, now, note, note_len)
  msys.shareSet("delivered", (msys.shareGet("delivered") or "") .. msg:rcptto() .. " " .. dr.domain .. " " .. note .. ";")
end
function mod:init()
  msys.registerControl("delivered", function() print(msys.shareGet("delivered")) end)
  return true
end
msys.registerModule("hooks", mod)
`

// Policy decides about trace fields and is told of deliveries.
func TestTraceAndDeliveryHooks(t *testing.T) {
	s := start(t, options{}, map[string]string{"hooks.lua": hooksPolicy})
	path := filepath.Join(t.TempDir(), "console")
	con, err := openConsole(s.server, path)
	if err != nil {
		t.Fatal(err)
	}
	defer con.Close()
	c := s.dial()
	c.reply()
	for _, line := range []string{"EHLO mx.example.org", "MAIL FROM:<a@b.example>", "RCPT TO:<c@d.example>", "RCPT TO:<own@d.example>", "DATA"} {
		if got := c.say(line); got[0] > '3' {
			t.Fatalf("%s: %s", line, got)
		}
	}
	if got := c.say("Subject: x\r\n\r\nbody\r\n."); !strings.HasPrefix(got, "250") {
		t.Fatal(got)
	}
	for to, want := range map[string]string{
		"c@d.example": "with ESMTPX id", "own@d.example": "Received: from x\r\n\tEvil: 1\r\nSubject: x\r\n",
	} {
		if mail := s.mails()[to]; !strings.Contains(mail, want) {
			t.Errorf("%s got %q, want %q", to, mail, want)
		}
	}
	var out strings.Builder
	if err := say(path, "delivered", &out); err != nil || out.String() != "c@d.example d.example 250 stored;own@d.example d.example 250 stored;\n" {
		t.Errorf("%q %v", out.String(), err)
	}
}
