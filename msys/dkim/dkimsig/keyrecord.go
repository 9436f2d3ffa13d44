package dkimsig

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"slices"
	"strings"
)

// MaxKeyBits is the longest RSA key that is used.
const MaxKeyBits = 8192

// PublicKey is a key record (RFC 6376 section 3.6.1).
type PublicKey struct {
	Key         crypto.PublicKey // *rsa.PublicKey or ed25519.PublicKey
	Bits        int              // length of the key; 256 for Ed25519
	Hashes      []string         // acceptable hash functions; nil is all
	Services    []string         // service types; nil is all
	Testing     bool             // t=y
	NoSubdomain bool             // t=s
	Granularity string           // g= of DomainKeys, "" if absent

	rsa *rsaKey // Key, made ready; nil if that is left to Algorithm.Verify
}

// ParseKey reads a key record. The error is a [Fault].
func ParseKey(txt string) (*PublicKey, error) {
	tags, err := ParseTags(txt)
	if err != nil || len(tags) == 0 {
		return nil, KeyCorrupt
	}
	if v, ok := tags.Lookup("v"); ok && (v != "DKIM1" || tags[0].Name != "v") {
		return nil, KeyVersionUnknown
	}
	k := &PublicKey{Granularity: tags.Get("g")}
	if h, ok := tags.Lookup("h"); ok {
		k.Hashes = SplitList(strings.ToLower(h))
		if !slices.Contains(k.Hashes, "sha1") && !slices.Contains(k.Hashes, "sha256") {
			return nil, KeyHashUnknown
		}
	}
	if s, ok := tags.Lookup("s"); ok {
		k.Services = SplitList(strings.ToLower(s))
		if !slices.Contains(k.Services, "*") && !slices.Contains(k.Services, "email") {
			return nil, KeyNotEmail
		}
	}
	for _, flag := range SplitList(tags.Get("t")) {
		k.Testing = k.Testing || strings.EqualFold(flag, "y")
		k.NoSubdomain = k.NoSubdomain || strings.EqualFold(flag, "s")
	}
	typ, ok := tags.Lookup("k")
	switch {
	case !ok:
		typ = "rsa"
	case typ == "":
		return nil, KeyTypeMissing
	}
	typ = strings.ToLower(typ)
	if typ != "rsa" && typ != "ed25519" {
		return nil, KeyTypeUnknown
	}
	p, ok := tags.Lookup("p")
	if !ok {
		return nil, KeyCorrupt
	}
	if p = StripSpace(p); p == "" {
		return nil, KeyRevoked
	}
	der, err := base64.StdEncoding.DecodeString(p)
	if err != nil {
		if der, err = base64.RawStdEncoding.DecodeString(p); err != nil {
			return nil, KeyCorrupt
		}
	}
	if err := k.decode(typ, der); err != nil {
		return nil, err
	}
	return k, nil
}

func (k *PublicKey) decode(typ string, der []byte) error {
	if typ == "ed25519" && len(der) == ed25519.PublicKeySize {
		k.Key, k.Bits = ed25519.PublicKey(der), 256
		return nil
	}
	pub, err := x509.ParsePKIXPublicKey(der)
	if err != nil && typ == "rsa" {
		pub, err = x509.ParsePKCS1PublicKey(der)
	}
	if err != nil {
		return KeyUnusable
	}
	switch p := pub.(type) {
	case *rsa.PublicKey:
		if typ == "rsa" && p.N.BitLen() <= MaxKeyBits {
			k.Key, k.Bits, k.rsa = p, p.N.BitLen(), newRSAKey(p)
			return nil
		}
	case ed25519.PublicKey:
		if typ == "ed25519" {
			k.Key, k.Bits = p, 256
			return nil
		}
	}
	return KeyUnusable
}

// Allows tells whether the key may be used with an algorithm: nil,
// KeyHashMismatch or KeyUnusable.
func (k *PublicKey) Allows(a Algorithm) error {
	if k.Hashes != nil && !slices.Contains(k.Hashes, a.HashName()) {
		return KeyHashMismatch
	}
	if _, isRSA := k.Key.(*rsa.PublicKey); isRSA != (a.KeyType() == "rsa") {
		return KeyUnusable
	}
	return nil
}
