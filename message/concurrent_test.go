package message

import (
	"bytes"
	"context"
	"io"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// TestConcurrentUse reads, changes, copies and takes apart one message at once;
// the race detector and the locks are what it tests.
func TestConcurrentUse(t *testing.T) {
	m, err := Parse(context.Background(), strings.NewReader(mixedMail), Envelope{}, &Options{LargeMessageThreshold: 64, SpoolDir: t.TempDir()})
	must(t, err)
	other := parse(t, mixedMail)
	re := compile(t, "caf")
	jobs := []func(){
		func() { m.Header().Values("From") },
		func() { _ = m.Header().Set("X-A", "1") },
		func() { _, _ = m.WriteTo(io.Discard) },
		func() { _, _ = m.Render(io.Discard, 0) },
		func() { _, _ = m.Text() },
		func() {
			for p := firstPart(m); p != nil; p = p.Thread() {
				_ = p.Header().Append("X-P", "1")
				_, _ = io.Copy(io.Discard, p.Decoded())
			}
		},
		func() {
			if c, err := m.Copy(); err == nil {
				_ = c.Header().Append("X-C", "1")
				_ = c.Close()
			}
		},
		func() {
			if s, err := m.Snapshot(); err == nil {
				_, _ = s.Text()
				_ = s.Close()
			}
		},
		func() { _, _ = m.Replace(context.Background(), ScopeText, re, "$0 ") },
		func() { // moves parts from one to the other and back
			p, err := m.NewPart(context.Background(), "text/plain", strings.NewReader("x"), 0)
			if err != nil {
				return
			}
			if ok, _ := firstPart(other).AppendChild(p); ok {
				_ = p.Unlink()
				_, _ = firstPart(m).AppendChild(p)
			}
		},
		func() {
			p, err := other.NewPart(context.Background(), "text/plain", strings.NewReader("x"), 0)
			if err != nil {
				return
			}
			_, _ = firstPart(m).AppendChild(p)
			_ = p.Unlink()
		},
		func() { m.ContextSet(ContextMess, "k", "v"); m.ContextKeys(ContextMess) },
		func() { m.Discard(""); _, _ = m.SetCode(250, "ok"); m.ID() },
	}
	var wg sync.WaitGroup
	for _, job := range jobs {
		wg.Go(func() {
			for range 30 {
				job()
			}
		})
	}
	wg.Wait()
	if got := len(parts(t, parse(t, raw(t, m)))); got < 4 {
		t.Errorf("%d parts", got)
	}
	must(t, m.Close())
}

// Finding the parts of a mail on disk takes a window, not the size of the mail.
func TestIndexOfSpooledMail(t *testing.T) {
	mail := attachmentMail(10 << 20)
	m, err := Parse(context.Background(), bytes.NewReader(mail), Envelope{}, &Options{SpoolDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	p, err := m.MIME(Writable)
	n := 0
	for ; p != nil; p = p.Thread() {
		n++
	}
	runtime.ReadMemStats(&after)
	if err != nil || n != 3 {
		t.Fatal(n, err)
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 1<<20 {
		t.Errorf("allocated %d bytes", grown)
	}
}
