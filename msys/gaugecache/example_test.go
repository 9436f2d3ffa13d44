package gaugecache_test

import (
	"context"
	"fmt"
	"time"

	"github.com/gomsys/gomsys/msys/gaugecache"
)

func Example() {
	ctx := context.Background()
	caches := gaugecache.New(nil)
	defer caches.Close(ctx)
	if err := caches.Define("open", gaugecache.Spec{MaxElems: 1000, TTL: time.Hour}); err != nil {
		fmt.Println(err)
		return
	}
	for _, delta := range []int64{1, 1, -1} {
		n, err := caches.Add(ctx, "open", "customer-7", delta)
		fmt.Println(n, err)
	}
	// Output:
	// 1 <nil>
	// 2 <nil>
	// 1 <nil>
}
