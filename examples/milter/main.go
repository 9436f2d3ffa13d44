// Milter runs Momentum policy scripts inside Postfix or Sendmail:
// it is a mail filter that loads a directory of policies and lets them decide
// about each stage of an SMTP session and each message.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

const usage = `Usage: milter [flags]

Runs Momentum policy scripts inside Postfix or Sendmail, as a mail filter.

  milter -listen inet:127.0.0.1:9900 -policies /etc/mail/policies
  milter -listen unix:/run/policy.sock -policies /etc/mail/policies -loops 2

Tell Postfix of it in main.cf, and reload it:

  smtpd_milters = inet:127.0.0.1:9900
  milter_default_action = tempfail

or Sendmail in sendmail.mc:

  INPUT_MAIL_FILTER(` + "`policy', `S=inet:9900@127.0.0.1, F=T'" + `)

A stage runs its callouts: validate_connect, validate_ehlo, validate_mailfrom,
validate_rcptto, and at the end of the message all from validate_data on.

What policy decides:
  reject, defer        the code and the text, also of several lines
  disconnect           421, or 521 if the code is 5xx; what a client says after
                       that, where the MTA lets it, gets the same reply
  discard              the MTA accepts the message and drops it
  header, body, parts  the fewest changes that make the MTA's message the same
  recipients, sender   added, removed, changed
  quarantine           vctx:set(msys.core.VCTX_MESS, "milter_quarantine", "why")
                       has the MTA hold the message
  reject of some recipients after the data
                       refuses the message for all: there is one reply
  text of a 2xx reply, EHLO capabilities
                       are the MTA's own: nothing happens

Copies that differ between recipients: an MTA keeps one content for all. The
copy that most recipients share becomes the MTA's message. The others leave the
transaction and are sent to -inject, an SMTP listener of the MTA without this
milter. Without -inject such a message is deferred. In Postfix's master.cf:

  127.0.0.1:10026 inet n - n - - smtpd
    -o smtpd_milters= -o mynetworks=127.0.0.0/8
    -o smtpd_recipient_restrictions=permit_mynetworks,reject

and in sendmail.mc:

  DAEMON_OPTIONS(` + "`Name=inject, Addr=127.0.0.1, Port=10026, InputMailFilters='" + `)

If the MTA fails after such copies were sent, its client tries again and they
arrive twice. The same listener takes mail that policies create (msg:inject).

Macros of the MTA are context variables, {auth_authen} for one
milter_auth_authen: those of connection and greeting in VCTX_CONN, later ones
in VCTX_MESS. TLS and authentication also show where Momentum has them.

OpenSMTPD has no milters: put examples/mailserver with -relay in front of it.

SIGHUP reloads the policies, SIGTERM ends after the messages that are under way.

Exit status: 0 ended by a signal · 1 could not start or go on: the error names
the flag, file or address · 2 wrong usage

Flags:
`

func main() {
	var o options
	flag.StringVar(&o.listen, "listen", "inet:127.0.0.1:9900", "where MTAs connect: inet:`HOST:PORT` or unix:PATH")
	flag.StringVar(&o.policies, "policies", "examples/milter/policies", "`DIR` of the policies; every .lua file in it is loaded")
	flag.StringVar(&o.inject, "inject", "", "`HOST:PORT` of an SMTP listener for copies that differ and for mail that policies create")
	flag.StringVar(&o.hostname, "hostname", "", "`NAME` of this server, if the MTA does not tell (default: the system's)")
	flag.StringVar(&o.service, "service", "SMTP", "`NAME` of the listener's kind that policies see")
	flag.Int64Var(&o.maxSize, "max-size", 64<<20, "largest message in `BYTES`; others are refused with 552")
	flag.DurationVar(&o.maxTarpit, "max-tarpit", 20*time.Second, "longest `DELAY` of one reply; the MTA's own timeout (Postfix: milter_command_timeout) must be longer")
	flag.DurationVar(&o.timeout, "timeout", 2*time.Hour, "longest silence of an MTA")
	flag.IntVar(&o.loops, "loops", 1, "event loops")
	flag.Usage = func() {
		fmt.Fprint(flag.CommandLine.Output(), usage)
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "milter: unexpected argument %q; -h explains\n", flag.Arg(0))
		os.Exit(2)
	}
	if err := serve(&o); err != nil {
		fmt.Fprintln(os.Stderr, "milter:", err)
		os.Exit(1)
	}
}

// listen opens the address of -listen.
func listen(address string) (net.Listener, error) {
	if path, ok := strings.CutPrefix(address, "unix:"); ok {
		if info, err := os.Lstat(path); err == nil && info.Mode()&os.ModeSocket != 0 {
			if c, err := net.Dial("unix", path); err == nil {
				c.Close()
				return nil, fmt.Errorf("-listen: %s is in use by another process", path)
			}
			os.Remove(path) // left by a process that is gone
		}
		return net.Listen("unix", path)
	}
	return net.Listen("tcp", strings.TrimPrefix(address, "inet:"))
}

func serve(o *options) error {
	o.logger = slog.New(slog.NewTextHandler(os.Stderr, nil))
	slog.SetDefault(o.logger) // go-milter uses package log
	s, err := newServer(o)
	if err != nil {
		return err
	}
	l, err := listen(o.listen)
	if err != nil {
		return errors.Join(err, s.end())
	}
	o.logger.Info("listening", "address", l.Addr().String())
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	go func() {
		for range hup {
			if err := s.rt.Reload(); err != nil {
				o.logger.Error("reload failed; the running policies stay", "error", err)
				continue
			}
			o.logger.Info("policies reloaded")
		}
	}()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	select {
	case err := <-done:
		return errors.Join(err, s.end())
	case <-ctx.Done():
		grace, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		return errors.Join(s.Shutdown(grace), <-done)
	}
}
