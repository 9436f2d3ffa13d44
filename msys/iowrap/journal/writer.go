package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
)

const lockName = "lock"

// writer appends to the newest segment. The journal's lock is held.
type writer struct {
	j      *Journal
	lock   *os.File
	f      *os.File
	next   uint64 // number of the next record
	size   int64  // of the segment
	older  int64  // bytes in the segments before
	buf    []byte
	broken bool // the segment may end in a part of a record
}

// openWriter takes the lock and makes the newest segment ready.
func (j *Journal) openWriter() (w *writer, err error) {
	w = &writer{j: j}
	defer func() {
		if err != nil {
			w.close()
		}
	}()
	if w.lock, err = j.root.OpenFile(lockName, os.O_RDWR|os.O_CREATE, 0o640); err != nil {
		return w, err
	}
	if err = lockFile(w.lock); err != nil {
		return w, err
	}
	segments, err := j.segments()
	if err != nil {
		return w, err
	}
	if len(segments) > 0 {
		if err = w.recover(segments[len(segments)-1]); err != nil {
			return w, err
		}
	}
	// Numbers that subscribers are done with are not given again, should
	// segments have been lost.
	done, err := j.furthest()
	if err != nil {
		return w, err
	}
	if w.f == nil || w.next < done {
		w.next = max(w.next, done)
		err = w.begin()
	}
	return w, err
}

// begin makes a new segment for the next record.
func (w *writer) begin() error {
	f, err := w.j.root.OpenFile(segmentName(w.next), os.O_RDWR|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o640)
	if err != nil {
		return err
	}
	if _, err := f.WriteString(segmentMagic); err != nil {
		return errors.Join(err, f.Close(), w.j.remove(segmentName(w.next)))
	}
	w.f, w.size = f, int64(len(segmentMagic))
	if err := w.j.syncDir(); err != nil {
		return err
	}
	return w.measure()
}

// recover opens the newest segment to continue after its last whole record. If
// it has none it is removed, and w.f stays nil.
func (w *writer) recover(first uint64) error {
	s, err := w.j.openSegment(first)
	if err != nil {
		return err
	}
	defer s.close()
	for err == nil {
		_, err = s.read()
	}
	if !damaged(err) {
		return err
	}
	w.next = s.next
	if s.offset == 0 { // it has no record at all
		return w.j.remove(segmentName(first))
	}
	if w.f, err = w.j.root.OpenFile(segmentName(first), os.O_RDWR|os.O_APPEND, 0); err != nil {
		return err
	}
	w.size = s.offset
	if err := w.f.Truncate(w.size); err != nil {
		return err
	}
	return w.measure()
}

// measure counts the bytes of the other segments.
func (w *writer) measure() error {
	segments, err := w.j.segments()
	if err != nil {
		return err
	}
	w.older = 0
	for _, first := range segments[:max(len(segments)-1, 0)] {
		if info, err := w.j.root.Stat(segmentName(first)); err == nil {
			w.older += info.Size()
		}
	}
	return nil
}

func (w *writer) append(rec []byte) error {
	w.buf = appendRecord(w.buf[:0], w.j.o.Now(), rec)
	need := int64(len(w.buf))
	if w.size+need > w.j.o.SegmentSize && w.size > int64(len(segmentMagic)) {
		if err := w.rotate(); err != nil {
			return err
		}
	}
	if limit := w.j.o.MaxBytes; limit > 0 && w.older+w.size+need > limit {
		if err := w.prune(); err != nil {
			return err
		}
		if w.older+w.size+need > limit {
			return ErrFull
		}
	}
	if _, err := w.f.Write(w.buf); err != nil {
		w.broken = w.f.Truncate(w.size) != nil
		return err
	}
	w.size += need
	w.next++
	if cap(w.buf) > 1<<20 {
		w.buf = nil
	}
	if w.j.o.Sync {
		return w.f.Sync()
	}
	return nil
}

// rotate begins a new segment and removes those that everyone has read.
func (w *writer) rotate() error {
	if err := w.f.Sync(); err != nil {
		return err
	}
	if err := w.begin(); err != nil {
		return err
	}
	return w.prune()
}

func (w *writer) prune() error {
	if err := w.j.prune(); err != nil {
		return err
	}
	return w.measure()
}

func (w *writer) close() {
	for _, f := range []*os.File{w.f, w.lock} {
		if f != nil {
			_ = f.Close() // synced by those who care
		}
	}
}

// checkpoints gives those of all subscribers.
func (j *Journal) checkpoints() ([]uint64, error) {
	subscribers, err := j.subscribers()
	if err != nil {
		return nil, err
	}
	var out []uint64
	for _, name := range subscribers {
		next, err := j.checkpoint(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue // unsubscribed meanwhile
		}
		if err != nil {
			return nil, err
		}
		out = append(out, next)
	}
	return out, nil
}

// furthest gives the checkpoint of the subscriber that is ahead of all, 0 if
// there is none.
func (j *Journal) furthest() (uint64, error) {
	all, err := j.checkpoints()
	return slices.Max(append(all, 0)), err
}

// prune removes the segments that all subscribers are past. Without
// subscribers, nothing is.
func (j *Journal) prune() error {
	all, err := j.checkpoints()
	if err != nil || len(all) == 0 {
		return err
	}
	least := slices.Min(all)
	segments, err := j.segments()
	if err != nil {
		return err
	}
	for i := 0; i+1 < len(segments) && segments[i+1] <= least; i++ {
		if err := j.remove(segmentName(segments[i])); err != nil {
			return err
		}
	}
	return nil
}

// syncDir makes the names of new files safe.
func (j *Journal) syncDir() error {
	dir, err := j.root.Open(".")
	if err != nil {
		return err
	}
	defer dir.Close()
	if err := dir.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return fmt.Errorf("syncing the directory: %w", err)
	}
	return nil
}
