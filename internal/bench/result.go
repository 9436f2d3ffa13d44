package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// result is the fastest run of one benchmark.
type result struct {
	work    string // what was done
	who     string // who did it: "" for us
	ns      float64
	mbs     float64 // 0 if it has no size
	bytes   float64
	allocs  string
	metrics map[string]float64 // by unit, what else it reports
}

var line = regexp.MustCompile(`^Benchmark(\S+?)(?:-\d+)?\s+\d+\s+(.*)$`)

// parse reads the output of go test -bench.
func parse(text []byte) []result {
	var list []result
	for l := range strings.Lines(string(text)) {
		m := line.FindStringSubmatch(strings.TrimSpace(l))
		if m == nil {
			continue
		}
		r := result{metrics: map[string]float64{}}
		r.work, r.who = split(m[1])
		fields := strings.Fields(m[2])
		for i := 0; i+1 < len(fields); i += 2 {
			v, err := strconv.ParseFloat(fields[i], 64)
			switch {
			case err != nil:
			case fields[i+1] == "ns/op":
				r.ns = v
			case fields[i+1] == "MB/s":
				r.mbs = v
			case fields[i+1] == "allocs/op":
				r.allocs = fields[i]
			case fields[i+1] == "B/op":
				r.bytes = v
			default:
				r.metrics[fields[i+1]] = v
			}
		}
		at := slices.IndexFunc(list, func(o result) bool { return o.work == r.work && o.who == r.who })
		switch {
		case at < 0:
			list = append(list, r)
		case r.ns < list[at].ns:
			list[at] = r
		case r.ns == 0: // it reports ratios of its own
			for unit, v := range r.metrics {
				list[at].metrics[unit] = min(v, list[at].metrics[unit])
			}
		}
	}
	return list
}

// ours and peers are the names in benchmarks of who does the work.
var (
	ours  = []string{"this", "gomsys", "pcre", "sessions"}
	peers = []string{"net", "go-message", "enmime", "regexp", "regexp2", "gopher", "gopher-lua", "go-lua", "lua5.1", "stdlib", "stdlib_folded", "nethttp", "goroutines"}
)

// split takes a benchmark's name apart into the work and who did it.
func split(name string) (work, who string) {
	parts := strings.Split(name, "/")
	for i, p := range parts {
		if peer, ok := strings.CutPrefix(p, "peer="); ok {
			return strings.Join(slices.Delete(parts, i, i+1), "/"), peer
		}
	}
	last := parts[len(parts)-1]
	switch {
	case slices.Contains(ours, last):
		return strings.Join(parts[:len(parts)-1], "/"), ""
	case slices.Contains(peers, last):
		return strings.Join(parts[:len(parts)-1], "/"), last
	case strings.HasSuffix(last, "_stdlib"):
		return strings.TrimSuffix(name, "_stdlib"), "stdlib"
	}
	return name, ""
}

// beside reports whether o is a peer's result on the work of r. A peer that
// has one way to do what we do in several lacks the part of the name that says
// which.
func (r *result) beside(o *result) bool {
	if r.who != "" || o.who == "" {
		return false
	}
	if o.work == r.work {
		return true
	}
	parts := strings.Split(r.work, "/")
	for i := 1; i < len(parts); i++ {
		if strings.Join(slices.Delete(slices.Clone(parts), i, i+1), "/") == o.work {
			return true
		}
	}
	return false
}

// writeTable writes a row for each work of ours, with the peers' times as
// multiples of it, and rows for peers that did something else.
func writeTable(w io.Writer, list []result) {
	fmt.Fprintln(w, "| work | time | rate | allocations | peers: their time divided by ours |\n| --- | --- | --- | --- | --- |")
	for _, r := range list {
		name := r.work
		if r.who != "" {
			if slices.ContainsFunc(list, func(o result) bool { return o.beside(&r) }) {
				continue
			}
			name = r.who + ": " + r.work
		}
		var ratios []string
		for _, o := range list {
			if r.beside(&o) && r.ns > 0 {
				ratios = append(ratios, fmt.Sprintf("%s %.2f", o.who, o.ns/r.ns))
			}
		}
		slices.SortFunc(ratios, func(a, b string) int { return cmp.Compare(a, b) })
		rate := ""
		if r.mbs > 0 {
			rate = fmt.Sprintf("%.0f MB/s", r.mbs)
		}
		fmt.Fprintf(w, "| %s | %s | %s | %s | %s |\n", strings.ReplaceAll(name, "|", `\|`), r.time(), rate, r.allocs, strings.Join(ratios, ", "))
	}
}

// time gives the time and what else the benchmark reports.
func (r *result) time() string {
	var parts []string
	if r.ns > 0 {
		parts = append(parts, duration(r.ns))
	}
	for _, unit := range slices.Sorted(maps.Keys(r.metrics)) {
		parts = append(parts, fmt.Sprintf("%.4g %s", r.metrics[unit], unit))
	}
	return strings.Join(parts, ", ")
}

// duration writes nanoseconds for a reader.
func duration(ns float64) string {
	switch {
	case ns < 1000:
		return fmt.Sprintf("%.3g ns", ns)
	case ns < 1e6:
		return fmt.Sprintf("%.3g µs", ns/1e3)
	case ns < 1e9:
		return fmt.Sprintf("%.3g ms", ns/1e6)
	}
	return fmt.Sprintf("%.3g s", ns/1e9)
}
