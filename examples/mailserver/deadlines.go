package main

import "time"

// SetDeadline implements [net.Conn].
func (w *wire) SetDeadline(t time.Time) error {
	w.awaits, w.writes = t, t
	return w.conn.SetDeadline(t)
}

// SetReadDeadline implements [net.Conn], to a hundredth of the time that a
// client has: each command sets one, minutes away.
func (w *wire) SetReadDeadline(t time.Time) error {
	if !w.nudged.Load() && w.soonAfter(w.awaits, t) {
		return nil
	}
	w.awaits = t
	return w.conn.SetReadDeadline(t)
}

// SetWriteDeadline is the same for replies.
func (w *wire) SetWriteDeadline(t time.Time) error {
	if w.soonAfter(w.writes, t) {
		return nil
	}
	w.writes = t
	return w.conn.SetWriteDeadline(t)
}

func (w *wire) soonAfter(before, t time.Time) bool {
	d := t.Sub(before)
	return d >= 0 && d < w.s.smtp.ReadTimeout/100
}

// awaitClient gives the client time for what it is to send next.
func (w *wire) awaitClient() { w.SetReadDeadline(time.Now().Add(w.s.smtp.ReadTimeout)) }
