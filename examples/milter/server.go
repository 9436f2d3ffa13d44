package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-milter"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/modules"
)

// options are the command line, or what a test sets.
type options struct {
	listen, policies, hostname, service, inject string

	maxSize   int64
	maxTarpit time.Duration
	timeout   time.Duration
	loops     int
	logger    *slog.Logger
}

// server is a milter with policies.
type server struct {
	o        *options
	rt       *msys.Runtime
	set      *modules.Set
	injector *injector // nil without -inject

	mu      sync.Mutex
	closing bool
	in      net.Listener
	wires   map[*wire]struct{}
	open    sync.WaitGroup
}

// newServer loads the policies.
func newServer(o *options) (*server, error) {
	if o.hostname == "" {
		o.hostname, _ = os.Hostname()
	}
	s := &server{o: o, wires: map[*wire]struct{}{}}
	if o.inject != "" {
		s.injector = &injector{o.inject, o.hostname}
	}
	if err := s.load(); err != nil {
		return nil, errors.Join(err, s.end())
	}
	return s, nil
}

// load makes the runtime and loads every script of the directory.
func (s *server) load() error {
	root, err := os.OpenRoot(s.o.policies)
	if err != nil {
		return fmt.Errorf("policies: %w", err)
	}
	if s.set, err = modules.New(modules.Options{}); err != nil {
		return err
	}
	cfg := msys.Config{
		Path:      []fs.FS{root.FS()},
		Modules:   modules.All(s.set.Options),
		Loops:     s.o.loops,
		Logger:    s.o.logger,
		Hostname:  s.o.hostname,
		MaxTarpit: s.o.maxTarpit,
		Builtins:  []msys.Builtin{messageMacros()},
	}
	if s.injector != nil {
		cfg.Enqueuer = s.injector
	}
	if s.rt, err = msys.New(cfg); err != nil {
		return err
	}
	scripts, err := filepath.Glob(filepath.Join(s.o.policies, "*.lua"))
	if err != nil {
		return err
	}
	if len(scripts) == 0 {
		return fmt.Errorf("policies: no .lua file in %s", s.o.policies)
	}
	sort.Strings(scripts)
	for _, file := range scripts {
		if err := s.rt.Load(strings.TrimSuffix(filepath.Base(file), ".lua")); err != nil {
			return err
		}
	}
	return nil
}

// end ends the policies.
func (s *server) end() error {
	var errs []error
	if s.rt != nil {
		errs = append(errs, s.rt.Close())
	}
	if s.set != nil {
		errs = append(errs, s.set.Close())
	}
	return errors.Join(errs...)
}

// Serve accepts connections of MTAs on one listener until Shutdown.
func (s *server) Serve(l net.Listener) error {
	in := &listener{Listener: l, s: s}
	srv := &milter.Server{
		NewMilter: func() milter.Milter { return in.last.session },
		Actions: milter.OptAddHeader | milter.OptChangeHeader | milter.OptChangeBody | milter.OptAddRcpt | milter.OptRemoveRcpt |
			milter.OptChangeFrom | milter.OptQuarantine | milter.OptSetSymList,
		Protocol: milter.OptHeaderLeadingSpace | milter.OptNoUnknown | milter.OptNoData,
		SymList:  wantedMacros(),
	}
	s.mu.Lock()
	s.in = l
	closing := s.closing
	s.mu.Unlock()
	if closing {
		return l.Close()
	}
	if err := srv.Serve(in); !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

// listener wraps the connections of MTAs. The library asks for a Milter right
// after it accepted a connection; last is the one that it is for.
type listener struct {
	net.Listener
	s    *server
	last *wire
}

// Accept implements net.Listener. A failure that may pass does not end the
// server.
func (l *listener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err == nil {
			l.last = l.s.newWire(c)
			return l.last, nil
		}
		if errors.Is(err, net.ErrClosed) {
			return nil, err
		}
		l.s.o.logger.Error("accepting a connection", "error", err) // out of files, for one
		time.Sleep(100 * time.Millisecond)
	}
}

func (s *server) newWire(c net.Conn) *wire {
	w := &wire{Conn: c, timeout: s.o.timeout, closed: s.forget}
	w.session = &session{s: s, w: w, conn: macros{}, mess: macros{}}
	w.session.ctx, w.session.cancel = context.WithCancel(context.Background())
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wires[w] = struct{}{}
	s.open.Add(1)
	if s.closing {
		w.drain()
	}
	return w
}

func (s *server) forget(w *wire) {
	s.mu.Lock()
	delete(s.wires, w)
	s.mu.Unlock()
	if w.session.policy != nil {
		w.session.policy.Close()
	}
	s.open.Done()
}

// Shutdown ends the server: connections after their transactions, or when ctx
// ends, then the policies.
func (s *server) Shutdown(ctx context.Context) error {
	s.mu.Lock()
	s.closing = true
	if s.in != nil {
		s.in.Close()
	}
	for w := range s.wires {
		w.drain()
	}
	s.mu.Unlock()
	done := make(chan struct{})
	go func() { s.open.Wait(); close(done) }()
	select {
	case <-done:
	case <-ctx.Done():
		s.mu.Lock()
		for w := range s.wires {
			w.session.cancel()
			w.Conn.Close()
		}
		s.mu.Unlock()
		<-done
	}
	return s.end()
}
