package dkim_test

import (
	"crypto/x509"
	"encoding/base64"
	"io"
	"log/slog"
	"strings"
	"testing"

	lua "github.com/Shopify/go-lua"
	peer "github.com/emersion/go-msgauth/dkim"
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

// TestLuaVerify runs scripts over signed mail.
func TestLuaVerify(t *testing.T) {
	subdomain := func(selector string) string {
		m := parse(t, plainMail)
		o := options(selector)
		o.Identity = "@sub.ex.test"
		sign(t, m, o)
		return content(t, m)
	}
	peerSigned := func() string {
		var b strings.Builder
		if err := peer.Sign(&b, strings.NewReader(plainMail), &peer.SignOptions{Domain: "ex.test", Selector: "s1", Signer: rsaKey(),
			HeaderCanonicalization: "relaxed", BodyCanonicalization: "simple", HeaderKeys: []string{"From", "Subject"}}); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	const show = `local h, stat = d.verify(M) local s = d.get_sig(h) print(stat, d.get_sig_errorstr(s)) print(d.get_sig_result(s), d.get_stat_result(stat)) `
	for _, tt := range []struct{ name, mail, script, want string }{
		{"good", signedContent(t, "s1"), show + `print(d.get_sig_keysize(s)) print(d.get_sig_flags(s) & 4, d.get_sig_canons(s)) print(msys.type(h), msys.type(s))`,
			"0\tno signature error\t0\npass\tnil\n2048\t0\n4\trelaxed\t0\trelaxed\nopendkim.dkim:DKIM\topendkim.dkim:DKIM_SIGINFO"},
		{"signed by go-msgauth", peerSigned(), show + `print(d.get_sig_keysize(s)) print(d.get_sig_flags(s) & 4) print(d.get_sig_canons(s))
			print(d.get_sig_hdrsigned(s, "SUBJECT"), d.get_sig_hdrsigned(s, "Sub"), d.get_sig_hdrsigned(s, "Subject2"))`,
			"0\tno signature error\t0\npass\tnil\n2048\t0\n4\nrelaxed\t0\tsimple\ntrue\tfalse\tfalse\t0"},
		{"changed", strings.Replace(signedContent(t, "s1"), "Bob,", "Rob,", 1), show, "1\tsignature verification failed\t0\nfail (signature verification failed)\tnil"},
		{"no key", signedContent(t, "none"), show + `local size = d.get_sig_keysize(s) print(size, size >= 1024, d.get_sig_keysize(s))`,
			"3\tkey not found in DNS\t0\nfail (key not found in DNS)\tnil\n0\tfalse\t0\t9"},
		{"no answer", signedContent(t, "slow"), show, "11\tkey DNS query failed\t0\nfail (key DNS query failed)\ttemperror (verification status 11)"},
		{"revoked", signedContent(t, "gone"), show, "8\tkey revoked\t0\nfail (key revoked)\tnil"},
		{"two", signedContent(t, "s1", "gone"), `local h, stat = d.verify(M) print(stat, d.get_sig_result(d.get_sig(h, 0)), d.get_sig_result(d.get_sig(h, 1)), d.get_sig_selector(d.get_sig(h, 1)))
			print(d.get_sig(h, 2)) print(d.get_sig(h, -1)) print(d.get_sig(h, 0.5)) print(d.get_sig_identity(h)) print(d.get_sig_identity(nil, d.get_sig(h, 0)))`,
			"0\tfail (key revoked)\tpass\ts1\t0\nnil\t9\nnil\t9\nnil\t9\n@ex.test\t0\n@ex.test\t0"},
		{"nil", plainMail, `print(d.get_num_sigs(nil)) print(pcall(d.get_sig_domain, nil))`,
			"nil\t9\nfalse\tbad argument #1 to 'get_sig_domain' (opendkim.dkim:DKIM_SIGINFO expected, got nil)"},
		{"empty algorithm", "DKIM-Signature: v=1; a=; d=ex.test; s=s1; h=From; bh=AAAA; b=AAAA\r\n" + plainMail, show + `print(d.get_sig_signalg(s))`,
			"4\tsignature algorithm invalid\t0\nfail (signature algorithm invalid)\tnil\nunknown\t0"},
		{"unauthorized subdomain", subdomain("strict"), show, "4\tunauthorized subdomain\t0\nfail (unauthorized subdomain)\tnil"},
		{"authorized subdomain", subdomain("s1"), show + `local l = require("msys.validate.dkim").get_domains(M) print(tostring(l))`, "0\tno signature error\t0\npass\tnil\nsub.ex.test"},
		{"path as From", "From: a@../../etc\r\n\r\nx\r\n", `print(d.sign(M, V, {selector="s1", keyfile="/k/%{d}/%{s}.key"}))`, "0\tsigning domain or selector is no domain name"},
		{"constants", plainMail, `local c = require("opendkim.dkim") print(c.DKIM_STAT_MULTIDNSREPLY, opendkim.dkim.DKIM_SIGFLAG_KEYLOADED, c.DKIM_CANON_UNKNOWN)`, "16\t32\t-1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := runLua(t, tt.mail, `local d = require("msys.validate.opendkim") `+tt.script); got != tt.want {
				t.Error(cmp.Diff(tt.want, got))
			}
		})
	}
}

// runLua runs a script with M and V and gives what it prints.
func runLua(t *testing.T, mail, script string) string {
	t.Helper()
	kit := newKit(t, kitOptions{}, `local mod = {} function mod:validate_data(M, ac, V) `+script+` return msys.core.VALIDATE_CONT end msys.registerModule("policy", mod)`)
	kit.Session("192.0.2.1:25").Deliver("a@ex.test", mail, "b@rcpt.test")
	if errs := kit.Errors(); errs != nil && !strings.Contains(errs[0], "message not signed") {
		t.Error(errs)
	}
	return kit.Printed()
}
