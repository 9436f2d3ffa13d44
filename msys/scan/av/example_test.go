package av_test

import (
	"context"
	"log"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/lualib"
	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/av"
)

// A script on a bare Lua state, with the mail that its calls are about.
func Example_lua() {
	// The engine would be one of package clamd, spamd, icap…
	engine := scan.EngineFunc(func(context.Context, *scan.Request) (*scan.Result, error) {
		return &scan.Result{Verdict: scan.Infected, Name: "Test.Signature", Code: "Test.Signature"}, nil
	})
	set, err := scan.NewSet(scan.Slot{Name: "clamav", Kind: scan.Antivirus, Engine: engine})
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
	bind.Preload(l, av.Library(set))
	bind.SetEnv(l, &bind.Env{Message: m, Phase: bind.Data})
	err = lua.DoString(l, `
		local av = require("msys.av")
		local rc, info, engine = av.scan()
		print(rc == av.EC_AV_INFECTED, info, engine)
`)
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// true	Test.Signature	clamav
}
