package rope

import (
	"fmt"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
)

// Spool is a temporary file with content that is too large for memory. It is
// closed and removed when its last holder calls Release, or when it becomes
// unreachable.
type Spool struct {
	f       *os.File
	size    int64
	holders atomic.Int32
	once    sync.Once
	cleanup runtime.Cleanup
}

// newSpool makes an empty file in dir. It vanishes from the directory at once
// where the system allows that.
func newSpool(dir string) (*Spool, error) {
	f, err := os.CreateTemp(dir, "message-*")
	if err != nil {
		return nil, fmt.Errorf("creating spool file: %w", err)
	}
	s := &Spool{f: f}
	if os.Remove(f.Name()) != nil {
		s.cleanup = runtime.AddCleanup(s, func(f *os.File) {
			_ = f.Close()
			_ = os.Remove(f.Name())
		}, f)
	}
	return s, nil
}

// Retain adds a holder.
func (s *Spool) Retain() { s.holders.Add(1) }

// Release takes a holder away. After the last one the content is gone.
func (s *Spool) Release() {
	if s.holders.Add(-1) <= 0 {
		s.close()
	}
}

func (s *Spool) close() {
	s.once.Do(func() {
		s.cleanup.Stop()
		_ = s.f.Close()
		_ = os.Remove(s.f.Name()) // already gone on most systems
	})
}
