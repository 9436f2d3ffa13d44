package dkimsig

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"fmt"
	"math/big"
	"strings"
	"testing"
)

// TestRSAKey compares with crypto/rsa on encoded messages that are right and
// wrong in the ways that forged signatures have been.
func TestRSAKey(t *testing.T) {
	sha256Sum, sha1Sum := sha256.Sum256([]byte("x")), sha1.Sum([]byte("x"))
	for _, size := range []int{1024, 1025, 1031, 2048} {
		private, err := rsa.GenerateKey(rand.Reader, size)
		if err != nil {
			t.Fatal(err)
		}
		k := newRSAKey(&private.PublicKey)
		if k == nil {
			t.Fatalf("no key of %d bits", size)
		}
		// sign makes the signature whose public operation gives em.
		sign := func(em string) []byte {
			n := new(big.Int).SetBytes([]byte(em))
			n.Mod(n, private.N)
			return n.Exp(n, private.D, private.N).FillBytes(make([]byte, k.size))
		}
		good := 0
		check := func(name string, h crypto.Hash, digest, sig []byte) {
			t.Helper()
			want := rsa.VerifyPKCS1v15(&private.PublicKey, h, digest, sig) == nil
			if got := k.verify(h, digest, sig); got != want {
				t.Errorf("%d bits, %s: %v, crypto/rsa %v", size, name, got, want)
			}
			if want {
				good++
			}
		}
		for h, digest := range map[crypto.Hash][]byte{crypto.SHA256: sha256Sum[:], crypto.SHA1: sha1Sum[:]} {
			info := digestInfo[h]
			room := k.size - len(info) - len(digest)
			padded := func(n int) string { return "\x00\x01" + strings.Repeat("\xff", n-3) + "\x00" }
			whole := padded(room) + info + string(digest)
			check("good", h, digest, sign(whole))
			for i := range len(whole) {
				wrong := []byte(whole)
				wrong[i] ^= 1 << (i % 8)
				check(fmt.Sprint("bit of byte ", i), h, digest, sign(string(wrong)))
			}
			check("bytes behind", h, digest, sign(padded(room-20)+info+string(digest)+strings.Repeat("\x00", 20)))
			check("encryption padding", h, digest, sign("\x00\x02"+strings.Repeat("\x11", room-3)+"\x00"+info+string(digest)))
			check("no information", h, digest, sign(padded(k.size-len(digest))+string(digest)))
			check("other length of digest", h, digest[1:], sign(padded(room+1)+info+string(digest[1:])))
			sig := sign(whole)
			check("short", h, digest, sig[1:])
			check("long", h, digest, append([]byte{0}, sig...))
			check("empty", h, digest, nil)
			above := new(big.Int).Add(new(big.Int).SetBytes(sig), private.N)
			if above.BitLen() <= 8*k.size {
				check("above the modulus", h, digest, above.FillBytes(make([]byte, k.size)))
			}
		}
		if good != 2 {
			t.Errorf("%d bits: %d good signatures, want 2", size, good)
		}
	}
	for name, k := range map[string]*rsa.PublicKey{
		"even modulus":   {N: new(big.Int).Lsh(big.NewInt(1), 1100), E: 65537},
		"short":          {N: big.NewInt(15), E: 3},
		"tiny exponent":  {N: new(big.Int).Add(new(big.Int).Lsh(big.NewInt(1), 1100), big.NewInt(1)), E: 1},
		"even exponent":  {N: new(big.Int).Add(new(big.Int).Lsh(big.NewInt(1), 1100), big.NewInt(1)), E: 4},
		"giant exponent": {N: new(big.Int).Add(new(big.Int).Lsh(big.NewInt(1), 1100), big.NewInt(1)), E: 1<<40 + 1},
	} {
		if newRSAKey(k) != nil {
			t.Errorf("%s: not left to crypto/rsa", name)
		}
	}
}
