package cloudmark_test

import (
	"context"
	"errors"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	lua "github.com/Shopify/go-lua"
	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/policykit"
	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/cloudmark"
	"github.com/gomsys/gomsys/msys/scan/internal/scantest"
	"github.com/gomsys/gomsys/msys/scan/spamd"
)

const show = `
require("msys.cloudmark")
local function show(t)
  local keys = {}
  for k in pairs(t) do keys[#keys + 1] = k end
  table.sort(keys)
  for i, k in ipairs(keys) do keys[i] = k .. "=" .. tostring(t[k]) end
  print(table.concat(keys, " "))
end
local function vars()
  local names = {"score", "isspam", "is_spam", "category", "category-desc", "subcategory", "sub-category", "subcategory-desc", "sub-category-desc", "rescan", "analysis"}
  local list = {}
  for _, k in ipairs(names) do
    local value = vctx:get(msys.core.VCTX_MESS, "cmae-" .. k)
    if value ~= "" then list[#list + 1] = k .. "=" .. value end
  end
  print(table.concat(list, " "))
end
`

const noText = "analysis= category= category-desc= "

// spamAssassin plays a spamd with a score.
func spamAssassin(t testing.TB, score string) scan.Engine {
	s := scantest.Serve(t, func(c net.Conn) {
		io.Copy(io.Discard, c)
		io.WriteString(c, "SPAMD/1.1 0 EX_OK\r\nSpam: "+score+"\r\n\r\nA\r\n")
	})
	return spamd.New(&spamd.Options{Addr: s.Addr})
}

func TestScore(t *testing.T) {
	set := func(res scan.Result) *scan.Set { return scantest.Set(t, "cloudmark", scantest.Result(res)) }
	own := set(scan.Result{Detail: map[string]string{
		"score": "77.5", "category": "2", "category-desc": "Spam", "sub-category": "5", "sub-category-desc": "Pills", "rescan": "yes", "analysis": "v=2.1 cv=x",
	}})
	min80 := &cloudmark.Options{MinimumScore: 80}
	const call = `show(msys.cloudmark.score(msg, ac, vctx)) vars()`
	for _, tc := range []struct {
		name string
		set  *scan.Set
		o    *cloudmark.Options
		body string
		want string
	}{
		{"other engine, spam", scantest.Set(t, "cloudmark", spamAssassin(t, "True ; 10 / 5")), min80, call,
			noText + "is_spam=true score=100 sub-category= sub-category-desc=\nscore=100 isspam=true is_spam=true"},
		{"other engine, half", scantest.Set(t, "cloudmark", spamAssassin(t, "False ; 2.5 / 5")), min80, `show(msys.cloudmark.score()) vars()`,
			noText + "score=40 sub-category= sub-category-desc=\nscore=40"},
		{"no minimum: 50", scantest.Set(t, "cloudmark", spamAssassin(t, "True ; 5 / 5")), nil, call,
			noText + "score=50 sub-category= sub-category-desc=\nscore=50"},
		{"negative", scantest.Set(t, "cloudmark", spamAssassin(t, "False ; -7 / 5")), nil, call,
			noText + "score=0 sub-category= sub-category-desc=\nscore=0"},
		{"engine's own decision", set(scan.Result{Spam: true, Score: 70}), min80, call,
			noText + "is_spam=true score=70 sub-category= sub-category-desc=\nscore=70 isspam=true is_spam=true"},
		{"the minimum itself is no spam", set(scan.Result{Score: 80}), min80, call,
			noText + "score=80 sub-category= sub-category-desc=\nscore=80"},
		{"own words", own, min80, call,
			"analysis=v=2.1 cv=x category=2 category-desc=Spam rescan=yes score=77.5 sub-category=5 sub-category-desc=Pills\n" +
				"score=77.5 category=2 category-desc=Spam subcategory=5 sub-category=5 subcategory-desc=Pills sub-category-desc=Pills rescan=1 analysis=v=2.1 cv=x"},
		{"analyze sets no analysis", own, nil, `show(msys.cloudmark.analyze("v=2.1", msg, vctx)) vars()`,
			"analysis=v=2.1 cv=x category=2 category-desc=Spam rescan=yes score=77.5 sub-category=5 sub-category-desc=Pills\n" +
				"score=77.5 category=2 category-desc=Spam subcategory=5 sub-category=5 subcategory-desc=Pills sub-category-desc=Pills rescan=1"},
		{"failure", scantest.Set(t, "cloudmark", scantest.Broken), min80, `vctx:set(msys.core.VCTX_MESS, "cmae-isspam", "true") ` + call,
			noText + "error=scanning: engine on fire score=0 sub-category= sub-category-desc=\n"},
		{"analysis fails", scantest.Set(t, "cloudmark", scantest.Broken), min80, `vctx:set(msys.core.VCTX_MESS, "cmae-score", "7") show(msys.cloudmark.analyze("x")) vars()`,
			noText + "error=scanning: engine on fire score=0 sub-category= sub-category-desc=\n"},
		{"score_af", own, min80, `print(msys.cloudmark.score_af(msg, ac, vctx, 90)) vars()`,
			"77.5\nscore=77.5 category=2 category-desc=Spam subcategory=5 sub-category=5 subcategory-desc=Pills sub-category-desc=Pills rescan=1 analysis=v=2.1 cv=x"},
		{"score_af of spam, threshold as text", set(scan.Result{Score: 95}), min80, `print(msys.cloudmark.score_af(nil, nil, nil, "90.5")) vars()`,
			"95\nscore=95 isspam=true is_spam=true"},
		{"score_af fails", scantest.Set(t, "cloudmark", scantest.Broken), min80, `vctx:set(msys.core.VCTX_MESS, "cmae-isspam", "true") print(msys.cloudmark.score_af(msg, ac, vctx, 90)) vars()`, "0\n"},
		{"score_af, neutral", scantest.Neutral(t, "cloudmark"), nil, `print(msys.cloudmark.score_af(msg, ac, vctx, 90)) vars()`, "0\n"},
		{"neutral", scantest.Neutral(t, "cloudmark"), nil, call, noText + "score=0 sub-category= sub-category-desc=\n"},
		{"missing", nil, nil, `
for _, f in ipairs({"score", "analyze", "score_af"}) do
  local ok, err = pcall(msys.cloudmark[f], f == "analyze" and "x" or nil, nil, nil, 90)
  print(ok, (err:match('^msys.cloudmark.' .. f .. ': no engine "cloudmark" configured')))
end`, "false\tmsys.cloudmark.score: no engine \"cloudmark\" configured\n" +
			"false\tmsys.cloudmark.analyze: no engine \"cloudmark\" configured\n" +
			"false\tmsys.cloudmark.score_af: no engine \"cloudmark\" configured"},
		{"wrong types", own, nil, `print(pcall(msys.cloudmark.analyze, nil)) print(pcall(msys.cloudmark.score_af, msg, ac, vctx)) print(pcall(msys.cloudmark.score_af, msg, ac, vctx, "x"))`,
			"false\tbad argument #1 to 'analyze' (string expected, got nil)\n" +
				"false\tbad argument #4 to 'score_af' (number expected, got nil)\n" +
				"false\tbad argument #4 to 'score_af' (number expected, got string)"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, got := scantest.Policy(t, []lua.RegistryFunction{cloudmark.Library(tc.set, tc.o)}, "validate_data", show+tc.body, scantest.Mail)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// analyzer judges headers.
type analyzer struct{ scan.Engine }

func (analyzer) AnalyzeHeader(_ context.Context, header string, r *scan.Request) (*scan.Result, error) {
	if header != "v=2.1" || r.MailFrom != "ann@example.org" {
		return nil, errors.New("wrong header or envelope")
	}
	return &scan.Result{Score: 99}, nil
}

// An engine that can judges the header; others scan its text as a mail.
func TestAnalyze(t *testing.T) {
	const call = show + `print(msys.cloudmark.analyze("v=2.1").score)`
	_, got := scantest.Policy(t, []lua.RegistryFunction{cloudmark.Library(scantest.Set(t, "cloudmark", analyzer{scantest.Broken}), nil)}, "validate_data", call, scantest.Mail)
	if got != "99" {
		t.Error(got)
	}
	reader := scan.EngineFunc(func(_ context.Context, r *scan.Request) (*scan.Result, error) {
		body, err := r.Open()
		if err != nil {
			return nil, err
		}
		defer body.Close()
		b, err := io.ReadAll(body)
		return &scan.Result{Score: float64(len(b))}, err
	})
	_, got = scantest.Policy(t, []lua.RegistryFunction{cloudmark.Library(scantest.Set(t, "cloudmark", reader), nil)}, "validate_data", call, scantest.Mail)
	if got != "5" {
		t.Error(got)
	}
	_, got = scantest.Policy(t, []lua.RegistryFunction{cloudmark.Library(scantest.Set(t, "cloudmark", reader), &cloudmark.Options{MaxBodyLength: 3})}, "validate_data",
		show+`print(msys.cloudmark.score().score)`, "A: b\r\n\r\n0123456789")
	if got != "11" {
		t.Error(got)
	}
}

const filterPolicy = `
require("msys.core")
require("msys.extended.message")
require("msys.extended.vctx")
require("msys.cloudmark")
local mod = {}
function mod:init()
  msys.cloudmark.set_af_mode_movemsg("Inbox", "Spam", "no")
  msys.cloudmark.set_af_msi_address("msi@msi.local")
  return 0
end
function mod:validate_rcptto(msg, str, ac, vctx)
  local localpart = vctx:get(msys.core.VCTX_MESS, "rcptto_localpart")
  local domain = vctx:get(msys.core.VCTX_MESS, "rcptto_domain")
  msys.cloudmark.add_af_data(localpart .. "@" .. domain, { custom_key = "a <custom> & value" })
  return msys.core.VALIDATE_CONT
end
function mod:validate_data(msg, ac, vctx)
  print(msys.cloudmark.score_af(msg, ac, vctx, "90"))
  return msys.core.VALIDATE_CONT
end
msys.registerModule("af_test", mod)
`

func TestActiveFilter(t *testing.T) {
	var sent []string
	af := &cloudmark.ActiveFilter{
		Now: func() time.Time { return time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC) },
		Send: func(_ context.Context, to string, mail []byte) error {
			sent = append(sent, to+"\n"+string(mail))
			return nil
		},
	}
	set := scantest.Set(t, "cloudmark", scantest.Result(scan.Result{Score: 20, RefID: "ref]]>1"}))
	k := policykit.New(t, &policykit.Options{Modules: []lua.RegistryFunction{cloudmark.Library(set, &cloudmark.Options{AF: af})}})
	k.LoadString("af.lua", filterPolicy)
	if got := k.Session("192.0.2.7:4321").Deliver("ann@example.org", scantest.Mail, "bob@example.com"); got != "250" || k.Printed() != "20" {
		t.Error(got)
	}
	want := cloudmark.Settings{Mode: cloudmark.ModeMove, Inbox: "Inbox", Spam: "Spam", Address: "msi@msi.local"}
	if diff := cmp.Diff(want, af.Settings()); diff != "" {
		t.Error(diff)
	}
	ctx := context.Background()
	for i, step := range []struct {
		score float64
		sent  bool
	}{{50, false}, {95, true}, {99, false}, {10, true}} {
		if ok, err := af.Update(ctx, "ref]]>1", step.score); ok != step.sent || err != nil {
			t.Errorf("update %d: %v %v", i, ok, err)
		}
	}
	if len(sent) != 2 {
		t.Fatal(sent)
	}
	for _, part := range []string{"msi@msi.local\nFrom: <msi@msi.local>\r\n", "Date: Sun, 01 Jun 2025 12:00:00 +0000\r\n", "<mode>MOVEMSG</mode>", "<spam>Spam</spam>",
		"<verdict>spam</verdict>", "<score>95</score>", "<threshold>90</threshold>", "<ref-id>ref]]&gt;1</ref-id>",
		"<address>bob@example.com</address>", `<data name="custom_key">a &lt;custom&gt; &amp; value</data>`} {
		if !strings.Contains(sent[0], part) {
			t.Errorf("%q is not in %s", part, sent[0])
		}
	}
	if !strings.Contains(sent[1], "<verdict>notspam</verdict>") {
		t.Error(sent[1])
	}
	if _, err := af.Update(ctx, "other", 1); !errors.Is(err, cloudmark.ErrNoRecord) {
		t.Error(err)
	}
	af.SetMode(cloudmark.ModeDiscard, "", "", false)
	if ok, err := af.Update(ctx, "ref]]>1", 95); !ok || err != nil {
		t.Error(ok, err)
	}
	if ok, err := af.Update(ctx, "ref]]>1", 5); ok || err != nil {
		t.Error("nothing can be done about a false positive that is gone", ok, err)
	}
}

// The functions of the ActiveFilter give nothing, and set what they say.
func TestActiveFilterModes(t *testing.T) {
	for call, want := range map[string]cloudmark.Settings{
		`set_af_mode_discard()`:                     {Mode: cloudmark.ModeDiscard},
		`set_af_mode_keep()`:                        {Mode: cloudmark.ModeKeep},
		`set_af_mode_movemsg("In", "Junk", "yes")`:  {Mode: cloudmark.ModeMove, Inbox: "In", Spam: "Junk", UnreadOnly: true},
		`set_af_msi_address("msi@msi.example")`:     {Address: "msi@msi.example"},
		`add_af_data("bob@example.com", {a = "b"})`: {},
	} {
		af := &cloudmark.ActiveFilter{}
		k := policykit.New(t, &policykit.Options{Modules: []lua.RegistryFunction{cloudmark.Library(nil, &cloudmark.Options{AF: af})}})
		k.LoadString("af.lua", `print(select("#", require("msys.cloudmark").`+call+`))`)
		if diff := cmp.Diff(want, af.Settings()); diff != "" || k.Printed() != "0" {
			t.Error(call, k.Printed(), diff)
		}
	}
}

func TestActiveFilterSettings(t *testing.T) {
	af := &cloudmark.ActiveFilter{}
	k := policykit.New(t, &policykit.Options{Modules: []lua.RegistryFunction{cloudmark.Library(nil, &cloudmark.Options{AF: af})}})
	k.LoadString("af.lua", `
local c = require("msys.cloudmark")
c.set_af_mode_discard()
print(pcall(c.set_af_mode_movemsg, "Inbox", "Spam", "maybe"))
print(pcall(c.set_af_msi_address, "a@b\r\nBcc: x"))
print(pcall(c.add_af_data, "a@b", { {} }))
print(pcall(c.add_af_data, "a@b", "x"))
c.set_af_mode_keep()`)
	want := "false\tbad argument #3 to 'set_af_mode_movemsg' (\"yes\" or \"no\" expected)\n" +
		"false\tbad argument #1 to 'set_af_msi_address' (address expected)\n" +
		"false\tbad argument #2 to 'add_af_data' (table of strings expected)\n" +
		"false\tbad argument #2 to 'add_af_data' (table expected, got string)"
	if diff := cmp.Diff(want, k.Printed()); diff != "" || af.Settings().Mode != cloudmark.ModeKeep {
		t.Error(diff, af.Settings())
	}
}

// store is a Store that fails.
type store struct{ err error }

func (s store) Put(context.Context, cloudmark.Record) error { return s.err }
func (s store) Get(context.Context, string) (cloudmark.Record, bool, error) {
	return cloudmark.Record{Threshold: 90}, true, s.err
}

func TestActiveFilterFailures(t *testing.T) {
	ctx := context.Background()
	broken := errors.New("store on fire")
	af := &cloudmark.ActiveFilter{Store: store{broken}}
	if _, err := af.Update(ctx, "x", 95); !errors.Is(err, broken) {
		t.Error(err)
	}
	if err := af.Remember(ctx, scan.BytesRequest(nil), cloudmark.Score{}, 90); !errors.Is(err, broken) {
		t.Error(err)
	}
	af = &cloudmark.ActiveFilter{Store: store{}}
	if _, err := af.Update(ctx, "x", 95); !errors.Is(err, cloudmark.ErrNoAddress) {
		t.Error(err)
	}
	af.SetAddress("msi@msi.local")
	if _, err := af.Update(ctx, "x", 95); !errors.Is(err, cloudmark.ErrNoSender) {
		t.Error(err)
	}
	af.Send = func(context.Context, string, []byte) error { return broken }
	if _, err := af.Update(ctx, "x", 95); !errors.Is(err, broken) {
		t.Error(err)
	}
	if sent, err := af.Update(ctx, "x", 10); sent || err != nil {
		t.Error(sent, err)
	}
}

// The oldest records and addresses go when there are too many.
func TestActiveFilterBounds(t *testing.T) {
	ctx := context.Background()
	af := &cloudmark.ActiveFilter{}
	for i := range 10_001 {
		af.AddData(strconv.Itoa(i), map[string]string{"k": "v"})
		r := scan.BytesRequest(nil)
		r.MessageID = strconv.Itoa(i)
		if err := af.Remember(ctx, r, cloudmark.Score{}, 90); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := af.Update(ctx, "0", 1); !errors.Is(err, cloudmark.ErrNoRecord) {
		t.Error(err)
	}
	if _, err := af.Update(ctx, "1", 1); err != nil {
		t.Error(err)
	}
}

// A record that cannot be kept does not hinder the scan.
func TestScoreAFStoreFails(t *testing.T) {
	af := &cloudmark.ActiveFilter{Store: store{errors.New("store on fire")}}
	set := scantest.Set(t, "cloudmark", scantest.Result(scan.Result{Score: 20}))
	k, got := scantest.Policy(t, []lua.RegistryFunction{cloudmark.Library(set, &cloudmark.Options{AF: af})}, "validate_data", `
print(require("msys.cloudmark").score_af(nil, nil, nil, 90))`, scantest.Mail)
	if got != "20" || !strings.Contains(k.Log(), "store on fire") {
		t.Errorf("%q %s", got, k.Log())
	}
}
