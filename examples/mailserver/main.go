// Mailserver is an SMTP server that runs Momentum policy scripts: it loads a
// directory of policies, applies what they decide (codes, disconnects,
// tarpits, capabilities, results per recipient) and writes accepted mail to a
// Maildir. SIGHUP reloads the policies.
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
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	var o options
	flag.StringVar(&o.listen, "listen", "127.0.0.1:2525", "`ADDR` to listen on")
	flag.StringVar(&o.policies, "policies", "examples/mailserver/policies", "`DIR` of the policies; every .lua file in it is loaded")
	flag.StringVar(&o.maildir, "maildir", "maildir", "`DIR` of the Maildir for accepted mail")
	flag.BoolVar(&o.discard, "discard", false, "run the policies and keep no mail, to see how fast they are")
	flag.StringVar(&o.hostname, "hostname", "", "`NAME` of this server (default: the system's)")
	flag.StringVar(&o.cert, "tls-cert", "", "PEM `FILE` with the certificate; enables STARTTLS")
	flag.StringVar(&o.key, "tls-key", "", "PEM `FILE` with the certificate's key")
	flag.StringVar(&o.authURI, "auth", "", "`URI` that checks passwords, SCHEME://path of a scheme that a policy registers; enables AUTH")
	flag.BoolVar(&o.insecureAuth, "auth-without-tls", false, "offer AUTH without TLS")
	flag.Int64Var(&o.maxSize, "max-size", 32<<20, "largest message in `BYTES`")
	flag.IntVar(&o.loops, "loops", 1, "event loops")
	flag.StringVar(&o.console, "console", "", "`PATH` of a Unix socket for console commands")
	o.relayOptions.flags()
	o.relayRule.flags()
	o.rejectionOptions.flags()
	o.serviceOptions.flags()
	command := flag.String("say", "", "send this `COMMAND` to the console of a running server, print its output and end")
	flag.Parse()
	err := errors.New("-say needs -console")
	switch {
	case *command == "":
		err = serve(&o)
	case o.console != "":
		err = say(o.console, *command, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "mailserver:", err)
		os.Exit(1)
	}
}

func serve(o *options) error {
	o.logger = slog.New(slog.NewTextHandler(os.Stderr, nil))
	if o.cert != "" {
		pair, err := tls.LoadX509KeyPair(o.cert, o.key)
		if err != nil {
			return fmt.Errorf("loading the certificate: %w", err)
		}
		o.tls = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	}
	s, err := newServer(o)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", o.listen)
	if err != nil {
		return errors.Join(err, s.end())
	}
	o.logger.Info("listening", "address", l.Addr().String())
	if o.console != "" {
		c, err := openConsole(s, o.console)
		if err != nil {
			return errors.Join(err, l.Close(), s.end())
		}
		defer c.Close()
	}
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
		grace, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		return s.Shutdown(grace)
	}
}
