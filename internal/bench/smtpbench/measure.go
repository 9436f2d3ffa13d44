package smtpbench

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"runtime"
	"time"
)

// Options say how to measure.
type Options struct {
	// Loader makes the load generator, which prints a [Sent] as JSON.
	Loader func(ctx context.Context, l Load) *exec.Cmd
	// Time is how long each measurement takes; Rounds is how often each is
	// made, in turns. What is fastest counts.
	Time   time.Duration
	Rounds int
	// Dir is for files of the servers.
	Dir string
}

// Ways to use connections.
const (
	OneEach   = "a connection for each message"
	KeptAlive = "100 messages on a connection"
)

var perConnection = map[string]int{OneEach: 1, KeptAlive: 100}

// connections are the clients that send at once.
const connections = 16

// Result is what was measured of a server in one way of using connections.
type Result struct {
	Server, Way string
	PerSecond   float64       // messages
	CPU         time.Duration // of the server for a message, 0 if unknown
}

// Run measures the servers side by side.
func Run(ctx context.Context, servers []Server, o *Options) ([]Result, error) {
	running := make([]*process, len(servers))
	defer func() {
		for _, p := range running {
			if p != nil {
				p.stop()
			}
		}
	}()
	for i := range servers {
		p, err := servers[i].start(ctx, o.Dir)
		if err != nil {
			return nil, err
		}
		running[i] = p
	}
	var list []Result
	for _, way := range []string{OneEach, KeptAlive} {
		best := make([]Result, len(servers))
		for round := range o.Rounds + 1 {
			for i, p := range running {
				r, err := p.measure(ctx, way, o)
				if err != nil {
					return nil, fmt.Errorf("%s: %w\n%s", servers[i].Name, err, p.out)
				}
				if round > 0 { // the first is to warm up
					best[i].better(r)
				}
			}
		}
		for i := range best {
			best[i].Server, best[i].Way = servers[i].Name, way
		}
		list = append(list, best...)
	}
	return list, nil
}

// better takes over what o did better.
func (r *Result) better(o Result) {
	r.PerSecond = max(r.PerSecond, o.PerSecond)
	if r.CPU == 0 || o.CPU < r.CPU {
		r.CPU = o.CPU
	}
}

// measure sends messages to a server once.
func (p *process) measure(ctx context.Context, way string, o *Options) (Result, error) {
	load := Load{Addr: p.addr, Connections: connections, PerConnection: perConnection[way], Duration: o.Time}
	before, _ := cpuTime(p.cmd.Process.Pid)
	text, err := o.Loader(ctx, load).Output()
	after, known := cpuTime(p.cmd.Process.Pid)
	if err != nil {
		if e, ok := err.(*exec.ExitError); ok {
			return Result{}, fmt.Errorf("load generator: %w: %s", err, e.Stderr)
		}
		return Result{}, err
	}
	var sent Sent
	if err := json.Unmarshal(text, &sent); err != nil {
		return Result{}, fmt.Errorf("load generator: %w: %q", err, text)
	}
	if sent.Messages == 0 || sent.Elapsed <= 0 {
		return Result{}, fmt.Errorf("load generator: sent nothing: %q", text)
	}
	r := Result{PerSecond: float64(sent.Messages) / sent.Elapsed.Seconds()}
	if known {
		r.CPU = (after - before) / time.Duration(sent.Messages)
	}
	return r, nil
}

// cores are the processors for servers and load generator together.
func cores() int { return runtime.NumCPU() }
