package smtpbench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/gomsys/gomsys/internal/loopback"
)

// HarakaVersion is the version that is installed from npm.
const HarakaVersion = "3.3.4"

// ErrNoNode is given where node or npm are not installed.
var ErrNoNode = errors.New("node and npm are not installed")

// InstallHaraka installs Haraka without its optional plugins below dir, unless
// it is there, and gives its program. npm loads it from its registry.
func InstallHaraka(ctx context.Context, dir string) (string, error) {
	for _, name := range []string{"node", "npm"} {
		if _, err := exec.LookPath(name); err != nil {
			return "", ErrNoNode
		}
	}
	program := filepath.Join(dir, "node_modules", "haraka", "bin", "haraka")
	if _, err := os.Stat(program); err == nil {
		return program, nil
	}
	cmd := exec.CommandContext(ctx, "npm", "install", "--prefix", dir, "--no-audit", "--no-fund", "--omit=optional", "haraka@"+HarakaVersion)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("npm install: %w\n%s", err, out)
	}
	return program, nil
}

// harakaConnection is config/connection.ini, Haraka's defaults but for the
// fields that it would add and remove: the other servers do not.
const harakaConnection = `[main]
spool_after=-1
smtputf8=true
[haproxy]
enabled=false
[headers]
add_received=false
clean_auth_results=false
max_lines=1000
max_received=100
[max]
bytes=33554432
mime_parts=1000
line_length=512
data_line_length=992
[message]
helo=Haraka is at your service.
close=closing connection. Have a jolly good day.
[uuid]
banner_chars=6
deny_chars=0
`

// Haraka gives Haraka with the reference policy, as one process or, if workers
// is more than 1, as a cluster of that many.
func Haraka(program string, workers int) (Server, error) {
	addr, err := loopback.Free() // it does not tell which one the system chose
	if err != nil {
		return Server{}, err
	}
	name := "Haraka, reference policy, 1 process"
	nodes := ""
	if workers > 1 {
		name = fmt.Sprintf("Haraka, reference policy, %d workers", workers)
		nodes = fmt.Sprintf("nodes=%d\n", workers)
	}
	return Server{Name: name, Addr: addr, Refuses: true, Command: func(dir string) (*exec.Cmd, error) {
		root, err := os.MkdirTemp(dir, "haraka")
		if err != nil {
			return nil, err
		}
		for file, text := range map[string]string{
			"config/smtp.ini":       "listen=" + addr + "\n" + nodes,
			"config/plugins":        "reference\n",
			"config/log.ini":        "[main]\nlevel=error\n",
			"config/connection.ini": harakaConnection,
			"config/me":             "bench.example\n",
			"package.json":          "{}\n",
		} {
			path := filepath.Join(root, file)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				return nil, err
			}
			if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
				return nil, err
			}
		}
		for _, sub := range []string{"plugins", "queue"} {
			if err := os.Mkdir(filepath.Join(root, sub), 0o755); err != nil {
				return nil, err
			}
		}
		if err := copySource("haraka/reference.js", filepath.Join(root, "plugins", "reference.js")); err != nil {
			return nil, err
		}
		return exec.Command("node", program, "-c", root), nil
	}}, nil
}
