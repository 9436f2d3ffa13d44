package audit_test

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"github.com/gomsys/gomsys/audit"
)

func Example() {
	ctx := context.Background()
	a, err := audit.New(&audit.Options{Monitors: []string{"60,1"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer a.Close(ctx)
	err = a.DefineSeries("bad_rcpt", audit.Spec{Type: audit.CIDR, Interval: time.Hour, Windows: 12})
	if err != nil {
		fmt.Println(err)
		return
	}

	peer := netip.MustParseAddr("203.0.113.9")
	session := a.SessionOpened(audit.SMTP, "inbound", peer)
	defer session.Close()
	for range 3 {
		if err := a.Add(ctx, "bad_rcpt", audit.Host(peer), 1); err != nil {
			fmt.Println(err)
		}
	}

	network := netip.MustParsePrefix("203.0.113.0/24")
	bad, err := a.SeriesCount(ctx, "bad_rcpt", audit.Block(network), 0, 11)
	fmt.Println("refused recipients:", bad, err)
	opened, err := a.Count(ctx, audit.Connections, "60,1", audit.Query{Prefix: network})
	fmt.Println("connections:", opened, err)
	open, err := a.Sessions(ctx, audit.SMTP, network)
	fmt.Println("open sessions:", open, err)
	// Output:
	// refused recipients: 3 <nil>
	// connections: 1 <nil>
	// open sessions: 1 <nil>
}
