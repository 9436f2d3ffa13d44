package dkimsig

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"math"

	"filippo.io/bigmod"
)

// rsaKey is an RSA key made ready for verification. crypto/rsa computes what
// depends on the modulus alone anew for each signature, which is a good third
// of its time, and takes more care than public values need.
type rsaKey struct {
	modulus  *bigmod.Modulus
	exponent uint
	size     int // of modulus and signatures in bytes
}

// newRSAKey gives nil for keys that are left to [Algorithm.Verify].
func newRSAKey(k *rsa.PublicKey) *rsaKey {
	if k.N.BitLen() < 1024 || k.N.Bit(0) == 0 || k.E < 3 || k.E&1 == 0 || int64(k.E) > math.MaxInt32 {
		return nil
	}
	m, err := bigmod.NewModulus(k.N.Bytes())
	if err != nil {
		return nil
	}
	return &rsaKey{modulus: m, exponent: uint(k.E), size: m.Size()}
}

// verify checks a signature of PKCS #1 version 1.5 (RFC 8017 section 8.2.2):
// it must give exactly the one encoded message that there is for the digest.
func (k *rsaKey) verify(h crypto.Hash, digest, sig []byte) bool {
	if len(sig) != k.size || len(digest) != h.Size() {
		return false
	}
	s, err := bigmod.NewNat().SetBytes(sig, k.modulus)
	if err != nil {
		return false // not below the modulus
	}
	got := bigmod.NewNat().ExpShortVarTime(s, k.exponent, k.modulus).Bytes(k.modulus)
	return encodes(got, h, digest)
}

// encodes reports whether em is the encoded message of a digest (RFC 8017
// section 9.2).
func encodes(em []byte, h crypto.Hash, digest []byte) bool {
	info := digestInfo[h]
	padding := len(em) - len(info) - len(digest)
	if padding < 11 || em[0] != 0 || em[1] != 1 || em[padding-1] != 0 {
		return false
	}
	for _, b := range em[2 : padding-1] {
		if b != 0xff {
			return false
		}
	}
	return string(em[padding:padding+len(info)]) == info && bytes.Equal(em[padding+len(info):], digest)
}

// Verify is [Algorithm.Verify] with this key, and faster than that.
func (k *PublicKey) Verify(a Algorithm, digest, sig []byte) error {
	if k.rsa == nil || a.KeyType() != "rsa" {
		return a.Verify(k.Key, digest, sig)
	}
	if !k.rsa.verify(a.Hash(), digest, sig) {
		return Mismatch
	}
	return nil
}
