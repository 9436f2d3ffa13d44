package icap

import (
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"

	"github.com/gomsys/gomsys/msys/scan"
)

// verdict says what the response to a scan of so many bytes means.
func (resp *response) verdict(size int64) (*scan.Result, error) {
	if resp.status == 404 || resp.status == 405 || resp.status >= 500 {
		return nil, resp.failure()
	}
	if name, found := resp.found(); found {
		if name == "" {
			name = "unnamed"
		}
		return &scan.Result{Verdict: scan.Infected, Name: name, Code: name}, nil
	}
	code := strconv.Itoa(resp.status)
	switch {
	case resp.status == 204:
	case resp.status < 200 || resp.status >= 300:
		return nil, resp.failure()
	case resp.http >= 400:
		return &scan.Result{Verdict: scan.Infected, Name: fmt.Sprintf("blocked with HTTP status %d", resp.http), Code: strconv.Itoa(resp.http)}, nil
	case resp.fields["x-violations-found"] == "0":
	case resp.cut != nil && resp.cut != errLargeBody:
		return nil, resp.brokenOff()
	case resp.body >= 0 && resp.body < size && resp.cut == nil:
		// A service that had begun to send the content back before it found
		// something can only keep the rest.
		return &scan.Result{Verdict: scan.Infected, Name: "withheld by the service", Code: code}, nil
	}
	return &scan.Result{Verdict: scan.Clean, Code: code}, nil
}

// brokenOff says that the content did not come back to its end.
func (resp *response) brokenOff() error {
	var lost net.Error
	err := fmt.Errorf("the content that came back broke off: %w", resp.cut)
	if resp.cut != io.ErrUnexpectedEOF && !errors.As(resp.cut, &lost) { // it was no chunk
		err = fmt.Errorf("%w: %w", scan.ErrAnswer, err)
	}
	return fail("scanning", err)
}

func (resp *response) failure() error {
	return fmt.Errorf("%w: ICAP status %d", scan.ErrAnswer, resp.status)
}

// found gives the name of what was found, if something was.
func (resp *response) found() (name string, found bool) {
	if s, ok := resp.fields["x-infection-found"]; ok {
		return threat(s), true
	}
	if s, ok := resp.fields["x-virus-id"]; ok {
		return strings.ReplaceAll(s, "\n", " "), true
	}
	if s, ok := resp.fields["x-violations-found"]; ok && s != "0" {
		// Their number, then of each the file, the name, a number and what
		// was done.
		if lines := strings.Split(s, "\n"); len(lines) > 2 {
			name = lines[2]
		}
		return name, true
	}
	return "", false
}

// threat reads "Type=0; Resolution=2; Threat=NAME;".
func threat(s string) string {
	for item := range strings.SplitSeq(s, ";") {
		key, value, _ := strings.Cut(strings.TrimSpace(item), "=")
		if strings.EqualFold(key, "Threat") {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
