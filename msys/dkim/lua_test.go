package dkim_test

import (
	"crypto/x509"
	"encoding/base64"
	"io"
	"log/slog"
	"strings"
	"testing"

	lua "github.com/Shopify/go-lua"
	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/dkim"
	"github.com/gomsys/gomsys/msys/lualib"
	"github.com/gomsys/gomsys/vctx"
)

// TestLua runs scripts with M the message of the callout, V its context and
// KEY a private key in one line; the message they leave must be one that the
// peer accepts, if they sign it.
func TestLua(t *testing.T) {
	const require = `local d = require("msys.validate.opendkim") local o = require("msys.validate.dkim")
		local opt = {base_domain="ex.test", selector="s1", keybuf=KEY, header_canon="relaxed", body_canon="relaxed"}
		local function with(t) local r = {} for k, v in pairs(opt) do r[k] = v end for k, v in pairs(t) do r[k] = v end return r end `
	for _, tt := range []struct {
		name, script, want string
		signed             bool
	}{
		{"sign and verify", `print(d.sign(M, V, with{headerlist="From:Subject:Date:To:MIME-Version?:Content-Type?"}))
			local h, stat = d.verify(M) print(type(h), stat, d.get_num_sigs(h)) local s = d.get_sig(h, 0)
			print(d.get_sig_domain(s), d.get_sig_selector(s), d.get_sig_canons(s)) print(d.get_sig_errorstr(s), d.get_sig_result(s), d.get_sig_keysize(s))
			print(d.get_sig_hdrsigned(s, "SUBJECT"), d.get_sig_hdrsigned(s, "Sub"), d.get_sig_hdrsigned(s, "MIME-Version"))
			print(M:header("DKIM-Signature")[1]:match("h=([%w:-]+)"))`,
			"1\nuserdata\t0\t1\t0\nex.test\ts1\trelaxed\t0\trelaxed\nno signature error\tpass\t2048\t0\ntrue\tfalse\tfalse\t0\nFrom:Subject:Date:To", true},
		{"inferred message", `print(d.sign(nil, nil, opt), o.sign(nil, nil, opt), #M:header("DKIM-Signature"))`, "1\t1\t2", true},
		{"lists as arrays", `print(d.sign(M, V, with{headerlist={"Received+", "From", "Subject?"}, oversign_headerlist={"From"}, skip_headerlist="Subject"}))
			print(M:header("DKIM-Signature")[1]:match("h=([%w:-]+)"))`, "1\nReceived:Received:From:From", true},
		{"reasons", `print(d.sign(M, V, with{selector=""})) print(d.sign(M, V, with{header_canon="loose"})) print(d.sign(M, V, with{digest="md5"}))
			print(d.sign(M, V, with{identity="@other.test"})) print(d.sign(M, V, {selector="s1", keyfile="/nonexistent/%{d}/%{s}.key"}))
			print(d.sign(M, V, {selector="../s1", keyfile="/k/%{s}.key"})) print(#M:header("DKIM-Signature"))`,
			"0\tno selector\n0\tinvalid canonicalization\n0\tinvalid digest\n0\tidentity not in signing domain\n" +
				"0\tno key for ex.test/s1: open /nonexistent/ex.test/s1.key: no such file or directory\n0\tsigning domain or selector is no domain name\n0", false},
		{"condition", `print(d.sign(M, V, with{sign_condition="can_relay"})) V:set(msys.core.VCTX_CONN, "can_relay", "true") print(d.sign(M, V, with{sign_condition="can_relay"}))`,
			"0\tsign condition not met\n1", true},
		{"unknown and testing", `print(d.sign(M, V, with{testing=true, colour="red", body_length_limit=-1, lifetime=1}))`, "1", true},
		{"wrong types", `print(pcall(d.sign, "x")) print(pcall(d.verify, "x")) print(pcall(d.get_sig, 1))`,
			"false\tbad argument #1 to 'sign' (msys.core:_ec_message expected, got string)\nfalse\tbad argument #1 to 'verify' (msys.core:_ec_message expected, got string)\n" +
				"false\tbad argument #1 to 'get_sig' (opendkim.dkim:DKIM expected, got number)", false},
		{"unsigned", `local h, stat = d.verify() print(stat, d.get_num_sigs(h), d.get_sig(h)) print(d.get_num_sigs(nil)) print(d.get_stat_result(stat), d.get_sig_identity(h))`,
			"2\t0\tnil\t9\nnil\t9\nnone (message not signed)\tnil\t9", false},
		{"older, unsigned", `local n, r = o.get_verify_results(V) print(n, type(r), type(r.ref), o.verify_results_get_item(r, nil)) print(o.verify_results_get_item(r, 0))
			print(o.verify_results_get_count(nil)) print(o.verify_status_to_string(nil)) print(o.verify_status_to_string(99), #o.get_domains(M, V))`,
			"0\tuserdata\tnumber\tnil\tIndex value not specified\nnil\tIndex value is greater than the number of verification results\n" +
				"nil\tNo verification results to count.\nnil\tNo status code is passed in\nneutral\t0", false},
		{"older, signed", `o.sign(M, V, with{identity="@ex.test"}) local n, r = o.get_verify_results(V) local i = o.verify_results_get_item(r, 0)
			print(n, o.verify_results_get_count(r), o.verify_status_to_string(i.status), i.diagnostic, i.query, i.algorithm, i.domain, i.selector, i.identity)
			local l = o.get_domains(M, V) print(tostring(l), #l, "d: " .. l) print(o.get_responsible_domain())`,
			"1\t1\tpass\tpass\tnil\trsa-sha256\tex.test\ts1\t@ex.test\nex.test\t1\td: ex.test\nex.test", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out []string
			l := lua.NewState()
			lualib.Open(l, &lualib.Options{Print: func(_ *lua.State, line string) { out = append(out, line) }})
			bind.Preload(l, append(append(message.Libraries(nil), vctx.Library()), dkim.Libraries(&dkim.Options{Verifier: newVerifier()})...)...)
			bind.OpenPreloaded(l)
			m := parse(t, plainMail)
			v := vctx.NewContext(vctx.NewConn(vctx.Conn{}), nil)
			bind.SetEnv(l, &bind.Env{Conn: v.Conn(), Validation: v, Message: m, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
			bind.PushObject(l, m)
			l.SetGlobal("M")
			bind.PushObject(l, v)
			l.SetGlobal("V")
			l.PushString(base64.StdEncoding.EncodeToString(x509.MarshalPKCS1PrivateKey(rsaKey())))
			l.SetGlobal("KEY")
			if err := lua.LoadString(l, require+tt.script); err != nil {
				t.Fatal(err)
			}
			if err := lualib.Call(l, 0, 0); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, strings.Join(out, "\n")); diff != "" {
				t.Error(diff)
			}
			mail := content(t, m)
			if !tt.signed {
				if mail != plainMail {
					t.Error("the mail was changed")
				}
			} else if err := peerVerify(t, mail); err != nil {
				t.Error("peer:", err)
			}
		})
	}
}
