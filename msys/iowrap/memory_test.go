package iowrap_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/gomsys/gomsys/msys/iowrap"
	"github.com/gomsys/gomsys/msys/luaio"
)

func TestMemory(t *testing.T) {
	f := newFS(t, &iowrap.Options{MaxMemory: 2000})
	if err := opened(f.Open(ctx, "memory:a", os.O_RDWR, 0)); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	a := open(t, f, "memory:a", os.O_CREATE|os.O_RDWR)
	put(t, a, "hello ", "world")
	if got := get(t, f, "memory://a"); got != "hello world" {
		t.Error(got)
	}
	s := a.(io.Seeker)
	for _, tt := range []struct {
		offset int64
		whence int
		want   int64
	}{{-5, io.SeekEnd, 6}, {2, io.SeekCurrent, 8}, {13, io.SeekStart, 13}} {
		if at, err := s.Seek(tt.offset, tt.whence); at != tt.want || err != nil {
			t.Error(tt, at, err)
		}
	}
	put(t, a, "!")
	if got := get(t, f, "memory:a"); got != "hello world\x00\x00!" {
		t.Errorf("%q", got)
	}
	for _, bad := range []int{-1, 3} {
		if _, err := s.Seek(-100, bad); err == nil {
			t.Error("no error")
		}
	}
	if _, err := s.Seek(-1, io.SeekStart); !errors.Is(err, fs.ErrInvalid) {
		t.Error(err)
	}
	put(t, open(t, f, "memory:a", os.O_APPEND|os.O_WRONLY), "+")
	if err := opened(f.Open(ctx, "memory:a", os.O_CREATE|os.O_EXCL|os.O_RDWR, 0)); !errors.Is(err, fs.ErrExist) {
		t.Error(err)
	}
	w := open(t, f, "memory:a", os.O_WRONLY|os.O_TRUNC)
	if _, err := w.Read(make([]byte, 1)); !errors.Is(err, luaio.ErrNotReadable) {
		t.Error(err)
	}
	if _, err := open(t, f, "memory:a", os.O_RDONLY).Write(nil); !errors.Is(err, luaio.ErrNotWritable) {
		t.Error(err)
	}
	if got := get(t, f, "memory:a"); got != "" {
		t.Errorf("%q", got)
	}
	put(t, w, strings.Repeat("x", 1000))
	if _, err := w.Write(make([]byte, 1000)); !errors.Is(err, iowrap.ErrNoMemory) {
		t.Error(err)
	}
	if got := len(get(t, f, "memory:a")); got != 1000 {
		t.Error(got)
	}
	var err error
	for i := 0; err == nil; i++ {
		err = opened(f.Open(ctx, "memory:"+strings.Repeat("n", i), os.O_CREATE|os.O_RDWR, 0))
	}
	if !errors.Is(err, iowrap.ErrNoMemory) {
		t.Error(err)
	}
}
