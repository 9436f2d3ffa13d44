package message_test

import (
	"context"
	"strings"
	"testing"

	lua "github.com/Shopify/go-lua"
	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/idn"
	"github.com/gomsys/gomsys/msys/lualib"
	"github.com/gomsys/gomsys/vctx"
)

// The two messages of the tests: a plain one and one with parts.
const (
	luaPlain = "From: =?utf-8?q?J=C3=B6rg?= <jorg+x@Example.COM>\r\nsubject:  hello\r\n world\r\n\r\nline1\r\n.dot\r\nbye"
	luaMixed = "From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\npreamble\r\n--b\r\nContent-Type: text/plain\r\n\r\ncaf\r\n" +
		"--b  \r\nContent-Type: text/html; charset=iso-8859-1\r\nContent-Transfer-Encoding: base64\r\n\r\nPGI+Y2Fm6TwvYj4=\r\n" +
		"--b\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\n%PDF\r\n--b--\r\nepilogue\r\n"
)

type injected struct{ list []string }

// Inject implements message.Injector.
func (i *injected) Inject(_ context.Context, m *message.Message, from string, to []string) error {
	i.list = append(i.list, from+" "+strings.Join(to, ","))
	return nil
}

func TestLua(t *testing.T) {
	for _, tt := range []struct{ name, script, want string }{
		{"header", `print(M1:header("SUBJECT")[1], #M1:header("X-None"), M1:header("From")[1])`, "hello world\t0\tJörg <jorg+x@Example.COM>"},
		{"array of values", `M1:header("X-T", {"a", "b"}, "prepend") print((M1:raw():sub(1, 16):gsub("\r\n", "|")))`, "X-T: a|X-T: b|"},
		{"wrong header calls", `print(pcall(M1.header, M1, "X I", "v")) print(pcall(M1.header, M1, "X", "v", "top")) print(pcall(M1.header, M1))`,
			"false\tmessage: invalid header name\nfalse\tbad argument #3 to 'header' (replace, append or prepend expected)\nfalse\tbad argument #1 to 'header' (string expected, got nil)"},
		{"raw", `local r, n = M1:raw() print(n == M1:get_message_size(), n == #r, r:find("\r\n.dot\r\n", 1, true) ~= nil)
			local s = msys.core.string_new() print(M1:render_to_string(s, 0) == #s, tostring(s):find("\r\n..dot\r\n", 1, true) ~= nil, tostring(s):sub(-5) == "\r\n.\r\n")`,
			"true\ttrue\ttrue\ntrue\ttrue\ttrue"},
		{"body", `M1:body("x\r\n.\r\n") print((M1:body():gsub("\r\n", "|"))) M1:body("x\r\n") print((M1:body():gsub("\r\n", "|")))`, "x|\nx|"},
		{"text", `print(table.concat(M2:text(), "/"), type(M1:text()), msys.core.ec_message_new():text())`, "caf/<b>café</b>\tstring\tnil"},
		{"text_replace", `print(M2:text_replace("café", "tea")) print(M2:text_replace("café", "tea")) print(M2:text()[2])`, "true\t1\nfalse\n<b>tea</b>"},
		{"match", `local m, all = M1:raw_match("(?P<k>line)(\\d)") print(m[0], m.k, m[2], #all) print(M1:body_match("zzz")) print(M1:body_match("("))`,
			"line1\tline\t1\t1\nfalse\nfalse\tmissing )\t1"},
		{"parts", `local n, p = 0, M2:mime() local pdf while p do n = n + 1 if p:content_type().mimetype == "application/pdf" then pdf = p end p = p.thread end
			local t = pdf:content_type() print(n, t.filename, t.is_attachment, t.charset, M2:mime().boundary, M2:mime().parts.next.encoding == msys.core.EC_MIME_TE_BASE64)
			print(pcall(M2:mime(true).addLastChild, M2:mime(true), M2:makePart("text/plain", "x")))`,
			"4\ta.pdf\ttrue\tnil\tb\ttrue\nfalse\tmessage part is not writable"},
		{"made part", `local p = M2:makePart("text/plain", "Hi\r\n") p.body_start = 0 p.body_end = 4
			print(M2:mime(false):addLastChild(p), M2:mime(false):addLastChild(p), M2:mime().parts:addLastChild(M2:makePart("text/plain")))
			print(M2:raw():find("preamble", 1, true) ~= nil, M2:raw():find("epilogue", 1, true) ~= nil, #M2:text())`, "true\tfalse\tfalse\ntrue\ttrue\t3"},
		{"unlink in a walk", `local p = M2:mime() while p do local nxt = p.thread if p:content_type().mimetype == "application/pdf" then p:unlink() end p = nxt end
			print(M2:raw():find("PDF", 1, true)) local old = M2:mime().parts M2:raw("A: b\r\n\r\nc") print(pcall(function() return old:text() end))`,
			"nil\nfalse\t[string \"...\"]:2: message part is no longer part of the message"},
		{"boundaries", `local a, b = M2:makeBoundary(), M2:makeBoundary() print(a ~= b, a:match("^[%w_]+$") == a) print(pcall(M2.makeContainer, M2, "text/plain"))`,
			"true\ttrue\nfalse\tmessage: invalid content type"},
		{"build", `local m = msys.core.ec_message_new() print(m:build({From = "a@b.example"}, {["text/html"] = "<b>é</b>", ["text/plain"] = "e"}, nil))
			local alt = m:mime().parts print(m:mime():content_type().mimetype, alt:content_type().mimetype, alt.parts:content_type().mimetype, alt.parts.next:header("Content-Type")[1], alt.parts.next:content_type().encoding)
			print(pcall(m.build, m, {}, {}, {})) local x = msys.core.ec_message_new() x:build({X = "1"}, {}, {}) print((x:raw():gsub("\r\n", "|")))`,
			"true\nmultipart/mixed\tmultipart/alternative\ttext/plain\ttext/html; charset=utf-8\tquoted-printable\nfalse\tmessage is not empty\nX: 1||"},
		{"builder", `local m = msys.core.ec_message_new() local io = msys.core.ec_message_builder(m) io:write("A: 1\r\n\r\n..x\r\n") io:printf("%s", "\r\n.\r\n") print(io:close(), io:close())
			print((m:body():gsub("\r\n", "|"))) print(pcall(io.write, io, "x"))`, "true\ttrue\n.x||\nfalse\tattempt to use a closed io_object"},
		{"body object", `local b = M2:mime().parts.body print(b:get_size(), #b, b:read("*a"), b:read(), b:lseek(1, 0), b:read(1), b:write("x"))`, "3\t3\tcaf\tnil\t1\ta\tnil\tBad file descriptor\t9"},
		{"inject", `print(M1:inject("s@x.example", ' <a@y.example>, "q,r"@z.example,,')) print(M1:inject("s@x.example", ","))`, "true\nnil\tno recipients"},
		{"discard", `M1:discard() print(M1:code()) M1:discard("QA drop") print(M1:code()) M1:discard("554 no") print(M1:get_code())`,
			"550 5.7.0 discarded by policy\n550 5.7.1 [internal] discarded by policy\n554 no"},
		{"code", `print((M1:code("421", "a\nb"):gsub("\r\n", "|")), M1:code(0, "554 5.1.2 x"), M1:set_code(1000, "x"), M1:set_code(250, "y"), msys.core.ec_message_new():get_code())`, "421-a|421 b\t554 5.1.2 x\t-1\t554\tnil"},
		{"addresses", `print(table.concat(msys.parseRFC2822Addresses("G: A <u+d@x.org>, y@z;", "detail"), ","), #msys.parseRFC2822Addresses("foo", "domain"), pcall(msys.parseRFC2822Addresses, "x", "bad"))
			print(M1:address_header("From", "detail")[1], M1:address_header("from")[1])`,
			"d\t0\tfalse\tbad argument #2 to 'parseRFC2822Addresses' (all, localpart, user, detail or domain expected)\nx\tjorg+x@Example.COM"},
		{"snapshot", `local s = M1:snapshot() print(pcall(s.header, s, "X", "1")) M1:header("X", "2") print(#s:header("X"), s.is_snapshot) s:free() s:free() print(pcall(s.raw, s))`,
			"false\tmessage snapshot is read-only\n0\t1\nfalse\tmessage has been freed"},
		{"forward", `print(M1:forward("s@x.example", "t@y.example", "see below"))`, "true"},
		{"C names", `local p = M2:makePart("text/plain", "x") msys.core.ec_message_part_add_child_last(M2:mime(), p) print(#M2:text(), msys.core.ec_message_get_message_size(M2) == M2:get_message_size())`, "3\ttrue"},
		{"equal parts", `print(M2:mime().parts == M2:mime().parts, M2:mime().parts == M2:mime().parts.next)`, "true\tfalse"},
		{"binding", `print(M1:binding("nope"), M1:binding()) print(M1:binding("default"), M1:routing_domain("Own.Example"), pcall(M1.routing_domain, M1, "a b"))`,
			"nil\tnil\ndefault\town.example\tfalse\tbad argument #1 to 'routing_domain' (domain expected: message: invalid routing domain)"},
		{"priority", `M1.priority = 1 print(M1.priority, pcall(function() M1.priority = 2 end))`, "1\tfalse\t[string \"...\"]:1: message: priority must be 0 or 1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, runLua(t, nil, tt.script)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// newLua gives a state with the modules of messages, the two messages as M1
// and M2, and the strings of globals. What it prints goes to out.
func newLua(t *testing.T, globals map[string]string, out *[]string) *lua.State {
	t.Helper()
	l := lua.NewState()
	lualib.Open(l, &lualib.Options{Print: func(_ *lua.State, line string) { *out = append(*out, line) }})
	o := &message.Options{Injector: &injected{}}
	bind.Preload(l, append(message.Libraries(o), vctx.Library(), idn.Library())...)
	bind.OpenPreloaded(l)
	for name, text := range map[string]string{"M1": luaPlain, "M2": luaMixed} {
		m, err := message.ParseBytes([]byte(text), message.Envelope{From: "jorg@example.com", To: "bob+d@Example.org"}, o)
		if err != nil {
			t.Fatal(err)
		}
		bind.PushObject(l, m)
		l.SetGlobal(name)
	}
	for name, text := range globals {
		l.PushString(text)
		l.SetGlobal(name)
	}
	return l
}

// doLua runs a script.
func doLua(t *testing.T, l *lua.State, script string) {
	t.Helper()
	l.Global("loadstring")
	l.PushString(script)
	l.PushString("=[string \"...\"]")
	l.Call(2, 2)
	if l.IsNil(-2) {
		s, _ := l.ToString(-1)
		t.Fatal(s)
	}
	l.Pop(1)
	if err := lualib.Call(l, 0, 0); err != nil {
		t.Fatal(err)
	}
}

// runLua gives what a script prints.
func runLua(t *testing.T, globals map[string]string, script string) string {
	t.Helper()
	var out []string
	doLua(t, newLua(t, globals, &out), script)
	return strings.Join(out, "\n")
}
