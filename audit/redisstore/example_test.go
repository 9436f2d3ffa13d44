package redisstore_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/gomsys/gomsys/audit"
	"github.com/gomsys/gomsys/audit/redisstore"
)

func Example() {
	failures := 0
	store := redisstore.New(&redis.UniversalOptions{Addrs: []string{"127.0.0.1:1"}}, nil) // where no Redis listens
	defer store.Close()
	ctx := context.Background()
	a, err := audit.New(&audit.Options{
		Store:        store,
		Logger:       slog.New(slog.DiscardHandler),
		OnStoreError: func(op string, err error) { failures++ },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer a.Close(ctx)
	err = a.DefineSeries("bad_rcpt", audit.Spec{
		Type: audit.CIDR, Interval: time.Hour, Windows: 12, Replicate: audit.Cluster,
	})
	peer := audit.Host(netip.MustParseAddr("203.0.113.9"))
	if err == nil {
		err = a.Add(ctx, "bad_rcpt", peer, 1)
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	n, err := a.SeriesCount(ctx, "bad_rcpt", peer, 0, 11)
	fmt.Println(n, err, "failures:", failures)
	// Output: 1 <nil> failures: 1
}
