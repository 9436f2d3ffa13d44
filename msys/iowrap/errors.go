package iowrap

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"
)

// Errors of Open. They are in a [*fs.PathError] that names what was asked
// for; errors of the operating system are in one too.
var (
	// ErrOutside says that a path is not inside the roots. It is an
	// [fs.ErrPermission].
	ErrOutside = fmt.Errorf("outside the roots: %w", fs.ErrPermission)
	// ErrNotAllowed says that the host does not allow the scheme. It is an
	// [fs.ErrPermission].
	ErrNotAllowed = fmt.Errorf("not allowed: %w", fs.ErrPermission)
	// ErrReadOnly says that the resource can only be read.
	ErrReadOnly = fmt.Errorf("read-only: %w", syscall.EROFS)
	// ErrWriteOnly says that the resource can only be written.
	ErrWriteOnly = fmt.Errorf("cannot be read: %w", syscall.EACCES)
	// ErrTooLarge says that a resource is larger than Options.MaxReadFile.
	ErrTooLarge = fmt.Errorf("larger than the limit: %w", syscall.EFBIG)
	// ErrNoMemory says that Options.MaxMemory is used up.
	ErrNoMemory = fmt.Errorf("no memory left: %w", syscall.ENOSPC)
	// ErrInvalidURI says that a URI does not follow its scheme's form. It is
	// an [fs.ErrInvalid].
	ErrInvalidURI = fmt.Errorf("invalid URI: %w", fs.ErrInvalid)
	// ErrClosed says that the FS is closed. It is an [fs.ErrClosed].
	ErrClosed = fmt.Errorf("iowrap: %w", fs.ErrClosed)
)

// UnknownSchemeError is the error for a URI whose scheme nobody handles.
type UnknownSchemeError struct{ Scheme string }

func (e *UnknownSchemeError) Error() string { return fmt.Sprintf("unknown I/O scheme '%s'", e.Scheme) }

// Errno gives EINVAL, as scripts know it.
func (e *UnknownSchemeError) Errno() int { return 22 }

// StatusError is the error for a web resource that was answered with another
// status than 200 to 299.
type StatusError struct{ Code int }

func (e *StatusError) Error() string { return fmt.Sprintf("HTTP status %d", e.Code) }

// Errno gives ENOENT for 404 and 410, EACCES for 401 and 403, else EIO.
func (e *StatusError) Errno() int {
	switch e.Code {
	case 404, 410:
		return 2
	case 401, 403:
		return 13
	}
	return 5
}

// pathError names the resource, unless err does already.
func pathError(op, name string, err error) error {
	var known *fs.PathError
	if errors.As(err, &known) && known.Path == name {
		return err
	}
	if known != nil {
		err = known.Err
	}
	return &fs.PathError{Op: op, Path: name, Err: err}
}
