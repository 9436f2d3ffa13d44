package luaio

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"syscall"
)

// Errors of operations that a stream is not made for. Scripts see the words
// and numbers of the C library.
var (
	// ErrNotReadable and ErrNotWritable say that the stream is open for the
	// other direction only.
	ErrNotReadable = errors.New("luaio: not open for reading")
	ErrNotWritable = errors.New("luaio: not open for writing")
	// ErrNotSeekable says that the stream has no position to change.
	ErrNotSeekable = errors.New("luaio: not seekable")
	// ErrTooLarge says that one read would give more than Info.MaxRead.
	ErrTooLarge = errors.New("luaio: too large")
)

// known are errors without a number of the operating system, or whose number
// differs between systems, with the words and numbers of Linux.
var known = []struct {
	err    error
	text   string
	number int
}{
	{ErrNotReadable, "Bad file descriptor", 9},
	{ErrNotWritable, "Bad file descriptor", 9},
	{ErrNotSeekable, "Illegal seek", 29},
	{ErrTooLarge, "File too large", 27},
	{fs.ErrClosed, "Bad file descriptor", 9},
	{os.ErrDeadlineExceeded, "Interrupted system call", 4},
	{fs.ErrNotExist, "No such file or directory", 2},
	{fs.ErrPermission, "Permission denied", 13},
	{fs.ErrExist, "File exists", 17},
	{fs.ErrInvalid, "Invalid argument", 22},
	{errors.ErrUnsupported, "Operation not supported", 95},
}

// SystemError gives the words of the C library for err, without a file name,
// and the number of the error: that of Linux, or 5 (EIO) with err's own text
// for an error that is none of the operating system.
func SystemError(err error) (text string, number int) {
	var numbered interface {
		error
		Errno() int
	}
	if errors.As(err, &numbered) {
		return numbered.Error(), numbered.Errno()
	}
	for _, k := range known[:6] {
		if errors.Is(err, k.err) {
			return k.text, k.number
		}
	}
	var errno syscall.Errno
	if errors.As(err, &errno) {
		text := errno.Error()
		return strings.ToUpper(text[:1]) + text[1:], int(errno)
	}
	for _, k := range known {
		if errors.Is(err, k.err) {
			return k.text, k.number
		}
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return err.Error(), 5
}
