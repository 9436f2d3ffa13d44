package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/gomsys/gomsys/internal/bench/smtpbench"
)

// measured is everything that a run has measured.
type measured struct {
	suites map[string][]result // by title
	smtp   []smtpbench.Result
}

// target is what a measurement should come to.
type target struct {
	what string
	// value gives what was measured; ok is false if it was not.
	value func(m *measured) (v float64, ok bool)
	limit float64
	least bool   // limit is the least that is good, otherwise the most
	unit  string // of the value
	// why explains a shortfall.
	why string
}

// held reports whether v is good enough.
func (t *target) held(v float64) bool {
	if t.least {
		return v >= t.limit
	}
	return v <= t.limit
}

// writeTargets writes what was asked for and what came of it.
func writeTargets(w io.Writer, m *measured) {
	fmt.Fprintln(w, "| target | measured | held |\n| --- | --- | --- |")
	var why []string
	for _, t := range targets {
		v, ok := t.value(m)
		if !ok {
			fmt.Fprintf(w, "| %s | not measured | |\n", t.want())
			continue
		}
		held := "yes"
		if !t.held(v) {
			held = "no"
			why = append(why, fmt.Sprintf("- %s: %s", t.what, cmp.Or(t.why, "not explained yet.")))
		}
		fmt.Fprintf(w, "| %s | %s | %s |\n", t.want(), t.text(v), held)
	}
	if len(why) > 0 {
		fmt.Fprintf(w, "\nWhy some did not hold:\n\n%s\n", strings.Join(why, "\n"))
	}
}

func (t *target) want() string {
	bound := "at most "
	if t.least {
		bound = "at least "
	}
	return t.what + ": " + bound + t.text(t.limit)
}

func (t *target) text(v float64) string {
	if t.unit == "ns" {
		return duration(v)
	}
	return strings.TrimSpace(fmt.Sprintf("%.4g %s", v, t.unit))
}

// row gives our own result on a work.
func (m *measured) row(suite, work string) (result, bool) {
	for _, r := range m.suites[suite] {
		if r.who == "" && r.work == work {
			return r, true
		}
	}
	return result{}, false
}

// timeOf is the longest time that one of our results took whose work begins
// with one of the prefixes.
func timeOf(suite string, prefixes ...string) func(*measured) (float64, bool) {
	return worst(suite, prefixes, func(_ []result, r result) (float64, bool) { return r.ns, true }, false)
}

// times is the largest multiple of a peer's time that one of our results took.
func times(suite, peer string, prefixes ...string) func(*measured) (float64, bool) {
	return worst(suite, prefixes, func(list []result, r result) (float64, bool) {
		ns := fastest(list, &r, peer)
		return r.ns / ns, ns > 0
	}, false)
}

// faster is the smallest number of times that one of our results is faster
// than a peer, or than the fastest peer if that is "".
func faster(suite, peer string, prefixes ...string) func(*measured) (float64, bool) {
	return worst(suite, prefixes, func(list []result, r result) (float64, bool) {
		ns := fastest(list, &r, peer)
		return ns / r.ns, ns > 0
	}, true)
}

// rate is the lowest rate in MB/s.
func rate(suite string, prefixes ...string) func(*measured) (float64, bool) {
	return worst(suite, prefixes, func(_ []result, r result) (float64, bool) { return r.mbs, r.mbs > 0 }, true)
}

// metric is the largest value of something else that benchmarks report.
func metric(suite, unit string, prefixes ...string) func(*measured) (float64, bool) {
	return worst(suite, prefixes, func(_ []result, r result) (float64, bool) {
		v, ok := r.metrics[unit]
		return v, ok
	}, false)
}

// fastest gives the least time of the peers beside r.
func fastest(list []result, r *result, peer string) (ns float64) {
	for i := range list {
		if o := &list[i]; r.beside(o) && (peer == "" || o.who == peer) && (ns == 0 || o.ns < ns) {
			ns = o.ns
		}
	}
	return ns
}

// worst gives the worst value of our results whose work begins with one of the
// prefixes.
func worst(suite string, prefixes []string, value func([]result, result) (float64, bool), least bool) func(*measured) (float64, bool) {
	return func(m *measured) (v float64, ok bool) {
		for _, r := range m.suites[suite] {
			if r.who != "" || !hasPrefix(r.work, prefixes) {
				continue
			}
			if x, known := value(m.suites[suite], r); known && (!ok || least && x < v || !least && x > v) {
				v, ok = x, true
			}
		}
		return v, ok
	}
}

func hasPrefix(work string, prefixes []string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(work, p) {
			return true
		}
	}
	return len(prefixes) == 0
}
