package cidr

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"
)

// maxLine bounds a line of an rbldnsd file; longer ones are bad lines.
const maxLine = 64 << 10

// badLinesLogged is how many bad lines of a file are logged one by one.
const badLinesLogged = 5

// errFuture is the error for a file whose $TIMESTAMP is to come.
var errFuture = errors.New("$TIMESTAMP is in the future")

// Reasons for skipping a line.
var (
	errRange    = errors.New("not an address range")
	errTooLarge = errors.New("range is larger than $MAXRANGE4")
	errA        = errors.New("bad A value")
	errLong     = errors.New("line or text too long")
	errSpecial  = errors.New("bad special entry")
)

// rbldnsd reads one file.
type rbldnsd struct {
	b      builder
	values texts
	now    time.Time
	log    *slog.Logger

	sec      *section
	skipping bool   // in a dataset that holds no addresses
	index    uint32 // of the default value
	line     int
	bad      int
	expires  time.Time
}

// section is a dataset of the file: what its entries inherit.
type section struct {
	parent   *section
	a        uint32 // default address
	text     string // default text
	vars     [10]*string
	base     *string
	maxRange uint64 // addresses in an IPv4 range
}

func newSection(parent *section) *section {
	return &section{parent: parent, a: defaultA, maxRange: 1 << 32}
}

// readRBLDNSD reads an rbldnsd file, compressed or not, into a table.
func readRBLDNSD(r io.Reader, o Options, maxEntries int, now time.Time, log *slog.Logger) (*table, error) {
	in := bufio.NewReaderSize(r, 256<<10)
	if magic, err := in.Peek(2); err == nil && magic[0] == 0x1f && magic[1] == 0x8b {
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, fmt.Errorf("reading gzip: %w", err)
		}
		in = bufio.NewReaderSize(z, 256<<10)
	}
	p := &rbldnsd{now: now, log: log, sec: newSection(nil)}
	p.b.max = maxEntries
	p.values.init(o)
	p.setDefault(defaultA, "")
	if err := p.read(in); err != nil {
		return nil, err
	}
	if p.bad > 0 {
		log.Warn("bad lines skipped", "lines", p.bad)
	}
	t := p.b.build(p.values.compile())
	t.expires, t.bad = p.expires, p.bad
	return t, nil
}

// read takes all lines.
func (p *rbldnsd) read(in *bufio.Reader) error {
	for {
		line, err := in.ReadSlice('\n')
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
		p.line++
		long := len(line) > maxLine
		for errors.Is(err, bufio.ErrBufferFull) {
			_, err = in.ReadSlice('\n')
			long = true
		}
		lineErr := errLong
		if !long {
			lineErr = p.take(bytes.Trim(line, " \t\r\n"))
		}
		switch {
		case lineErr == nil:
		case errors.Is(lineErr, errTooMany), errors.Is(lineErr, errFuture):
			return fmt.Errorf("line %d: %w", p.line, lineErr)
		default:
			if p.bad++; p.bad <= badLinesLogged {
				p.log.Warn("bad line skipped", "line", p.line, "error", lineErr)
			}
		}
		if err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
	}
}

// take takes one line without the blanks around it.
func (p *rbldnsd) take(line []byte) error {
	if len(line) == 0 {
		return nil
	}
	switch line[0] {
	case '$':
		return p.special(line[1:])
	case '#', ';':
		if len(line) > 1 && line[1] == '$' {
			return p.special(line[2:])
		}
		return nil
	case ':':
		if len(line) > 1 && line[1] == '$' {
			return p.special(line[2:])
		}
		if p.skipping {
			return nil
		}
		if len(line) == 1 || line[1] != ':' {
			return p.defaultLine(line)
		}
	}
	if p.skipping {
		return nil
	}
	return p.entry(line)
}

// entry takes the line of a range.
func (p *rbldnsd) entry(line []byte) error {
	exclude := line[0] == '!'
	if exclude {
		line = trimLeft(line[1:])
	}
	end := 0
	dotted := false
	for ; end < len(line); end++ {
		switch line[end] {
		case ' ', '\t', '#', ';', ':':
		case '.', '/', '-':
			dotted = true
			continue
		default:
			continue
		}
		break
	}
	var r range4
	ok := false
	if dotted {
		r, ok = parseRange4(line[:end])
	}
	if !ok {
		return p.entry6(line, exclude)
	}
	if uint64(r.to-r.from)+1 > p.sec.maxRange {
		return errTooLarge
	}
	index, err := p.value(line[end:], exclude)
	if err != nil {
		return err
	}
	if r.length >= 0 {
		return p.b.add4(r.from, r.length, index)
	}
	return p.b.addRange4(r.from, r.to, index)
}

// entry6 takes the line of an IPv6 range, which only a blank or a comment
// ends.
func (p *rbldnsd) entry6(line []byte, exclude bool) error {
	end := bytes.IndexAny(line, " \t#;")
	if end < 0 {
		end = len(line)
	}
	prefix, ok := parseRange6(line[:end])
	if !ok {
		return errRange
	}
	index, err := p.value(line[end:], exclude)
	if err != nil {
		return err
	}
	return p.b.add(prefix, index)
}

// trimLeft drops leading blanks.
func trimLeft(b []byte) []byte {
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\t') {
		b = b[1:]
	}
	return b
}
