package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"time"

	"github.com/gomsys/gomsys/internal/bench/smtpbench"
)

// What this program does when it is started by itself.
const (
	roleBare = "serve-bare"
	roleLoad = "load"
)

// role runs one of the processes that a measurement needs.
func role(name string, args []string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if name == roleBare {
		return smtpbench.ServeBare(ctx, os.Stdout)
	}
	var l smtpbench.Load
	f := flag.NewFlagSet(name, flag.ExitOnError)
	f.StringVar(&l.Addr, "addr", "", "server")
	f.IntVar(&l.Connections, "connections", 1, "clients at once")
	f.IntVar(&l.PerConnection, "messages", 1, "messages on a connection")
	f.DurationVar(&l.Duration, "time", time.Second, "how long")
	f.Parse(args)
	sent, err := l.Run(ctx)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(sent)
}

// measureSMTP measures whole mails over SMTP, Haraka from the directory
// haraka, or installed for the occasion if that is "".
func measureSMTP(ctx context.Context, o *smtpbench.Options, haraka string) (list []smtpbench.Result, note string, err error) {
	if o.Dir, err = os.MkdirTemp("", "bench"); err != nil {
		return nil, "", err
	}
	defer os.RemoveAll(o.Dir)
	self, err := os.Executable()
	if err != nil {
		return nil, "", err
	}
	program := filepath.Join(o.Dir, "mailserver")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", program, "./examples/mailserver").CombinedOutput(); err != nil {
		return nil, "", fmt.Errorf("building examples/mailserver: %w\n%s", err, out)
	}
	o.Loader = func(ctx context.Context, l smtpbench.Load) *exec.Cmd {
		return exec.CommandContext(ctx, self, roleLoad, "-addr", l.Addr, "-time", l.Duration.String(),
			"-connections", fmt.Sprint(l.Connections), "-messages", fmt.Sprint(l.PerConnection))
	}
	servers := []smtpbench.Server{
		{Name: smtpbench.Bare, Command: func(string) (*exec.Cmd, error) { return exec.Command(self, roleBare), nil }},
	}
	for _, policy := range []bool{false, true} {
		server, err := smtpbench.Mailserver(program, policy)
		if err != nil {
			return nil, "", err
		}
		servers = append(servers, server)
	}
	if haraka == "" {
		haraka = filepath.Join(o.Dir, "npm")
	}
	script, err := smtpbench.InstallHaraka(ctx, haraka)
	switch {
	case errors.Is(err, smtpbench.ErrNoNode):
		note = "Haraka was not measured: " + err.Error() + "."
	case err != nil:
		return nil, "", err
	default:
		note = "Haraka " + smtpbench.HarakaVersion + " runs without its optional plugins."
		for _, workers := range []int{1, runtime.NumCPU()} {
			h, err := smtpbench.Haraka(script, workers)
			if err != nil {
				return nil, "", err
			}
			servers = append(servers, h)
			if runtime.NumCPU() == 1 {
				break
			}
		}
	}
	list, err = smtpbench.Run(ctx, servers, o)
	return list, note, err
}

// writeSMTP writes the table of whole mails.
func writeSMTP(w io.Writer, list []smtpbench.Result) {
	fmt.Fprintln(w, "| server | connections | messages/s | of bare go-smtp | CPU for a message | over bare go-smtp |\n| --- | --- | --- | --- | --- | --- |")
	for _, r := range list {
		bare := find(list, smtpbench.Bare, r.Way)
		cpu, over := "", ""
		if r.CPU > 0 {
			cpu = duration(float64(r.CPU))
		}
		if r.CPU > 0 && r.Server != smtpbench.Bare {
			over = fmt.Sprintf("%+.0f µs", float64(r.CPU-bare.CPU)/1e3)
		}
		fmt.Fprintf(w, "| %s | %s | %.0f | %.0f%% | %s | %s |\n", r.Server, r.Way, r.PerSecond, 100*r.PerSecond/bare.PerSecond, cpu, over)
	}
}

// find gives what was measured of a server, the zero value if nothing was.
func find(list []smtpbench.Result, server, way string) smtpbench.Result {
	for _, r := range list {
		if r.Server == server && r.Way == way {
			return r
		}
	}
	return smtpbench.Result{}
}
