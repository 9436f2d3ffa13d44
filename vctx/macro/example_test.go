package macro_test

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"github.com/gomsys/gomsys/vctx"
	"github.com/gomsys/gomsys/vctx/macro"
)

func ExampleExpander_Expand() {
	v := vctx.NewContext(vctx.NewConn(vctx.Conn{Remote: netip.MustParseAddrPort("192.0.2.3:4321")}), nil)
	v.SetEhlo("EHLO mx.example.org")
	v.SetMailFrom("MAIL FROM:<strong-bad@email.example.com>")

	e := macro.New(nil)
	text, err := e.Expand(context.Background(), &macro.Subject{Context: v},
		"%{spfv1:ir}.dnsbl.example %{vctx_conn:ehlo_domain} %{d2} %{vctx_conn:auth_user||nobody}")
	fmt.Println(text, err)
	// Output: 3.2.0.192.dnsbl.example mx.example.org example.com nobody <nil>
}

func ExampleExpander_Register() {
	e := macro.New(nil)
	err := e.Register("site:*", func(_ context.Context, _ *vctx.Context, arg string) (string, error) {
		return arg + ".eu-west", nil
	})
	if err != nil {
		fmt.Println(err)
	}
	fmt.Println(e.Expand(context.Background(), nil, "pool %{site:mx1}"))
	// Output: pool mx1.eu-west <nil>
}

func ExampleExpander_Log() {
	e := macro.New(nil)
	format, err := e.Log("%t{%Y-%m-%d}@%i@R@%r@%R@%n", &macro.LogOptions{Sanitize: "special_characters"})
	if err != nil {
		fmt.Println(err)
	}
	line, err := format.Expand(context.Background(), &macro.LogEvent{
		Time: time.Date(2012, 6, 6, 18, 37, 49, 0, time.UTC), MessageID: "00/00-25004-31B987F3",
		RcptTo: "bob@example.fict", Text: "250 ok\r\nqueued",
	})
	fmt.Println(line, err)
	// Output: 2012-06-06@00/00-25004-31B987F3@R@bob@example.fict@250 ok\r\nqueued <nil>
}
