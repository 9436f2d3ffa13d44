package main

import (
	"strings"
	"testing"
	"time"

	"github.com/gomsys/gomsys/internal/bench/smtpbench"
)

func TestTargets(t *testing.T) {
	m := &measured{
		suites: map[string][]result{
			suiteJSON: {
				{work: "Parse/events", ns: 3000}, {work: "Parse/events", who: "stdlib", ns: 1000},
				{work: "Append/events", ns: 500}, {work: "Append/events", who: "stdlib", ns: 1000},
			},
			suiteCounters: {
				{work: "Inc/strict/goroutines=1", ns: 5}, {work: "Inc/relaxed/goroutines=2", ns: 20},
				{work: "Inc/goroutines=1", who: "atomic", ns: 4},
			},
			suiteDKIM: {{work: "Verify/text/4096", metrics: map[string]float64{"gomsys/floor": 1.05}}},
			suiteMail: {{work: "Mail/each/reference", allocs: "98"}},
		},
		smtp: []smtpbench.Result{
			{Server: smtpbench.Bare, Way: smtpbench.OneEach, PerSecond: 1000, CPU: 100 * time.Microsecond},
			{Server: smtpbench.Empty, Way: smtpbench.OneEach, PerSecond: 950, CPU: 110 * time.Microsecond},
			{Server: smtpbench.Reference, Way: smtpbench.OneEach, PerSecond: 800, CPU: 150 * time.Microsecond},
			{Server: "Haraka, 1", Way: smtpbench.OneEach, PerSecond: 100},
			{Server: "Haraka, 2", Way: smtpbench.OneEach, PerSecond: 160},
		},
	}
	var b strings.Builder
	writeTargets(&b, m)
	for _, want := range []string{
		"JSON beside encoding/json: at most 2 times its time | 3 times its time | no |",
		"atomic addition: at most 1.5 times its time | 1.25 times its time | yes |",
		"two goroutines: at most 12 ns | 20 ns | no |",
		"DKIM on 4 KB, beside the bare hash and public-key operation: at most 1.1 times its time | 1.05 times its time | yes |",
		"a session of its own: at most 99 | 98 | yes |",
		"empty policy, a connection for each mail, beside bare go-smtp: at least 0.9 of its rate | 0.95 of its rate | yes |",
		"reference policy, a connection for each mail, over bare go-smtp: at most 40 µs | 50 µs | no |",
		"a connection for each mail, in multiples of bare go-smtp's time: at most 1.465 times its time | 1.5 times its time | no |",
		"beside the better Haraka: at least 4 times its rate | 5 times its rate | yes |",
		"empty policy, kept alive, beside bare go-smtp: at least 0.9 of its rate | not measured | |",
		"Why some did not hold:\n\n",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}
