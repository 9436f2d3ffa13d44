package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/modules"
)

// options are what the command line and the configuration file set, or a test.
type options struct {
	listen, listenTLS           list
	policies, maildir, hostname string
	cert, key                   string
	authURI, console            string
	insecureAuth, discard       bool
	maxSize                     int64
	loops                       int
	grace                       time.Duration
	logFormat, logLevel         string
	relayOptions
	relayRule
	rejectionOptions
	serviceOptions
	keyPair *keyPair // nil without TLS, or if tls has one that stays
	tls     *tls.Config
	logger  *slog.Logger
}

// clientSilence is how long a client may take for a command, for the next part
// of the content, or to read a reply (RFC 5321 section 4.5.3.2.7).
const clientSilence = 5 * time.Minute

// server is a go-smtp server with policies.
type server struct {
	o    *options
	smtp *smtp.Server
	rt   *msys.Runtime

	reloading sync.Mutex
	loaded    []string // names of policies

	boxes *maildir
	out   *outgoing // nil without -relay

	services *services
	rejected rejections
	metrics  *metrics
	sessions sessions
}

// openFile gives io.open of scripts: the directories of -files, or nothing.
func (s *server) openFile() func(name, mode string) (msys.File, error) {
	if len(s.o.files) == 0 {
		return nil
	}
	return s.services.set.Files.OpenMode
}

// newServer loads the policies and makes the server.
func newServer(o *options) (*server, error) {
	if o.hostname == "" {
		o.hostname, _ = os.Hostname()
	}
	s := &server{o: o, metrics: newMetrics()}
	err := o.relayRule.prepare(o.relay != "")
	if err != nil {
		return nil, err
	}
	switch {
	case o.discard:
	case o.relay != "":
		s.out, err = newOutgoing(o)
	default:
		s.boxes, err = openMaildir(o.maildir, o.hostname)
	}
	if err != nil {
		return nil, err
	}
	if err := s.load(); err != nil {
		return nil, errors.Join(err, s.end())
	}
	s.smtp = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &backend{wire: c.Conn().(*wire)}, nil
	}))
	s.smtp.Domain = o.hostname
	s.smtp.MaxMessageBytes = o.maxSize
	s.smtp.ReadTimeout, s.smtp.WriteTimeout = clientSilence, clientSilence
	s.smtp.EnableSMTPUTF8, s.smtp.EnableDSN = true, true
	s.smtp.AllowInsecureAuth = true // the backend decides
	s.smtp.ErrorLog = slog.NewLogLogger(o.logger.Handler(), slog.LevelWarn)
	return s, nil
}

// load makes the runtime, loads the policies and begins to deliver.
func (s *server) load() error {
	o := s.o
	root, err := os.OpenRoot(o.policies)
	if err != nil {
		return fmt.Errorf("policies: %w", err)
	}
	s.rejected = rejections{silent: o.silent, hostname: o.hostname, logger: o.logger}
	outgoing := modules.Options{DSN: s.rejected.dsn()}
	if s.out != nil {
		outgoing = s.out.modules()
	}
	if s.services, err = newServices(o, outgoing, s.collectors()...); err != nil {
		return err
	}
	cfg := msys.Config{
		Path:     []fs.FS{root.FS()},
		Modules:  s.services.set.Libraries(),
		Builtins: s.services.builtins,
		Resolver: s.services.set.DNS,
		OpenFile: s.openFile(),
		Loops:    o.loops,
		Logger:   o.logger,
		Hostname: o.hostname,
		Enqueuer: s,
		RelaysTo: o.relaysTo,

		EachRcptReject: msys.NotifyRejected,
		ConfigSource:   o.relayRule.config(),
	}
	if o.http != "" {
		cfg.Observer = s.services.observer // for /metrics
	}
	s.rt, err = msys.New(cfg)
	if err != nil {
		return err
	}
	s.rejected.use(s.rt)
	if err := s.loadNew(); err != nil {
		return err
	}
	if s.out != nil {
		return s.out.start(o, s.rt, s.relayed)
	}
	return nil
}

// scripts lists the files of the policies, in the order in which they load.
func (o *options) scripts() ([]string, error) {
	entries, err := os.ReadDir(o.policies)
	if err != nil {
		return nil, fmt.Errorf("policies: %w: name a directory with Lua files", err)
	}
	var files []string
	for _, e := range entries { // which ReadDir has sorted
		if !e.IsDir() && filepath.Ext(e.Name()) == ".lua" {
			files = append(files, e.Name())
		}
	}
	return files, nil
}

// loadNew loads the policies that are not loaded yet.
func (s *server) loadNew() error {
	files, err := s.o.scripts()
	if err != nil {
		return err
	}
	for _, file := range files {
		name := strings.TrimSuffix(file, ".lua")
		if slices.Contains(s.loaded, name) {
			continue
		}
		if err := s.rt.Load(name); err != nil {
			return err
		}
		s.loaded = append(s.loaded, name)
	}
	return nil
}

// reload reads the certificate and the policies anew, and policies that have
// come since. Open sessions keep theirs. If something is wrong, what runs
// stays.
func (s *server) reload() error {
	s.reloading.Lock()
	defer s.reloading.Unlock()
	var fresh *tls.Certificate
	if c := s.o.keyPair; c != nil {
		var err error
		if fresh, err = c.read(); err != nil {
			return err
		}
	}
	if err := s.rt.Reload(); err != nil {
		return err
	}
	if fresh != nil {
		s.o.keyPair.use(fresh)
	}
	return s.loadNew()
}

// end ends deliveries, then the policies.
func (s *server) end() error {
	var errs []error
	if s.out != nil {
		errs = append(errs, s.out.stop())
	}
	if s.services != nil {
		errs = append(errs, s.services.stop())
	}
	if s.rt != nil {
		errs = append(errs, s.rt.Close())
	}
	if s.services != nil {
		errs = append(errs, s.services.close())
	}
	if s.out != nil {
		errs = append(errs, s.out.close()) // the policies may have queued mail at their end
	}
	return errors.Join(errs...)
}

// Serve accepts connections until Shutdown. Implicit says that their TLS
// begins before the banner.
func (s *server) Serve(l net.Listener, implicit bool) error {
	err := s.smtp.Serve(&listener{l, s, implicit})
	if errors.Is(err, smtp.ErrServerClosed) {
		return nil
	}
	return err
}

// Enqueue takes mail that policies send.
func (s *server) Enqueue(ctx context.Context, m *message.Message) error {
	return s.store(ctx, m, "")
}

// store keeps a message, with a trace field or "" in front, and returns when
// it is safe on disk. With -discard it keeps nothing.
func (s *server) store(ctx context.Context, m *message.Message, trace string) error {
	switch {
	case s.o.discard:
		return nil
	case s.out != nil:
		return s.out.queue.Put(ctx, m, trace)
	}
	return s.boxes.deliver(m, trace)
}

// capabilities are the EHLO lines before policy changes them.
func (s *server) capabilities() []string {
	caps := []string{"PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES", "CHUNKING", "SMTPUTF8", "DSN", fmt.Sprintf("SIZE %d", s.o.maxSize)}
	if s.o.tls != nil {
		caps = append(caps, "STARTTLS")
	}
	if s.o.authURI != "" && s.o.insecureAuth {
		caps = append(caps, authCapability)
	}
	return caps
}

const authCapability = "AUTH PLAIN LOGIN"

// listener wraps connections so that policy sees them before the SMTP server.
type listener struct {
	net.Listener
	s        *server
	implicit bool
}

func (l *listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return newWire(l.s, c, l.implicit), nil
}
