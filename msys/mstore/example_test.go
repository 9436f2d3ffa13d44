package mstore_test

import (
	"context"
	"errors"
	"fmt"
	"strings"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/lualib"
	"github.com/gomsys/gomsys/msys/mstore"
)

func Example() {
	parked := mstore.New(nil)
	ctx := context.Background()
	m, err := message.Parse(ctx, strings.NewReader("Subject: code\r\n\r\n1234\r\n"), message.Envelope{From: "a@bank.example", To: "b@sms.example"}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(parked.Save(ctx, m, mstore.Bucket("12345"), "id-7"))
	back, err := parked.Load(ctx, "MADR-12345", "id-7")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(back.Sender(), back.Recipient())
	fmt.Println(parked.Delete(ctx, "MADR-12345", "id-7"))
	_, err = parked.Load(ctx, "MADR-12345", "id-7")
	fmt.Println(errors.Is(err, mstore.ErrNotFound))
	// Output:
	// <nil>
	// a@bank.example b@sms.example
	// <nil>
	// true
}

func Example_lua() {
	l := lua.NewState()
	lualib.Open(l)
	bind.Preload(l, append(message.Libraries(nil), mstore.Library(mstore.New(nil)))...)
	err := lua.DoString(l, `
		require("msys.core")
		require("msys.mstore")
		local m = msys.core.ec_message_new()
		m:mailfrom("a@bank.example")
		print(msys.mstore.save(m, "MADR-12345", "id-7"))
		print(msys.mstore.load("MADR-12345", "id-7"):mailfrom())
		print(msys.mstore.load("MADR-12345", "id-8"))
	`)
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// true
	// a@bank.example
	// nil
}
