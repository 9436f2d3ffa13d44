package dkim_test

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"log"

	"github.com/gomsys/gomsys/message"
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
