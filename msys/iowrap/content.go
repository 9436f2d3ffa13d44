package iowrap

import (
	"bytes"
	"os"

	"github.com/gomsys/gomsys/msys/luaio"
)

// content is a resource that was read as a whole.
type content struct{ *bytes.Reader }

func newContent(b []byte) *content { return &content{bytes.NewReader(b)} }

// Write refuses.
func (*content) Write([]byte) (int, error) { return 0, luaio.ErrNotWritable }

// Close does nothing.
func (*content) Close() error { return nil }

// readOnly refuses flags that ask for more than reading.
func readOnly(flags int) error {
	if flags&writing != 0 {
		return ErrReadOnly
	}
	return nil
}

// writeOnly refuses flags that ask for reading.
func writeOnly(flags int) error {
	if flags&(os.O_WRONLY|os.O_RDWR) == 0 {
		return ErrWriteOnly
	}
	return nil
}
