package bounce

import (
	"context"
	"fmt"
	"testing"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/lualib"
	"github.com/gomsys/gomsys/msys/rfc3464"
)

func TestLua(t *testing.T) {
	f := files{"user": ",99,bad|word\nx.org,10,zzz\n"}
	c := newClassifier(t, &Options{UserSMTP: "user", CustomClasses: map[int]string{99: "profanity"}, Open: f.open})
	l := lua.NewState()
	lualib.Open(l)
	bind.Open(l, message.Libraries(nil)...)
	bind.Preload(l, Library(c))
	original, err := message.ParseBytes([]byte("Subject: x\r\n\r\n"), message.Envelope{From: "s@sender.example", To: "r@d"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := original.SetCode(550, "5.1.1 unknown"); err != nil {
		t.Fatal(err)
	}
	dsn, err := rfc3464.Create(context.Background(), original, rfc3464.Failed, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, m := range map[string]*message.Message{"dsn": dsn, "vacation": readMail(t, "vacation", "friend@example.net")} {
		bind.PushObject(l, m)
		l.SetGlobal(name)
	}
	if err := lua.DoFile(l, "testdata/bounce.lua"); err != nil {
		text, _ := l.ToString(-1)
		t.Fatal(err, text)
	}
}

func Example_lua() {
	c, err := New(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	l := lua.NewState()
	lua.OpenLibraries(l)
	bind.Preload(l, Library(c))
	err = lua.DoString(l, `
		require("msys.bounce")
		print(msys.bounce.classify_smtp_response("this domain is no longer used"))
		print(msys.bounce.classify_smtp_response("554 5.7.1 spam rejected", "example.com"))
	`)
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// 10	BC_INVALID_RECIPIENT	Invalid Recipient
	// 52	BC_BLOCK_SPAM_CONTENT	Spam Content
}
