package main

import (
	"crypto/tls"
	"fmt"
	"sync/atomic"
)

// keyPair is the server's certificate and key, from files that may be written anew while it
// runs. It is safe for concurrent use.
type keyPair struct {
	cert, key string // files
	current   atomic.Pointer[tls.Certificate]
}

// useCertificate reads the certificate, if there is to be one.
func (o *options) useCertificate() error {
	if o.cert == "" {
		return nil
	}
	c := &keyPair{cert: o.cert, key: o.key}
	pair, err := c.read()
	if err != nil {
		return err
	}
	c.use(pair)
	o.keyPair = c
	o.tls = &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
		return c.current.Load(), nil
	}}
	return nil
}

// read reads the files.
func (c *keyPair) read() (*tls.Certificate, error) {
	pair, err := tls.LoadX509KeyPair(c.cert, c.key)
	if err != nil {
		return nil, fmt.Errorf("tls-cert, tls-key: %w", err)
	}
	return &pair, nil
}

// use makes a certificate that of the handshakes to come.
func (c *keyPair) use(pair *tls.Certificate) { c.current.Store(pair) }
