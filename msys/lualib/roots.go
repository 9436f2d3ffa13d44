package lualib

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"strings"
)

// scriptFiles reads scripts from the roots, or if there are none, from the
// file system of the process.
type scriptFiles struct{ roots []fs.FS }

// errOutside is why names that would lead out of the roots are refused.
var errOutside = errors.New("refused: outside the script directories")

// read reads the file at name, which is relative to a root.
func (files *scriptFiles) read(name string) (src string, err error) {
	roots := files.roots
	if roots == nil {
		roots = []fs.FS{os.DirFS(".")}
	}
	clean, ok := inside(name)
	if !ok {
		return "", errOutside
	}
	err = fs.ErrNotExist
	for _, root := range roots {
		src, rerr := readIn(root, clean)
		if rerr == nil {
			return src, nil
		}
		if !errors.Is(rerr, fs.ErrNotExist) || errors.Is(err, fs.ErrNotExist) {
			err = rerr
		}
	}
	return "", err
}

// readAny is read for loadfile and dofile: without roots it reads any file.
func (files *scriptFiles) readAny(name string) (string, error) {
	if files.roots != nil {
		return files.read(name)
	}
	data, err := os.ReadFile(name)
	return string(data), err
}

// inside gives a name in the form that fs.FS wants; ok is false if it leads
// out of a root.
func inside(name string) (clean string, ok bool) {
	if strings.HasPrefix(name, "/") || strings.ContainsAny(name, "\\\x00") {
		return "", false
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == ".." {
			return "", false
		}
	}
	clean = path.Clean(name)
	return clean, fs.ValidPath(clean)
}

// readIn reads a file of a root, if no symbolic link on the way leads out.
func readIn(root fs.FS, name string) (string, error) {
	resolved, err := resolve(root, name)
	if err != nil {
		return "", err
	}
	info, err := fs.Stat(root, resolved)
	if err != nil {
		return "", err
	}
	if info.IsDir() {
		return "", fs.ErrNotExist
	}
	data, err := fs.ReadFile(root, resolved)
	return string(data), err
}

// maxLinks bounds the symbolic links on the way to a file.
const maxLinks = 40

// resolve replaces the symbolic links in name by what they point to. Absolute
// links are refused, as a root does not know where it lies.
func resolve(root fs.FS, name string) (string, error) {
	links, ok := root.(fs.ReadLinkFS)
	if !ok {
		return name, nil
	}
	done, rest := ".", name
	for followed := 0; rest != ""; {
		part, after, _ := strings.Cut(rest, "/")
		at := path.Join(done, part)
		info, err := links.Lstat(at)
		if err != nil {
			return "", err
		}
		if info.Mode()&fs.ModeSymlink == 0 {
			done, rest = at, after
			continue
		}
		target, err := links.ReadLink(at)
		if err != nil {
			return "", err
		}
		if followed++; followed > maxLinks {
			return "", errors.New("too many symbolic links")
		}
		if path.IsAbs(target) {
			return "", errOutside
		}
		target = path.Join(done, target)
		if target == ".." || strings.HasPrefix(target, "../") {
			return "", errOutside
		}
		if after != "" {
			target += "/" + after
		}
		done, rest = ".", target
	}
	return done, nil
}
