package journal

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
)

const checkpointPrefix = "sub."

// maxName bounds a subscriber's name.
const maxName = 100

func checkName(name string) error {
	ok := len(name) > 0 && len(name) <= maxName
	for i := range len(name) {
		c := name[i]
		ok = ok && (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-' || c == '.')
	}
	if !ok || strings.HasSuffix(name, ".tmp") {
		return fmt.Errorf("%w %q", ErrName, name)
	}
	return nil
}

// Subscribe makes the journal keep its records until the subscriber has read
// them, beginning with the oldest that is there. If there is a subscriber of
// that name already, nothing changes.
func (j *Journal) Subscribe(name string) error {
	if err := checkName(name); err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return ErrClosed
	}
	if err := j.subscribe(name); err != nil {
		return fmt.Errorf("journal: subscribing %s: %w", name, err)
	}
	return nil
}

func (j *Journal) subscribe(name string) error {
	_, err := j.root.Stat(checkpointPrefix + name)
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	segments, err := j.segments()
	if err != nil {
		return err
	}
	first := uint64(0)
	if len(segments) > 0 {
		first = segments[0]
	}
	return j.setCheckpoint(name, first)
}

// Unsubscribe takes a subscriber away: records that only it has not read are
// removed. One that there is not is no error.
func (j *Journal) Unsubscribe(name string) error {
	if err := checkName(name); err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return ErrClosed
	}
	err := j.remove(checkpointPrefix + name)
	if err == nil {
		err = j.prune()
	}
	if err != nil {
		return fmt.Errorf("journal: unsubscribing %s: %w", name, err)
	}
	return nil
}

// Subscribers gives the names of the subscribers, sorted.
func (j *Journal) Subscribers() ([]string, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return nil, ErrClosed
	}
	names, err := j.subscribers()
	if err != nil {
		return nil, fmt.Errorf("journal: listing subscribers: %w", err)
	}
	return names, nil
}

func (j *Journal) subscribers() ([]string, error) {
	names, err := j.names()
	if err != nil {
		return nil, err
	}
	var out []string
	for _, name := range names {
		if sub, ok := strings.CutPrefix(name, checkpointPrefix); ok && checkName(sub) == nil {
			out = append(out, sub)
		}
	}
	slices.Sort(out)
	return out, nil
}

// checkpoint gives the number of the first record that the subscriber has not
// done with. A file that cannot be understood means the oldest record: to read
// twice is better than not at all.
func (j *Journal) checkpoint(name string) (uint64, error) {
	f, err := j.root.Open(checkpointPrefix + name)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, 64))
	if err != nil {
		return 0, err
	}
	next, err := strconv.ParseUint(strings.TrimSuffix(string(text), "\n"), 10, 64)
	if err != nil {
		return 0, nil
	}
	return next, nil
}

// setCheckpoint replaces the subscriber's checkpoint; a crash leaves the old
// one or the new one.
func (j *Journal) setCheckpoint(name string, next uint64) (err error) {
	file := checkpointPrefix + name
	f, err := j.root.OpenFile(file+".tmp", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o640)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(f, next)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := j.root.Rename(file+".tmp", file); err != nil {
		return err
	}
	return j.syncDir()
}
