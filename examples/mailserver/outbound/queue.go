package outbound

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"github.com/gomsys/gomsys/message"
)

// Queue keeps mail on disk until it is delivered. It is safe for concurrent
// use; one process at a time can open a file.
type Queue struct {
	db  *bolt.DB
	now func() time.Time

	mu       sync.Mutex
	listener func(entry) // of new mail, the worker's
}

// QueueOptions configure a [Queue]; nil works.
type QueueOptions struct {
	// Now tells the time. If nil, time.Now.
	Now func() time.Time
}

// entry is a message's place in the queue.
type entry struct {
	id     uint64
	record record
}

var (
	records  = []byte("records")  // id → record
	contents = []byte("contents") // id → content
)

// errGone says that a message is not in the queue any more.
var errGone = errors.New("outbound: message is not queued")

// ErrLocked says that another process has the queue open.
var ErrLocked = errors.New("outbound: the queue is in use")

// OpenQueue opens the queue in a file, which is made if necessary.
func OpenQueue(path string, o *QueueOptions) (*Queue, error) {
	db, err := bolt.Open(path, 0o600, &bolt.Options{Timeout: 2 * time.Second})
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, fmt.Errorf("%w: %s", ErrLocked, path)
	}
	if err == nil {
		err = db.Update(func(tx *bolt.Tx) error {
			_, err1 := tx.CreateBucketIfNotExists(records)
			_, err2 := tx.CreateBucketIfNotExists(contents)
			return errors.Join(err1, err2)
		})
	}
	if err != nil {
		return nil, fmt.Errorf("outbound: opening the queue: %w", err)
	}
	q := &Queue{db: db, now: time.Now}
	if o != nil && o.Now != nil {
		q.now = o.Now
	}
	return q, nil
}

// Close closes the file. A worker must have ended before.
func (q *Queue) Close() error { return q.db.Close() }

// Put queues a message for its recipient, with a trace field or "" in front,
// and returns when it is safe on disk.
func (q *Queue) Put(ctx context.Context, m *message.Message, trace string) error {
	e, content, err := q.newEntry(ctx, m, trace)
	if err == nil {
		err = q.db.Batch(func(tx *bolt.Tx) error { return e.insert(tx, content) })
	}
	if err != nil {
		return fmt.Errorf("outbound: queueing: %w", err)
	}
	q.tell(e)
	return nil
}

// Enqueue is Put without a trace field: it makes the queue an msys.Enqueuer.
func (q *Queue) Enqueue(ctx context.Context, m *message.Message) error { return q.Put(ctx, m, "") }

// Len gives the number of messages in the queue.
func (q *Queue) Len() (n int, err error) {
	err = q.db.View(func(tx *bolt.Tx) error {
		n = tx.Bucket(records).Stats().KeyN
		return nil
	})
	return n, err
}

func (q *Queue) newEntry(ctx context.Context, m *message.Message, trace string) (*entry, []byte, error) {
	content, err := contentOf(m, trace)
	return &entry{record: newRecord(ctx, m, q.now())}, content, err
}

// insert adds a message under a new id.
func (e *entry) insert(tx *bolt.Tx, content []byte) error {
	id, err := tx.Bucket(records).NextSequence()
	if err != nil {
		return err
	}
	e.id = id
	if err := tx.Bucket(contents).Put(idKey(id), content); err != nil {
		return err
	}
	return e.store(tx)
}

func (e *entry) store(tx *bolt.Tx) error {
	b, err := e.record.encode()
	if err != nil {
		return err
	}
	return tx.Bucket(records).Put(idKey(e.id), b)
}

// tell gives a new message to the worker, if one runs; else it finds it when
// it starts.
func (q *Queue) tell(e *entry) {
	q.mu.Lock()
	f := q.listener
	q.mu.Unlock()
	if f != nil {
		f(*e)
	}
}

// listen has f called for new mail; nil ends it. Mail that is queued
// meanwhile may be in all and be told to f.
func (q *Queue) listen(f func(entry)) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.listener = f
}

// all lists what is in the queue. Records that cannot be read are reported to
// broken and stay.
func (q *Queue) all(broken func(id uint64, err error)) (out []entry, err error) {
	err = q.db.View(func(tx *bolt.Tx) error {
		return tx.Bucket(records).ForEach(func(k, v []byte) error {
			r, err := decodeRecord(v)
			if err != nil {
				broken(binary.BigEndian.Uint64(k), err)
				return nil
			}
			out = append(out, entry{binary.BigEndian.Uint64(k), r})
			return nil
		})
	})
	return out, err
}

// content gives the content of a message.
func (q *Queue) content(id uint64) (content []byte, err error) {
	err = q.db.View(func(tx *bolt.Tx) error {
		if tx.Bucket(records).Get(idKey(id)) == nil {
			return errGone
		}
		b := tx.Bucket(contents).Get(idKey(id))
		if b == nil {
			return errors.New("outbound: message has no content")
		}
		content = append([]byte(nil), b...)
		return nil
	})
	return content, err
}

// update keeps a changed record.
func (q *Queue) update(e *entry) error {
	return q.db.Batch(func(tx *bolt.Tx) error { return e.store(tx) })
}

// finish removes a message and queues what is sent in its place, all or
// nothing.
func (q *Queue) finish(ctx context.Context, id uint64, replacement *message.Message) error {
	var e *entry
	var content []byte
	var err error
	if replacement != nil {
		if e, content, err = q.newEntry(ctx, replacement, ""); err != nil {
			return err
		}
	}
	err = q.db.Batch(func(tx *bolt.Tx) error {
		if e != nil {
			if err := e.insert(tx, content); err != nil {
				return err
			}
		}
		return errors.Join(tx.Bucket(records).Delete(idKey(id)), tx.Bucket(contents).Delete(idKey(id)))
	})
	if err == nil && e != nil {
		q.tell(e)
	}
	return err
}

func idKey(id uint64) []byte { return binary.BigEndian.AppendUint64(nil, id) }
