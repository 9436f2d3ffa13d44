package mstore

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// DirOptions are the settings of [Dir]. A nil *DirOptions is all defaults.
type DirOptions struct {
	// SweepEvery is how often Put looks for entries that are too old and
	// removes them. If zero, once an hour; -1 means never.
	SweepEvery time.Duration
	// Clock tells the time. If nil, the system's.
	Clock Clock
}

// Dir is a [Store] in a directory, one file for each entry. Several processes
// may use one directory.
type Dir struct {
	root  *os.Root
	every time.Duration
	clock Clock

	mu    sync.Mutex
	swept time.Time
}

var _ Store = (*Dir)(nil)

// OpenDir opens the store in a directory, which is made if there is none.
func OpenDir(path string, o *DirOptions) (*Dir, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("mstore: opening: %w", err)
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, fmt.Errorf("mstore: opening: %w", err)
	}
	d := &Dir{root: root, every: time.Hour, clock: systemClock{}}
	if o != nil && o.SweepEvery != 0 {
		d.every = o.SweepEvery
	}
	if o != nil && o.Clock != nil {
		d.clock = o.Clock
	}
	d.swept = d.clock.Now()
	return d, nil
}

// Close closes the directory.
func (d *Dir) Close() error { return d.root.Close() }

const fileSuffix = ".msg"

// fileName names the file of an entry: two hashes, as ids are any text.
func fileName(bucket, id string) (dir, name string) {
	b, i := sha256.Sum256([]byte(bucket)), sha256.Sum256([]byte(id))
	dir = hex.EncodeToString(b[:16])
	return dir, filepath.Join(dir, hex.EncodeToString(i[:])+fileSuffix)
}

// timeSize is the length of the time, in milliseconds since 1970, at which the
// entry gets too old; it begins a file.
const timeSize = 8

// Put implements [Store]. A crash leaves the old entry or the new one.
func (d *Dir) Put(_ context.Context, bucket, id string, data []byte, ttl time.Duration) error {
	d.sweepIfDue()
	dir, name := fileName(bucket, id)
	if err := d.root.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := d.createTemp(dir)
	if err != nil {
		return err
	}
	tmp := filepath.Join(dir, filepath.Base(f.Name()))
	_, err = f.Write(binary.BigEndian.AppendUint64(nil, uint64(d.clock.Now().Add(ttl).UnixMilli())))
	if err == nil {
		_, err = f.Write(data)
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = d.root.Rename(tmp, name)
	}
	if err != nil {
		return errors.Join(err, d.root.Remove(tmp))
	}
	return nil
}

// createTemp makes a file that nobody else has.
func (d *Dir) createTemp(dir string) (*os.File, error) {
	for i := 0; ; i++ {
		name := filepath.Join(dir, fmt.Sprintf("%d-%d-%d.tmp", os.Getpid(), time.Now().UnixNano(), i))
		f, err := d.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if !errors.Is(err, fs.ErrExist) || i > 100 {
			return f, err
		}
	}
}

// Get implements [Store].
func (d *Dir) Get(_ context.Context, bucket, id string) ([]byte, error) {
	_, name := fileName(bucket, id)
	b, err := d.root.ReadFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, ErrNotFound
	case err != nil:
		return nil, err
	case len(b) < timeSize:
		return nil, ErrFormat
	case d.old(b):
		return nil, ErrNotFound
	}
	return b[timeSize:], nil
}

func (d *Dir) old(b []byte) bool {
	return !time.UnixMilli(int64(binary.BigEndian.Uint64(b))).After(d.clock.Now())
}

// Delete implements [Store].
func (d *Dir) Delete(_ context.Context, bucket, id string) error {
	_, name := fileName(bucket, id)
	if err := d.root.Remove(name); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func (d *Dir) sweepIfDue() {
	d.mu.Lock()
	due := d.every > 0 && d.clock.Now().Sub(d.swept) >= d.every
	if due {
		d.swept = d.clock.Now()
	}
	d.mu.Unlock()
	if due {
		_, _ = d.Sweep(context.Background()) // what could not be removed is tried again
	}
}

// Sweep removes the entries that are too old, and tells how many.
func (d *Dir) Sweep(ctx context.Context) (removed int, err error) {
	err = fs.WalkDir(d.root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // removed by another process
		}
		if err != nil || ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
		if entry.IsDir() || !d.stale(name, entry) {
			return nil
		}
		if err := d.root.Remove(name); !errors.Is(err, fs.ErrNotExist) {
			removed++
			return err
		}
		return nil
	})
	if err != nil {
		return removed, fmt.Errorf("mstore: sweeping: %w", err)
	}
	return removed, nil
}

// stale reports whether the file is an old entry, or was left by a crash a day
// ago.
func (d *Dir) stale(name string, entry fs.DirEntry) bool {
	if strings.HasSuffix(name, ".tmp") {
		info, err := entry.Info()
		return err == nil && d.clock.Now().Sub(info.ModTime()) > 24*time.Hour
	}
	if !strings.HasSuffix(name, fileSuffix) {
		return false
	}
	f, err := d.root.Open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	var b [timeSize]byte
	n, _ := f.Read(b[:])
	return n < timeSize || d.old(b[:])
}
