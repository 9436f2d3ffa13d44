// Mailserver is an SMTP server that runs Momentum policy scripts: it loads a
// directory of policies, applies what they decide (codes, disconnects,
// tarpits, capabilities, results per recipient) and writes accepted mail to a
// Maildir. SIGHUP reloads the policies and the certificate.
//
// A configuration file sets what the flags set; mailserver.toml is one with
// all settings, mailserver.service runs the server under systemd:
//
//	mailserver -config /etc/mailserver/mailserver.toml
//
// With -relay it sends accepted mail on instead, to a smarthost or to an HTTP
// endpoint, from a queue that outlasts the process. Policies see each attempt,
// and their adaptive rules (msys.adaptive.registerRules) slow down or suspend
// what goes to a domain:
//
//	mailserver -relay smarthost.example:25 -queue /var/spool/queue.db -option max_outbound_connections=10
//
// Mail for other domains than -relay-domains is taken from clients in
// -relay-hosts and from authenticated users only. Without either flag a server
// that keeps mail takes all of it, and one that sends it on takes that of
// clients on this host.
//
// With -discard it answers as if it kept the mail, and drops it.
//
// With -console it also answers console commands on a Unix socket: those that
// policies register, help, reload and the like.
//
//	mailserver -console /run/mailserver.sock &
//	mailserver -console /run/mailserver.sock -say "help"
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"syscall"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// Exit statuses.
const (
	exitDone   = 0
	exitFailed = 1 // could not start or go on
	exitUsage  = 2 // usage or configuration, or what -t finds
)

func run(args []string, stdout, stderr io.Writer) int {
	in, err := parse(args, stderr)
	code := exitUsage
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitDone
	case errors.Is(err, errUsage):
		return exitUsage
	case err != nil:
	case in.test:
		err = test(&in.options, stdout)
	case in.command != "":
		err, code = say(in.console, in.command, stdout), exitFailed
	default:
		if err = in.useCertificate(); err == nil {
			err, code = serve(&in.options, stderr), exitFailed
		}
	}
	if err != nil {
		fmt.Fprintln(stderr, "mailserver:", err)
		return code
	}
	return exitDone
}

// serve runs the server until a signal ends it.
func serve(o *options, stderr io.Writer) error {
	keep := ballast()
	defer runtime.KeepAlive(keep)
	var err error
	if o.logger, err = newLogger(o, stderr); err != nil {
		return err
	}
	s, err := newServer(o)
	if err != nil {
		return err
	}
	listeners, err := o.open()
	if err != nil {
		return errors.Join(err, s.end())
	}
	if o.console != "" {
		c, err := openConsole(s, o.console)
		if err != nil {
			return errors.Join(err, listeners.Close(), s.end())
		}
		defer c.Close()
	}
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	go func() {
		for range hup {
			if err := s.reload(); err != nil {
				o.logger.Error("reload failed; what ran before stays", "error", err)
				continue
			}
			o.logger.Info("policies reloaded")
		}
	}()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	done := make(chan error, len(listeners))
	for _, l := range listeners {
		o.logger.Info("listening", "address", l.Addr().String(), "tls", l.implicit)
		go func() { done <- s.Serve(l, l.implicit) }()
	}
	select {
	case err := <-done:
		return errors.Join(err, listeners.Close(), s.end())
	case <-ctx.Done():
		o.logger.Info("shutting down", "grace", o.grace)
		grace, cancel := context.WithTimeout(context.Background(), o.grace)
		defer cancel()
		return s.Shutdown(grace)
	}
}

// listeners are the open ports.
type listeners []port

// port is an open port; implicit says that TLS begins before the banner.
type port struct {
	net.Listener
	implicit bool
}

// open opens the ports. Sessions end when a client is silent, so that probes of
// idle connections are not needed.
func (o *options) open() (ls listeners, err error) {
	config := net.ListenConfig{KeepAlive: -1}
	for i, address := range append(slices.Clone(o.listen), o.listenTLS...) {
		l, err := config.Listen(context.Background(), "tcp", address)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("listen: %w", err), ls.Close())
		}
		ls = append(ls, port{l, i >= len(o.listen)})
	}
	return ls, nil
}

// Close closes the ports.
func (ls listeners) Close() error {
	var errs []error
	for _, l := range ls {
		if err := l.Close(); !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
