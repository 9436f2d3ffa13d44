package openarc_test

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
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
	"github.com/gomsys/gomsys/msys/lualib"
	"github.com/gomsys/gomsys/msys/openarc"
	"github.com/gomsys/gomsys/msys/policykit"
)

func keyBuf() string {
	return base64.StdEncoding.EncodeToString(x509.MarshalPKCS1PrivateKey(rsaKey()))
}

// TestLua runs scripts on a bare state.
func TestLua(t *testing.T) {
	const prelude = `local arc = require("msys.validate.openarc")
		local function var(name) return M:context_get(msys.core.ECMESS_CTX_MESS, name) end
		local function with(t) t.signing_domain = t.signing_domain or "one.test" t.selector = t.selector or "s1" t.keybuf = t.keybuf or KEY return t end
		`
	for _, tt := range []struct {
		name, script, want string
		log                string // of level error or warning
		cv                 openarc.CV
	}{
		{"verify", `print(arc.verify(M), arc.verify(), var("arc_cv"), arc == msys.validate.openarc)`, "none\tnone\tnone\ttrue", "", openarc.None},
		{"sign", `print(arc.sign(M, with{}), var("arc_cv"), var("arc_seal"))`, "ok\tnone\tok", "", openarc.Pass},
		{"seal", `print(arc.seal(nil, with{authservid="a.test", body_canon="simple", digest="rsa-sha256", headerlist="From:Subject:Date:To:MIME-Version:Content-Type:DKIM-Signature",
			oversign_headerlist={"From", "To"}, colour="red"}, "spf=pass"))
			print(M:header("ARC-Authentication-Results")[1], M:header("Authentication-Results")[1])
			print(M:header("ARC-Message-Signature")[1]:match("c=[^;]*"), (M:header("ARC-Message-Signature")[1]:match("h=[^;]*"):gsub("%s", "")))`,
			"ok\ni=1; a.test; spf=pass\ta.test; arc=none\nc=relaxed/simple\th=From:Subject:Date:To:MIME-Version:Content-Type:DKIM-Signature:From:To", "", openarc.Pass},
		{"no update", `print(arc.sign(M, with{skip_ar_header_update=true}), #M:header("Authentication-Results"))`, "ok\t0", "", openarc.Pass},
		{"no selector", `M:context_set(msys.core.ECMESS_CTX_MESS, "arc_seal", "ok") print(arc.sign(M, {signing_domain="one.test", keybuf=KEY})) print(var("arc_seal"))`,
			"nil\tselector missing\n", "message not sealed", openarc.None},
		{"no options", `print(arc.sign(M)) print(arc.sign(M, {selector="s"}))`, "nil\tsigning_domain missing\nnil\tsigning_domain missing", "message not sealed", openarc.None},
		{"simple header", `print(arc.sign(M, with{header_canon="simple"})) print(arc.sign(M, with{body_canon="nofws"})) print(arc.sign(M, with{digest="rsa-md5"}))`,
			"nil\tinvalid canonicalization\nnil\tinvalid canonicalization\nnil\tinvalid digest", "message not sealed", openarc.None},
		{"no file", `print(arc.sign(M, {signing_domain="one.test", selector="s1", keyfile="/nonexistent/%{d}/%{s}"}))`,
			"nil\tno key for one.test/s1: open /nonexistent/one.test/s1: no such file or directory", "message not sealed", openarc.None},
		{"skip", `M:context_set(msys.core.ECMESS_CTX_MESS, "arc_cv", "fail") print(arc.sign(M, with{}), var("arc_seal"))`, "skip\tskip", "", openarc.None},
		{"forced", `M:context_set(msys.core.ECMESS_CTX_MESS, "arc_cv", "perhaps") print(arc.sign(M, with{}))`,
			"nil\tarc_cv does not fit the message: \"perhaps\"", "message not sealed", openarc.None},
		{"sha1", `print(arc.sign(M, with{digest="rsa-sha1"}))`, "ok", "RFC 8301", openarc.Fail},
		{"wrong types", `print(pcall(arc.verify, "x")) print(pcall(arc.sign, M, "x"))`,
			"false\tbad argument #1 to 'verify' (msys.core:_ec_message expected, got string)\nfalse\tbad argument #2 to 'sign' (table expected, got string)", "", openarc.None},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out []string
			var log bytes.Buffer
			l := lua.NewState()
			lualib.Open(l, &lualib.Options{Print: func(_ *lua.State, line string) { out = append(out, line) }})
			bind.Preload(l, append(message.Libraries(nil), openarc.Library(&openarc.Options{Sealer: newSealer()}))...)
			bind.OpenPreloaded(l)
			m := parse(t, plainMail)
			bind.SetEnv(l, &bind.Env{Message: m, Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelWarn}))})
			bind.PushObject(l, m)
			l.SetGlobal("M")
			l.PushString(keyBuf())
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
			if !strings.Contains(log.String(), tt.log) || tt.log == "" && log.Len() > 0 {
				t.Errorf("log: %s", log.String())
			}
			mail := content(t, m)
			if cv, reason := verify(t, newVerifier(), mail); cv != tt.cv {
				t.Error(cv, reason)
			}
			if tt.cv == openarc.None && mail != plainMail {
				t.Error("the mail was changed")
			}
		})
	}
}

func TestNoMessage(t *testing.T) {
	l := lua.NewState()
	lualib.Open(l, nil)
	bind.Preload(l, openarc.Library(nil))
	err := lua.LoadString(l, `require("msys.validate.openarc") msys.validate.openarc.sign(nil, {})`)
	if err != nil {
		t.Fatal(err)
	}
	if err := lualib.Call(l, 0, 0); err == nil || !strings.Contains(err.Error(), "msys.validate.openarc.sign: no message in this context") {
		t.Error(err)
	}
}

// relayPolicy validates before and seals after a change, as the reference
// shows it.
const relayPolicy = `
require("msys.core");
require("msys.extended.message");
require("msys.validate.openarc");
local mod = {};

function mod:validate_data_spool(msg, ac, vctx)
  msys.validate.openarc.verify(msg)
  local cv = msg:context_get(msys.core.ECMESS_CTX_MESS, "arc_cv")
  if cv then
    print("ARC validation result: ", cv)
  else
    print("Failed to do ARC validation. Check paniclog for reasons.")
  end
end

function mod:core_final_validation(msg, accept, vctx)
  msg:header("X-Footer", "added here")
end

function mod:core_post_final_validation(msg, accept, vctx)
  local sealer = {}
  sealer.signing_domain = "one.test"
  sealer.selector = "s1"
  sealer.keyfile = "KEYFILE"
  sealer.headerlist = "From:Subject:Date:To:MIME-Version:Content-Type:DKIM-Signature"
  sealer.oversign_headerlist = "From:To:Subject"

  msys.validate.openarc.sign(msg, sealer)

  local ok = msg:context_get(msys.core.ECMESS_CTX_MESS, "arc_seal")
  if ok == nil or ok == '' then
    print("ARC seal failed. No ARC set add! Check paniclog for reasons.")
  elseif ok == "skip" then
    print("ARC seal skipped. No ARC set add: ARC chain failed before reaching me.")
  else
    print("ARC seal ok. ARC set added!")
  end
end

msys.registerModule("arc_sign", mod);
`

// TestRuntime runs the policy in sessions: for new mail, for mail with a chain
// and for mail whose chain is broken.
func TestRuntime(t *testing.T) {
	key := filepath.Join(t.TempDir(), "one.key")
	if err := os.WriteFile(key, []byte(keyBuf()), 0o600); err != nil {
		t.Fatal(err)
	}
	kit := policykit.New(t, &policykit.Options{
		Modules: []lua.RegistryFunction{openarc.Library(&openarc.Options{Sealer: newSealer()})},
		Now:     sealedAt,
		Config:  msys.Config{},
	})
	kit.LoadString("relay", strings.ReplaceAll(relayPolicy, "KEYFILE", key))
	broken := strings.Replace(chain3(), "Subject: a", "Subject: b", 1)
	for _, tt := range []struct {
		name, mail, printed, instance string
	}{
		{"new", plainMail, "ARC validation result: \tnone\nARC seal ok. ARC set added!", "1"},
		{"chain", chain3(), "ARC validation result: \tpass\nARC seal ok. ARC set added!", "4"},
		{"broken", broken, "ARC validation result: \tfail\nARC seal skipped. No ARC set add: ARC chain failed before reaching me.", ""},
	} {
		s := kit.Session("192.0.2.7:4321")
		s.Connect()
		s.Ehlo("mx.example.org")
		s.MailFrom("ann@ex.test")
		s.RcptTo("bob@rcpt.test")
		if got := s.Data(tt.mail); !strings.HasPrefix(got, "250") {
			t.Fatal(tt.name, got)
		}
		if got := strings.TrimSpace(kit.Printed()); got != tt.printed {
			t.Errorf("%s: printed %q", tt.name, got)
		}
		mail := s.Raw(0)
		if tt.instance == "" {
			if strings.Count(mail, "ARC-Seal:") != 3 {
				t.Error("fields were added")
			}
			continue
		}
		if fieldOf(mail, as, tt.instance) == "" {
			t.Errorf("%s: no set %s:\n%s", tt.name, tt.instance, mail)
		}
		if cv, reason := verify(t, newVerifier(), mail); cv != openarc.Pass {
			t.Error(tt.name, reason)
		}
	}
}

// TestBuiltin validates without Lua, before the scripts.
func TestBuiltin(t *testing.T) {
	v := newVerifier()
	kit := policykit.New(t, &policykit.Options{
		Config: msys.Config{Builtins: []msys.Builtin{{Name: "arc", Callout: "validate_data_spool", Run: v.Validate}}},
	})
	kit.LoadString("policy", `local mod = {} function mod:validate_data_spool(msg, ac, vctx) print(vctx:get(msys.core.VCTX_MESS, "arc_cv")) end msys.registerModule("p", mod)`)
	for mail, want := range map[string]string{plainMail: "none", chain3(): "pass", strings.Replace(chain3(), "Hello", "Hallo", 1): "fail"} {
		s := kit.Session("192.0.2.7:4321")
		s.Connect()
		s.Ehlo("mx.example.org")
		s.MailFrom("ann@ex.test")
		s.RcptTo("bob@rcpt.test")
		s.Data(mail)
		if got := strings.TrimSpace(kit.Printed()); got != want {
			t.Errorf("arc_cv %q, want %q", got, want)
		}
	}
}

// TestAutoSeal seals without Lua, as the last that happens to a mail.
func TestAutoSeal(t *testing.T) {
	s := newSealer()
	s.Defaults = *hop(1)
	v := newVerifier()
	kit := policykit.New(t, &policykit.Options{Config: msys.Config{Builtins: []msys.Builtin{
		{Name: "arc verify", Callout: "validate_data_spool", Run: v.Validate},
		{Name: "arc seal", Callout: "core_post_final_validation", Last: true, Run: s.AutoSeal},
	}}})
	kit.LoadString("policy", `local mod = {} function mod:core_final_validation(msg) msg:header("Subject", "[list] changed") end msys.registerModule("p", mod)`)
	deliver := func(mail string) string {
		s := kit.Session("192.0.2.7:4321")
		s.Connect()
		s.Ehlo("mx.example.org")
		s.MailFrom("ann@ex.test")
		s.RcptTo("bob@rcpt.test")
		s.Data(mail)
		return s.Raw(0)
	}
	for n, mail := range map[string]string{"1": plainMail, "4": chain3()} {
		got := deliver(mail)
		if cv, reason := verify(t, newVerifier(), got); cv != openarc.Pass || fieldOf(got, as, n) == "" || !strings.Contains(got, "[list] changed") {
			t.Errorf("%s: %s\n%s", n, reason, got)
		}
	}
	if got := deliver(strings.Replace(chain3(), "Hello", "Hallo", 1)); fieldOf(got, as, "4") != "" || len(kit.Errors()) > 0 {
		t.Error("a broken chain is continued, or reported as an error:", kit.Errors())
	}
	s.Defaults.Selector = ""
	if err := s.AutoSeal(t.Context(), nil, parse(t, plainMail)); err == nil {
		t.Error("sealed without a selector")
	}
	if err := s.AutoSeal(t.Context(), nil, nil); err != nil {
		t.Error(err)
	}
}
