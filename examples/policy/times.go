package main

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/gomsys/gomsys/msys"
)

// callTimes adds up what the calls of one callout of one module took.
type callTimes struct {
	callout, module string
	runs, calls     int
	total, longest  time.Duration
}

// timeTable is the table of -trace.
type timeTable []*callTimes

func (t *timeTable) add(c msys.CalloutTrace) {
	i := slices.IndexFunc(*t, func(r *callTimes) bool { return r.callout == c.Callout && r.module == c.Module })
	if i < 0 {
		i = len(*t)
		*t = append(*t, &callTimes{callout: c.Callout, module: c.Module})
	}
	r := (*t)[i]
	r.runs++
	r.calls += c.Calls
	r.total += c.Duration
	r.longest = max(r.longest, c.Duration)
}

// write prints a line for each callout, in the order in which they ran.
func (t timeTable) write(w io.Writer) {
	fmt.Fprintln(w, "\nTimes (the first run of a callout includes work that is done once)")
	tab := tabwriter.NewWriter(w, 0, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tab, "callout\tscript\truns\tcalls\ttotal\tlongest\t")
	var sum callTimes
	line := func(r *callTimes) {
		fmt.Fprintf(tab, "%s\t%s\t%d\t%d\t%v\t%v\t\n", r.callout, r.module, r.runs, r.calls,
			r.total.Round(time.Microsecond), r.longest.Round(time.Microsecond))
	}
	for _, r := range t {
		line(r)
		sum.runs += r.runs
		sum.calls += r.calls
		sum.total += r.total
		sum.longest = max(sum.longest, r.longest)
	}
	sum.callout = "all"
	line(&sum)
	tab.Flush()
}
