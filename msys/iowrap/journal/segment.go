package journal

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
)

const segmentSuffix = ".seg"

// segmentName names the segment whose first record has number first.
func segmentName(first uint64) string { return fmt.Sprintf("%016x%s", first, segmentSuffix) }

// parseSegmentName is the reverse of segmentName.
func parseSegmentName(name string) (first uint64, ok bool) {
	digits, ok := strings.CutSuffix(name, segmentSuffix)
	if !ok || len(digits) != 16 {
		return 0, false
	}
	first, err := strconv.ParseUint(digits, 16, 64)
	return first, err == nil && segmentName(first) == name
}

// names lists the files of the journal.
func (j *Journal) names() ([]string, error) {
	dir, err := j.root.Open(".")
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	return dir.Readdirnames(-1)
}

// segments gives the first record numbers of all segments, in order.
func (j *Journal) segments() ([]uint64, error) {
	names, err := j.names()
	if err != nil {
		return nil, err
	}
	var out []uint64
	for _, name := range names {
		if first, ok := parseSegmentName(name); ok {
			out = append(out, first)
		}
	}
	slices.Sort(out)
	return out, nil
}

// scanner reads the records of one segment.
type scanner struct {
	src    io.ReaderAt
	f      *os.File // the same
	first  uint64
	next   uint64 // number of the next record
	offset int64  // where the next record begins
	limit  int    // of a record's data
	buf    *bufio.Reader
}

// openSegment opens the segment that begins with record first. One that does
// not even have its beginning gives a scanner whose next is a failure.
func (j *Journal) openSegment(first uint64) (*scanner, error) {
	f, err := j.root.Open(segmentName(first))
	if err != nil {
		return nil, err
	}
	s := newScanner(f, first, j.o.MaxRecord)
	s.f = f
	return s, nil
}

func newScanner(src io.ReaderAt, first uint64, limit int) *scanner {
	return &scanner{src: src, first: first, next: first, limit: limit, buf: bufio.NewReaderSize(nil, 16<<10)}
}

// read gives the next record. io.EOF says that the file ends before it; any
// other error of this package that what is there is no whole record.
func (s *scanner) read() (Record, error) {
	rec, n, err := s.attempt()
	if err != nil {
		s.buf.Reset(nil) // what is there may be different next time
		return Record{}, err
	}
	rec.Seq = s.next
	s.next++
	s.offset += n
	return rec, nil
}

func (s *scanner) attempt() (rec Record, n int64, err error) {
	if s.buf.Buffered() == 0 {
		s.buf.Reset(io.NewSectionReader(s.src, s.offset, math.MaxInt64-s.offset))
	}
	if s.offset == 0 {
		var magic [len(segmentMagic)]byte
		if _, err := io.ReadFull(s.buf, magic[:]); err != nil {
			return rec, 0, short(err)
		}
		if string(magic[:]) != segmentMagic {
			return rec, 0, errChecksum
		}
		n = int64(len(magic))
	}
	var header [headerSize]byte
	if _, err := io.ReadFull(s.buf, header[:]); err != nil {
		return rec, 0, short(err)
	}
	size, err := dataLength(header[:], s.limit)
	if err != nil {
		return rec, 0, err
	}
	data, err := readData(s.buf, size)
	if err != nil {
		return rec, 0, err
	}
	rec, err = parseRecord(header[:], data)
	return rec, n + headerSize + int64(size), err
}

// readData reads size bytes, without trust in there being so many.
func readData(r io.Reader, size int) ([]byte, error) {
	const trusted = 1 << 20
	if size <= trusted {
		data := make([]byte, size)
		if _, err := io.ReadFull(r, data); err == io.EOF {
			return nil, errShort
		} else if err != nil {
			return nil, short(err)
		}
		return data, nil
	}
	data, err := io.ReadAll(io.LimitReader(r, int64(size)))
	if err == nil && len(data) < size {
		err = errShort
	}
	return data, err
}

func short(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return errShort
	}
	return err
}

// ends reports whether the segment's file ends where the next record would
// begin.
func (s *scanner) ends() (bool, error) {
	info, err := s.f.Stat()
	if err != nil {
		return false, err
	}
	return info.Size() == max(s.offset, int64(len(segmentMagic))), nil
}

func (s *scanner) close() {
	_ = s.f.Close() // it was only read
}

// damaged reports whether err is about what stands in a segment, rather than
// about reading it.
func damaged(err error) bool {
	return errors.Is(err, errShort) || errors.Is(err, errChecksum) || errors.Is(err, errTooLong) || errors.Is(err, io.EOF)
}

// remove takes a file away; that it is gone already is no error.
func (j *Journal) remove(name string) error {
	if err := j.root.Remove(name); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
