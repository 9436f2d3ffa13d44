package iowrap

import (
	"io/fs"
	"os"
	"strconv"
)

// The options of io_wrapper_open, with the values of Linux.
const (
	optWriteOnly = 1
	optReadWrite = 2
	optCreate    = 64
	optExclusive = 128
	optTruncate  = 512
	optAppend    = 1024
)

// openFlags gives the flags of package os for a script's options. Options that
// only make sense for writing mean writing.
func openFlags(options int) int {
	flags := os.O_RDONLY
	switch {
	case options&optReadWrite != 0:
		flags = os.O_RDWR
	case options&(optWriteOnly|optCreate|optTruncate|optAppend) != 0:
		flags = os.O_WRONLY
	}
	for _, o := range []struct{ option, flag int }{
		{optCreate, os.O_CREATE}, {optExclusive, os.O_EXCL}, {optTruncate, os.O_TRUNC}, {optAppend, os.O_APPEND},
	} {
		if options&o.option != 0 {
			flags |= o.flag
		}
	}
	return flags
}

// numberMode gives the permissions that a script's number means. 0640 in a
// script is 640 where numerals have no octal form: a number above 0777 whose
// digits could be octal is taken for that.
func numberMode(n int) fs.FileMode {
	if n > 0o777 {
		if mode, ok := octalMode(strconv.Itoa(n)); ok {
			return mode
		}
	}
	return fs.FileMode(n) & fs.ModePerm
}

// octalMode reads permissions written in octal digits.
func octalMode(s string) (fs.FileMode, bool) {
	mode, err := strconv.ParseUint(s, 8, 31)
	return fs.FileMode(mode) & fs.ModePerm, err == nil
}
