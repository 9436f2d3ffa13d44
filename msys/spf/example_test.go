package spf_test

import (
	"context"
	"fmt"
	"log"
	"net/netip"

	"github.com/gomsys/gomsys/msys/spf"
)

func Example() {
	// The resolver would be net.DefaultResolver or that of the host.
	resolver := zone{"example.org TXT": {"v=spf1 ip4:192.0.2.0/24 -all"}}
	c := &spf.Checker{Resolver: resolver}
	res, err := c.Check(context.Background(), spf.Request{
		IP: netip.MustParseAddr("192.0.2.7"), Helo: "mx.example.org", MailFrom: "ann@example.org",
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(res.Value, res.Mechanism)
	fmt.Println(res.AuthResult())
	// Output:
	// pass matched ip
	// spf=pass smtp.mailfrom=example.org
}
