package smtpbench

import (
	"embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/gomsys/gomsys/internal/loopback"
)

// Names of servers.
const (
	Bare      = "go-smtp without policy"
	Empty     = "mailserver, empty policy"
	Reference = "mailserver, reference policy"
)

//go:embed policies haraka
var sources embed.FS

// Mailserver gives examples/mailserver, compiled as program, with the
// reference policy or with none. Like the others it logs no mail.
func Mailserver(program string, policy bool) (Server, error) {
	addr, err := loopback.Free() // the log, which would tell it, is off
	if err != nil {
		return Server{}, err
	}
	name := Empty
	if policy {
		name = Reference
	}
	return Server{Name: name, Addr: addr, Refuses: policy, Command: func(dir string) (*exec.Cmd, error) {
		policies, err := os.MkdirTemp(dir, "policies")
		if err != nil {
			return nil, err
		}
		if policy {
			if err := copySource("policies/reference.lua", filepath.Join(policies, "reference.lua")); err != nil {
				return nil, err
			}
		}
		return exec.Command(program, "-listen", addr, "-log-level", "warn", "-discard", "-policies", policies,
			"-hostname", "bench.example", "-loops", fmt.Sprint(cores())), nil
	}}, nil
}

// copySource writes an embedded file.
func copySource(name, to string) error {
	b, err := sources.ReadFile(name)
	if err != nil {
		return err
	}
	return os.WriteFile(to, b, 0o644)
}
