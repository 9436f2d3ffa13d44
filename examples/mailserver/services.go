package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver pgx
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	_ "modernc.org/sqlite" // the driver sqlite

	"github.com/gomsys/gomsys/counter/promexport"
	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/db"
	"github.com/gomsys/gomsys/msys/dkim"
	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
	"github.com/gomsys/gomsys/msys/httpsrv"
	"github.com/gomsys/gomsys/msys/iowrap"
	"github.com/gomsys/gomsys/msys/modules"
	"github.com/gomsys/gomsys/msys/modules/promobserve"
	"github.com/gomsys/gomsys/msys/openarc"
	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/av"
	"github.com/gomsys/gomsys/msys/scan/clamd"
	"github.com/gomsys/gomsys/msys/scan/spamd"
	"github.com/gomsys/gomsys/msys/spf"
)

// serviceOptions are the flags about what scripts work with.
type serviceOptions struct {
	http         string
	files        list
	datasources  pairs
	checks       string
	clamd, spamd string
}

func (o *serviceOptions) flags(fs *flag.FlagSet) {
	fs.StringVar(&o.http, "http", "", "`ADDR` for /metrics and the endpoints of policies (msys.httpsrv)")
	fs.Var(&o.files, "files", "`DIR` that policies may read and write in (repeatable; without it they may read all and write nothing)")
	fs.Var(&o.datasources, "ds", "datasource for msys.db, `NAME=DRIVER:DSN` (drivers: sqlite, pgx; repeatable)")
	fs.StringVar(&o.checks, "checks", "", "checks of all mail besides policies, a comma `LIST` of spf, senderid, dkim, arc, virus")
	fs.StringVar(&o.clamd, "clamd", "", "`ADDR` of clamd: msys.av, and -checks virus")
	fs.StringVar(&o.spamd, "spamd", "", "`ADDR` of spamd: msys.spamc")
}

// services are what scripts work with, and what shows how they do.
type services struct {
	set      *modules.Set
	builtins []msys.Builtin
	observer *promobserve.Observer
	http     *http.Server // nil without -http
	closers  []func() error
}

// newServices makes the services; m has those of outgoing mail, and collectors
// are metrics besides those of policies.
func newServices(o *options, m modules.Options, collectors ...prometheus.Collector) (*services, error) {
	s := &services{observer: promobserve.New(nil)}
	if err := s.fill(o, &m); err != nil {
		return nil, errors.Join(err, s.close())
	}
	set, err := modules.New(m)
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	s.set = set
	checks, err := o.checksOf(set)
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	s.builtins = checks.Builtins()
	if o.http != "" {
		if err := s.serveHTTP(o, collectors); err != nil {
			return nil, errors.Join(err, s.close())
		}
	}
	return s, nil
}

// fill makes what the flags ask for.
func (s *services) fill(o *options, m *modules.Options) (err error) {
	if len(o.files) > 0 {
		if m.Files, err = iowrap.New(&iowrap.Options{Roots: o.files, Logger: o.logger}); err != nil {
			return fmt.Errorf("files: %w", err)
		}
		s.closers = append(s.closers, m.Files.Close)
	}
	sources := map[string]db.Config{}
	for _, ds := range o.datasources {
		name, uri, ok := strings.Cut(ds, "=")
		if !ok || !strings.Contains(uri, ":") {
			return fmt.Errorf("ds: NAME=DRIVER:DSN expected, got %q", ds)
		}
		sources[name] = db.Config{URI: []string{uri}}
	}
	dbOptions := &db.Options{Sources: sources, Drivers: map[string]db.Driver{"pgx": db.SQL([]string{"pgx"}, db.PostgreSQL(), nil)}}
	if m.Files != nil {
		dbOptions.ReadFile = m.Files.ReadFile
	}
	if m.DB, err = db.New(dbOptions); err != nil {
		return fmt.Errorf("ds: %w", err)
	}
	s.closers = append(s.closers, m.DB.Close)
	var slots []scan.Slot
	if o.clamd != "" {
		slots = append(slots, scan.Slot{Name: "clamav", Engine: clamd.New(o.clamd, nil), Kind: scan.Antivirus})
	}
	if o.spamd != "" {
		slots = append(slots, scan.Slot{Name: "spamassassin", Engine: spamd.New(&spamd.Options{Addr: o.spamd})})
	}
	if m.Scanners, err = scan.NewSet(slots...); err != nil {
		return err
	}
	s.closers = append(s.closers, m.Scanners.Close)
	m.Server = httpsrv.New(&httpsrv.Options{Logger: o.logger})
	return nil
}

// checksOf gives the checks of -checks.
func (o *serviceOptions) checksOf(set *modules.Set) (c modules.Checks, err error) {
	for _, name := range strings.FieldsFunc(o.checks, func(r rune) bool { return r == ',' || r == ' ' }) {
		switch name {
		case "spf":
			c.SPF = &spf.Validator{Checker: spf.Checker{Resolver: set.DNS}}
		case "senderid":
			c.SenderID = &spf.SenderID{Checker: spf.Checker{Resolver: set.DNS}}
		case "dkim":
			c.DKIM = &dkim.Validator{Verifier: set.DKIM.Verifier}
		case "arc":
			c.ARC = &openarc.Verifier{Keys: dkimsig.KeyStore{Resolver: set.DNS}}
		case "virus":
			if o.clamd == "" {
				return c, errors.New("checks: virus needs clamd")
			}
			c.Virus, c.Received = &av.Auto{Set: set.Scanners}, set.Scanners
		default:
			return c, fmt.Errorf("checks: unknown check %q; known are spf, senderid, dkim, arc, virus", name)
		}
	}
	return c, nil
}

// serveHTTP serves metrics and the endpoints of policies.
func (s *services) serveHTTP(o *options, collectors []prometheus.Collector) error {
	reg := prometheus.NewRegistry()
	reg.MustRegister(append(collectors, s.observer, promexport.New(s.set.Counters, nil))...)
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(reg, promhttp.HandlerOpts{}))
	mux.Handle("/", s.set.Server)
	l, err := net.Listen("tcp", o.http)
	if err != nil {
		return fmt.Errorf("http: %w", err)
	}
	o.logger.Info("serving HTTP", "address", l.Addr().String())
	s.http = &http.Server{Addr: l.Addr().String(), Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		if err := s.http.Serve(l); err != nil && !errors.Is(err, http.ErrServerClosed) {
			o.logger.Error("HTTP ended", "error", err)
		}
	}()
	return nil
}

// stop ends the HTTP server, before the policies end.
func (s *services) stop() error {
	if s.http == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return s.http.Shutdown(ctx)
}

// close ends the services, after the policies.
func (s *services) close() error {
	var errs []error
	if s.set != nil {
		errs = append(errs, s.set.Close())
	}
	for _, end := range s.closers {
		errs = append(errs, end())
	}
	return errors.Join(errs...)
}
