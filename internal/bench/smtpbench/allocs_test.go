//go:build !race

package smtpbench

import "testing"

// A mail with the reference policy takes less than 100 allocations, also with
// a session of its own. (The race detector adds some.)
func TestAllocations(t *testing.T) {
	send := sessions(t, true)
	send(1)
	if n := testing.AllocsPerRun(200, func() { send(1) }); n >= 100 {
		t.Errorf("%v allocations for a session with a mail, want less than 100", n)
	}
	if n := testing.AllocsPerRun(20, func() { send(20) }) / 20; n >= 80 {
		t.Errorf("%v allocations for a mail of several in a session, want less than 80", n)
	}
}
