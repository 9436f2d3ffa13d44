package lualib

import (
	"io"
	"io/fs"
	"os"
)

// File is an open file of the io library. A file that can change its place is
// an io.Seeker too; *os.File is one. The library closes a file once; one that
// the script forgets when it is garbage, on another goroutine.
type File interface {
	io.Reader
	io.Writer
	io.Closer
}

var _ File = (*os.File)(nil)

// fileSystem is where the libraries io and os find files.
type fileSystem struct {
	open      func(name, mode string) (File, error)
	remove    func(name string) error
	rename    func(from, to string) error
	temporary func() (name string, f File, err error)
}

func (o *Options) fileSystem() fileSystem {
	if o.Open == nil {
		return fileSystem{openSystemFile, os.Remove, os.Rename, systemTempFile}
	}
	files := fileSystem{o.Open, o.Remove, o.Rename, o.TempFile}
	if files.remove == nil {
		files.remove = func(string) error { return fs.ErrPermission }
	}
	if files.rename == nil {
		files.rename = func(string, string) error { return fs.ErrPermission }
	}
	if files.temporary == nil {
		files.temporary = func() (string, File, error) { return "", nil, fs.ErrPermission }
	}
	return files
}

func openSystemFile(name, mode string) (File, error) {
	flag := map[string]int{
		"r": os.O_RDONLY, "r+": os.O_RDWR,
		"w": os.O_WRONLY | os.O_CREATE | os.O_TRUNC, "w+": os.O_RDWR | os.O_CREATE | os.O_TRUNC,
		"a": os.O_WRONLY | os.O_CREATE | os.O_APPEND, "a+": os.O_RDWR | os.O_CREATE | os.O_APPEND,
	}[mode]
	f, err := os.OpenFile(name, flag, 0o666)
	if err != nil {
		return nil, err // no typed nil
	}
	return f, nil
}

func systemTempFile() (string, File, error) {
	f, err := os.CreateTemp("", "lua_")
	if err != nil {
		return "", nil, err
	}
	return f.Name(), f, nil
}

// openMode returns what a mode of fopen means: "r", "w" or "a", with a "+" if
// it has one. Further letters, as in "rb" and "rt", mean nothing.
func openMode(mode string) (string, bool) {
	if mode == "" || mode[0] != 'r' && mode[0] != 'w' && mode[0] != 'a' {
		return "", false
	}
	for i := range len(mode) {
		if mode[i] == '+' {
			return mode[:1] + "+", true
		}
	}
	return mode[:1], true
}
