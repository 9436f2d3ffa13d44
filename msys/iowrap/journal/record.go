package journal

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"time"
)

// Record is one entry of a journal.
type Record struct {
	// Seq numbers the records of a journal from 0.
	Seq uint64
	// Time is when it was appended.
	Time time.Time
	// Data is what was appended.
	Data []byte
}

// A record is stored as its length, a checksum of all that follows and of the
// length, the time in nanoseconds since 1970, and the data; numbers are little
// endian.
const headerSize = 16

// segmentMagic begins every segment file.
const segmentMagic = "gomsysj1"

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Reasons why bytes are no record.
var (
	errShort    = errors.New("record is cut short")
	errChecksum = errors.New("checksum does not match")
	errTooLong  = errors.New("length is beyond the limit")
)

// appendRecord appends the stored form of a record to b.
func appendRecord(b []byte, at time.Time, data []byte) []byte {
	start := len(b)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(data)))
	b = binary.LittleEndian.AppendUint32(b, 0)
	b = binary.LittleEndian.AppendUint64(b, uint64(at.UnixNano()))
	b = append(b, data...)
	binary.LittleEndian.PutUint32(b[start+4:], checksum(b[start:start+headerSize], data))
	return b
}

func checksum(header, data []byte) uint32 {
	sum := crc32.Update(0, castagnoli, header[:4])
	sum = crc32.Update(sum, castagnoli, header[8:headerSize])
	return crc32.Update(sum, castagnoli, data)
}

// dataLength gives the length of the data that a header announces.
func dataLength(header []byte, limit int) (int, error) {
	n := binary.LittleEndian.Uint32(header)
	if uint64(n) > uint64(limit) {
		return 0, errTooLong
	}
	return int(n), nil
}

// parseRecord checks the data that follows a header and gives the record,
// which keeps data.
func parseRecord(header, data []byte) (Record, error) {
	if binary.LittleEndian.Uint32(header[4:]) != checksum(header, data) {
		return Record{}, errChecksum
	}
	return Record{Time: time.Unix(0, int64(binary.LittleEndian.Uint64(header[8:]))), Data: data}, nil
}
