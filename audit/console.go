package audit

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/gomsys/gomsys/audit/addrkey"
)

// ErrUsage is in the error for a console command that is not understood.
var ErrUsage = errors.New("usage error, try help")

const consoleHelp = `show ip <ip[/mask]>
    show the monitors' counts for an address or block
show all
    show all monitors' counts as comma-separated values
delete_ip <ip> <series> <parameters>
    delete an address from a series
count_cidr <ip[/mask]> <series> <parameters> <period_start> <period_end>
    count an address or block in a series
add <series> <parameters> <ip> <increment>
    add to an address in a series
subtract <series> <parameters> <ip> <decrement>
    subtract from an address in a series
load <series> [filename]
    replace a series by the content of a file; the file may be left out if
    it has the name of the series
help
    show this text
The parameters of a series are "interval,windows".
`

// Console runs one command of the server console, given without its first
// word, and writes its output to w; the command "help" lists them.
func (a *Audit) Console(ctx context.Context, args []string, w io.Writer) error {
	type command struct {
		operands int
		run      func(args []string, w io.Writer) error
	}
	commands := map[string]command{
		"help":       {0, func(_ []string, w io.Writer) error { _, err := io.WriteString(w, consoleHelp); return err }},
		"delete_ip":  {3, func(args []string, w io.Writer) error { return a.consoleDelete(ctx, args, w) }},
		"count_cidr": {5, func(args []string, w io.Writer) error { return a.consoleCount(ctx, args, w) }},
		"add":        {4, func(args []string, w io.Writer) error { return a.consoleAdd(ctx, 1, args, w) }},
		"subtract":   {4, func(args []string, w io.Writer) error { return a.consoleAdd(ctx, -1, args, w) }},
		"show ip":    {1, a.consoleShow},
		"show all":   {0, func(_ []string, w io.Writer) error { return a.consoleShowAll(w) }},
		"load":       {1, a.consoleLoad},
	}
	name := ""
	if len(args) > 0 {
		name, args = args[0], args[1:]
	}
	if name == "show" && len(args) > 0 {
		name, args = "show "+args[0], args[1:]
	}
	cmd, ok := commands[name]
	optional := 0
	if name == "load" {
		optional = 1
	}
	if !ok || len(args) < cmd.operands || len(args) > cmd.operands+optional {
		return fmt.Errorf("audit: console command %q: %w", name, ErrUsage)
	}
	return cmd.run(args, w)
}

// consoleSeries finds a series and checks its parameters "interval,windows".
func (a *Audit) consoleSeries(name, parameters string) (*series, error) {
	s, err := a.find(name)
	if err != nil {
		return nil, err
	}
	interval, windows, err := parseMonitor(parameters)
	if err != nil || interval != s.counts.interval || windows != s.counts.windows {
		return nil, fmt.Errorf("audit: series %q has the parameters \"%d,%d\": %w", name, s.counts.interval, s.counts.windows, ErrUsage)
	}
	return s, nil
}

func (s *series) consoleKey(text string) (Key, error) {
	if s.counts.text != nil {
		return Text(text), nil
	}
	p, err := addrkey.Parse(text, netip.Addr{})
	return Block(p), err
}

func (a *Audit) consoleDelete(ctx context.Context, args []string, w io.Writer) error {
	s, err := a.consoleSeries(args[1], args[2])
	if err != nil {
		return err
	}
	k, err := s.consoleKey(args[0])
	if err != nil {
		return err
	}
	existed, err := a.Remove(ctx, s.name, k)
	if err == nil && !existed {
		err = fmt.Errorf("audit: %s is not in series %q", args[0], s.name)
	}
	if err == nil {
		_, err = fmt.Fprintf(w, "%s deleted.\n", args[0])
	}
	return err
}

func (a *Audit) consoleCount(ctx context.Context, args []string, w io.Writer) error {
	s, err := a.consoleSeries(args[1], args[2])
	if err != nil {
		return err
	}
	k, err := s.consoleKey(args[0])
	if err != nil {
		return err
	}
	start, err1 := strconv.Atoi(args[3])
	end, err2 := strconv.Atoi(args[4])
	if err := errors.Join(err1, err2); err != nil {
		return fmt.Errorf("audit: %w: %w", ErrUsage, err)
	}
	n, err := a.SeriesCount(ctx, s.name, k, start, end)
	if err == nil {
		_, err = fmt.Fprintf(w, "%d\n", n)
	}
	return err
}

func (a *Audit) consoleAdd(ctx context.Context, sign int64, args []string, w io.Writer) error {
	s, err := a.consoleSeries(args[0], args[1])
	if err != nil {
		return err
	}
	k, err := s.consoleKey(args[2])
	if err != nil {
		return err
	}
	n, err := strconv.ParseInt(args[3], 10, 32)
	if err != nil {
		return fmt.Errorf("audit: %w: %w", ErrUsage, err)
	}
	if err := a.Add(ctx, s.name, k, sign*n); err != nil {
		return err
	}
	n, err = a.SeriesCount(ctx, s.name, k, 0, 0)
	if err == nil {
		_, err = fmt.Fprintf(w, "%s = %d\n", args[2], n)
	}
	return err
}

// sortedMonitors lists the monitors by interval.
func (a *Audit) sortedMonitors() []*monitor {
	var out []*monitor
	for _, m := range *a.monitors.Load() {
		out = append(out, m)
	}
	slices.SortFunc(out, func(x, y *monitor) int {
		if c := x.counts[0].interval - y.counts[0].interval; c != 0 {
			return int(c)
		}
		return strings.Compare(x.name, y.name)
	})
	return out
}

func (a *Audit) consoleShow(args []string, w io.Writer) error {
	p, err := addrkey.Parse(args[0], netip.Addr{})
	if err != nil {
		return err
	}
	k, unix := everywhere(p), a.now.unix()
	for _, m := range a.sortedMonitors() {
		for i := range m.counts {
			c := &m.counts[i]
			for back := range c.windows {
				n := c.count(&k, back, back, c.window(unix))
				if _, err := fmt.Fprintf(w, "%v %d/%d: %d\n", Metric(i), c.interval, back, n); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (a *Audit) consoleShowAll(w io.Writer) error {
	out := bufio.NewWriter(w)
	fmt.Fprintln(out, "ip,metric,interval,window,count") // Flush gives the error
	unix := a.now.unix()
	for _, m := range a.sortedMonitors() {
		for i := range m.counts {
			c := &m.counts[i]
			cur := c.window(unix)
			var lines []string
			c.each(cur, func(k Key, window, n int64) bool {
				lines = append(lines, fmt.Sprintf("%s,%v,%d,%d,%d", k, Metric(i), c.interval, cur-window, n))
				return true
			})
			sort.Strings(lines)
			for _, line := range lines {
				fmt.Fprintln(out, line)
			}
		}
	}
	return out.Flush()
}

// consoleLoad replaces a series by the content of a file.
func (a *Audit) consoleLoad(args []string, w io.Writer) error {
	old, err := a.find(args[0])
	if err != nil {
		return err
	}
	path := fileName(old.name)
	if len(args) > 1 {
		path = args[1]
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(a.o.PersistDir, path)
	}
	made := a.newSeries(old.name, *old.spec.Load())
	if err := a.load(made, path); err != nil {
		return fmt.Errorf("audit: load series %q: %w", old.name, err)
	}
	a.replace(old, made)
	keys, _ := made.counts.size()
	_, err = fmt.Fprintf(w, "%d keys loaded.\n", keys)
	return err
}
