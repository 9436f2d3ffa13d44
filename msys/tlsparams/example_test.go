package tlsparams_test

import (
	"crypto/tls"
	"fmt"

	"github.com/gomsys/gomsys/msys/tlsparams"
)

func Example() {
	p := tlsparams.Params{UseTLS: tlsparams.Required, Verify: tlsparams.VerifyHostname, CipherList: "ECDHE+AESGCM+AES256:!ECDSA"}
	cfg, err := p.ClientConfig()
	if err != nil {
		fmt.Println(err)
		return
	}
	cfg.ServerName = "mx.example.org"
	for _, id := range cfg.CipherSuites {
		fmt.Println(tls.CipherSuiteName(id))
	}

	p.CipherList = "HIGH:SUPER"
	_, err = p.ClientConfig()
	fmt.Println(err)
	// Output:
	// TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
	// tlsparams: cipher list "HIGH:SUPER": unknown cipher "SUPER"
}
