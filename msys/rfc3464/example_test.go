package rfc3464_test

import (
	"context"
	"fmt"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/rfc3464"
)

func Example() {
	ctx := context.Background()
	msg, err := message.ParseBytes([]byte("Subject: hello\r\n\r\nbody\r\n"), message.Envelope{From: "sender@example.org", To: "nobody@example.net"}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := msg.SetCode(550, "5.1.1 no such user"); err != nil {
		fmt.Println(err)
		return
	}
	dsn, err := rfc3464.Create(ctx, msg, rfc3464.Failed, &rfc3464.Options{Hostname: "mx.example.com"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(dsn.Recipient(), dsn.Header().Get("Subject"))
	report, err := rfc3464.Parse(dsn)
	if err != nil {
		fmt.Println(err)
		return
	}
	recipient := report.Recipients[0]
	fmt.Println(recipient.Address("Final-Recipient"), recipient.Get("Action"), recipient.Get("Status"))
	// Output:
	// sender@example.org Mail Delivery Failure
	// nobody@example.net failed 5.1.1
}

func ExampleComputeText() {
	report := rfc3464.ComputeText("452 4.2.2 mailbox full", &rfc3464.Options{Hostname: "mx.example.com"})
	fmt.Println(report.Message.Get("Reporting-MTA"))
	fmt.Println(report.Recipients[0].Get("Action"), report.Recipients[0].Get("Status"))
	// Output:
	// dns; mx.example.com
	// delayed 4.2.2
}
