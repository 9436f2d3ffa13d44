package spamc_test

import (
	"context"
	"fmt"
	"log"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/lualib"
	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/spamc"
)

// A script on a bare Lua state, with the mail that its calls are about.
func Example_lua() {
	// The engine would be one of package clamd, spamd, icap…
	engine := scan.EngineFunc(func(context.Context, *scan.Request) (*scan.Result, error) {
		return &scan.Result{Spam: true, Score: 7.1, Threshold: 5, Symbols: []string{"MISSING_MID", "NO_TO"}}, nil
	})
	set, err := scan.NewSet(scan.Slot{Name: "spamassassin", Engine: engine})
	if err != nil {
		log.Fatal(err)
	}
	m, err := message.ParseBytes([]byte("Subject: hello\r\n\r\nHello\r\n"), message.Envelope{From: "a@example.org"}, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close()

	l := lua.NewState()
	lualib.Open(l)
	bind.Preload(l, message.Libraries(nil)...)
	bind.Preload(l, spamc.Library(set))
	bind.SetEnv(l, &bind.Env{Message: m, Phase: bind.Data})
	if err := lua.DoString(l, `require("msys.spamc").spamc_scan()`); err != nil {
		log.Fatal(err)
	}
	for _, key := range []string{"status", "spam", "score", "symbols"} {
		value, _ := m.ContextGet(message.ContextMess, "spamc_"+key)
		fmt.Println(key, value)
	}
	// Output:
	// status ok
	// spam true
	// score 7.10
	// symbols MISSING_MID,NO_TO
}
