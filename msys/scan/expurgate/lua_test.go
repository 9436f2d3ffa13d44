package expurgate_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	lua "github.com/Shopify/go-lua"
	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/expurgate"
	"github.com/gomsys/gomsys/msys/scan/internal/scantest"
)

const show = `
require("msys.expurgate")
local types, subtypes = {}, {}
for k, v in pairs(msys.expurgate) do
  if k:match("^TYPE_") then assert(types[v] == nil); types[v] = k end
  if k:match("^SUBTYPE_") then assert(subtypes[v] == nil); subtypes[v] = k end
end
local function show(a, b, s, t, ...)
  print(types[a], subtypes[b], s, t, select("#", ...))
  local function var(k) return vctx:get(msys.core.VCTX_MESS, "eleven-" .. k) end
  print(var("majorscore") == tostring(a), var("result"), var("minorscore") == tostring(b), var("result-subtype"))
end
`

func TestScan(t *testing.T) {
	set := func(res scan.Result) *scan.Set { return scantest.Set(t, "eleven", scantest.Result(res)) }
	infected := set(scan.Result{Verdict: scan.Infected, Name: "Eicar"})
	antivir := &expurgate.Options{EnableAntivir: true}
	const call = `show(msys.expurgate.scan(msg, ac, vctx))`
	for _, tc := range []struct {
		name string
		set  *scan.Set
		o    *expurgate.Options
		body string
		want string
	}{
		{"infected", infected, antivir, `show(msys.expurgate.scan(nil, nil, nil))`,
			"TYPE_DANGEROUS\tSUBTYPE_DANGEROUS_VIRUS\tdangerous\tvirus\t0\ntrue\tdangerous\ttrue\tvirus"},
		{"infected without antivir", infected, nil, call, "TYPE_DANGEROUS\tSUBTYPE_NORMAL\tdangerous\tnormal\t0\ntrue\tdangerous\ttrue\tnormal"},
		{"spam", set(scan.Result{Spam: true}), nil, call, "TYPE_SPAM\tSUBTYPE_NORMAL\tspam\tnormal\t0\ntrue\tspam\ttrue\tnormal"},
		{"clean", set(scan.Result{}), nil, call, "TYPE_CLEAN\tSUBTYPE_NORMAL\tclean\tnormal\t0\ntrue\tclean\ttrue\tnormal"},
		{"own words", set(scan.Result{Detail: map[string]string{"eleven-result": "suspect", "eleven-result-subtype": "url-count"}}), nil, call,
			"TYPE_SUSPECT\tSUBTYPE_SUSPECT_URL_COUNT\tsuspect\turl-count\t0\ntrue\tsuspect\ttrue\turl-count"},
		{"unknown words", set(scan.Result{Detail: map[string]string{"eleven-result": "?", "eleven-result-subtype": "?"}}), nil, call,
			"TYPE_UNKNOWN\tSUBTYPE_NORMAL\tunknown\tnormal\t0\ntrue\tunknown\ttrue\tnormal"},
		{"failure", scantest.Set(t, "eleven", scantest.Broken), nil, call,
			"TYPE_UNKNOWN\tSUBTYPE_NORMAL\terror\tscanning: engine on fire\t0\nfalse\terror\tfalse\tscanning: engine on fire"},
		{"failure in variables", scantest.Set(t, "eleven", scantest.Broken), nil, `
msys.expurgate.scan()
for _, k in ipairs({"majorscore", "result", "minorscore", "result-subtype"}) do print(k, vctx:get(msys.core.VCTX_MESS, "eleven-" .. k)) end`,
			"majorscore\terror\nresult\terror\nminorscore\tscanning: engine on fire\nresult-subtype\tscanning: engine on fire"},
		{"neutral", scantest.Neutral(t, "eleven"), nil, call, "TYPE_UNKNOWN\tSUBTYPE_NORMAL\tunknown\tnormal\t0\nfalse\t\tfalse\t"},
		{"missing", nil, nil, `print((select(2, pcall(msys.expurgate.scan)):match('^msys.expurgate.scan: no engine "eleven" configured')))`,
			`msys.expurgate.scan: no engine "eleven" configured`},
		{"all ways to call it give the same", infected, antivir, `
msys.expurgate.scan() msys.expurgate.scan(nil) msys.expurgate.scan(nil, nil) msys.expurgate.scan(nil, nil, nil)
local a, b, c, d = msys.expurgate.scan()
local l, m, n, o = msys.expurgate.scan(msg, accept, ctx)
print(a == l and b == m and c == n and d == o)`, "true"},
		{"a policy", set(scan.Result{Detail: map[string]string{"eleven-result": "bulk", "eleven-result-subtype": "advertisement"}}), nil, `
local major, minor, major_str, minor_str = msys.expurgate.scan(msg, ac, vctx)
if major == msys.expurgate.TYPE_CLEAN or major == msys.expurgate.TYPE_BULK and minor == msys.expurgate.SUBTYPE_NORMAL then
  print("good")
else
  print(major_str .. "/" .. minor_str)
end`, "bulk/advertisement"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, got := scantest.Policy(t, []lua.RegistryFunction{expurgate.Library(tc.set, tc.o)}, "validate_data", show+tc.body, scantest.Mail)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// All constants of the reference are there.
func TestConstants(t *testing.T) {
	_, got := scantest.Policy(t, []lua.RegistryFunction{expurgate.Library(nil, nil)}, "validate_data", show+`
local n, m = 0, 0
for _ in pairs(types) do n = n + 1 end
for _ in pairs(subtypes) do m = m + 1 end
print(n, m)`, scantest.Mail)
	if got != "6\t25" {
		t.Error(got)
	}
}

// Each word of the engine has its constant.
func TestWords(t *testing.T) {
	majors := map[string]string{"unknown": "UNKNOWN", "clean": "CLEAN", "suspect": "SUSPECT", "spam": "SPAM", "bulk": "BULK", "dangerous": "DANGEROUS"}
	minors := map[string]string{
		"normal": "NORMAL", "empty": "CLEAN_EMPTY", "almost-empty": "CLEAN_ALMOST_EMPTY", "empty-body": "CLEAN_EMPTY_BODY", "bounce": "CLEAN_BOUNCE",
		"advertisement": "BULK_ADV", "porn": "BULK_PORN", "virus": "DANGEROUS_VIRUS", "attachment": "DANGEROUS_ATTACHMENT", "code": "DANGEROUS_CODE",
		"iframe": "DANGEROUS_IFRAME", "outbreak": "DANGEROUS_OUTBREAK", "url": "SUSPECT_URL", "url-count": "SUSPECT_URL_COUNT",
		"mail-count": "SUSPECT_MAIL_COUNT", "sender": "SUSPECT_SENDER",
	}
	for i := range 9 {
		minors[fmt.Sprintf("user%d", i+1)] = fmt.Sprintf("SUSPECT_USER%d", i+1)
	}
	var words [][2]string // what the engine says, one after the other
	var want []string
	for word, name := range majors {
		words, want = append(words, [2]string{word, "normal"}), append(want, "TYPE_"+name+" SUBTYPE_NORMAL "+word+" normal")
	}
	for word, name := range minors {
		words, want = append(words, [2]string{"suspect", word}), append(want, "TYPE_SUSPECT SUBTYPE_"+name+" suspect "+word)
	}
	scans := func(o *expurgate.Options) []string {
		n := 0
		set := scantest.Set(t, "eleven", scan.EngineFunc(func(context.Context, *scan.Request) (*scan.Result, error) {
			n++
			return &scan.Result{Detail: map[string]string{"eleven-result": words[n-1][0], "eleven-result-subtype": words[n-1][1]}}, nil
		}))
		_, got := scantest.Policy(t, []lua.RegistryFunction{expurgate.Library(set, o)}, "validate_data", show+fmt.Sprintf(`
for i = 1, %d do
  local a, b, s, t = msys.expurgate.scan()
  print(types[a] .. " " .. subtypes[b] .. " " .. s .. " " .. t)
end`, len(words)), scantest.Mail)
		return strings.Split(got, "\n")
	}
	if diff := cmp.Diff(want, scans(&expurgate.Options{EnableAntivir: true})); diff != "" {
		t.Error(diff)
	}
	words = [][2]string{{"dangerous", "virus"}, {"dangerous", "outbreak"}, {"dangerous", "code"}}
	want = []string{"TYPE_DANGEROUS SUBTYPE_NORMAL dangerous normal", "TYPE_DANGEROUS SUBTYPE_NORMAL dangerous normal",
		"TYPE_DANGEROUS SUBTYPE_DANGEROUS_CODE dangerous code"}
	if diff := cmp.Diff(want, scans(nil)); diff != "" {
		t.Error(diff)
	}
}
