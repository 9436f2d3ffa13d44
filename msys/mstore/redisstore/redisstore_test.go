package redisstore_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/gomsys/gomsys/internal/loopback"
	"github.com/gomsys/gomsys/msys/mstore"
	"github.com/gomsys/gomsys/msys/mstore/internal/storetest"
	"github.com/gomsys/gomsys/msys/mstore/redisstore"
)

var ctx = context.Background()

// startServer runs a redis-server that keeps nothing on disk. stop ends it as
// kill -9 does.
func startServer(t testing.TB) (addr string, stop func()) {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		t.Skip("redis-server is not installed (Debian package redis-server): the Redis store is not tested")
	}
	addr = loopback.Addr(t)
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	cmd := exec.Command("redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", t.TempDir())
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stopped := false
	stop = func() {
		if !stopped {
			_ = cmd.Process.Kill() // it may have ended
			_ = cmd.Wait()
			stopped = true
		}
	}
	t.Cleanup(stop)
	client := redis.NewClient(&redis.Options{Addr: addr, MaxRetries: -1})
	defer client.Close()
	for deadline := time.Now().Add(20 * time.Second); client.Ping(ctx).Err() != nil; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			stop()
			t.Fatal("redis-server does not answer:", log.String())
		}
	}
	return addr, stop
}

func newStore(t testing.TB, addr string, o *redisstore.Options) *redisstore.Store {
	t.Helper()
	s := redisstore.New(&redis.UniversalOptions{Addrs: []string{addr}}, o)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestStore(t *testing.T) {
	addr, stop := startServer(t)
	s := newStore(t, addr, nil)
	storetest.Run(t, s)

	other := newStore(t, addr, &redisstore.Options{KeyPrefix: "other"})
	if err := s.Put(ctx, "b", "i", []byte("x"), time.Hour); err != nil {
		t.Fatal(err)
	}
	if _, err := other.Get(ctx, "b", "i"); !errors.Is(err, mstore.ErrNotFound) {
		t.Error("prefixes do not part stores:", err)
	}

	client := redis.NewClient(&redis.Options{Addr: addr})
	defer client.Close()
	ttl, err := client.PTTL(ctx, "msys:ms:b:i").Result()
	if err != nil || ttl <= 59*time.Minute || ttl > time.Hour {
		t.Error(ttl, err)
	}
	// The time of the server cannot be moved: the entry's life is cut instead.
	storetest.RunTTL(t, s, func(time.Duration) {
		if err := client.PExpire(ctx, "msys:ms:b:short", 0).Err(); err != nil {
			t.Fatal(err)
		}
	})

	shared := redisstore.NewFromClient(client, nil)
	if got, err := shared.Get(ctx, "b", "i"); string(got) != "x" || err != nil {
		t.Errorf("%q %v", got, err)
	}
	if err := shared.Close(); err != nil || client.Ping(ctx).Err() != nil {
		t.Error("the program's own client is closed", err)
	}

	stop()
	short, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	parked := mstore.New(&mstore.Options{Store: s})
	if _, err := parked.Load(short, "b", "i"); err == nil || errors.Is(err, mstore.ErrNotFound) {
		t.Error("server down:", err)
	}
}

func Example() {
	store := redisstore.New(&redis.UniversalOptions{Addrs: []string{"127.0.0.1:1"}}, nil)
	defer store.Close()
	parked := mstore.New(&mstore.Options{Store: store})
	_, err := parked.Load(context.Background(), "MADR-12345", "id")
	fmt.Println(err != nil && !errors.Is(err, mstore.ErrNotFound)) // nobody is there
	// Output: true
}
