package dkim

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// ErrKeyPath is given for paths that do not lead below the directories of a
// [KeyDirs].
var ErrKeyPath = errors.New("dkim: key file outside of the key directories")

// MaxKeyFile is the most bytes of a key file.
const MaxKeyFile = 64 << 10

// KeyDirs reads key files below some directories and nothing else. Files are
// remembered and read again when they have changed. It is safe for concurrent
// use.
type KeyDirs struct {
	roots []keyRoot

	mu    sync.Mutex
	files map[string]keyFile
}

type keyRoot struct {
	dir  string
	root *os.Root
}

type keyFile struct {
	info fs.FileInfo
	data []byte
}

// maxKeyFiles is how many files are remembered.
const maxKeyFiles = 4096

// OpenKeyDirs opens directories of key files. The error is that of opening
// them.
func OpenKeyDirs(dirs ...string) (*KeyDirs, error) {
	d := &KeyDirs{}
	for _, dir := range dirs {
		abs, err := filepath.Abs(dir)
		if err == nil {
			var root *os.Root
			if root, err = os.OpenRoot(abs); err == nil {
				d.roots = append(d.roots, keyRoot{abs, root})
				continue
			}
		}
		d.Close()
		return nil, fmt.Errorf("dkim: opening key directory: %w", err)
	}
	return d, nil
}

// Close closes the directories. Load fails afterwards.
func (d *KeyDirs) Close() error {
	var errs []error
	for _, r := range d.roots {
		errs = append(errs, r.root.Close())
	}
	return errors.Join(errs...)
}

// Load reads a key file, whose path is absolute and below a directory, or
// relative to the first directory that has it. Links that lead out of the
// directory are not followed. It is for Signer.KeyLoader. The bytes must not be
// changed. The error wraps [ErrKeyPath] or that of reading.
func (d *KeyDirs) Load(_ context.Context, path string) ([]byte, error) {
	err := error(ErrKeyPath)
	for _, r := range d.roots {
		rel := filepath.Clean(path)
		if filepath.IsAbs(rel) {
			var relErr error
			if rel, relErr = filepath.Rel(r.dir, rel); relErr != nil {
				continue
			}
		}
		if !filepath.IsLocal(rel) {
			continue
		}
		var data []byte
		if data, err = d.load(r, rel); err == nil || !errors.Is(err, fs.ErrNotExist) {
			return data, err
		}
	}
	return nil, err
}

func (d *KeyDirs) load(r keyRoot, rel string) ([]byte, error) {
	key := filepath.Join(r.dir, rel)
	info, err := r.root.Stat(rel)
	if err != nil {
		return nil, fmt.Errorf("dkim: reading key file: %w", err)
	}
	d.mu.Lock()
	known, ok := d.files[key]
	d.mu.Unlock()
	if ok && unchanged(known.info, info) {
		return known.data, nil
	}
	read, err := readKeyFile(r.root, rel)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.files == nil || len(d.files) >= maxKeyFiles {
		d.files = map[string]keyFile{}
	}
	d.files[key] = read
	return read.data, nil
}

func unchanged(a, b fs.FileInfo) bool {
	return a.ModTime().Equal(b.ModTime()) && a.Size() == b.Size() && os.SameFile(a, b)
}

func readKeyFile(root *os.Root, name string) (keyFile, error) {
	f, err := root.Open(name)
	if err != nil {
		return keyFile{}, fmt.Errorf("dkim: reading key file: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return keyFile{}, fmt.Errorf("dkim: reading key file: %w", err)
	}
	if !info.Mode().IsRegular() {
		return keyFile{}, fmt.Errorf("dkim: reading key file: %s is not a regular file", name)
	}
	data, err := io.ReadAll(io.LimitReader(f, MaxKeyFile+1))
	if err != nil {
		return keyFile{}, fmt.Errorf("dkim: reading key file: %w", err)
	}
	if len(data) > MaxKeyFile {
		return keyFile{}, fmt.Errorf("dkim: reading key file: %s has more than %d bytes", name, MaxKeyFile)
	}
	return keyFile{info, data}, nil
}
