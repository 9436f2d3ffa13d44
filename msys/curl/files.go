package curl

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Files are files by the names that scripts use: absolute, or relative to
// wherever the host says.
type Files interface {
	// Open opens a file to be read.
	Open(name string) (fs.File, error)
	// Create makes a file, readable by its owner only, or empties it.
	Create(name string) (io.WriteCloser, error)
	// Rename gives a file another name, in place of what had it.
	Rename(from, to string) error
	// Remove removes a file.
	Remove(name string) error
}

// Dir gives the files of a directory and those below, as they are seen with
// the directory as root: "/etc/x" of Dir("/srv") is /srv/etc/x. Symbolic links
// do not lead out of it.
func Dir(root string) Files { return dir(root) }

type dir string

// in runs f in the directory with a name relative to it.
func (d dir) in(name string, f func(root *os.Root, name string) error) error {
	if name == "" {
		return fs.ErrNotExist
	}
	root, err := os.OpenRoot(string(d))
	if err != nil {
		return err
	}
	defer root.Close()
	return f(root, rel(name))
}

// rel makes a name relative; ".." does not lead above the root.
func rel(name string) string {
	name = strings.TrimPrefix(filepath.ToSlash(filepath.Clean("/"+name)), "/")
	if name == "" {
		return "."
	}
	return name
}

func (d dir) Open(name string) (f fs.File, err error) {
	err = d.in(name, func(root *os.Root, name string) error {
		// A FIFO must not block, and a device is no document.
		if info, err := root.Stat(name); err == nil && !info.Mode().IsRegular() {
			return &fs.PathError{Op: "open", Path: name, Err: errors.New("not a regular file")}
		}
		f, err = root.Open(name)
		return err
	})
	return f, err
}

func (d dir) Create(name string) (f io.WriteCloser, err error) {
	err = d.in(name, func(root *os.Root, name string) error {
		f, err = root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
		return err
	})
	return f, err
}

func (d dir) Rename(from, to string) error {
	return d.in(from, func(root *os.Root, from string) error { return root.Rename(from, rel(to)) })
}

func (d dir) Remove(name string) error {
	return d.in(name, func(root *os.Root, name string) error { return root.Remove(name) })
}

// ReadDir lists a directory, as [OptCAPath] needs it. Other Files may have
// the same method.
func (d dir) ReadDir(name string) (entries []fs.DirEntry, err error) {
	err = d.in(name, func(root *os.Root, name string) error {
		entries, err = fs.ReadDir(root.FS(), name)
		return err
	})
	return entries, err
}
