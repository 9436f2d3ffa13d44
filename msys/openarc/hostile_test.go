package openarc_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gomsys/gomsys/internal/cputime"
	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/openarc"
)

// TestHostile has mails that are made to cost time or memory.
func TestHostile(t *testing.T) {
	set := func(tags string) string {
		return as + ": i=1; cv=none; a=rsa-sha256; d=one.test; s=s1; b=AAAA; " + tags + "\r\n" + ams + ": i=1; a=rsa-sha256; d=one.test; s=s1; h=from; bh=AAAA; b=AAAA; " + tags + "\r\n" + aar + ": i=1; mx\r\n"
	}
	many := func(n int, f func(i int) string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(f(i))
		}
		return b.String()
	}
	for name, front := range map[string]string{
		"long tag":          set("x=" + strings.Repeat("a", 200_000)),
		"many tags":         set(many(5000, func(i int) string { return fmt.Sprintf("x%d=; ", i) })),
		"many semicolons":   set(strings.Repeat(";", 100_000)),
		"many folds":        set("x=" + strings.Repeat("\r\n ", 50_000)),
		"long h":            strings.Replace(set(""), "h=from", "h=from"+strings.Repeat(":a", 50_000), 1),
		"different names":   strings.Replace(set(""), "h=from", "h=from"+many(1000, func(i int) string { return fmt.Sprintf(":a%d", i) }), 1) + many(5000, func(i int) string { return fmt.Sprintf("b%d: x\r\n", i) }),
		"open comments":     as + ": i=1\r\n" + ams + ": i=1\r\n" + aar + ": " + strings.Repeat("(", 100_000) + "i=1;\r\n",
		"many comments":     as + ": i=1\r\n" + ams + ": i=1\r\n" + aar + ": " + strings.Repeat("(a)", 50_000) + "i=1; mx\r\n",
		"many fields":       many(10_000, func(i int) string { return fmt.Sprintf("ARC-Seal: i=%d\r\n", i%50+1) }),
		"fields of one set": strings.Repeat(as+": i=1; cv=none\r\n", 140),
		"many results":      strings.Repeat("Authentication-Results: mx.one.test; "+strings.Repeat("spf=pass; ", 300)+"\r\n", 100),
		"results of quotes": "Authentication-Results: mx.one.test; " + strings.Repeat("\"\\\"(", 40_000) + "\r\n",
		"length":            strings.Replace(set("l=4611686018427387903"), "bh=AAAA", "bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", 1),
		"time":              set("t=4611686018427387903"),
	} {
		t.Run(name, func(t *testing.T) {
			m, err := message.ParseBytes([]byte(front+plainMail), message.Envelope{}, nil)
			if err != nil {
				t.Skip(err)
			}
			defer m.Close()
			d := cputime.Of(func() {
				cv, err := newVerifier().Verify(context.Background(), m)
				if strings.Contains(name, "results") {
					if cv != openarc.None {
						t.Error(cv, err)
					}
					if _, err := newSealer().Seal(context.Background(), m, hop(3)); err != nil {
						t.Log(err)
					} else if cv, reason := verify(t, newVerifier(), content(t, m)); cv != openarc.Pass {
						t.Error(reason)
					}
				} else if cv != openarc.Fail {
					t.Error(cv, err)
				}
			})
			if d > 10*time.Second {
				t.Errorf("took %v", d)
			}
		})
	}
}

// TestConcurrent has goroutines share a Verifier and a Sealer.
func TestConcurrent(t *testing.T) {
	v, s := newVerifier(), newSealer()
	mail := chain3()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			m, err := message.ParseBytes([]byte(mail), message.Envelope{}, nil)
			if err != nil {
				t.Error(err)
				return
			}
			defer m.Close()
			if cv, err := v.Verify(context.Background(), m); cv != openarc.Pass {
				t.Error(err)
			}
			if set, err := s.Seal(context.Background(), m, hop(3)); err != nil || set.Instance != 4 {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// TestCancelled ends with the context.
func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	m := parse(t, chain3())
	cv, err := newVerifier().Verify(ctx, m)
	if cv != openarc.Fail || err == nil {
		t.Error(cv, err)
	}
	m.Close()
	if cv, err := newVerifier().Verify(context.Background(), m); cv != openarc.Fail || err == nil {
		t.Error("freed:", cv, err)
	}
	if _, err := newSealer().Seal(context.Background(), m, hop(1)); err == nil {
		t.Error("sealed what was freed")
	}
}

// TestValidate tells failures of DNS from those of the chain.
func TestValidate(t *testing.T) {
	v := newVerifier()
	for _, tt := range []struct {
		name, mail string
		failed     bool
	}{
		{"broken", strings.Replace(chain3(), "Hello", "Hallo", 1), false},
		{"slow", replace(as, "1", "s=s1", "s=slow")(chain3()), true},
	} {
		m := parse(t, tt.mail)
		if err := v.Validate(context.Background(), nil, m); (err != nil) != tt.failed {
			t.Error(tt.name, err)
		}
		if got := variable(m, "arc_cv"); got != "fail" {
			t.Error(tt.name, got)
		}
	}
	if err := v.Validate(context.Background(), nil, nil); err != nil {
		t.Error(err)
	}
}
