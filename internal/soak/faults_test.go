//go:build soak

package soak_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	wire "github.com/miekg/dns"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/gomsys/gomsys/internal/loopback"
	"github.com/gomsys/gomsys/message"
)

// slowDNS is how long answers take that come late: longer than any session may
// wait that does not ask for it.
const slowDNS = 4 * time.Second

// jumpingClock is the system's clock with an offset.
type jumpingClock struct{ offset atomic.Int64 }

func (c *jumpingClock) Now() time.Time { return time.Now().Add(time.Duration(c.offset.Load())) }

// faults are what goes wrong at the moment.
type faults struct {
	clock     jumpingClock
	dnsSlow   atomic.Bool
	dnsFails  atomic.Bool
	queueFull atomic.Bool

	spool   string
	excused map[string]bool // files of the spool that could not be removed in time

	db    *sql.DB
	redis *redisServer // nil if it is not installed

	check func(m *message.Message) // of mail that scripts send
}

// exchange answers DNS questions.
func (f *faults) exchange(ctx context.Context, q *wire.Msg, _, _ string) (*wire.Msg, error) {
	if f.dnsSlow.Load() {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(slowDNS):
		}
	}
	if f.dnsFails.Load() {
		return nil, errors.New("no answer")
	}
	m := new(wire.Msg)
	m.SetReply(q)
	if q.Question[0].Qtype == wire.TypeTXT {
		rr, err := wire.NewRR(q.Question[0].Name + ` 1 IN TXT "soak"`)
		if err != nil {
			return nil, err
		}
		m.Answer = append(m.Answer, rr)
	}
	return m, nil
}

// Enqueue implements msys.Enqueuer.
func (f *faults) Enqueue(_ context.Context, m *message.Message) error {
	if f.queueFull.Load() {
		return &os.PathError{Op: "write", Path: "/queue", Err: syscall.ENOSPC}
	}
	f.check(m)
	return nil
}

// newDatabase makes the table that policies ask.
func newDatabase(t *testing.T) (*sql.DB, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "users.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	for _, q := range []string{"pragma journal_mode = wal", "create table users (id integer, name text)", "insert into users values (1, 'ann'), (2, 'bob')"} {
		if _, err := db.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	return db, path
}

// run makes faults until ctx ends, and then repairs all. A fault that cannot be
// made is returned as an error.
func (f *faults) run(ctx context.Context, r *rand.Rand) (err error) {
	var all []func(bool) error
	all = append(all,
		toggle(&f.dnsSlow), toggle(&f.dnsFails), toggle(&f.queueFull), f.spoolGone, f.tableGone,
		func(on bool) error {
			if on {
				f.clock.offset.Add(int64(time.Duration(r.IntN(7200)-3600) * time.Second))
			}
			return nil
		})
	if f.redis != nil {
		all = append(all, f.redis.down)
	}
	on := make([]bool, len(all))
	for ctx.Err() == nil {
		i := r.IntN(len(all))
		on[i] = !on[i]
		err = errors.Join(err, all[i](on[i]))
		select {
		case <-ctx.Done():
		case <-time.After(time.Duration(100+r.IntN(600)) * time.Millisecond):
		}
	}
	for i := range all {
		if on[i] {
			err = errors.Join(err, all[i](false))
		}
	}
	return err
}

func toggle(b *atomic.Bool) func(bool) error {
	return func(on bool) error { b.Store(on); return nil }
}

// spoolGone takes the directory for large mail away.
func (f *faults) spoolGone(on bool) error {
	if on {
		return os.Rename(f.spool, f.spool+".gone")
	}
	files, err := os.ReadDir(f.spool + ".gone")
	for _, file := range files {
		f.excused[file.Name()] = true
	}
	return errors.Join(err, os.Rename(f.spool+".gone", f.spool))
}

// tableGone makes queries fail.
func (f *faults) tableGone(on bool) error {
	from, to := "users", "gone"
	if !on {
		from, to = to, from
	}
	for try := 0; ; try++ {
		_, err := f.db.Exec("alter table " + from + " rename to " + to)
		if err == nil || try > 200 {
			return err
		}
		time.Sleep(20 * time.Millisecond) // it is locked by readers
	}
}

// redisServer is a real redis-server that can be killed.
type redisServer struct {
	addr string
	dir  string
	mu   sync.Mutex
	cmd  *exec.Cmd
}

func newRedis(t *testing.T) *redisServer {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		t.Log("redis-server is not installed (Debian package redis-server): no Redis that is killed")
		return nil
	}
	s := &redisServer{addr: loopback.Addr(t), dir: t.TempDir()}
	if err := s.down(false); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.down(true); err != nil {
			t.Error(err)
		}
	})
	return s
}

// down kills the server as kill -9 does, or starts it.
func (s *redisServer) down(on bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !on {
		_, port, err := net.SplitHostPort(s.addr)
		if err != nil {
			return err
		}
		s.cmd = exec.Command("redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", s.dir)
		return s.cmd.Start()
	}
	if s.cmd == nil {
		return nil
	}
	if err := s.cmd.Process.Kill(); err != nil {
		return fmt.Errorf("ending redis-server: %w", err)
	}
	_ = s.cmd.Wait() // it was killed
	s.cmd = nil
	return nil
}
