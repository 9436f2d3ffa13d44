package smtpbench

import (
	"embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
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
// reference policy or with none.
func Mailserver(program string, policy bool) Server {
	name := Empty
	if policy {
		name = Reference
	}
	return Server{Name: name, Refuses: policy, Command: func(dir string) (*exec.Cmd, error) {
		policies, err := os.MkdirTemp(dir, "policies")
		if err != nil {
			return nil, err
		}
		if policy {
			if err := copySource("policies/reference.lua", filepath.Join(policies, "reference.lua")); err != nil {
				return nil, err
			}
		}
		return exec.Command(program, "-listen", "127.0.0.1:0", "-discard", "-policies", policies,
			"-hostname", "bench.example", "-loops", fmt.Sprint(cores())), nil
	}}
}

// copySource writes an embedded file.
func copySource(name, to string) error {
	b, err := sources.ReadFile(name)
	if err != nil {
		return err
	}
	return os.WriteFile(to, b, 0o644)
}
