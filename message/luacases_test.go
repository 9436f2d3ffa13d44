package message_test

import (
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
)

// What scripts see in the finer points of the API.
func TestLuaDetails(t *testing.T) {
	for _, tt := range []struct{ name, script, want string }{
		{"untouched", `for _, text in ipairs{"A: 1\n\nx\n", "no header\r\nat all\r\n", (M1:raw()), (M2:raw())} do
			local m = msys.core.ec_message_new() m:raw(text) m:mime(false) m:header("A") print((m:raw()) == text) end`, "true\ntrue\ntrue\ntrue"},
		{"unknown charset", `M1:header("X-W", "=?x-none?q?a?= =?utf-8?q?b=5F?=") print(M1:header("X-W")[1])`, "=?x-none?q?a?= b_"},
		{"modes", `M1:header("X-A", "1") M1:header("X-A", "2", "append") M1:header("X-A", "0", "prepend")
			print(table.concat(M1:header("X-A"), ",")) M1:header("X-A", "9") print(#M1:header("X-A"))
			print(M1:header("X-A", ""), M1:header("X-A", ""), M1:header("X-A", nil))`, "0,1,2\n1\ntrue\tfalse\tfalse"},
		{"order and old bytes", `local old = M1:raw() M1:header("X-T", {"a", "b"}, "prepend") print(M1:raw() == "X-T: a\r\nX-T: b\r\n" .. old)`, "true"},
		{"no second field", `M1:header("X-I", "a\r\nEvil: 1") print(#M1:header("Evil"), M1:header("X-I")[1])`, "0\ta Evil: 1"},
		{"address field encoded", `M1:header("From", "Jörg <j@x.example>") print(M1:raw():find("From: =?utf-8?q?J=C3=B6rg?= <j@x.example>\r\n", 1, true) ~= nil)`, "true"},
		{"omitted dot", `local s = msys.core.string_new() M1:render_to_string(s, msys.core.EC_MSG_RENDER_OMIT_DOT) print(tostring(s):sub(-5) == "bye\r\n", tostring(s):sub(-3) == ".\r\n")`, "true\tfalse"},
		{"no text", `local m = msys.core.ec_message_new() m:raw("Content-Type: image/png\r\n\r\nx") print(m:text())`, "nil"},
		{"replace keeps the rest", `local before = M2:raw() local html = M2:mime().parts.next:raw() M2:text_replace("café", "tea") local after = M2:raw()
			local i = before:find(html, 1, true) print(before:sub(1, i - 1) == after:sub(1, i - 1), before:sub(-60) == after:sub(-60))
			print((M2:mime().parts.next:header("Content-Type")[1]), M2:mime().parts.next:content_type().encoding) local again = M2:raw() print(M2:text_replace("café", "tea"), M2:raw() == again)`,
			"true\ttrue\ntext/html; charset=iso-8859-1\tbase64\nfalse\ttrue"},
		{"another charset", `local m = msys.core.ec_message_new() m:raw("Content-Type: text/plain; charset=us-ascii\r\n\r\nteh end\r\n") print(m:text_replace("teh", "é"))
			print(m:content_type().charset, m:content_type().encoding, (m:text():gsub("\r\n", "|")))`, "true\t1\nutf-8\tquoted-printable\té end|"},
		{"terminator", `print(M1:text_replace("\r\n.\r\n", "\r\n-- \r\ndisclaimer\r\n.\r\n")) print((M1:text():gsub("\r\n", "|")), M1:raw():find("\r\n.\r\n", 1, true))`, "true\t1\nline1|.dot|bye|-- |disclaimer\tnil"},
		{"object as attachment", `local m = msys.core.ec_message_new() m:build({From = "a@b.example"}, {["text/plain"] = "x"}, {{type = "image/png", name = "dir/a.png", content = M2:mime().parts.body}})
			local p = m:mime().parts.next print(p:content_type().filename, p:content_type().encoding, (p.body:read("*a"):gsub("[\r\n]", "")))`, "a.png\tbase64\tY2Fm"},
		{"message in a message", `local inner = msys.core.string_new() M1:render_to_string(inner, msys.core.EC_MSG_RENDER_OMIT_DOT)
			local m = msys.core.ec_message_new() local io = msys.core.ec_message_builder(m) io:write("A: 1\r\n\r\n" .. tostring(inner) .. ".\r\n") io:close() print(m:body() == M1:raw() .. "\r\n")`, "true"},
		{"envelope parts", `local l, d = msys.core.string_new(), msys.core.string_new()
			print(M1:get_envelope2(msys.core.EC_MSG_ENV_TO, l, d)) print(tostring(l), tostring(d)) M1:mailfrom("<>") print(M1:get_envelope2(msys.core.EC_MSG_ENV_FROM, l, nil)) print("[" .. M1:mailfrom() .. "]")
			print(pcall(M1.get_envelope2, M1, 0, l, d) == false)`, "1\t0\nbob+d\tExample.org\n1\t1\n[]\ntrue"},
		{"addresses of bad headers", "print(msys.parseRFC2822Addresses('From: “J =?utf-8?Q?=28?=\" <弗@example.com>', 'domain')[1])", "example.com"},
		{"idn", `print(msys.idn.to_idn("münchen.example"), msys.idn.to_utf8("xn--mnchen-3ya.example")) local a, e = msys.idn.to_idn("a..b") print(a, type(e)) a, e = msys.idn.to_idn("\255.com") print(a, type(e))`,
			"xn--mnchen-3ya.example\tmünchen.example\nnil\tstring\nnil\tstring"},
		{"context", `local M = msys.core.ECMESS_CTX_MESS print(M1:context_set(M, "k", 1), M1:context_set(M, "k", 1), M1:context_get(M, "k"), M1:context_get(M, "none") == "")
			print(M1:context_exists_and_get(M, "none")) print(M1:context_delete(M, "k"), M1:context_delete(M, "k"), pcall(M1.context_get, M1, 77, "k"))`,
			"1\t0\t1\ttrue\n0\tnil\n1\t0\tfalse\tinvalid context type"},
		{"errors of patterns", `print(M1:body_match("(")) print(M1:body_replace("[", "x")) print(M1:text_match("zzz"))`, "false\tmissing )\t1\nfalse\tmissing terminating ] for character class\t1\nfalse"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, runLua(t, nil, tt.script)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A script finds text across the edge of a window in a body of 20 MiB, in
// bounded memory.
func TestLuaLargeBody(t *testing.T) {
	line := strings.Repeat("x", 76) + "\r\n"
	var b strings.Builder
	b.WriteString("Subject: large\r\n\r\n")
	head := b.Len()
	for b.Len() < 20<<20 {
		b.WriteString(line)
	}
	raw := []byte(b.String())
	const edge = 16 * 65536 // of a window of the default size
	copy(raw[head+edge-4:], "NEEDLE42")
	m, err := message.ParseBytes(raw, message.Envelope{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	l := newLua(t, nil, &out)
	bind.PushObject(l, m)
	l.SetGlobal("big")
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	doLua(t, l, `local m, all = big:body_match("NEEDLE(\\d+)") print(m[0], m[1], #all)`)
	runtime.ReadMemStats(&after)
	if diff := cmp.Diff([]string{"NEEDLE42\t42\t1"}, out); diff != "" {
		t.Error(diff)
	}
	if grown := int64(after.TotalAlloc - before.TotalAlloc); grown > 4*65536+1<<20 {
		t.Errorf("allocated %d bytes", grown)
	}
}
