package dkimsig

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"sync"
)

// ErrKeyFormat is given for what is no private key that can sign.
var ErrKeyFormat = errors.New("no usable RSA or Ed25519 private key")

// ParsePrivateKey reads an RSA or Ed25519 key: PEM text, or the base64 that
// stands in one, in the forms PKCS #1 and PKCS #8. The error wraps
// ErrKeyFormat.
func ParsePrivateKey(data []byte) (crypto.Signer, error) {
	var der []byte
	if block, _ := pem.Decode(data); block != nil {
		der = block.Bytes
	} else {
		var err error
		if der, err = base64.StdEncoding.DecodeString(StripSpace(string(data))); err != nil {
			return nil, fmt.Errorf("dkimsig: reading private key: %w", ErrKeyFormat)
		}
	}
	if key, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return key, nil
	}
	key, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, fmt.Errorf("dkimsig: reading private key: %w: %v", ErrKeyFormat, err)
	}
	switch k := key.(type) {
	case *rsa.PrivateKey:
		return k, nil
	case ed25519.PrivateKey:
		return k, nil
	}
	return nil, fmt.Errorf("dkimsig: reading private key: %w: a %T", ErrKeyFormat, key)
}

// PrivateKeys remembers parsed private keys by their text, so that a key that
// signs often is parsed once and a changed file is noticed. The zero value is
// ready and safe for concurrent use; it must not be copied.
type PrivateKeys struct {
	mu   sync.Mutex
	keys map[[sha256.Size]byte]crypto.Signer
}

// maxPrivateKeys is how many parsed keys are remembered.
const maxPrivateKeys = 1024

// Parse is ParsePrivateKey with a memory.
func (p *PrivateKeys) Parse(data []byte) (crypto.Signer, error) {
	id := sha256.Sum256(data)
	p.mu.Lock()
	key := p.keys[id]
	p.mu.Unlock()
	if key != nil {
		return key, nil
	}
	key, err := ParsePrivateKey(data)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.keys == nil || len(p.keys) >= maxPrivateKeys {
		p.keys = map[[sha256.Size]byte]crypto.Signer{}
	}
	p.keys[id] = key
	return key, nil
}
