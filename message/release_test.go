package message

import (
	"runtime"
	"testing"
	"time"
	"weak"
)

// TestCopiesReleaseOriginal checks that a copy, and a snapshot, share bytes with
// the message that they are of, and do not hold it.
func TestCopiesReleaseOriginal(t *testing.T) {
	made := func() (original weak.Pointer[Message], copies []*Message) {
		m := parse(t, "Subject: x\r\n\r\nbody\r\n")
		snapshot, err := m.Snapshot()
		must(t, err)
		whole, err := m.Copy()
		must(t, err)
		one, err := m.ForRecipient("a@b.example")
		must(t, err)
		return weak.Make(m), []*Message{snapshot, whole, one}
	}
	original, copies := made()
	for deadline := time.Now().Add(20 * time.Second); original.Value() != nil; runtime.GC() {
		if time.Now().After(deadline) {
			t.Fatal("the original is still held")
		}
	}
	runtime.KeepAlive(copies)
}
