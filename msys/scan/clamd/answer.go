package clamd

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/gomsys/gomsys/msys/scan"
)

// maxAnswer is the longest answer that is read.
const maxAnswer = 4096

// readAnswer reads up to a NUL, a line end or the end of the connection.
func readAnswer(r *bufio.Reader) (string, error) {
	var b []byte
	for len(b) < maxAnswer {
		c, err := r.ReadByte()
		switch {
		case err == io.EOF && len(b) > 0:
			return string(b), nil
		case err == io.EOF:
			return "", io.ErrUnexpectedEOF
		case err != nil:
			return "", err
		case c == 0 || c == '\n':
			return strings.TrimSuffix(string(b), "\r"), nil
		}
		b = append(b, c)
	}
	return "", fmt.Errorf("%w: no end after %d bytes", scan.ErrAnswer, maxAnswer)
}

// withoutNumber takes the number off an answer in a session, "1: stream: OK".
func withoutNumber(s string) string {
	number, rest, ok := strings.Cut(s, ": ")
	if ok && number != "" && strings.Trim(number, "0123456789") == "" {
		return rest
	}
	return s
}

// parseAnswer says what the answer to a stream means.
func parseAnswer(s string) (*scan.Result, error) {
	if reason, ok := strings.CutSuffix(s, " ERROR"); ok {
		reason = strings.TrimPrefix(reason, "stream: ")
		reason = strings.TrimRight(reason, ". ")
		if strings.Contains(reason, "size limit exceeded") {
			return &scan.Result{Verdict: scan.Unscannable, Name: reason}, nil
		}
		return nil, fmt.Errorf("%w: %s", scan.ErrAnswer, reason)
	}
	answer, ok := strings.CutPrefix(s, "stream: ")
	if !ok {
		return nil, fmt.Errorf("%w: %.100q", scan.ErrAnswer, s)
	}
	if answer == "OK" {
		return &scan.Result{Verdict: scan.Clean, Code: answer}, nil
	}
	if name, ok := strings.CutSuffix(answer, " FOUND"); ok && strings.TrimSpace(name) != "" {
		return &scan.Result{Verdict: scan.Infected, Name: name, Code: name}, nil
	}
	return nil, fmt.Errorf("%w: %.100q", scan.ErrAnswer, s)
}

// scanContentFailed reports whether err is the content's fault.
func scanContentFailed(err error) bool {
	var content *scan.ContentError
	return errors.As(err, &content)
}
