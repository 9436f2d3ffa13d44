package outbound_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/delivery"
	"github.com/gomsys/gomsys/msys/modules/outbound"
)

// A script logs what became of a message.
func ExampleHooks() {
	rt, err := msys.New(msys.Config{
		Print:  func(line string) { fmt.Println(line) },
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer rt.Close()
	if err := rt.LoadString("log.lua", `
		local mod = {}
		function mod:core_log_permanent_failure_v1(msg, dr, now, note, note_len)
			print(dr.domain, msg:rcptto(), note)
		end
		msys.registerModule("log", mod)
	`); err != nil {
		fmt.Println(err)
		return
	}
	m, err := message.ParseBytes([]byte("Subject: hi\r\n\r\nHi\r\n"), message.Envelope{From: "ann@a.example", To: "bob@b.example"}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	policy := &delivery.Policy{Hooks: outbound.Hooks(rt)}
	out, err := policy.Result(context.Background(), &delivery.Attempt{Message: m}, delivery.ParseReply("550 5.1.1 no such user"))
	fmt.Println(out.Final, err)
	// Output:
	// b.example	bob@b.example	550 5.1.1 no such user
	// failed <nil>
}
