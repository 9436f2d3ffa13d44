package vctx_test

import (
	"fmt"
	"net/netip"

	"github.com/gomsys/gomsys/vctx"
)

// A server without scripts keeps a session's state, and its checks decide
// through the context.
func Example() {
	ac := vctx.NewConn(vctx.Conn{Remote: netip.MustParseAddrPort("[2001:db8::1]:4321"), Capabilities: []string{"PIPELINING"}})
	v := vctx.NewContext(ac, nil)

	v.SetEhlo("EHLO mx.example.org")
	if err := ac.AddCapability("SIZE 1000000"); err != nil {
		fmt.Println(err)
	}
	fmt.Println(ac.RemoteAddr(), v.Get(vctx.ConnScope, vctx.KeyEhloDomain), ac.EHLO())

	v.SetMailFrom("MAIL FROM:<peter@kubuntu.lan> SIZE=2000")
	v.BeginPhase(250)
	if v.Get(vctx.MessScope, vctx.KeyMailfromDomain) == "kubuntu.lan" {
		if err := v.SetCode(550, "5.7.1 no mail from here\nsee https://example.org"); err != nil {
			fmt.Println(err)
		}
	}
	for _, line := range v.Reply().Format() {
		fmt.Println(line)
	}
	// Output:
	// 2001:db8::1.4321 mx.example.org [PIPELINING SIZE 1000000]
	// 550-5.7.1 no mail from here
	// 550 see https://example.org
}

func ExampleParsePath() {
	p, err := vctx.ParsePath(`MAIL FROM:<@relay.example:"john doe"@example.org> SIZE=1000`)
	fmt.Println(p.Address, p.Local, p.Domain, p.Params, err)
	// Output: "john doe"@example.org "john doe" example.org [SIZE=1000] <nil>
}

func ExampleContext_AddRecipient() {
	v := vctx.NewContext(vctx.NewConn(vctx.Conn{}), nil)
	v.SetMailFrom("MAIL FROM:<>")
	fmt.Println(v.AddRecipient("<a@x.org>", "A@x.org", "a@X.ORG"), v.Recipients())
	v.FreezeRecipients(true)
	fmt.Println(v.AddRecipient("b@x.org"))
	// Output:
	// <nil> [a@x.org A@x.org]
	// recipient list is final
}
