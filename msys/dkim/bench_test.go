package dkim_test

import (
	"context"
	"crypto"
	"fmt"
	"io"
	"strings"
	"testing"

	peer "github.com/emersion/go-msgauth/dkim"

	"github.com/gomsys/gomsys/msys/dkim"
)

// signedMail gives a mail with a body of n bytes that is signed relaxed.
func signedMail(b testing.TB, n int) string {
	m := parse(b, strings.Split(plainMail, "\r\n\r\n")[0]+"\r\n\r\n"+strings.Repeat("a line of  text that goes on for a while\t \r\n", n/44))
	sign(b, m, options("s1"))
	return content(b, m)
}

// BenchmarkVerify verifies a 2048-bit RSA signature of mail that is in
// memory, beside go-msgauth.
func BenchmarkVerify(b *testing.B) {
	z := testZone()
	for _, n := range []int{2 << 10, 100 << 10, 10 << 20} {
		mail := signedMail(b, n)
		b.Run(fmt.Sprint("gomsys/", n), func(b *testing.B) {
			v := newVerifier()
			b.SetBytes(int64(n))
			b.ReportAllocs()
			for b.Loop() {
				if res := verify(b, v, parse(b, mail)); res.Status != dkim.StatOK {
					b.Fatal(res.Status)
				}
			}
		})
		b.Run(fmt.Sprint("msgauth/", n), func(b *testing.B) {
			o := &peer.VerifyOptions{LookupTXT: func(name string) ([]string, error) { return z.LookupTXT(context.Background(), name) }}
			b.SetBytes(int64(n))
			b.ReportAllocs()
			for b.Loop() {
				if list, err := peer.VerifyWithOptions(strings.NewReader(mail), o); err != nil || list[0].Err != nil {
					b.Fatal(err, list)
				}
			}
		})
	}
}

// BenchmarkSign signs with 2048-bit RSA, beside go-msgauth.
func BenchmarkSign(b *testing.B) {
	for _, n := range []int{2 << 10, 100 << 10} {
		mail := plainMail + strings.Repeat("a line of  text that goes on for a while\t \r\n", n/44)
		b.Run(fmt.Sprint("gomsys/", n), func(b *testing.B) {
			o := options("s1")
			b.SetBytes(int64(n))
			b.ReportAllocs()
			for b.Loop() {
				sign(b, parse(b, mail), o)
			}
		})
		b.Run(fmt.Sprint("msgauth/", n), func(b *testing.B) {
			o := &peer.SignOptions{
				Domain: "ex.test", Selector: "s1", Signer: crypto.Signer(rsaKey()), Hash: crypto.SHA256,
				HeaderCanonicalization: peer.CanonicalizationRelaxed, BodyCanonicalization: peer.CanonicalizationRelaxed,
			}
			b.SetBytes(int64(n))
			b.ReportAllocs()
			for b.Loop() {
				if err := peer.Sign(io.Discard, strings.NewReader(mail), o); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
