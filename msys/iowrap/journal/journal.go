package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// Errors of Append, Subscribe and Reader.
var (
	// ErrInUse says that another process, or another Journal of this one,
	// appends to the journal.
	ErrInUse = errors.New("journal: in use by another writer")
	// ErrFull says that the journal has Options.MaxBytes of records that some
	// subscriber has yet to read.
	ErrFull = fmt.Errorf("journal: unread records fill it: %w", syscall.ENOSPC)
	// ErrTooLong says that a record is longer than Options.MaxRecord.
	ErrTooLong = errors.New("journal: record too long")
	// ErrName says that a subscriber's name is not made of 1 to 100 letters,
	// digits, '.', '_' and '-'.
	ErrName = errors.New("journal: invalid subscriber name")
	// ErrClosed says that Close was called.
	ErrClosed = fmt.Errorf("journal: %w", fs.ErrClosed)
)

// Options are the settings of a journal. A nil *Options is all defaults.
type Options struct {
	// SegmentSize is the size in bytes after which a new file is begun. If
	// zero, 4 MiB.
	SegmentSize int64
	// MaxRecord is the most bytes in a record. If zero, 16 MiB.
	MaxRecord int
	// MaxBytes is the most bytes on disk; beyond it Append gives ErrFull until
	// subscribers have read on. If zero, 16 GiB; -1 means no limit.
	MaxBytes int64
	// Sync makes every Append wait until its record would survive a loss of
	// power. If false, records are synced when a segment is full, by Sync and
	// by a checkpoint.
	Sync bool
	// Now gives the time of records. If nil, time.Now.
	Now func() time.Time
}

func (o *Options) withDefaults() Options {
	var full Options
	if o != nil {
		full = *o
	}
	if full.SegmentSize <= 0 {
		full.SegmentSize = 4 << 20
	}
	if full.MaxRecord <= 0 {
		full.MaxRecord = 16 << 20
	}
	if full.MaxBytes == 0 {
		full.MaxBytes = 16 << 30
	}
	if full.Now == nil {
		full.Now = time.Now
	}
	return full
}

// Journal is an open journal.
type Journal struct {
	o    Options
	root *os.Root

	mu     sync.Mutex
	closed bool
	w      *writer // nil before the first Append
}

// Open opens the journal that is the directory path, which is made if there
// is none.
func Open(path string, o *Options) (*Journal, error) {
	if err := os.MkdirAll(path, 0o755); err != nil {
		return nil, fmt.Errorf("journal: opening: %w", err)
	}
	root, err := os.OpenRoot(filepath.Clean(path))
	if err != nil {
		return nil, fmt.Errorf("journal: opening: %w", err)
	}
	return OpenRoot(root, o), nil
}

// OpenRoot opens the journal that is the directory root. Close closes root.
func OpenRoot(root *os.Root, o *Options) *Journal {
	return &Journal{o: o.withDefaults(), root: root}
}

// Append adds a record. It is there for readers when Append returns.
func (j *Journal) Append(rec []byte) error {
	if len(rec) > j.o.MaxRecord {
		return fmt.Errorf("%w: %d bytes, the limit is %d", ErrTooLong, len(rec), j.o.MaxRecord)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return ErrClosed
	}
	if j.w == nil {
		w, err := j.openWriter()
		if err != nil {
			return fmt.Errorf("journal: opening for writing: %w", err)
		}
		j.w = w
	}
	if err := j.w.append(rec); err != nil {
		if j.w.broken {
			j.w.close()
			j.w = nil
		}
		return fmt.Errorf("journal: appending: %w", err)
	}
	return nil
}

// Write is Append for an [io.Writer]: p is one record.
func (j *Journal) Write(p []byte) (int, error) {
	if err := j.Append(p); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Sync makes what was appended by this Journal survive a loss of power.
func (j *Journal) Sync() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	switch {
	case j.closed:
		return ErrClosed
	case j.w == nil:
		return nil
	}
	if err := j.w.f.Sync(); err != nil {
		return fmt.Errorf("journal: syncing: %w", err)
	}
	return nil
}

// Close syncs and closes the journal. Its readers must not be used any more.
// Twice is fine.
func (j *Journal) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return nil
	}
	j.closed = true
	var err error
	if j.w != nil {
		err = j.w.f.Sync()
		j.w.close()
		j.w = nil
	}
	if err = errors.Join(err, j.root.Close()); err != nil {
		return fmt.Errorf("journal: closing: %w", err)
	}
	return nil
}
