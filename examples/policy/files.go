package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/iowrap"
)

// files opens what scripts name: files under a -map prefix, and files below
// the directories of the scripts. Nothing else is opened.
type files struct {
	roots []root
}

type root struct {
	prefix string // as scripts write it; "" for the script directories
	dir    *os.Root
}

func newFiles(o *options) (*files, error) {
	f := &files{}
	for _, m := range o.maps {
		dir, err := os.OpenRoot(m.Dir)
		if err != nil {
			return nil, fmt.Errorf("-map: %w", err)
		}
		f.roots = append(f.roots, root{strings.TrimSuffix(m.Prefix, "/"), dir})
	}
	for _, d := range o.scriptDirs() {
		dir, err := os.OpenRoot(d)
		if err != nil {
			return nil, fmt.Errorf("-script: %w", err)
		}
		f.roots = append(f.roots, root{"", dir})
	}
	return f, nil
}

// find gives the directory for a name and the name below it.
func (f *files) find(name string) (*os.Root, string, bool) {
	clean := filepath.ToSlash(filepath.Clean(name))
	for _, r := range f.roots {
		if r.prefix != "" {
			if rest, ok := strings.CutPrefix(clean, r.prefix+"/"); ok {
				return r.dir, rest, true
			}
			continue
		}
		if filepath.IsLocal(clean) {
			if _, err := r.dir.Stat(clean); err == nil {
				return r.dir, clean, true
			}
		}
	}
	return nil, "", false
}

// openPath opens a file for package iowrap.
func (f *files) openPath(_ context.Context, uri string, flags int, mode fs.FileMode) (iowrap.Object, error) {
	name := strings.TrimPrefix(strings.TrimPrefix(uri, "file://"), "file:")
	dir, rest, ok := f.find(name)
	if !ok {
		return nil, fs.ErrNotExist
	}
	file, err := dir.OpenFile(rest, flags, mode)
	if err != nil {
		return nil, err
	}
	return file, nil
}

// open is msys.Config.OpenFile.
func (f *files) open(name, mode string) (msys.File, error) {
	dir, rest, ok := f.find(name)
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	flags := map[byte]int{'r': os.O_RDONLY, 'w': os.O_WRONLY | os.O_CREATE | os.O_TRUNC, 'a': os.O_WRONLY | os.O_CREATE | os.O_APPEND}[mode[0]]
	if strings.Contains(mode, "+") {
		flags = flags&^(os.O_RDONLY|os.O_WRONLY) | os.O_RDWR
	}
	file, err := dir.OpenFile(rest, flags, 0o644)
	if err != nil {
		return nil, err
	}
	return file, nil
}

// Open implements message.FileOpener.
func (f *files) Open(name string) (io.ReadSeekCloser, error) {
	dir, rest, ok := f.find(name)
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return dir.Open(rest)
}
