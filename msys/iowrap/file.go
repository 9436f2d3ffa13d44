package iowrap

import (
	"context"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/gomsys/gomsys/msys/lualib"
)

const writing = os.O_WRONLY | os.O_RDWR | os.O_CREATE | os.O_TRUNC | os.O_APPEND

// openFile opens a file of the file system.
func (f *FS) openFile(path string, flags int, mode fs.FileMode) (Object, error) {
	if f.o.ReadOnly && flags&writing != 0 {
		return nil, ErrReadOnly
	}
	at, err := f.locate(path)
	if err != nil {
		return nil, err
	}
	file, err := at.open(flags, mode.Perm())
	if err != nil {
		return nil, err // no typed nil
	}
	return file, nil
}

// openFileURI opens file:///path (RFC 8089). The host may be empty or
// localhost.
func (f *FS) openFileURI(_ context.Context, uri string, flags int, mode fs.FileMode) (Object, error) {
	path, err := filePath(uri)
	if err != nil {
		return nil, err
	}
	return f.openFile(path, flags, mode)
}

func filePath(uri string) (string, error) {
	path := afterScheme(uri)
	if rest, ok := strings.CutPrefix(path, "localhost/"); ok {
		path = "/" + rest
	}
	path, err := url.PathUnescape(path)
	if err != nil {
		return "", ErrInvalidURI
	}
	return path, nil
}

// MkdirAll makes the directory that would hold the file of a path, and those
// above it, with the permissions mode. For other URIs than files it does
// nothing.
func (f *FS) MkdirAll(path string, mode fs.FileMode) error {
	name := path
	switch SchemeOf(path) {
	case "":
	case "file":
		var err error
		if name, err = filePath(path); err != nil {
			return pathError("mkdir", path, err)
		}
	default:
		return nil
	}
	if f.o.ReadOnly {
		return pathError("mkdir", path, ErrReadOnly)
	}
	at, err := f.locate(name)
	if err == nil {
		err = at.mkdirAll(filepath.Dir(at.name), mode.Perm())
	}
	if err != nil {
		return pathError("mkdir", path, err)
	}
	return nil
}

// OpenMode opens a file for Lua's own library, whose modes are those of
// fopen(3): "r", "w", "a", with or without "+". It is for lualib.Options.Open:
// io.open and io.lines then find the same files as the functions here. URIs
// are plain names to it.
func (f *FS) OpenMode(name, mode string) (lualib.File, error) {
	flags, ok := map[string]int{
		"r": os.O_RDONLY, "r+": os.O_RDWR,
		"w": os.O_WRONLY | os.O_CREATE | os.O_TRUNC, "w+": os.O_RDWR | os.O_CREATE | os.O_TRUNC,
		"a": os.O_WRONLY | os.O_CREATE | os.O_APPEND, "a+": os.O_RDWR | os.O_CREATE | os.O_APPEND,
	}[mode]
	if !ok {
		return nil, pathError("open", name, fs.ErrInvalid)
	}
	o, err := f.openFile(name, flags, 0o666)
	if err != nil {
		return nil, pathError("open", name, err)
	}
	return o, nil
}

// Remove removes a file, as os.remove of a script does.
func (f *FS) Remove(name string) error {
	at, err := f.change(name)
	switch {
	case err != nil:
	case at.root == "":
		err = os.Remove(at.name)
	default:
		err = at.within(func(r *os.Root) error { return r.Remove(at.name) })
	}
	if err != nil {
		return pathError("remove", name, err)
	}
	return nil
}

// Rename renames a file, as os.rename of a script does. Both names must be in
// one root.
func (f *FS) Rename(from, to string) error {
	a, err := f.change(from)
	if err != nil {
		return pathError("rename", from, err)
	}
	b, err := f.change(to)
	switch {
	case err != nil:
		return pathError("rename", to, err)
	case a.root != b.root:
		err = ErrOutside
	case a.root == "":
		err = os.Rename(a.name, b.name)
	default:
		err = a.within(func(r *os.Root) error { return r.Rename(a.name, b.name) })
	}
	if err != nil {
		return pathError("rename", from, err)
	}
	return nil
}

// change locates a file that is to be changed.
func (f *FS) change(name string) (place, error) {
	if f.o.ReadOnly {
		return place{}, ErrReadOnly
	}
	return f.locate(name)
}
