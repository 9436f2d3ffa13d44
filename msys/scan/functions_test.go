package scan_test

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"testing"

	lua "github.com/Shopify/go-lua"
	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/av"
	"github.com/gomsys/gomsys/msys/scan/brightmail"
	"github.com/gomsys/gomsys/msys/scan/cloudmark"
	"github.com/gomsys/gomsys/msys/scan/commtouch"
	"github.com/gomsys/gomsys/msys/scan/expurgate"
	"github.com/gomsys/gomsys/msys/scan/internal/scantest"
	"github.com/gomsys/gomsys/msys/scan/spamc"
	"github.com/gomsys/gomsys/msys/scan/symantecbeik"
)

// function is a Lua function that scans.
type function struct {
	module, name, slot string
	bare               string // arguments if all come from the callout
	full               string // all arguments
	neutral, failed    string // what it gives without an engine, and if that fails
}

// functions are all Lua functions that scan mail.
var functions = []function{
	{"av", "scan", "one", "", "'one', msg, vctx", "4 no engine configured nil nil", "3 scanning: engine on fire nil nil"},
	{"spamc", "spamc_scan", "spamassassin", "", "msg", "", ""},
	{"brightmail", "scan", "brightmail", "", "msg, ac, vctx", "inbox true  ", "nil true  "},
	{"cloudmark", "score", "cloudmark", "", "msg, ac, vctx", "table", "table"},
	{"cloudmark", "analyze", "cloudmark", "'x'", "'x', msg, vctx", "table", "table"},
	{"cloudmark", "score_af", "cloudmark", "nil, nil, nil, 90", "msg, ac, vctx, 90", "0", "0"},
	{"commtouch", "diagnose", "commtouch", "", "msg, ac, vctx", "table", "table"},
	{"expurgate", "scan", "eleven", "", "msg, ac, vctx", "0 0 unknown normal", "0 0 error scanning: engine on fire"},
	{"symantec_beik", "scan", "symantec_beik", "", "msg, vctx", "1 inbox 1 ", "0 scanning: engine on fire nil nil"},
}

// libraries are the modules of all scanners.
func libraries(set *scan.Set) []lua.RegistryFunction {
	return []lua.RegistryFunction{av.Library(set), spamc.Library(set), brightmail.Library(set, nil), cloudmark.Library(set, nil),
		commtouch.Library(set, nil), expurgate.Library(set, nil), symantecbeik.Library(set)}
}

// script calls the function and prints whether it raised, and what it gave.
func (f function) script(args string) string {
	return `
local function show(...)
  local t = {}
  for i = 1, select("#", ...) do
    local v = select(i, ...)
    t[i] = type(v) == "table" and "table" or (tostring(v):gsub("^policy.lua:%d+: ", ""))
  end
  print(table.concat(t, " "))
end
local f = require("msys.` + f.module + `").` + f.name + `
show(pcall(function() return f(` + args + `) end))`
}

func (f function) set(t *testing.T, e scan.Engine) *scan.Set {
	t.Helper()
	kind := scan.Antispam
	if f.module == "av" {
		kind = scan.Antivirus
	}
	return newSet(t, scan.Slot{Name: f.slot, Kind: kind, Engine: e})
}

// With a message the functions scan it, whether they are given it or not; in
// callouts before there is one they raise.
func TestFunctionsByCallout(t *testing.T) {
	for _, f := range functions {
		for _, callout := range []string{"validate_connect", "validate_ehlo", "validate_mailfrom", "validate_rcptto", "validate_data", "validate_data_spool", "validate_data_spool_each_rcpt"} {
			for _, args := range []string{f.bare, f.full} {
				early := !strings.HasPrefix(callout, "validate_data")
				if early && args == f.full {
					continue
				}
				t.Run(f.module+"."+f.name+" in "+callout+" of "+args, func(t *testing.T) {
					var got []string
					set := f.set(t, scan.EngineFunc(func(_ context.Context, r *scan.Request) (*scan.Result, error) {
						if r.Remote != netip.MustParseAddrPort("192.0.2.7:4321") || r.MailFrom != "ann@example.org" || r.Helo != "mx.example.org" {
							t.Errorf("%+v", factsOf(r))
						}
						got = append(got, content(t, r))
						return &scan.Result{}, nil
					}))
					_, printed := scantest.Policy(t, libraries(set), callout, f.script(args), scantest.Mail)
					first, _, _ := strings.Cut(printed, "\n")
					if early {
						if want := "false msys." + f.module + "." + f.name + ": no message in this context"; first != want || len(got) > 0 {
							t.Errorf("%q, %d scans", printed, len(got))
						}
						return
					}
					want := scantest.Mail
					if f.name == "analyze" {
						want = "x"
					}
					if !strings.HasPrefix(printed, "true") || len(got) == 0 || got[0] != want {
						t.Errorf("%q, scanned %q", printed, got)
					}
				})
			}
		}
	}
}

// A failing engine never raises; one that is missing does, or gives the neutral
// result with one warning for each place of a call.
func TestFunctionsWithoutVerdict(t *testing.T) {
	for _, f := range functions {
		t.Run(f.module+"."+f.name, func(t *testing.T) {
			run := func(set *scan.Set, script string) (printed, log string) {
				k, printed := scantest.Policy(t, libraries(set), "validate_data", script, scantest.Mail)
				return printed, k.Log()
			}
			printed, log := run(f.set(t, scantest.Broken), f.script(f.full))
			if want := strings.TrimSuffix("true "+f.failed, " "); strings.TrimRight(printed, " ") != strings.TrimRight(want, " ") || !strings.Contains(log, "engine on fire") {
				t.Errorf("failure: %q, want %q\n%s", printed, want, log)
			}

			own := f.module == "av" || f.module == "spamc" // say so by their results
			printed, _ = run(nil, f.script(f.bare))
			switch missing := "false msys." + f.module + "." + f.name + `: no engine "` + f.slot + `" configured`; {
			case !own && !strings.HasPrefix(printed, missing):
				t.Errorf("missing: %q", printed)
			case own && !strings.HasPrefix(printed, "true"):
				t.Errorf("missing: %q", printed)
			}

			neutral := (*scan.Set)(nil).WithMissing(scan.Neutral)
			here := "local function here(...) return require('msys." + f.module + "')." + f.name + "(" + f.bare + ") end\n"
			printed, log = run(neutral, here+"for i = 1, 3 do here() end\n"+f.script(f.bare))
			if want := "true " + f.neutral; strings.TrimRight(printed, " ") != strings.TrimRight(want, " ") {
				t.Errorf("neutral: %q, want %q", printed, want)
			}
			if n := strings.Count(log, "neutral result"); !own && n != 2 {
				t.Errorf("%d warnings for two places\n%s", n, log)
			}
		})
	}
}

// A message of another type is a bad argument, whichever function it is.
func TestFunctionsOfWrongType(t *testing.T) {
	for _, f := range functions {
		set := f.set(t, scantest.Broken)
		args := strings.Replace(f.full, "msg", "vctx", 1)
		_, printed := scantest.Policy(t, libraries(set), "validate_data", f.script(args), scantest.Mail)
		position := "1"
		if f.name == "analyze" || f.module == "av" {
			position = "2"
		}
		if want := "false bad argument #" + position + " to '" + f.name + "' (msys.core:_ec_message expected, got msys.core:_validate_context)"; printed != want {
			t.Errorf("%s: %q", f.module, printed)
		}
	}
}

// Go programs get the error and what it means.
func TestClients(t *testing.T) {
	for name, use := range map[string]func(*scan.Set, *scan.Request) error{
		"brightmail": func(s *scan.Set, r *scan.Request) error { _, err := brightmail.New(s, nil).Scan(ctx, r); return err },
		"cloudmark":  func(s *scan.Set, r *scan.Request) error { _, err := cloudmark.New(s, nil).Score(ctx, r); return err },
		"commtouch":  func(s *scan.Set, r *scan.Request) error { _, err := commtouch.New(s, nil).Diagnose(ctx, r); return err },
		"eleven":     func(s *scan.Set, r *scan.Request) error { _, err := expurgate.New(s, nil).Scan(ctx, r); return err },
		"symantec_beik": func(s *scan.Set, r *scan.Request) error {
			_, err := symantecbeik.New(s).Scan(ctx, r)
			return err
		},
	} {
		var e *scan.Error
		if err := use(scantest.Set(t, name, scantest.Broken), text("x")); !errors.Is(err, scantest.ErrBroken) || !errors.As(err, &e) || e.Engine != name || !e.Temporary() {
			t.Errorf("%s: %v", name, err)
		}
		if err := use(nil, text("x")); !errors.Is(err, scan.ErrNoEngine) || !errors.As(err, &e) || e.Temporary() {
			t.Errorf("%s: %v", name, err)
		}
		if err := use(scantest.Set(t, name, scantest.Result(scan.Result{})), text("x")); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if diff := cmp.Diff([]string{}, av.New(nil).Engines()); diff != "" {
		t.Error(diff)
	}
}
