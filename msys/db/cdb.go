package db

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
)

// A constant database begins with 256 pairs of 32-bit numbers in little-endian
// order: where a hash table is, and how many slots it has. A slot is a hash and
// the place of a record, 0 if it is empty. A record is the lengths of key and
// value, key and value. (https://cr.yp.to/cdb/cdb.txt)
const (
	cdbTables = 256
	cdbHeader = cdbTables * 8
)

var errCorruptCDB = errors.New("cdb: file is damaged")

// cdbHash is the hash of a key.
func cdbHash(key string) uint32 {
	h := uint32(5381)
	for i := range len(key) {
		h = (h<<5 + h) ^ uint32(key[i])
	}
	return h
}

// cdbFile is a constant database of size bytes.
type cdbFile struct {
	r    io.ReaderAt
	size int64
}

// pair reads two numbers at a place in the file.
func (f cdbFile) pair(at int64) (a, b uint32, err error) {
	var buf [8]byte
	if at < 0 || at+8 > f.size {
		return 0, 0, errCorruptCDB
	}
	if _, err := f.r.ReadAt(buf[:], at); err != nil {
		return 0, 0, fmt.Errorf("cdb: %w", err)
	}
	return binary.LittleEndian.Uint32(buf[:4]), binary.LittleEndian.Uint32(buf[4:]), nil
}

// find calls value for each value of key, in the order of the file.
func (f cdbFile) find(key string, value func(string) error) error {
	h := cdbHash(key)
	table, slots, err := f.pair(int64(h%cdbTables) * 8)
	if err != nil {
		return err
	}
	if slots == 0 {
		return nil
	}
	if int64(table)+8*int64(slots) > f.size {
		return errCorruptCDB
	}
	first := h / cdbTables % slots
	for i := range slots {
		slot := (uint64(first) + uint64(i)) % uint64(slots)
		hash, at, err := f.pair(int64(table) + 8*int64(slot))
		if err != nil {
			return err
		}
		if at == 0 {
			return nil
		}
		if hash != h {
			continue
		}
		v, found, err := f.record(int64(at), key)
		if err != nil {
			return err
		}
		if !found {
			continue
		}
		if err := value(v); err != nil {
			return err
		}
	}
	return nil
}

// record gives the value of the record at a place in the file if it has key.
func (f cdbFile) record(at int64, key string) (value string, found bool, err error) {
	keyLen, valueLen, err := f.pair(at)
	if err != nil {
		return "", false, err
	}
	if at+8+int64(keyLen)+int64(valueLen) > f.size {
		return "", false, errCorruptCDB
	}
	if int64(keyLen) != int64(len(key)) {
		return "", false, nil
	}
	got := make([]byte, keyLen)
	if _, err := f.r.ReadAt(got, at+8); err != nil && len(got) > 0 {
		return "", false, fmt.Errorf("cdb: %w", err)
	}
	if string(got) != key {
		return "", false, nil
	}
	data := make([]byte, valueLen)
	if _, err := f.r.ReadAt(data, at+8+int64(keyLen)); err != nil && len(data) > 0 {
		return "", false, fmt.Errorf("cdb: %w", err)
	}
	return string(data), true, nil
}

// cdbDriver is cdb: a query is a key, a row has one value of it.
type cdbDriver struct{}

func (cdbDriver) Dialect() Dialect { return Interpolated(nil) }

func (cdbDriver) Open(path string, _ DriverConfig) (Conn, error) { return &cdbConn{path: path}, nil }

// cdbConn is a constant database in a file. It notices that another file has
// taken its place, as those who write such files do.
type cdbConn struct {
	path string

	mu   sync.RWMutex // held for reading while the file is read
	file *os.File
	info os.FileInfo
}

func (c *cdbConn) Query(_ context.Context, key string, _ []any, row func([]string, []any) error) error {
	if err := c.open(); err != nil {
		return &PrepareError{err}
	}
	defer c.mu.RUnlock()
	values := make([]any, 1)
	return cdbFile{c.file, c.info.Size()}.find(key, func(v string) error {
		values[0] = v
		return row(nil, values)
	})
}

// open opens the file if it is not or is another now. Without an error the
// lock is held for reading.
func (c *cdbConn) open() error {
	for {
		info, err := os.Stat(c.path)
		if err != nil {
			return err
		}
		c.mu.RLock()
		if c.file != nil && sameFile(c.info, info) {
			return nil
		}
		c.mu.RUnlock()
		if err := c.reopen(); err != nil {
			return err
		}
	}
}

func sameFile(a, b os.FileInfo) bool {
	return os.SameFile(a, b) && a.ModTime().Equal(b.ModTime()) && a.Size() == b.Size()
}

func (c *cdbConn) reopen() error {
	f, err := os.Open(c.path)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.file != nil {
		c.file.Close()
	}
	c.file, c.info = f, info
	return nil
}

func (c *cdbConn) Exec(context.Context, string, []any) error { return ErrReadOnly }

func (c *cdbConn) Ping(context.Context) error {
	_, err := os.Stat(c.path)
	return err
}

func (c *cdbConn) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.file == nil {
		return nil
	}
	f := c.file
	c.file = nil
	return f.Close()
}
