package cputime_test

import (
	"testing"
	"time"

	"github.com/gomsys/gomsys/internal/cputime"
)

func TestOf(t *testing.T) {
	if d := cputime.Of(func() { time.Sleep(200 * time.Millisecond) }); d > 150*time.Millisecond {
		t.Errorf("sleep took %v of CPU time", d)
	}
	n := 0
	if d := cputime.Of(func() {
		for began := time.Now(); time.Since(began) < 200*time.Millisecond; n++ {
		}
	}); d <= 0 {
		t.Errorf("%d rounds took %v of CPU time", n, d)
	}
}
