package iowrap

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// openPersist reads a source as a whole and keeps a copy of it, which serves
// when the source cannot be read.
func (f *FS) openPersist(ctx context.Context, uri string, flags int, _ fs.FileMode) (Object, error) {
	if err := readOnly(flags); err != nil {
		return nil, err
	}
	source := uri[len("persist:"):]
	if SchemeOf(source) == "persist" {
		return nil, ErrInvalidURI
	}
	b, err := f.readSource(ctx, source)
	if err == nil {
		if kept := f.keepCopy(source, b); kept != nil {
			f.o.Logger.WarnContext(ctx, "persist: no copy kept", "source", source, "error", kept)
		}
		return newContent(b), nil
	}
	if ctx.Err() != nil || f.o.PersistDir == "" {
		return nil, err
	}
	b, copyErr := os.ReadFile(f.copyName(source))
	if copyErr != nil {
		return nil, err
	}
	f.o.Logger.WarnContext(ctx, "persist: serving the copy", "source", source, "error", err)
	return newContent(b), nil
}

func (f *FS) readSource(ctx context.Context, source string) ([]byte, error) {
	o, err := f.openURI(ctx, source, os.O_RDONLY, 0)
	if err != nil {
		return nil, err
	}
	defer o.Close()
	return f.readAll(ctx, o)
}

func (f *FS) copyName(source string) string {
	sum := sha256.Sum256([]byte(source))
	return filepath.Join(f.o.PersistDir, hex.EncodeToString(sum[:])+".copy")
}

// keepCopy replaces the copy; a crash leaves the old one or the new one.
func (f *FS) keepCopy(source string, b []byte) error {
	if f.o.PersistDir == "" {
		return nil
	}
	if err := os.MkdirAll(f.o.PersistDir, 0o700); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(f.o.PersistDir, "new-*")
	if err != nil {
		return err
	}
	_, err = tmp.Write(b)
	if err = errors.Join(err, tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), f.copyName(source))
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	return nil
}
