package spamd

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/gomsys/gomsys/msys/scan"
)

// Bounds of what is read.
const (
	maxLine    = 16 << 10
	maxHeaders = 100
	maxBody    = 1 << 20
)

// answer is an answer of spamd.
type answer struct {
	code int
	text string // "EX_OK"
	spam string // value of the header Spam
	body string
}

// readStatus reads the first line, "SPAMD/1.1 0 EX_OK".
func readStatus(r *bufio.Reader) (*answer, error) {
	line, err := readLine(r)
	if err != nil {
		return nil, err
	}
	a := &answer{}
	version, rest, _ := strings.Cut(line, " ")
	minor, ok := strings.CutPrefix(version, "SPAMD/1.")
	code, text, _ := strings.Cut(strings.TrimLeft(rest, " "), " ")
	if _, err := strconv.ParseUint(minor, 10, 16); !ok || err != nil {
		return nil, fmt.Errorf("%w: %.100q", scan.ErrAnswer, line)
	}
	if a.code, err = strconv.Atoi(code); err != nil {
		return nil, fmt.Errorf("%w: %.100q", scan.ErrAnswer, line)
	}
	a.text = strings.TrimSpace(text)
	return a, nil
}

// readAnswer reads all of the answer to a command.
func readAnswer(r *bufio.Reader, c Command) (*answer, error) {
	a, err := readStatus(r)
	if err != nil || a.code != 0 {
		return a, err
	}
	length := int64(-1)
	for n := 0; ; n++ {
		line, err := readLine(r)
		switch {
		case err != nil && (err != io.ErrUnexpectedEOF || line == "" || a.spam == ""):
			return nil, err
		case n > maxHeaders:
			return nil, fmt.Errorf("%w: over %d header lines", scan.ErrAnswer, maxHeaders)
		}
		if line == "" {
			break
		}
		name, value, isField := strings.Cut(line, ":")
		if !isField && a.spam != "" { // the empty line is missing
			a.body = line
			return a, nil
		}
		switch value = strings.TrimSpace(value); strings.ToLower(strings.TrimSpace(name)) {
		case "spam":
			a.spam = value
		case "content-length":
			if length, err = strconv.ParseInt(value, 10, 64); err != nil || length < 0 {
				return nil, fmt.Errorf("%w: Content-Length %.100q", scan.ErrAnswer, value)
			}
		}
	}
	return a, a.readBody(r, c, length)
}

// readBody reads length bytes; if that is -1, a line of symbols or all that
// comes.
func (a *answer) readBody(r *bufio.Reader, c Command, length int64) error {
	switch {
	case length > maxBody:
		return fmt.Errorf("%w: %d bytes", scan.ErrAnswer, length)
	case length >= 0:
		b := make([]byte, length)
		_, err := io.ReadFull(r, b)
		a.body = string(b)
		return err
	case c == Check:
		return nil
	case c == Symbols:
		line, err := readLine(r)
		if err == io.ErrUnexpectedEOF { // its line end may be missing, and all of it
			err = nil
		}
		a.body = line
		return err
	}
	b, err := io.ReadAll(io.LimitReader(r, maxBody+1))
	if err == nil && len(b) > maxBody {
		err = fmt.Errorf("%w: over %d bytes", scan.ErrAnswer, maxBody)
	}
	a.body = string(b)
	return err
}

// readLine reads a line without its end. At the end of r it gives what there
// is of it, too.
func readLine(r *bufio.Reader) (string, error) {
	var b []byte
	for {
		piece, err := r.ReadSlice('\n')
		b = append(b, piece...)
		switch {
		case len(b) > maxLine:
			return "", fmt.Errorf("%w: line of over %d bytes", scan.ErrAnswer, maxLine)
		case err == bufio.ErrBufferFull:
			continue
		case err == io.EOF:
			return string(b), io.ErrUnexpectedEOF
		case err != nil:
			return "", err
		}
		return strings.TrimSuffix(strings.TrimSuffix(string(b), "\n"), "\r"), nil
	}
}

// result says what the answer to a command means.
func (a *answer) result(c Command) (*scan.Result, error) {
	if a.code != 0 || a.text != "EX_OK" {
		return nil, fmt.Errorf("%w: %d %.100s", scan.ErrAnswer, a.code, a.text)
	}
	res := &scan.Result{Code: a.text}
	word, numbers, _ := strings.Cut(a.spam, ";")
	switch strings.ToLower(strings.TrimSpace(word)) {
	case "true", "yes":
		res.Spam = true
	case "false", "no":
	default:
		return nil, fmt.Errorf("%w: Spam: %.100q", scan.ErrAnswer, a.spam)
	}
	score, threshold, _ := strings.Cut(numbers, "/")
	var ok1, ok2 bool
	res.Score, ok1 = number(score)
	res.Threshold, ok2 = number(threshold)
	if !ok1 || !ok2 {
		return nil, fmt.Errorf("%w: Spam: %.100q", scan.ErrAnswer, a.spam)
	}
	switch c {
	case Symbols:
		line, _, _ := strings.Cut(strings.TrimLeft(a.body, "\r\n"), "\n")
		res.Symbols = symbols(line)
	case Report:
		res.Detail = map[string]string{"report": a.body}
	case Headers:
		res.Detail = map[string]string{"headers": a.body}
	}
	return res, nil
}

// number reads a finite decimal number.
func number(s string) (float64, bool) {
	n, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	return n, err == nil && !math.IsNaN(n) && !math.IsInf(n, 0)
}

// symbols parts a comma list.
func symbols(line string) []string {
	var list []string
	for s := range strings.SplitSeq(line, ",") {
		if s = strings.TrimSpace(s); s != "" {
			list = append(list, s)
		}
	}
	return list
}
