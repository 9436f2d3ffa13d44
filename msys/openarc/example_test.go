package openarc_test

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"log"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
	"github.com/gomsys/gomsys/msys/lualib"
	"github.com/gomsys/gomsys/msys/openarc"
)

func Example() {
	ctx := context.Background()
	m, err := message.ParseBytes([]byte("From: ann@example.org\r\nSubject: hello\r\n\r\nHello Bob\r\n"), message.Envelope{}, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close()

	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	sealer := &openarc.Sealer{Hostname: "list.example.net"}
	set, err := sealer.Seal(ctx, m, &openarc.SealOptions{Domain: "example.net", Selector: "s1", Key: key})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(set.Instance, set.CV, set.AuthResults)

	// The next server validates what it got. The resolver would be that of
	// the host.
	var verifier openarc.Verifier
	verifier.Keys.Resolver = zone{
		"s1._domainkey.example.net": "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(key.Public().(ed25519.PublicKey)),
	}
	fmt.Println(verifier.Verify(ctx, m))
	// Output:
	// 1 none list.example.net; arc=none
	// pass <nil>
}

func Example_lua() {
	l := lua.NewState()
	lualib.Open(l, nil)
	verifier := &openarc.Verifier{Keys: dkimsig.KeyStore{Resolver: zone{}}}
	bind.Preload(l, append(message.Libraries(nil), openarc.Library(&openarc.Options{Verifier: verifier}))...)
	m, err := message.ParseBytes([]byte("From: ann@example.org\r\n\r\nHello\r\n"), message.Envelope{}, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close()
	bind.SetEnv(l, &bind.Env{Message: m})
	err = lua.DoString(l, `local arc = require("msys.validate.openarc") print(arc.verify())`)
	if err != nil {
		log.Fatal(err)
	}
	// Output: none
}
