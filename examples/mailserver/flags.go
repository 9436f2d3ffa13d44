package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"
)

const usage = `Usage: mailserver [flags]

Runs an SMTP server whose decisions are those of Momentum policy scripts.
Accepted mail goes to a Maildir, or on to another server with -relay.

  mailserver -policies my/policies -listen 127.0.0.1:2525
  mailserver -config /etc/mailserver/mailserver.toml
  mailserver -config /etc/mailserver/mailserver.toml -t
  mailserver -console /run/mailserver/console -say "module list"

Each flag but -config, -t and -say can also stand in the configuration file,
under its name without the dash. A flag on the command line wins.

SIGHUP reads policies and certificate anew; a session that is open goes on.
SIGTERM and SIGINT end the server after the transactions that are under way.

Exit status: 0 ended by a signal, or done · 1 could not start or go on,
or the command of -say failed · 2 usage or configuration, or what -t finds

Flags:
`

// list is a flag that may be repeated.
type list []string

func (l *list) String() string     { return strings.Join(*l, ",") }
func (l *list) Set(s string) error { *l = append(*l, s); return nil }

// pairs is a flag for NAME=VALUE that may be repeated.
type pairs []string

func (p *pairs) String() string { return strings.Join(*p, ",") }

// Set implements flag.Value.
func (p *pairs) Set(s string) error {
	if name, _, ok := strings.Cut(s, "="); !ok || name == "" {
		return errors.New("NAME=VALUE expected")
	}
	*p = append(*p, s)
	return nil
}

// invocation is what the command line asks for.
type invocation struct {
	options
	config  string // file
	test    bool   // the configuration, then end
	command string // for the console of a running server
}

// errUsage is an error that has been printed, with what is right.
var errUsage = errors.New("usage")

// parse reads the command line and the configuration file that it names.
// flag.ErrHelp and errUsage have been printed.
func parse(args []string, stderr io.Writer) (*invocation, error) {
	in := &invocation{}
	fs := in.flags(stderr)
	if err := fs.Parse(args); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			err = errUsage
		}
		return nil, err
	}
	if fs.NArg() > 0 {
		return nil, fmt.Errorf("unexpected argument %q: flags only; -h explains", fs.Arg(0))
	}
	if in.config != "" {
		if err := readConfig(in.config, fs); err != nil {
			return nil, err
		}
	}
	if len(in.listen)+len(in.listenTLS) == 0 {
		in.listen = list{"127.0.0.1:2525"}
	}
	return in, in.consistent()
}

// flags declares the flags.
func (in *invocation) flags(stderr io.Writer) *flag.FlagSet {
	fs, o := flag.NewFlagSet("mailserver", flag.ContinueOnError), &in.options
	fs.SetOutput(stderr)
	fs.Usage = func() { fmt.Fprint(stderr, usage); fs.PrintDefaults() }
	fs.StringVar(&in.config, "config", "", "configuration `FILE` (TOML); examples/mailserver/mailserver.toml is one")
	fs.BoolVar(&in.test, "t", false, "test configuration and policies, and end; no port is opened and no policy runs")
	fs.StringVar(&in.command, "say", "", "send this `COMMAND` to the console of a running server, print its output and end")
	fs.Var(&o.listen, "listen", "`ADDR` to listen on (repeatable; default 127.0.0.1:2525, unless there is -listen-tls)")
	fs.Var(&o.listenTLS, "listen-tls", "`ADDR` to listen on for connections inside TLS from the beginning, such as :465 (repeatable)")
	fs.StringVar(&o.policies, "policies", "examples/mailserver/policies", "`DIR` of the policies; every .lua file in it is loaded")
	fs.StringVar(&o.maildir, "maildir", "maildir", "`DIR` of the Maildir for accepted mail")
	fs.StringVar(&o.hostname, "hostname", "", "`NAME` of this server (default: the system's)")
	fs.StringVar(&o.cert, "tls-cert", "", "PEM `FILE` with the certificate; enables STARTTLS")
	fs.StringVar(&o.key, "tls-key", "", "PEM `FILE` with the certificate's key")
	fs.StringVar(&o.authURI, "auth", "", "`URI` that checks passwords, SCHEME://path of a scheme that a policy registers; enables AUTH")
	fs.BoolVar(&o.insecureAuth, "auth-without-tls", false, "offer AUTH without TLS")
	fs.Int64Var(&o.maxSize, "max-size", 32<<20, "largest message in `BYTES`")
	fs.IntVar(&o.loops, "loops", 1, "event loops")
	fs.StringVar(&o.console, "console", "", "`PATH` of a Unix socket for console commands")
	fs.DurationVar(&o.grace, "shutdown-grace", 30*time.Second, "how long transactions may go on after SIGTERM")
	fs.StringVar(&o.logFormat, "log-format", "text", "`FORMAT` of the log on standard error, text or json")
	fs.StringVar(&o.logLevel, "log-level", "info", "lowest `LEVEL` that is logged: debug, info, warn or error")
	fs.BoolVar(&o.discard, "discard", false, "run the policies and keep no mail, to see how fast they are")
	o.relayOptions.flags(fs)
	o.relayRule.flags(fs)
	o.rejectionOptions.flags(fs)
	o.serviceOptions.flags(fs)
	return fs
}

// consistent reports what does not fit together.
func (in *invocation) consistent() error {
	var errs []error
	wrong := func(bad bool, text string) {
		if bad {
			errs = append(errs, errors.New(text))
		}
	}
	wrong(in.command != "" && in.console == "", "say needs console: name the socket of the running server")
	wrong((in.cert == "") != (in.key == ""), "tls-cert and tls-key go together: give both or neither")
	wrong(len(in.listenTLS) > 0 && in.cert == "", "listen-tls needs tls-cert and tls-key")
	wrong(in.insecureAuth && in.authURI == "", "auth-without-tls needs auth: name the scheme that checks passwords")
	wrong(in.authURI != "" && in.cert == "" && !in.insecureAuth, "auth needs tls-cert and tls-key, or auth-without-tls")
	wrong(in.maxSize <= 0, "max-size: more than 0 bytes expected")
	wrong(in.loops < 1, "loops: 1 or more expected")
	wrong(in.grace < 0, "shutdown-grace: 0s or more expected")
	if _, err := newLogger(&in.options, io.Discard); err != nil {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
