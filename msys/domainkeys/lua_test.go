package domainkeys_test

import (
	"crypto/x509"
	"encoding/base64"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	lua "github.com/Shopify/go-lua"
	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/domainkeys"
	"github.com/gomsys/gomsys/msys/lualib"
	"github.com/gomsys/gomsys/msys/policykit"
	"github.com/gomsys/gomsys/vctx"
)

func TestLua(t *testing.T) {
	const prelude = `local dk = require("msys.sign.dk")
		local function with(t) t.base_domain = t.base_domain or "ex.test" t.selector = t.selector or "s1" t.keybuf = t.keybuf or KEY return t end
		`
	for _, tt := range []struct {
		name, script, want string
		status             domainkeys.Status
	}{
		{"both names", `print(msys.validate.dk.sign ~= nil, msys.sign.dk == dk, require("msys.validate.dk") == msys.validate.dk)`, "true\ttrue\ttrue", ""},
		{"domain", `print(dk.get_responsible_domain(M, V), msys.validate.dk.get_responsible_domain()) M:header("From", "nobody") print(dk.get_responsible_domain(M)) M:header("From", "Ann <Ann@Ex.test>")`,
			"ex.test\tex.test\nnil", ""},
		{"sign", `print(msys.validate.dk.sign(M, V, with{}))`, "1", domainkeys.Good},
		{"inferred", `print(dk.sign(nil, nil, with{canon="simple", headerlist="From:Subject", digest="rsa-sha1", colour="red"}))
			local f = M:header("DomainKey-Signature")[1] print(f:match("c=%w+"), (f:gsub("%s", ""):match("h=[^;]*")))`, "1\nc=simple\th=From:Subject", domainkeys.Good},
		{"table of names", `print(dk.sign(M, V, with{headerlist={"Date", "From"}})) print((M:header("DomainKey-Signature")[1]:gsub("%s", ""):match("h=[^;]*")))`, "1\nh=Date:From", domainkeys.Good},
		{"failures", `print(dk.sign(M, V)) print(dk.sign(M, V, with{base_domain="other.test"})) print(dk.sign(M, V, with{canon="relaxed"})) print(dk.sign(M, V, with{digest="rsa-sha256"}))
			print(dk.sign(M, V, {selector="s1", keyfile="/nonexistent/%{d}/%{s}.key"})) print(#M:header("DomainKey-Signature"))`,
			"0\tno selector\n0\tdomain mismatch\n0\tinvalid canonicalization\n0\tinvalid digest\n0\tno key for ex.test/s1: open /nonexistent/ex.test/s1.key: no such file or directory\n0", ""},
		{"condition", `print(dk.sign(M, V, with{sign_condition="can_relay"})) V:set(msys.core.VCTX_CONN, "can_relay", "true") print(dk.sign(M, V, with{sign_condition="can_relay"}))`,
			"0\tsign condition not met\n1", domainkeys.Good},
		{"wrong types", `print(pcall(dk.sign, "x")) print(pcall(dk.get_responsible_domain, 1))`,
			"false\tbad argument #1 to 'sign' (msys.core:_ec_message expected, got string)\nfalse\tbad argument #1 to 'get_responsible_domain' (msys.core:_ec_message expected, got number)", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out []string
			l := lua.NewState()
			lualib.Open(l, &lualib.Options{Print: func(_ *lua.State, line string) { out = append(out, line) }})
			bind.Preload(l, append(append(message.Libraries(nil), vctx.Library()), domainkeys.Libraries(nil)...)...)
			for _, name := range []string{"msys.core", "msys.extended.message"} {
				l.Global("require")
				l.PushString(name)
				l.Call(1, 0)
			}
			m := parse(t, plainMail)
			v := vctx.NewContext(vctx.NewConn(vctx.Conn{}), nil)
			bind.SetEnv(l, &bind.Env{Conn: v.Conn(), Validation: v, Message: m, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
			bind.PushObject(l, m)
			l.SetGlobal("M")
			bind.PushObject(l, v)
			l.SetGlobal("V")
			l.PushString(base64.StdEncoding.EncodeToString(x509.MarshalPKCS1PrivateKey(rsaKey())))
			l.SetGlobal("KEY")
			if err := lua.LoadString(l, prelude+tt.script); err != nil {
				t.Fatal(err)
			}
			if err := lualib.Call(l, 0, 0); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, strings.Join(out, "\n")); diff != "" {
				t.Error(diff)
			}
			if status, err := verify(t, content(t, m)); status != tt.status || err != nil {
				t.Error(status, err)
			}
		})
	}
}

func TestNoMessage(t *testing.T) {
	l := lua.NewState()
	lualib.Open(l, nil)
	bind.Preload(l, domainkeys.Libraries(nil)...)
	if err := lua.LoadString(l, `require("msys.validate.dk") msys.validate.dk.sign()`); err != nil {
		t.Fatal(err)
	}
	if err := lualib.Call(l, 0, 0); err == nil || !strings.Contains(err.Error(), "msys.validate.dk.sign: no message in this context") {
		t.Error(err)
	}
}

// TestRuntime signs in one server and validates in the next, with the checks
// of both in their places.
func TestRuntime(t *testing.T) {
	key := filepath.Join(t.TempDir(), "s1.key")
	if err := os.WriteFile(key, x509KeyText(), 0o600); err != nil {
		t.Fatal(err)
	}
	out := policykit.New(t, &policykit.Options{Modules: domainkeys.Libraries(nil)})
	out.LoadString("signer", `
		require("msys.core") require("msys.sign.dk")
		local mod = {}
		function mod:core_final_validation(msg, ac, vctx)
			print(msys.validate.dk.sign(msg, vctx, {base_domain="ex.test", selector="s1", keyfile="`+filepath.Dir(key)+`/%{s}.key"}))
		end
		msys.registerModule("signer", mod)`)
	mail := deliver(out, plainMail)
	if got := strings.TrimSpace(out.Printed()); got != "1" {
		t.Fatal(got, out.Log())
	}

	verifier := newVerifier()
	in := policykit.New(t, &policykit.Options{Config: msys.Config{Builtins: []msys.Builtin{
		{Name: "dk_validate", Callout: "validate_data", Run: verifier.Validate},
	}}})
	in.LoadString("reader", `
		require("msys.core")
		local mod = {}
		function mod:validate_data(msg, ac, vctx)
			print(vctx:get(msys.core.VCTX_MESS, "dk_status"), msg:context_get(msys.core.ECMESS_CTX_MESS, "dk_status"))
			return msys.core.VALIDATE_CONT
		end
		msys.registerModule("reader", mod)`)
	for _, tt := range []struct{ mail, printed, field string }{
		{mail, "good\tgood", "good"},
		{strings.Replace(mail, "Bob", "Rob", 1), "bad\tbad", "bad"},
		{plainMail, "", ""},
	} {
		got := deliver(in, tt.mail)
		if printed := strings.Trim(in.Printed(), "\n\t"); printed != tt.printed {
			t.Errorf("printed %q, want %q", printed, tt.printed)
		}
		if has := strings.Contains(got, "DomainKey-Status: "+tt.field+"\r\n"); has != (tt.field != "") {
			t.Errorf("DomainKey-Status is wrong:\n%s", got)
		}
	}
}

func x509KeyText() []byte {
	return []byte(base64.StdEncoding.EncodeToString(x509.MarshalPKCS1PrivateKey(rsaKey())))
}

// deliver sends a mail through a session and gives what is delivered.
func deliver(kit *policykit.Kit, mail string) string {
	s := kit.Session("192.0.2.7:4321")
	s.Connect()
	s.Ehlo("mx.example.org")
	s.MailFrom("ann@ex.test")
	s.RcptTo("bob@rcpt.test")
	s.Data(mail)
	return s.Raw(0)
}
