package rope

import "fmt"

// Writer collects bytes in memory and moves to a temporary file when there
// are more than Limit of them. A negative Limit keeps everything in memory.
type Writer struct {
	Limit int64
	Dir   string // of the temporary file; the system's if empty

	mem   []byte
	spool *Spool
}

// Grow reserves memory for n more bytes as far as the limit allows.
func (w *Writer) Grow(n int64) {
	if w.Limit >= 0 {
		n = min(n, w.Limit-int64(len(w.mem)))
	}
	if n > int64(cap(w.mem)-len(w.mem)) {
		mem := make([]byte, len(w.mem), int64(len(w.mem))+n)
		copy(mem, w.mem)
		w.mem = mem
	}
}

// firstRoom is how much memory a writer takes first, if nothing is known
// about the size.
const firstRoom = 4 << 10

// Room gives memory for the next bytes, of which [Writer.Fill] tells how many
// were put there; nil if they are not kept in memory, or are too many for it.
func (w *Writer) Room() []byte {
	if w.spool != nil {
		return nil
	}
	if len(w.mem) == cap(w.mem) {
		w.Grow(max(firstRoom, int64(len(w.mem))))
	}
	room := cap(w.mem)
	if w.Limit >= 0 {
		room = int(min(int64(room), w.Limit))
	}
	if room <= len(w.mem) {
		return nil
	}
	return w.mem[len(w.mem):room]
}

// Fill adds the first n bytes of what Room gave.
func (w *Writer) Fill(n int) { w.mem = w.mem[:len(w.mem)+n] }

// Write implements [io.Writer].
func (w *Writer) Write(p []byte) (int, error) {
	if w.spool == nil && w.Limit >= 0 && int64(len(w.mem)+len(p)) > w.Limit {
		s, err := newSpool(w.Dir)
		if err != nil {
			return 0, err
		}
		w.spool = s
		if err := w.spill(w.mem); err != nil {
			return 0, err
		}
		w.mem = nil
	}
	if w.spool != nil {
		if err := w.spill(p); err != nil {
			return 0, err
		}
		return len(p), nil
	}
	w.mem = append(w.mem, p...)
	return len(p), nil
}

func (w *Writer) spill(p []byte) error {
	n, err := w.spool.f.Write(p)
	w.spool.size += int64(n)
	if err != nil {
		return fmt.Errorf("writing spool file: %w", err)
	}
	return nil
}

// Len gives the number of bytes written so far.
func (w *Writer) Len() int64 {
	if w.spool != nil {
		return w.spool.size
	}
	return int64(len(w.mem))
}

// Span gives what was written. The writer must not be used afterwards.
func (w *Writer) Span() Span {
	if w.spool != nil {
		return FromSpool(w.spool).All()
	}
	return OfBytes(w.mem)
}

// Abandon frees the temporary file, if there is one, after a failure.
func (w *Writer) Abandon() {
	if w.spool != nil {
		w.spool.close()
	}
}
