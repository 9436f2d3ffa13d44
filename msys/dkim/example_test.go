package dkim_test

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"log"
	"log/slog"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/dkim"
	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
)

func Example() {
	ctx := context.Background()
	m, err := message.ParseBytes([]byte("From: ann@example.org\r\nSubject: hello\r\n\r\nHello Bob\r\n"), message.Envelope{}, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close()

	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	var signer dkim.Signer
	if _, err := signer.Sign(ctx, m, &dkim.SignOptions{Domain: "example.org", Selector: "s1", Key: key}); err != nil {
		log.Fatal(err)
	}

	// The resolver would be that of the host.
	record := "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(key.Public().(ed25519.PublicKey))
	verifier := &dkim.Verifier{Keys: dkimsig.KeyStore{Resolver: zone{"s1._domainkey.example.org": record}}}
	res, err := verifier.Verify(ctx, m)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(res.AuthResults("mx.example.net"))
	// Output: mx.example.net; dkim=pass header.d=example.org header.s=s1
}

func Example_lua() {
	m, err := message.ParseBytes([]byte("From: ann@example.org\r\nSubject: hello\r\n\r\nHello Bob\r\n"), message.Envelope{}, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close()

	l := lua.NewState()
	lua.OpenLibraries(l)
	bind.Preload(l, append(message.Libraries(nil), dkim.Libraries(nil)...)...)
	bind.SetEnv(l, &bind.Env{Message: m, Logger: slog.New(slog.DiscardHandler)}) // as a runtime does
	err = lua.DoString(l, `
		require("msys.core")
		local opendkim = require("msys.validate.opendkim")
		local dkim, stat = opendkim.verify()
		print(opendkim.get_num_sigs(dkim), opendkim.get_stat_result(stat))
		print(opendkim.sign(nil, nil, { base_domain = "example.org", selector = "s1" }))
	`)
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// 0	none (message not signed)
	// 0	no key for example.org/s1: none configured
}

func ExampleKeyDirs() {
	dirs, err := dkim.OpenKeyDirs("testdata")
	if err != nil {
		log.Fatal(err)
	}
	defer dirs.Close()
	signer := &dkim.Signer{Defaults: dkim.SignOptions{Selector: "s1", KeyFile: "%{d}/%{s}.pem"}, KeyLoader: dirs.Load}

	m, err := message.ParseBytes([]byte("From: ann@example.org\r\n\r\nHello Bob\r\n"), message.Envelope{}, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close()
	_, err = signer.Sign(context.Background(), m, nil)
	var missing *dkim.KeyError
	fmt.Println(errors.As(err, &missing), missing.Domain, missing.Selector)
	_, err = dirs.Load(context.Background(), "../verify.go")
	fmt.Println(err)
	// Output:
	// true example.org s1
	// dkim: key file outside of the key directories
}
