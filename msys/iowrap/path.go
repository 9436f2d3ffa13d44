package iowrap

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// Mapping says that paths which begin with From begin with To instead.
type Mapping struct{ From, To string }

// MapPath rewrites a path by Options.PathMap and cleans it. It does not say
// whether the path is inside the roots.
func (f *FS) MapPath(path string) string {
	if path == "" {
		return ""
	}
	path = filepath.Clean(path)
	best, rest := -1, ""
	for i, m := range f.o.PathMap {
		if tail, ok := below(filepath.Clean(m.From), path); ok && (best < 0 || len(tail) < len(rest)) {
			best, rest = i, tail
		}
	}
	if best < 0 {
		return path
	}
	return filepath.Join(f.o.PathMap[best].To, rest)
}

// below gives the part of path that follows dir.
func below(dir, path string) (rest string, ok bool) {
	if path == dir {
		return ".", true
	}
	if !strings.HasSuffix(dir, string(filepath.Separator)) {
		dir += string(filepath.Separator)
	}
	return strings.CutPrefix(path, dir)
}

// place is where a file lies: a name within a root, or if root is "", any
// name.
type place struct{ root, name string }

// locate maps a path and finds the root that holds it: the one closest to it.
func (f *FS) locate(path string) (place, error) {
	switch {
	case path == "":
		return place{}, fs.ErrNotExist
	case strings.IndexByte(path, 0) >= 0:
		return place{}, fs.ErrInvalid
	}
	path = f.MapPath(path)
	if len(f.roots) == 0 {
		return place{name: path}, nil
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return place{}, err
	}
	var at place
	for _, root := range f.roots {
		if rest, ok := below(root, abs); ok && len(root) > len(at.root) {
			at = place{root, rest}
		}
	}
	if at.root == "" {
		return place{}, ErrOutside
	}
	return at, nil
}

// within opens the place's root for do, and makes its refusals ErrOutside.
func (p place) within(do func(r *os.Root) error) error {
	r, err := os.OpenRoot(p.root)
	if err != nil {
		return err
	}
	defer r.Close()
	err = do(r)
	var errno syscall.Errno
	if err != nil && !errors.As(err, &errno) {
		return ErrOutside // the root's own word for a name that leads out
	}
	return err
}

func (p place) open(flags int, mode fs.FileMode) (file *os.File, err error) {
	flags |= nonblocking
	if p.root == "" {
		return os.OpenFile(p.name, flags, mode)
	}
	err = p.within(func(r *os.Root) (err error) {
		file, err = r.OpenFile(p.name, flags, mode)
		return err
	})
	return file, err
}

func (p place) mkdirAll(name string, mode fs.FileMode) error {
	if p.root == "" {
		return os.MkdirAll(name, mode)
	}
	return p.within(func(r *os.Root) error { return r.MkdirAll(name, mode) })
}

// openDir opens a directory as a root, and makes it if there is none.
func (p place) openDir() (dir *os.Root, err error) {
	if err := p.mkdirAll(p.name, 0o755); err != nil {
		return nil, err
	}
	if p.root == "" {
		return os.OpenRoot(p.name)
	}
	err = p.within(func(r *os.Root) (err error) {
		dir, err = r.OpenRoot(p.name)
		return err
	})
	return dir, err
}
