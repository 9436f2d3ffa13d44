package main

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gomsys/gomsys/internal/bench/smtpbench"
)

// targets are what the library should come to. An explanation says where the
// time goes, as a profile has shown it; what falls short and has none says so.
var targets = []target{
	{what: "a policy of 9 callouts and 60 calls, beside the same Lua on bare go-lua", value: policyCost, limit: 3, unit: "times its time"},
	{what: "string.find, match and gsub beside gopher-lua, the slowest", least: true, limit: 1, unit: "times as fast",
		value: faster(suiteStdlib, "gopher", "Stdlib/Find", "Stdlib/Match", "Stdlib/Gmatch", "Stdlib/Gsub"), why: whyFind},
	{what: "pairs over 10,000 keys", value: timeOf(suiteRuntime, "Runtime/pairs_over_10000_keys"), limit: 3e6, unit: "ns"},
	{what: "a coroutine switch", value: timeOf(suiteRuntime, "Runtime/coroutine_switch"), limit: 1000, unit: "ns"},

	{what: "parts of a mail found, the slowest of four mails", value: rate(suiteMessages, "Index"), least: true, limit: 1000, unit: "MB/s", why: whyIndex},
	{what: "parts found and decoded (60 KB, 200 parts), beside the fastest peer", least: true, limit: 3, unit: "times as fast",
		value: faster(suiteMessages, "", "Decode/alternative", "Decode/nested")},
	{what: "an attachment of 10 MB decoded, beside the fastest peer", value: faster(suiteMessages, "", "Decode/base64"), least: true, limit: 1.5, unit: "times as fast"},
	{what: "a header field read", value: timeOf(suiteHeaders, "HeaderGet/Subject", "HeaderGet/X-None"), limit: 200, unit: "ns"},
	{what: "memory for a field appended to 10 MB", value: appendMemory, limit: 64, unit: "KB"},

	{what: "patterns over 1 MB beside the standard library, the slowest of 12", value: faster(suiteBody, "regexp", "Body"), least: true, limit: 1, unit: "times as fast"},

	{what: "JSON beside encoding/json", value: times(suiteJSON, ""), limit: 2, unit: "times its time"},
	{what: "quoted-printable beside the standard library", value: times(suiteQP, ""), limit: 1.5, unit: "times its time"},
	{what: "base64 beside the standard library", value: times(suiteBase64, "", "Encode", "Decode/folded"), limit: 1.5, unit: "times its time"},
	{what: "an SMTP reply classified", value: timeOf(suiteBounce, "ClassifyText/full_rule_set"), limit: 5000, unit: "ns"},
	{what: "a notification about a mail of 100 KB", value: timeOf(suiteDSN, "Create"), limit: 200e3, unit: "ns"},

	{what: "DKIM on 4 KB, beside the bare hash and public-key operation", value: dkimFloor("text/4096", "base64/4096", "changed/4096"), limit: 1.1, unit: "times its time"},
	{what: "DKIM on 1 MB, likewise", value: dkimFloor("text/1048576", "base64/1048576"), limit: 1.5, unit: "times its time"},
	{what: "DKIM on 1 MB that relaxed canonicalization changes in every line, likewise", value: dkimFloor("changed/1048576"), limit: 1.5, unit: "times its time", why: whyChanged},

	{what: "a strict counter beside an atomic addition", value: times(suiteCounters, "atomic", "Inc/strict/goroutines=1"), limit: 1.5, unit: "times its time"},
	{what: "a relaxed counter, two goroutines", value: timeOf(suiteCounters, "Inc/relaxed/goroutines=2"), limit: 12, unit: "ns"},
	{what: "an audit series of 1,000 keys: addition or sum of 12 windows", value: timeOf(suiteAudit, "Series/keys=1000/"), limit: 150, unit: "ns", why: whySeries},
	{what: "an audit series of a million keys: likewise", value: timeOf(suiteAudit, "Series/keys=1000000/"), limit: 600, unit: "ns"},
	{what: "a million lines loaded into a prefix table", value: timeOf(suiteCIDR, "Load"), limit: 500e6, unit: "ns"},
	{what: "a random look-up beside bart's own", value: times(suiteCIDR, "bart", "Lookup/table"), limit: 1.2, unit: "times its time", why: whyLookup},

	{what: "a remembered DNS answer from Lua", value: timeOf(suiteDNS, "Lua/"), limit: 2000, unit: "ns"},
	{what: "a remembered SQL row from Lua", value: timeOf(suiteDB, "Lua/fetch_row"), limit: 5000, unit: "ns"},
	{what: "1,000 sessions that wait for HTTP, over the slowest answer", value: metric(suiteHTTP, "%over-slowest", "ManySessions"), limit: 20, unit: "%"},

	{what: "allocations for a mail with the reference policy and a session of its own", value: allocations("Mail/each/reference"), limit: 99, unit: ""},
	{what: "empty policy, a connection for each mail, beside bare go-smtp", value: throughput(smtpbench.Empty, smtpbench.OneEach, smtpbench.Bare), least: true, limit: 0.9, unit: "of its rate", why: whyEmpty},
	{what: "empty policy, kept alive, beside bare go-smtp", value: throughput(smtpbench.Empty, smtpbench.KeptAlive, smtpbench.Bare), least: true, limit: 0.9, unit: "of its rate", why: whyEmpty},
	{what: "reference policy, a connection for each mail, over bare go-smtp", value: overBare(smtpbench.OneEach), limit: 40e3, unit: "ns", why: whyReference},
	{what: "reference policy, kept alive, over bare go-smtp", value: overBare(smtpbench.KeptAlive), limit: 40e3, unit: "ns", why: whyReference},
	{what: "the same, a connection for each mail, in multiples of bare go-smtp's time", value: timesBare(smtpbench.OneEach), limit: 1 + 40.0/86, unit: "times its time", why: whyReference},
	{what: "the same, kept alive, in multiples of bare go-smtp's time", value: timesBare(smtpbench.KeptAlive), limit: 1 + 40.0/42, unit: "times its time", why: whyReference},
	{what: "reference policy, a connection for each mail, beside the better Haraka", value: throughput(smtpbench.Reference, smtpbench.OneEach, "Haraka"), least: true, limit: 4, unit: "times its rate", why: whyHaraka},
	{what: "reference policy, kept alive, beside the better Haraka", value: throughput(smtpbench.Reference, smtpbench.KeptAlive, "Haraka"), least: true, limit: 3, unit: "times its rate", why: whyHaraka},
}

const (
	whyFind = "the slowest is FindPlain, the shortest of the works, where what a call costs decides: in a profile a quarter of the time looks the method up in go-lua's maps, " +
		"a sixth is the search, a tenth boxes the two positions, and the rest are the interpreter and the checks of arguments."
	whyIndex = "the slowest is the mail of 200 parts, whose headers come every 530 bytes: in a profile two fifths of the time begin parts and read their types, " +
		"a fifth puts them into the tree, and a fifth steps over lines. The others are searched for line ends, for the most part."
	whyChanged = "in a profile, two fifths of our time are the hash, which is the floor's too; the rest copies the text word by word to where its white space is single."
	whySeries  = "in a profile a quarter of the time reads the clock, which takes 28 ns on this machine; additions are collected, and writing them to the windows takes a third."
	whyLookup  = "in a profile 98 hundredths of the time are bart's own look-up in the table's tries, which waits for memory: where their nodes lie makes the difference, " +
		"and each alone in a process takes the same time."
	whyEmpty = "a profile of the server shows the host around the runtime: it looks at each command line and writes each reply in go-smtp's place, " +
		"and a mail is kept and its header read, where the bare server forgets it."
	whyReference = "40 µs were asked for where bare go-smtp takes 86 and 42 µs; the multiples are the same target for any machine. " +
		"In a profile of the server, kept alive, two fifths of the time are system calls, which bare go-smtp makes too; 17% are callouts, 10% of them inside of Lua's protected calls " +
		"with 3% for the pattern; 11% make the recipient's copy with its callouts; 8% are for allocation; 4% read the content, which takes bare go-smtp more than that. " +
		"The runtime takes twice the time that it takes alone (see above), as the network code of two processes and the system passes through the same caches between any two steps."
	whyHaraka = "rates beside each other say less than processor time does: the load generator runs on the same processors, and while the server takes one of them it takes the other. " +
		"In a profile of the server almost half of its time, with a connection each, are system calls."
)

// policyCost is what the policy adds to a session, in times of its Lua work.
func policyCost(m *measured) (float64, bool) {
	with, ok1 := m.row(suitePolicy, "Policy/session_with_the_policy")
	without, ok2 := m.row(suitePolicy, "Policy/session_without")
	bare, ok3 := m.row(suitePolicy, "Policy/bare_go-lua")
	return (with.ns - without.ns) / bare.ns, ok1 && ok2 && ok3
}

func appendMemory(m *measured) (float64, bool) {
	r, ok := m.row(suiteHeaders, "HeaderAppend/write=true")
	return r.bytes / 1024, ok
}

// dkimFloor is the largest multiple of the floor for some mails.
func dkimFloor(mails ...string) func(m *measured) (float64, bool) {
	return func(m *measured) (v float64, ok bool) {
		for _, r := range m.suites[suiteDKIM] {
			if x, has := r.metrics["gomsys/floor"]; has && slices.ContainsFunc(mails, func(m string) bool { return strings.HasSuffix(r.work, "/"+m) }) {
				v, ok = max(v, x), true
			}
		}
		return v, ok
	}
}

func allocations(work string) func(m *measured) (float64, bool) {
	return func(m *measured) (float64, bool) {
		r, ok := m.row(suiteMail, work)
		n, err := strconv.ParseFloat(r.allocs, 64)
		return n, ok && err == nil
	}
}

// throughput is our rate beside the best of the servers whose names begin with
// peer.
func throughput(server, way, peer string) func(m *measured) (float64, bool) {
	return func(m *measured) (float64, bool) {
		best := 0.0
		for _, r := range m.smtp {
			if r.Way == way && strings.HasPrefix(r.Server, peer) {
				best = max(best, r.PerSecond)
			}
		}
		r := find(m.smtp, server, way)
		return r.PerSecond / best, best > 0 && r.PerSecond > 0
	}
}

// timesBare is the processor time for a mail with the reference policy in
// multiples of bare go-smtp's.
func timesBare(way string) func(m *measured) (float64, bool) {
	return besideBare(way, func(with, bare float64) float64 { return with / bare })
}

// overBare is the processor time for a mail that the reference policy and its
// host take over bare go-smtp.
func overBare(way string) func(m *measured) (float64, bool) {
	return besideBare(way, func(with, bare float64) float64 { return with - bare })
}

// besideBare compares the processor time for a mail with the reference policy
// with bare go-smtp's.
func besideBare(way string, compare func(with, bare float64) float64) func(m *measured) (float64, bool) {
	return func(m *measured) (float64, bool) {
		with, bare := find(m.smtp, smtpbench.Reference, way), find(m.smtp, smtpbench.Bare, way)
		return compare(float64(with.CPU), float64(bare.CPU)), with.CPU > 0 && bare.CPU > 0
	}
}
