// Package httpbody has what the HTTP clients of scripts share: the lines of a
// response's header, and its body without a content coding.
package httpbody

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
	"net/http"
	"slices"
	"strings"
)

// HeaderLines gives the status line and the header, a line for each value,
// sorted by name and without line ends.
func HeaderLines(proto, status string, h http.Header) []string {
	lines := []string{strings.TrimRight(proto+" "+status, " ")}
	names := make([]string, 0, len(h))
	for name := range h {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for _, value := range h[name] {
			lines = append(lines, name+": "+value)
		}
	}
	return lines
}

// Coding gives the value of a Content-Encoding field in the form that Decode
// takes, "" if the body has no coding.
func Coding(field string) string {
	coding := strings.ToLower(strings.TrimSpace(field))
	if coding == "identity" {
		return ""
	}
	return coding
}

// Decode gives a body without its coding. An empty body has none; ok is false
// for a coding that is not known, whose body is given as it is. The error is
// that of the coding's first bytes.
func Decode(body *bufio.Reader, coding string) (r io.Reader, ok bool, err error) {
	head, err := body.Peek(2)
	if len(head) == 0 && err == io.EOF {
		return body, true, nil
	}
	switch coding {
	case "gzip", "x-gzip":
		z, err := gzip.NewReader(body)
		return z, true, err
	case "deflate": // with the wrapping of zlib, or without, as some servers send it
		if len(head) == 2 && head[0]&0x0f == 8 && (int(head[0])<<8+int(head[1]))%31 == 0 {
			z, err := zlib.NewReader(body)
			return z, true, err
		}
		return flate.NewReader(body), true, nil
	}
	return body, false, nil
}
