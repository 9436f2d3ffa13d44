package dkimsig

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha1"   // rsa-sha1
	_ "crypto/sha256" // rsa-sha256, ed25519-sha256
	"fmt"
	"math/big"
	"strings"
)

// Algorithm is a signature algorithm: a value of a=.
type Algorithm string

// The algorithms of RFC 6376 and RFC 8463.
const (
	RSASHA1       Algorithm = "rsa-sha1"
	RSASHA256     Algorithm = "rsa-sha256"
	Ed25519SHA256 Algorithm = "ed25519-sha256"
)

// ParseAlgorithm reads a value of a=.
func ParseAlgorithm(s string) (Algorithm, bool) {
	switch a := Algorithm(strings.ToLower(s)); a {
	case RSASHA1, RSASHA256, Ed25519SHA256:
		return a, true
	}
	return "", false
}

// Hash gives the hash function.
func (a Algorithm) Hash() crypto.Hash {
	if a == RSASHA1 {
		return crypto.SHA1
	}
	return crypto.SHA256
}

// KeyType gives the key type, as in k=.
func (a Algorithm) KeyType() string { t, _, _ := strings.Cut(string(a), "-"); return t }

// HashName gives the name of the hash function, as in h= of a key record.
func (a Algorithm) HashName() string { _, h, _ := strings.Cut(string(a), "-"); return h }

// Sign signs a digest. The error says that the key does not fit.
func (a Algorithm) Sign(key crypto.Signer, digest []byte) ([]byte, error) {
	switch key.Public().(type) {
	case *rsa.PublicKey:
		if a.KeyType() == "rsa" {
			return key.Sign(rand.Reader, digest, a.Hash())
		}
	case ed25519.PublicKey:
		if a == Ed25519SHA256 {
			return key.Sign(rand.Reader, digest, crypto.Hash(0))
		}
	}
	return nil, fmt.Errorf("dkimsig: signing: key does not fit algorithm %s", a)
}

// Verify checks the signature of a digest and gives Mismatch or KeyUnusable
// if it is wrong.
func (a Algorithm) Verify(key crypto.PublicKey, digest, sig []byte) error {
	ok := false
	switch k := key.(type) {
	case *rsa.PublicKey:
		if a.KeyType() != "rsa" {
			return KeyUnusable
		}
		if k.N.BitLen() < 1024 {
			ok = verifyShort(k, a.Hash(), digest, sig)
		} else {
			ok = rsa.VerifyPKCS1v15(k, a.Hash(), digest, sig) == nil
		}
	case ed25519.PublicKey:
		if a != Ed25519SHA256 {
			return KeyUnusable
		}
		ok = len(k) == ed25519.PublicKeySize && ed25519.Verify(k, digest, sig)
	default:
		return KeyUnusable
	}
	if !ok {
		return Mismatch
	}
	return nil
}

// digestInfo begins the padded value of RSA signatures (RFC 8017 section 9.2).
var digestInfo = map[crypto.Hash]string{
	crypto.SHA1:   "\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14",
	crypto.SHA256: "\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20",
}

// verifyShort checks RSA signatures of keys that crypto/rsa refuses for their
// length: whether they are acceptable is policy.
func verifyShort(k *rsa.PublicKey, h crypto.Hash, digest, sig []byte) bool {
	size := (k.N.BitLen() + 7) / 8
	if k.N.Bit(0) == 0 || k.E < 3 || len(sig) != size {
		return false
	}
	s := new(big.Int).SetBytes(sig)
	if s.Cmp(k.N) >= 0 {
		return false
	}
	return encodes(s.Exp(s, big.NewInt(int64(k.E)), k.N).FillBytes(make([]byte, size)), h, digest)
}
