package rfc3464

import (
	"fmt"
	"testing"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/lualib"
)

func TestLua(t *testing.T) {
	l := lua.NewState()
	lualib.Open(l)
	bind.Open(l, message.Libraries(nil)...)
	bind.Open(l, Libraries(testOptions())...)
	q := &queue{}
	failed, err := message.ParseBytes([]byte(original), message.Envelope{From: "s@sender.example", To: "r@d"}, &message.Options{Injector: q})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := failed.SetCode(550, "5.1.1 unknown"); err != nil {
		t.Fatal(err)
	}
	for name, m := range map[string]*message.Message{"failed": failed, "null": newMessage(t, original, "", "r@d")} {
		bind.PushObject(l, m)
		l.SetGlobal(name)
	}
	if err := lua.DoFile(l, "testdata/rfc3464.lua"); err != nil {
		text, _ := l.ToString(-1)
		t.Fatal(err, text)
	}
	if len(q.mails) != 1 || q.mails[0].Header().Get("Subject") != "Delayed Mail (still being retried)" {
		t.Errorf("%d mails were sent", len(q.mails))
	}
}

func Example_lua() {
	l := lua.NewState()
	lua.OpenLibraries(l)
	bind.Open(l, message.Libraries(nil)...)
	bind.Open(l, Libraries(&Options{Hostname: "mx.example.com"})...)
	err := lua.DoString(l, `
		local rfc3464 = require("msys.rfc3464")
		local msg = msys.core.ec_message_new()
		msg:mailfrom("sender@example.org")
		msg:rcptto("nobody@example.net")
		msg:set_code(550, "5.1.1 no such user")
		local mdn = rfc3464.create_mdn(msg, msys.core.FAILED)
		print(mdn:rcptto(), mdn:header("Subject")[1])
		local status = rfc3464.extract_delivery_status(mdn)
		print(status.Status, status["Final-Recipient"])
	`)
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// sender@example.org	Mail Delivery Failure
	// 5.1.1	rfc822; nobody@example.net
}
