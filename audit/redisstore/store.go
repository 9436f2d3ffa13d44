package redisstore

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/gomsys/gomsys/audit"
	"github.com/gomsys/gomsys/msys/gaugecache"
)

// Options are the settings of a store; nil works.
type Options struct {
	// KeyPrefix begins all keys. If empty, "msys".
	KeyPrefix string
}

// Store keeps shared state in Redis.
type Store struct {
	client redis.UniversalClient
	prefix string
	own    bool // the client is closed with the store
}

var (
	_ audit.Store        = (*Store)(nil)
	_ audit.SessionStore = (*Store)(nil)
	_ gaugecache.Store   = (*Store)(nil)
)

// New makes a store with a Redis client of its own. The client honours the
// deadlines of contexts and repeats nothing, whatever the options say. It
// connects when it is first needed.
func New(client *redis.UniversalOptions, o *Options) *Store {
	var c redis.UniversalOptions
	if client != nil {
		c = *client
	}
	c.ContextTimeoutEnabled = true
	c.MaxRetries = -1
	c.DialerRetries = 1
	s := NewFromClient(redis.NewUniversalClient(&c), o)
	s.own = true
	return s
}

// NewFromClient makes a store over a client that the program has. The client
// should have been made with ContextTimeoutEnabled: without it, calls may take
// as long as its timeouts, whatever audit.Options.OpTimeout is. Close leaves
// it open.
func NewFromClient(client redis.UniversalClient, o *Options) *Store {
	s := &Store{client: client, prefix: "msys"}
	if o != nil && o.KeyPrefix != "" {
		s.prefix = o.KeyPrefix
	}
	return s
}

// Close closes the client that New made.
func (s *Store) Close() error {
	if !s.own {
		return nil
	}
	return s.client.Close()
}

// escape writes the bytes of a name that have a meaning in keys as %XX.
func escape(name string) string {
	var b strings.Builder
	for i := range len(name) {
		if c := name[i]; c <= ' ' || c >= 0x7f || strings.IndexByte("%{}:", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// script is a Lua script of Redis that runs at most once per call.
type script struct {
	text string
	hash string
}

func newScript(text string) script {
	return script{text: text, hash: redis.NewScript(text).Hash()}
}

// once is a command that the client must not repeat.
type once struct{ *redis.Cmd }

// NoRetry implements redis.Cmder.
func (once) NoRetry() bool { return true }

// Clone implements redis.Cmder.
func (o once) Clone() redis.Cmder { return once{o.Cmd.Clone().(*redis.Cmd)} }

// run is one run of a script.
type run struct {
	script script
	keys   []string
	args   []any
	cmd    once
}

// command makes the command for a run, by the script's hash or its text.
func (r *run) command(ctx context.Context, whole bool) once {
	name, body := "evalsha", r.script.hash
	if whole {
		name, body = "eval", r.script.text
	}
	args := make([]any, 0, 3+len(r.keys)+len(r.args))
	args = append(args, name, body, len(r.keys))
	for _, k := range r.keys {
		args = append(args, k)
	}
	r.cmd = once{redis.NewCmd(ctx, append(args, r.args...)...)}
	r.cmd.SetFirstKeyPos(3)
	return r.cmd
}

// exec runs scripts in one pipeline; each run's command then has its result or
// error. Those whose script Redis does not know yet go a second time.
func (s *Store) exec(ctx context.Context, runs []*run) {
	unknown := runs
	for _, whole := range []bool{false, true} {
		s.pipeline(ctx, unknown, whole)
		runs, unknown = unknown, nil
		for _, r := range runs {
			if redis.HasErrorPrefix(r.cmd.Err(), "NOSCRIPT") {
				unknown = append(unknown, r)
			}
		}
		if len(unknown) == 0 {
			return
		}
	}
}

func (s *Store) pipeline(ctx context.Context, runs []*run, whole bool) {
	p := s.client.Pipeline()
	for _, r := range runs {
		_ = p.Process(ctx, r.command(ctx, whole)) // the command is queued
	}
	_, _ = p.Exec(ctx) // each command has its own error
}

// one runs one script.
func (s *Store) one(ctx context.Context, sc script, keys []string, args ...any) (any, error) {
	r := &run{script: sc, keys: keys, args: args}
	s.exec(ctx, []*run{r})
	return r.cmd.Result()
}

// notApplied reports whether a command with that error certainly had no
// effect, and may have one later.
func notApplied(err error) bool {
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "dial" {
		return true
	}
	if errors.Is(err, redis.ErrPoolTimeout) || errors.Is(err, redis.ErrPoolExhausted) || errors.Is(err, redis.ErrClosed) {
		return true
	}
	for _, refusal := range []string{
		"NOSCRIPT", "LOADING", "READONLY", "OOM", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "BUSY", "MISCONF", "NOREPLICAS",
		"MOVED", "ASK", "NOAUTH", "NOPERM", "max number of clients",
	} {
		if redis.HasErrorPrefix(err, refusal) {
			return true
		}
	}
	return false
}
