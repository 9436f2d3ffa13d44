package delivery_test

import (
	"context"
	"fmt"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/delivery"
	"github.com/gomsys/gomsys/msys/lualib"
)

// A host asks before it connects and tells what the remote host said.
func Example() {
	ctx := context.Background()
	m, err := message.ParseBytes([]byte("Subject: hi\r\n\r\nHi\r\n"), message.Envelope{From: "ann@a.example", To: "bob@b.example"}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	policy := &delivery.Policy{}
	a := &delivery.Attempt{Message: m}
	plan, err := policy.Route(ctx, a)
	if err != nil || plan.Action != delivery.Send {
		fmt.Println(plan, err)
		return
	}
	out, err := policy.Result(ctx, a, delivery.ParseReply("452 4.2.2 mailbox full"))
	fmt.Println(plan.Key.Domain, out.Final, out.Reply, err)
	// Output: b.example deferred 452 4.2.2 mailbox full <nil>
}

func ExampleInternal() {
	fmt.Println(delivery.Internal(delivery.ConnectTimeout))
	// Output: 450 4.4.1 [internal] Connection Timed Out
}

func Example_lua() {
	l := lua.NewState()
	lualib.Open(l)
	bind.Preload(l, delivery.Library())
	err := lua.DoString(l, `
		require("msys.delivery")
		print(msys.delivery.DELIVERY_TEMPFAILED, msys.delivery.DELIVERY_FAIL)
	`)
	fmt.Println(err)
	// Output:
	// 3	4
	// <nil>
}
