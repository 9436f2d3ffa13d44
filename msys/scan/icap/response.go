package icap

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http/httputil"
	"strconv"
	"strings"

	"github.com/gomsys/gomsys/msys/scan"
)

// Bounds of what is read.
const (
	maxLine   = 16 << 10
	maxLines  = 200
	maxHeader = 64 << 10  // of an encapsulated header block
	maxBody   = 256 << 20 // of a body, which is read only to keep the connection
)

// response is a response of an ICAP server, without its body.
type response struct {
	status   int
	fields   map[string]string // by name in lower case; lines of a folded field are parted by "\n"
	http     int               // status of the HTTP response in it, 0 if there is none
	body     int64             // length of the body in it, -1 if there is none
	cut      error             // why that ended before its end
	reusable bool              // another request may follow on the connection
}

// readResponse reads a response to its end.
func readResponse(r *bufio.Reader) (*response, error) {
	line, err := readLine(r)
	if err != nil {
		return nil, err
	}
	status, err := parseStatus(line, "ICAP/")
	if err != nil {
		return nil, err
	}
	resp := &response{status: status, fields: map[string]string{}, body: -1}
	if err := resp.readFields(r); err != nil {
		return nil, err
	}
	if status == 100 {
		return resp, nil
	}
	return resp, resp.readEncapsulated(r)
}

// parseStatus reads "ICAP/1.0 204 No Content" or the like of HTTP.
func parseStatus(line, protocol string) (int, error) {
	version, rest, _ := strings.Cut(line, " ")
	code, _, _ := strings.Cut(rest, " ")
	n, err := strconv.ParseUint(code, 10, 16)
	if !strings.HasPrefix(version, protocol) || len(code) != 3 || err != nil {
		return 0, fmt.Errorf("%w: %.100q", scan.ErrAnswer, line)
	}
	return int(n), nil
}

// readLine reads a line without its end.
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
		case err == io.EOF && len(b) > 0:
			return "", io.ErrUnexpectedEOF
		case err != nil:
			return "", err
		}
		return strings.TrimSuffix(strings.TrimSuffix(string(b), "\n"), "\r"), nil
	}
}

// readFields reads up to the empty line. Of fields that come twice the first
// counts.
func (resp *response) readFields(r *bufio.Reader) error {
	last := ""
	for range maxLines {
		line, err := readLine(r)
		if err != nil {
			return unexpected(err)
		}
		if line == "" {
			return nil
		}
		if line[0] == ' ' || line[0] == '\t' {
			if last != "" {
				resp.fields[last] += "\n" + strings.TrimSpace(line)
			}
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			return fmt.Errorf("%w: %.100q", scan.ErrAnswer, line)
		}
		last = strings.ToLower(strings.TrimSpace(name))
		if _, twice := resp.fields[last]; twice {
			last = ""
			continue
		}
		resp.fields[last] = strings.TrimSpace(value)
	}
	return fmt.Errorf("%w: over %d header lines", scan.ErrAnswer, maxLines)
}

func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// section is an entry of the field Encapsulated.
type section struct {
	name   string
	offset int64
}

// sections reads the field Encapsulated.
func sections(s string) ([]section, error) {
	var list []section
	for item := range strings.SplitSeq(s, ",") {
		name, offset, _ := strings.Cut(strings.TrimSpace(item), "=")
		n, err := strconv.ParseInt(strings.TrimSpace(offset), 10, 64)
		if err != nil || n < 0 || len(list) > 0 && n < list[len(list)-1].offset || len(list) == 0 && n != 0 {
			return nil, fmt.Errorf("%w: Encapsulated: %.100q", scan.ErrAnswer, s)
		}
		list = append(list, section{strings.ToLower(strings.TrimSpace(name)), n})
	}
	return list, nil
}

// readEncapsulated reads header blocks and body of the HTTP message in the
// response. A body that breaks off is noted: the header may have said enough.
func (resp *response) readEncapsulated(r *bufio.Reader) error {
	resp.reusable = !strings.EqualFold(resp.fields["connection"], "close")
	field, ok := resp.fields["encapsulated"]
	if !ok {
		return nil
	}
	list, err := sections(field)
	if err != nil {
		return err
	}
	for i, s := range list[:len(list)-1] {
		size := list[i+1].offset - s.offset
		if size > maxHeader {
			return fmt.Errorf("%w: header of %d bytes", scan.ErrAnswer, size)
		}
		b := make([]byte, size)
		if _, err := io.ReadFull(r, b); err != nil {
			return unexpected(err)
		}
		if s.name == "res-hdr" {
			line, _, _ := strings.Cut(string(b), "\r\n")
			if resp.http, err = parseStatus(line, "HTTP/"); err != nil {
				return err
			}
		}
	}
	switch last := list[len(list)-1].name; last {
	case "null-body":
	case "res-body", "req-body", "opt-body":
		resp.body, resp.cut = skipBody(r)
		resp.reusable = resp.reusable && resp.cut == nil
	default:
		return fmt.Errorf("%w: Encapsulated: %.100q", scan.ErrAnswer, field)
	}
	return nil
}

// errLargeBody says that there is more than anybody wants to read.
var errLargeBody = errors.New("body too large")

// skipBody reads a body in chunks and the trailer behind it, and gives the
// body's length.
func skipBody(r *bufio.Reader) (int64, error) {
	n, err := io.Copy(io.Discard, io.LimitReader(httputil.NewChunkedReader(r), maxBody))
	switch {
	case err != nil:
		return n, unexpected(err)
	case n == maxBody:
		return n, errLargeBody
	}
	for range maxLines {
		if line, err := readLine(r); line == "" || err != nil {
			return n, unexpected(err)
		}
	}
	return n, errLargeBody
}
