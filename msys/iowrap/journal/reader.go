package journal

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
)

// CorruptError says that a segment has bytes that are no record. The reader
// goes on with the next segment.
type CorruptError struct {
	Segment string // the file
	Offset  int64  // where a record should begin
	Err     error  // what is wrong
}

func (e *CorruptError) Error() string {
	return fmt.Sprintf("journal: %s: offset %d: %v", e.Segment, e.Offset, e.Err)
}

// Unwrap gives what is wrong.
func (e *CorruptError) Unwrap() error { return e.Err }

// Reader reads the records of a journal for one subscriber. It is used by one
// goroutine at a time; a subscriber should have one reader.
type Reader struct {
	j    *Journal
	name string
	next uint64 // number of the next record
	s    *scanner
}

// Reader gives a reader for a subscriber, which begins behind its last
// checkpoint. A subscriber that there is not yet is subscribed.
func (j *Journal) Reader(subscriber string) (*Reader, error) {
	if err := j.Subscribe(subscriber); err != nil {
		return nil, err
	}
	next, err := j.checkpoint(subscriber)
	if err != nil {
		return nil, fmt.Errorf("journal: opening a reader: %w", err)
	}
	return &Reader{j: j, name: subscriber, next: next}, nil
}

// Read gives the next record. If there is none yet the error is [io.EOF], and
// a later call may find one. A [*CorruptError] tells of records that are lost;
// the next call goes on behind them.
func (r *Reader) Read() (Record, error) {
	for {
		if r.s == nil {
			if err := r.find(); err != nil {
				return Record{}, r.wrap(err)
			}
		}
		rec, err := r.s.read()
		if err == nil {
			if rec.Seq < r.next {
				continue // done before the checkpoint
			}
			r.next = rec.Seq + 1
			return rec, nil
		}
		if !damaged(err) {
			return Record{}, r.wrap(err)
		}
		if err := r.advance(err); err != nil {
			return Record{}, r.wrap(err)
		}
	}
}

func (r *Reader) wrap(err error) error {
	var corrupt *CorruptError
	if err == io.EOF || errors.As(err, &corrupt) {
		return err
	}
	return fmt.Errorf("journal: reading: %w", err)
}

// find opens the segment with the next record, or the oldest one if that is
// gone. Without any segment the error is io.EOF.
func (r *Reader) find() error {
	segments, err := r.j.segments()
	if err != nil {
		return err
	}
	if len(segments) == 0 {
		return io.EOF
	}
	i, found := slices.BinarySearch(segments, r.next)
	if !found && i > 0 {
		i--
	}
	return r.open(segments[i])
}

func (r *Reader) open(first uint64) error {
	s, err := r.j.openSegment(first)
	if errors.Is(err, fs.ErrNotExist) {
		return io.EOF // removed meanwhile; the next call looks again
	}
	if err != nil {
		return err
	}
	r.leave()
	r.s = s
	return nil
}

func (r *Reader) leave() {
	if r.s != nil {
		r.s.close()
		r.s = nil
	}
}

// advance goes on to the next segment after this one gave no record because
// of cause. nil says that there is something to read.
func (r *Reader) advance(cause error) error {
	segments, err := r.j.segments()
	if err != nil {
		return err
	}
	i, _ := slices.BinarySearch(segments, r.s.first+1)
	if i == len(segments) { // the newest: records may come
		if r.s.offset == 0 {
			r.leave() // a writer may remove a segment that has none
		}
		return io.EOF
	}
	// Nothing is added to this segment any more, but something may have been
	// between the read and the look at the next one.
	before := r.s.offset
	rec, err := r.s.read()
	if err == nil {
		r.s.next, r.s.offset = rec.Seq, before
		r.s.buf.Reset(nil)
		return nil
	}
	ended, statErr := r.s.ends()
	if statErr != nil {
		return statErr
	}
	corrupt := &CorruptError{Segment: segmentName(r.s.first), Offset: before, Err: cause}
	r.next = max(r.next, segments[i])
	if err := r.open(segments[i]); err != nil {
		return err
	}
	if ended {
		return nil
	}
	return corrupt
}

// Checkpoint says that the subscriber is done with all records that Read gave
// so far: they are not read again, also after a crash, and are removed when
// all other subscribers are done with them too.
func (r *Reader) Checkpoint() error {
	j := r.j
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return ErrClosed
	}
	err := r.checkpoint()
	if err == nil {
		err = j.prune()
	}
	if err != nil {
		return fmt.Errorf("journal: checkpoint of %s: %w", r.name, err)
	}
	return nil
}

func (r *Reader) checkpoint() error {
	if r.s != nil {
		// Records lost with the power would have their numbers given again.
		if err := r.s.f.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) {
			return err
		}
	}
	return r.j.setCheckpoint(r.name, r.next)
}

// Close ends the reader. The checkpoint stays where it is.
func (r *Reader) Close() { r.leave() }
