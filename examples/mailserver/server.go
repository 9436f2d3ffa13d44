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
	"sort"
	"strings"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/modules"
)

// options are the command line, or what a test sets.
type options struct {
	listen, policies, maildir, hostname string
	cert, key                           string
	authURI, console                    string
	insecureAuth                        bool
	maxSize                             int64
	loops                               int
	tls                                 *tls.Config
	logger                              *slog.Logger
}

// server is a go-smtp server with policies.
type server struct {
	o     *options
	smtp  *smtp.Server
	rt    *msys.Runtime
	boxes *maildir
}

// newServer loads the policies and makes the server.
func newServer(o *options) (*server, error) {
	if o.hostname == "" {
		o.hostname, _ = os.Hostname()
	}
	boxes, err := openMaildir(o.maildir, o.hostname)
	if err != nil {
		return nil, err
	}
	s := &server{o: o, boxes: boxes}
	root, err := os.OpenRoot(o.policies)
	if err != nil {
		return nil, fmt.Errorf("policies: %w", err)
	}
	s.rt, err = msys.New(msys.Config{
		Path:     []fs.FS{root.FS()},
		Modules:  modules.All(modules.Options{}),
		Loops:    o.loops,
		Logger:   o.logger,
		Hostname: o.hostname,
		Enqueuer: s,
	})
	if err != nil {
		return nil, err
	}
	scripts, err := filepath.Glob(filepath.Join(o.policies, "*.lua"))
	if err != nil {
		return nil, err
	}
	sort.Strings(scripts)
	for _, file := range scripts {
		if err := s.rt.Load(strings.TrimSuffix(filepath.Base(file), ".lua")); err != nil {
			return nil, errors.Join(err, s.rt.Close())
		}
	}
	s.smtp = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &backend{wire: c.Conn().(*wire)}, nil
	}))
	s.smtp.Domain = o.hostname
	s.smtp.MaxMessageBytes = o.maxSize
	s.smtp.ReadTimeout, s.smtp.WriteTimeout = 5*time.Minute, 5*time.Minute
	s.smtp.EnableSMTPUTF8 = true
	s.smtp.AllowInsecureAuth = true // the backend decides
	s.smtp.ErrorLog = slog.NewLogLogger(o.logger.Handler(), slog.LevelWarn)
	return s, nil
}

// Serve accepts connections until Shutdown.
func (s *server) Serve(l net.Listener) error {
	err := s.smtp.Serve(&listener{l, s})
	if errors.Is(err, smtp.ErrServerClosed) {
		return nil
	}
	return err
}

// Shutdown ends the server gracefully, then the policies.
func (s *server) Shutdown(ctx context.Context) error {
	err := s.smtp.Shutdown(ctx)
	if err != nil {
		s.smtp.Close()
	}
	return errors.Join(err, s.rt.Close())
}

// Enqueue takes mail that policies send; this server delivers it locally.
func (s *server) Enqueue(_ context.Context, m *message.Message) error {
	return s.boxes.deliver(m, "")
}

// capabilities are the EHLO lines before policy changes them.
func (s *server) capabilities() []string {
	caps := []string{"PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES", "CHUNKING", "SMTPUTF8", fmt.Sprintf("SIZE %d", s.o.maxSize)}
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
	s *server
}

func (l *listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return newWire(l.s, c), nil
}
