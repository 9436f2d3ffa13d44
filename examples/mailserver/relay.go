package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"

	"github.com/gomsys/gomsys/examples/mailserver/outbound"
	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/adaptive"
	"github.com/gomsys/gomsys/msys/bounce"
	"github.com/gomsys/gomsys/msys/delivery"
	"github.com/gomsys/gomsys/msys/httpclnt"
	"github.com/gomsys/gomsys/msys/modules"
	policyoutbound "github.com/gomsys/gomsys/msys/modules/outbound"
	"github.com/gomsys/gomsys/msys/rfc3464"
)

// relayOptions are the command line's for mail that is sent on.
type relayOptions struct {
	relay, queue string
	values       optionValues
}

func (o *relayOptions) flags(fs *flag.FlagSet) {
	fs.StringVar(&o.relay, "relay", "", "send accepted mail on to `HOST:PORT` by SMTP, or to an http: or https: URL, instead of to the Maildir")
	fs.StringVar(&o.queue, "queue", "queue.db", "`FILE` that keeps the mail for -relay")
	fs.Var(&o.values, "option", "delivery option for -relay, `NAME=NUMBER`, such as max_outbound_connections=10 (repeatable); adaptive rules change it")
}

// optionValues are delivery options by name.
type optionValues map[string]int64

// String implements flag.Value.
func (v *optionValues) String() string { return "" }

// Set implements flag.Value.
func (v *optionValues) Set(s string) error {
	name, number, _ := strings.Cut(s, "=")
	n, err := strconv.ParseUint(number, 10, 31)
	if name == "" || err != nil {
		return errors.New("NAME=NUMBER expected")
	}
	if *v == nil {
		*v = optionValues{}
	}
	(*v)[name] = int64(n)
	return nil
}

// outgoing is what mail that is sent on needs.
type outgoing struct {
	queue   *outbound.Queue
	engine  *adaptive.Engine
	methods *httpclnt.Methods
	driver  delivery.Driver
	reports policyoutbound.Reports

	cancel context.CancelFunc
	done   chan error
}

// newOutgoing opens the queue.
func newOutgoing(o *options) (*outgoing, error) {
	g := &outgoing{methods: httpclnt.NewMethods(nil)}
	var err error
	if g.driver, err = nextHop(o); err != nil {
		return nil, err
	}
	if g.queue, err = outbound.OpenQueue(o.queue, nil); err != nil {
		return nil, err
	}
	g.engine, err = adaptive.New(&adaptive.Options{
		Enabled: true, Store: g.queue.AdaptiveStore(), Logger: o.logger,
		Configured: func(_ delivery.Key, option string) (int64, bool) {
			n, ok := o.values[option]
			return n, ok
		},
	})
	if err != nil {
		return nil, errors.Join(err, g.queue.Close())
	}
	return g, nil
}

// nextHop makes the driver for mail whose method is not a script's.
func nextHop(o *options) (delivery.Driver, error) {
	if !strings.HasPrefix(o.relay, "http:") && !strings.HasPrefix(o.relay, "https:") {
		return &outbound.Relay{Address: o.relay, Hostname: o.hostname}, nil
	}
	u, err := url.Parse(o.relay)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("-relay: %q is no URL", o.relay)
	}
	return httpclnt.NewDriver(httpclnt.Options{
		Host: u.Host, URI: u.RequestURI(), UseTLS: u.Scheme == "https", Retry5xx: true, Logger: o.logger,
	}), nil
}

// modules gives the services of the Lua modules about outgoing mail.
func (g *outgoing) modules() modules.Options {
	return modules.Options{Adaptive: g.engine, Methods: g.methods, DSN: &rfc3464.Options{Hooks: &g.reports}}
}

// start begins to deliver. It calls relayed for mail that was passed on to a
// server that sends no reports of success.
func (g *outgoing) start(o *options, rt *msys.Runtime, relayed func(context.Context, *message.Message)) error {
	g.reports.Use(rt)
	if relay, ok := g.driver.(*outbound.Relay); ok {
		relay.Policy, relay.Relayed = rt, relayed
	}
	classifier, err := bounce.New(nil)
	if err != nil {
		return err
	}
	policy := &delivery.Policy{
		Hooks: policyoutbound.Hooks(rt), Adaptive: g.engine, Logger: o.logger,
		Classify: func(reply string) int { return classifier.ClassifyText(reply, "").Code },
	}
	w, err := outbound.NewWorker(g.queue, outbound.Options{
		Policy: policy, Driver: g.driver, Drivers: g.driverOf, Logger: o.logger,
		Requeue: rt.Requeue, Expiration: rt.Expiration,
		Bounce: func(ctx context.Context, m *message.Message, _ delivery.Outcome) (*message.Message, error) {
			return g.bounce(ctx, o, rt, m)
		},
		Message: message.Options{Logger: o.logger, Hostname: o.hostname, Injector: outbound.Injector(rt, g.queue)},
	})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	g.cancel, g.done = cancel, make(chan error, 2)
	go func() { g.done <- g.engine.Run(ctx) }()
	go func() { g.done <- w.Run(ctx) }()
	return nil
}

// driverOf gives the driver of a method that a script defines.
func (g *outgoing) driverOf(method string) delivery.Driver {
	if d, ok := g.methods.Driver(method); ok {
		return d
	}
	return nil
}

// bounce makes the notification about mail that failed, if there is to be one.
func (g *outgoing) bounce(ctx context.Context, o *options, rt *msys.Runtime, m *message.Message) (*message.Message, error) {
	wanted, err := rt.GenerateBounces(ctx, m, true)
	if err != nil || !wanted {
		return nil, err
	}
	dsn, err := rfc3464.Create(ctx, m, rfc3464.Failed, &rfc3464.Options{Hostname: o.hostname, Hooks: &g.reports})
	for _, none := range []error{rfc3464.ErrNullSender, rfc3464.ErrLoop, rfc3464.ErrNotWanted, rfc3464.ErrSuppressed} {
		if errors.Is(err, none) {
			return nil, nil
		}
	}
	return dsn, err
}

// stop ends the delivery; mail that is left stays in the queue.
func (g *outgoing) stop() error {
	if g.cancel == nil {
		return nil
	}
	g.cancel()
	return errors.Join(<-g.done, <-g.done)
}

// close closes the queue.
func (g *outgoing) close() error {
	var errs []error
	if closer, ok := g.driver.(io.Closer); ok {
		errs = append(errs, closer.Close())
	}
	return errors.Join(append(errs, g.methods.Close(), g.queue.Close())...)
}
