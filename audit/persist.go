package audit

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/gomsys/gomsys/audit/addrkey"
)

// persistVersion is the version of the file format.
const persistVersion = 1

// persistHeader is the first line of a file. Lines "window TAB item TAB count"
// follow, and a last one "end TAB TAB number of lines", without which the file
// is damaged. Windows are absolute, so that data ages while nothing runs.
type persistHeader struct {
	V        int    `json:"v"`
	Name     string `json:"name"`
	Type     Type   `json:"type"`
	Interval int64  `json:"interval"`
	Windows  int    `json:"windows"`
	Saved    int64  `json:"saved"`
}

var errDamaged = errors.New("file is damaged")

// saveAll saves the persistent series.
func (a *Audit) saveAll() error {
	if a.o.PersistDir == "" {
		return nil
	}
	var errs []error
	for _, s := range a.series.Load().byName {
		if spec := s.spec.Load(); spec.Persist && spec.Replicate != Cluster {
			errs = append(errs, a.save(s))
		}
	}
	return errors.Join(errs...)
}

// save writes a series to its file. Whatever happens meanwhile, the file is
// the old or the new one as a whole.
func (a *Audit) save(s *series) error {
	name := fileName(s.name)
	path := filepath.Join(a.o.PersistDir, name)
	err := writeFile(path, func(w *bufio.Writer) error { return a.writeSeries(w, s) })
	if err != nil {
		return fmt.Errorf("audit: save series %q: %w", s.name, err)
	}
	return nil
}

func (a *Audit) writeSeries(w *bufio.Writer, s *series) error {
	unix := a.now.unix()
	header, err := json.Marshal(persistHeader{
		V: persistVersion, Name: s.name, Type: s.spec.Load().Type,
		Interval: s.counts.interval, Windows: s.counts.windows, Saved: unix,
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s\n", header)
	lines := 0
	var buf []byte
	s.counts.each(s.counts.window(unix), func(k Key, window, n int64) bool {
		lines++
		buf = strconv.AppendInt(buf[:0], window, 10)
		buf = append(buf, '\t')
		buf = append(buf, itemText(k)...)
		buf = append(buf, '\t')
		buf = strconv.AppendInt(buf, n, 10)
		buf = append(buf, '\n')
		_, err = w.Write(buf)
		return err == nil
	})
	if err == nil {
		_, err = fmt.Fprintf(w, "end\t\t%d\n", lines)
	}
	return err
}

// writeFile writes a file beside the one of that name and then puts it in its
// place.
func writeFile(path string, write func(*bufio.Writer) error) error {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, filepath.Base(path)+".tmp*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // fails when all went well
	w := bufio.NewWriterSize(f, 64<<10)
	err = write(w)
	if err == nil {
		err = w.Flush()
	}
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return err
	}
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync() // not all systems can
		_ = d.Close()
	}
	return nil
}

// restored gives a series of a new shape with the content of its file, if there
// is a good one.
func (a *Audit) restored(name string, spec Spec) *series {
	s := a.newSeries(name, spec)
	err := a.load(s, filepath.Join(a.o.PersistDir, fileName(name)))
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		a.logger().Error("audit series not restored", "series", name, "error", err)
		return a.newSeries(name, spec) // without what was read before the damage
	}
	return s
}

// load adds the content of a file to a series.
func (a *Audit) load(s *series, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	r := bufio.NewReaderSize(f, 64<<10)
	line, err := readLine(r)
	if err != nil {
		return err
	}
	var h persistHeader
	if err := json.Unmarshal([]byte(line), &h); err != nil {
		return fmt.Errorf("%w: %w", errDamaged, err)
	}
	if spec := s.spec.Load(); h.V != persistVersion || h.Type != spec.Type ||
		h.Interval != s.counts.interval || h.Windows != s.counts.windows {
		return fmt.Errorf("file has version %d of type %s, %d windows of %d s", h.V, h.Type, h.Windows, h.Interval)
	}
	now := s.counts.window(a.now.unix())
	for lines := 0; ; lines++ {
		line, err := readLine(r)
		if err != nil {
			return err
		}
		window, item, n, err := parseLine(line)
		if err != nil {
			return err
		}
		if window == "end" {
			if int64(lines) != n {
				return fmt.Errorf("%w: %d lines of %d", errDamaged, lines, n)
			}
			return nil
		}
		w, err := strconv.ParseInt(window, 10, 64)
		if err != nil {
			return fmt.Errorf("%w: window %q", errDamaged, window)
		}
		k, err := parseItem(s.spec.Load().Type, item)
		if err != nil {
			return err
		}
		s.counts.restore(k, n, w, now)
	}
}

// readLine reads a whole line, without its end.
func readLine(r *bufio.Reader) (string, error) {
	line, err := r.ReadString('\n')
	if errors.Is(err, io.EOF) {
		return "", fmt.Errorf("%w: it ends too early", errDamaged)
	}
	return strings.TrimSuffix(line, "\n"), err
}

func parseLine(line string) (window, item string, n int64, err error) {
	window, rest, ok1 := strings.Cut(line, "\t")
	item, count, ok2 := strings.Cut(rest, "\t")
	n, err = strconv.ParseInt(count, 10, 64)
	if err != nil || !ok1 || !ok2 {
		return "", "", 0, fmt.Errorf("%w: line %q", errDamaged, line)
	}
	return window, item, n, nil
}

// parseItem is the reverse of itemText for a series of that type.
func parseItem(t Type, s string) (Key, error) {
	text, err := unescape(s)
	if err != nil {
		return Key{}, fmt.Errorf("%w: %w", errDamaged, err)
	}
	if t == String {
		return Text(text), nil
	}
	p, err := addrkey.Parse(text, netip.Addr{})
	if err != nil {
		return Key{}, fmt.Errorf("%w: %w", errDamaged, err)
	}
	return Block(p), nil
}

// fileTime is the format of times in the names of files.
const fileTime = "20060102T150405"

func formatTime(unix int64) string { return time.Unix(unix, 0).UTC().Format(fileTime) }
