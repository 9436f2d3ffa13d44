package lualib

import (
	"errors"
	"io/fs"
	"strings"
	"syscall"

	lua "github.com/Shopify/go-lua"
)

// pushResult pushes true, or for an error what the C library says of it: nil,
// the message, the error's number. name, if not empty, is the file's.
func pushResult(l *lua.State, err error, name string) int {
	if err == nil {
		l.PushBoolean(true)
		return 1
	}
	text, number := systemError(err)
	if name != "" {
		text = name + ": " + text
	}
	l.PushNil()
	l.PushString(text)
	l.PushNumber(float64(number))
	return 3
}

// systemError returns the words of the C library for err, and its number.
func systemError(err error) (string, int) {
	var number syscall.Errno
	if errors.As(err, &number) {
		text := number.Error()
		if text != "" {
			text = strings.ToUpper(text[:1]) + text[1:]
		}
		return text, int(number)
	}
	for _, known := range []struct {
		err    error
		text   string
		number int
	}{
		{fs.ErrNotExist, "No such file or directory", 2},
		{fs.ErrPermission, "Operation not permitted", 1},
		{fs.ErrExist, "File exists", 17},
		{fs.ErrInvalid, "Invalid argument", 22},
		{fs.ErrClosed, "Bad file descriptor", 9},
		{errNotReadable, "Bad file descriptor", 9},
		{errNotSeekable, "Illegal seek", 29},
		{errBusy, "Device or resource busy", 16},
	} {
		if errors.Is(err, known.err) {
			return known.text, known.number
		}
	}
	return err.Error(), 5 // EIO
}

var (
	errNotReadable = errors.New("not open for this")
	errNotSeekable = errors.New("not seekable")
)
