package domainkeys_test

import (
	"context"
	"fmt"
	"log"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
	"github.com/gomsys/gomsys/msys/domainkeys"
	"github.com/gomsys/gomsys/msys/lualib"
)

func Example() {
	ctx := context.Background()
	m, err := message.ParseBytes([]byte("From: ann@example.org\r\nSubject: hello\r\n\r\nHello Bob\r\n"), message.Envelope{}, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close()

	var signer domainkeys.Signer
	if _, err := signer.Sign(ctx, m, &domainkeys.SignOptions{Selector: "s1", Key: rsaKey()}); err != nil {
		log.Fatal(err)
	}

	// The resolver would be that of the host.
	verifier := &domainkeys.Verifier{Keys: dkimsig.KeyStore{
		Resolver: zone{"s1._domainkey.example.org": "k=rsa; p=" + public(rsaKey())},
	}}
	fmt.Println(verifier.Verify(ctx, m))
	// Output: good <nil>
}

func Example_lua() {
	l := lua.NewState()
	lualib.Open(l, nil)
	bind.Preload(l, append(message.Libraries(nil), domainkeys.Libraries(nil)...)...)
	m, err := message.ParseBytes([]byte("From: ann@example.org\r\n\r\nHello\r\n"), message.Envelope{}, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close()
	bind.SetEnv(l, &bind.Env{Message: m})
	err = lua.DoString(l, `require("msys.validate.dk") print(msys.validate.dk.get_responsible_domain())`)
	if err != nil {
		log.Fatal(err)
	}
	// Output: example.org
}
