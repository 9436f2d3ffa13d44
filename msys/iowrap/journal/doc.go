// Package journal keeps records in an append-only log on disk until everyone
// who subscribed has read them. It is what scripts write to by jlog: URIs (see
// package iowrap); it needs no Lua.
//
//	j, err := journal.Open("/var/spool/gomsys/deliveries", nil)
//	defer j.Close()
//	j.Subscribe("billing")            // nothing is removed before it was read
//	j.Append([]byte("one record"))
//
//	r, err := j.Reader("billing")     // in this process or another
//	rec, err := r.Read()              // io.EOF: nothing more for now
//	r.Checkpoint()                    // all that was read is done
//
// # On disk
//
// A journal is a directory. Its records are in segment files of
// [Options.SegmentSize], each record with its length, a CRC-32C and the time;
// each subscriber has a checkpoint file. A segment is removed when all
// subscribers are past it. The format is this package's own.
//
// # Crashes
//
// A record is appended by one write: after a crash of the process all records
// are there whose Append returned. A machine that loses power may lose those
// of the last seconds, unless [Options.Sync] is set; a record cut short is
// dropped when the journal is next written to. A checkpoint never gets ahead
// of what is safely on disk.
//
// # Concurrency
//
// A Journal may be used by any number of goroutines. One process at a time
// appends: the first Append takes a lock, where the system has flock(2), and
// other processes get [ErrInUse]; they may read. A [Reader] belongs to one
// goroutine at a time.
package journal
