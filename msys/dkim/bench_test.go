package dkim_test

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	peer "github.com/emersion/go-msgauth/dkim"

	"github.com/gomsys/gomsys/msys/dkim"
)

// benchBodies are bodies of about n bytes: text, an attachment, and text that
// canonicalization must change in every line.
var benchBodies = map[string]func(n int) string{
	"text": func(n int) string {
		const line = "The quick brown fox jumps over the lazy dog and runs into the woods today\r\n"
		return strings.Repeat(line, n/len(line))
	},
	"base64": func(n int) string {
		line := base64.StdEncoding.EncodeToString([]byte("fifty-seven bytes of an attachment, in the usual encoding")) + "\r\n"
		return strings.Repeat(line, n/len(line))
	},
	"changed": func(n int) string {
		const line = "a line of  text that goes on for a while\t \r\n"
		return strings.Repeat(line, n/len(line))
	},
}

func benchMail(kind string, n int) string {
	header, _, _ := strings.Cut(plainMail, "\r\n\r\n")
	return header + "\r\n\r\n" + benchBodies[kind](n)
}

// quickest runs several things in turn and gives the least time that each has
// taken, so that they are compared under the same load. Each runs a few times in
// a row, as in a benchmark of its own: what the others left in the processor's
// caches would tell against what does more than the floor.
type quickest []time.Duration

func newQuickest(n int) quickest {
	q := make(quickest, n)
	for i := range q {
		q[i] = math.MaxInt64
	}
	return q
}

func (q quickest) run(fs ...func()) {
	for i, f := range fs {
		for range 3 {
			start := time.Now()
			f()
			q[i] = min(q[i], time.Since(start))
		}
	}
}

// report gives the least times as multiples of the first.
func (q quickest) report(b *testing.B, names ...string) {
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(q[0].Nanoseconds()), "floor-ns")
	for i, name := range names {
		b.ReportMetric(float64(q[i+1])/float64(q[0]), name+"/floor")
	}
}

// BenchmarkVerify compares the verification of a 2048-bit RSA signature with
// the floor, one RSA verification and the SHA-256 of all bytes, and with
// go-msgauth.
func BenchmarkVerify(b *testing.B) {
	z := testZone()
	peerOptions := &peer.VerifyOptions{LookupTXT: func(name string) ([]string, error) { return z.LookupTXT(context.Background(), name) }}
	for _, n := range []int{4 << 10, 1 << 20} {
		for kind := range benchBodies {
			b.Run(fmt.Sprintf("%s/%d", kind, n), func(b *testing.B) {
				signed := parse(b, benchMail(kind, n))
				sign(b, signed, options("s1"))
				mail := content(b, signed)
				raw := []byte(mail)
				digest := sha256.Sum256(raw)
				sig, err := rsa.SignPKCS1v15(rand.Reader, rsaKey(), crypto.SHA256, digest[:])
				if err != nil {
					b.Fatal(err)
				}
				v := newVerifier()
				v.CacheSize = -1
				m := parse(b, mail)
				q := newQuickest(3)
				for b.Loop() {
					q.run(func() {
						digest := sha256.Sum256(raw)
						err = rsa.VerifyPKCS1v15(&rsaKey().PublicKey, crypto.SHA256, digest[:], sig)
					}, func() {
						if res, err := v.Verify(context.Background(), m); err != nil || res.Status != dkim.StatOK {
							b.Fatal(res, err)
						}
					}, func() {
						if list, err := peer.VerifyWithOptions(strings.NewReader(mail), peerOptions); err != nil || list[0].Err != nil {
							b.Fatal(err, list)
						}
					})
				}
				if err != nil {
					b.Fatal(err)
				}
				q.report(b, "gomsys", "msgauth")
			})
		}
	}
}

// BenchmarkSign does the same for signing.
func BenchmarkSign(b *testing.B) {
	for _, n := range []int{4 << 10, 1 << 20} {
		for kind := range benchBodies {
			b.Run(fmt.Sprintf("%s/%d", kind, n), func(b *testing.B) {
				mail := benchMail(kind, n)
				raw := []byte(mail)
				o := options("s1")
				var s dkim.Signer
				po := &peer.SignOptions{
					Domain: "ex.test", Selector: "s1", Signer: rsaKey(), Hash: crypto.SHA256,
					HeaderCanonicalization: peer.CanonicalizationRelaxed, BodyCanonicalization: peer.CanonicalizationRelaxed,
				}
				q := newQuickest(3)
				var err error
				for b.Loop() {
					m := parse(b, mail)
					q.run(func() {
						digest := sha256.Sum256(raw)
						_, err = rsa.SignPKCS1v15(rand.Reader, rsaKey(), crypto.SHA256, digest[:])
					}, func() {
						_, err = s.Sign(context.Background(), m, o)
					}, func() {
						err = peer.Sign(io.Discard, strings.NewReader(mail), po)
					})
					if err != nil {
						b.Fatal(err)
					}
				}
				q.report(b, "gomsys", "msgauth")
			})
		}
	}
}

// BenchmarkAllocs shows what one verification of a mail of 4 KiB takes from
// the heap, and what the result that is remembered does.
func BenchmarkAllocs(b *testing.B) {
	m := parse(b, benchMail("text", 4<<10))
	sign(b, m, options("s1"))
	for name, size := range map[string]int{"verified": -1, "remembered": 0} {
		b.Run(name, func(b *testing.B) {
			v := newVerifier()
			v.CacheSize = size
			b.ReportAllocs()
			for b.Loop() {
				verify(b, v, m)
			}
		})
	}
}

// TestVerifyAllocs bounds the allocations of a verification; more than half
// are those of crypto/rsa.
func TestVerifyAllocs(t *testing.T) {
	m := parse(t, benchMail("text", 4<<10))
	sign(t, m, options("s1"))
	v := newVerifier()
	v.CacheSize = -1
	if n := testing.AllocsPerRun(20, func() { verify(t, v, m) }); n > 26 {
		t.Errorf("%.0f allocations", n)
	}
}
