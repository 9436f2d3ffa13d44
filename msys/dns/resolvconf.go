package dns

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// The most that resolv.conf may set, as the C library has it.
const (
	maxConfTimeout  = 30 * time.Second
	maxConfAttempts = 5
	maxConfServers  = 16
)

// resolvConf is what a file in the form of resolv.conf(5) says; zero for what
// it does not.
type resolvConf struct {
	servers  []string
	timeout  time.Duration
	attempts int
}

// fromResolvConf completes o from the file. Without a file there is a server on
// this host, as the C library has it; one that the caller named must be there.
func (o *Options) fromResolvConf() error {
	file := o.ResolvConf
	if file == "" {
		file = defaultFile
	}
	text, err := os.ReadFile(file)
	if err != nil && o.ResolvConf != "" {
		return fmt.Errorf("dns: reading resolver configuration: %w", err)
	}
	conf := parseResolvConf(text)
	if o.Servers == nil {
		if o.Servers = conf.servers; o.Servers == nil {
			o.Servers = []string{"127.0.0.1"}
		}
	}
	or(&o.Timeout, conf.timeout)
	or(&o.Attempts, conf.attempts)
	return nil
}

// parseResolvConf reads the text; lines that it does not understand count for
// nothing.
func parseResolvConf(text []byte) (conf resolvConf) {
	for line := range bytes.Lines(text) {
		if i := bytes.IndexAny(line, "#;"); i >= 0 {
			line = line[:i]
		}
		fields := strings.Fields(string(line))
		if len(fields) < 2 {
			continue
		}
		switch fields[0] {
		case "nameserver":
			if s, err := serverAddress(fields[1]); err == nil && isAddress(s) && len(conf.servers) < maxConfServers {
				conf.servers = append(conf.servers, s)
			}
		case "options":
			for _, option := range fields[1:] {
				conf.option(option)
			}
		}
	}
	return conf
}

func (conf *resolvConf) option(option string) {
	name, value, _ := strings.Cut(option, ":")
	n, err := strconv.Atoi(value)
	if err != nil || n <= 0 {
		return
	}
	switch name {
	case "timeout", "retrans":
		conf.timeout = min(time.Duration(min(n, 1000))*time.Second, maxConfTimeout)
	case "attempts", "retry":
		conf.attempts = min(n, maxConfAttempts)
	}
}
