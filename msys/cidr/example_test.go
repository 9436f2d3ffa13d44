package cidr_test

import (
	"context"
	"fmt"
	"io"
	"net/netip"
	"strings"

	"github.com/gomsys/gomsys/msys/cidr"
)

func Example() {
	const file = `:127.0.0.2:listed, see http://bl.example/?$
192.0.2.0/24
!192.0.2.25
2001:db8:bad::/48 :127.0.0.4:known to send spam
`
	reg := cidr.New(&cidr.Config{ // leave Open out to read files
		Open: func(context.Context, string) (io.ReadCloser, error) {
			return io.NopCloser(strings.NewReader(file)), nil
		},
	})
	defer reg.Close()
	err := reg.Define("blocked", cidr.Options{
		Type: cidr.RBLDNSD, Source: "bl.txt", Value: "txt", Interpolate: true, Default: "",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, addr := range []string{"192.0.2.1", "192.0.2.25", "2001:db8:bad::1"} {
		p := netip.MustParseAddr(addr)
		text, listed, err := reg.Query(context.Background(), "blocked", netip.PrefixFrom(p, p.BitLen()))
		fmt.Printf("%q %v %v\n", text, listed, err)
	}
	// Output:
	// "listed, see http://bl.example/?192.0.2.1" true <nil>
	// "" false <nil>
	// "known to send spam" true <nil>
}
