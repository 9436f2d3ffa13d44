package httpclnt

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// errMalformed is for a response that is none.
var errMalformed = errors.New("httpclnt: malformed response")

const (
	maxHead          = 64 << 10 // bytes of status line and header
	maxInformational = 5        // responses 1xx before the real one
)

// readResponse reads a response to a request with that method. reusable says
// that the connection can take another request.
func readResponse(br *bufio.Reader, method string, o *Options) (in *received, reusable bool, err error) {
	for range maxInformational {
		in, err = readHead(br)
		if err != nil {
			return nil, false, err
		}
		if in.code[0] != '1' || in.code == "101" {
			reusable, err = in.readBody(br, method, o)
			return in, reusable, err
		}
	}
	return nil, false, fmt.Errorf("%w: no final status", errMalformed)
}

// readHead reads status line and header.
func readHead(br *bufio.Reader) (*received, error) {
	var head strings.Builder
	in := &received{}
	for n := 0; ; n++ {
		line, err := br.ReadSlice('\n')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			if err == io.EOF && head.Len()+len(line) > 0 {
				err = io.ErrUnexpectedEOF
			}
			return nil, err
		}
		text := string(line)
		for errors.Is(err, bufio.ErrBufferFull) && len(text) <= maxHead {
			line, err = br.ReadSlice('\n')
			text += string(line)
		}
		if head.Len()+len(text) > maxHead {
			return nil, fmt.Errorf("%w: header over %d bytes", errMalformed, maxHead)
		}
		if err != nil {
			return nil, err
		}
		head.WriteString(text)
		text = strings.TrimRight(text, "\r\n")
		switch {
		case n == 0:
			if !in.readStatus(text) {
				return nil, fmt.Errorf("%w: status line %.40q", errMalformed, text)
			}
		case text == "":
			in.head = head.String()
			return in, nil
		default:
			in.addLine(text)
		}
	}
}

// readStatus reads "HTTP/1.1 200 OK".
func (in *received) readStatus(line string) bool {
	version, rest, _ := strings.Cut(line, " ")
	rest = strings.TrimLeft(rest, " ")
	code, reason, _ := strings.Cut(rest, " ")
	if !strings.HasPrefix(version, "HTTP/1.") || len(code) != 3 || code[0] < '1' || code[0] > '9' {
		return false
	}
	for i := range 3 {
		if code[i] < '0' || code[i] > '9' {
			return false
		}
	}
	in.version, in.code, in.reason = version, code, strings.TrimSpace(reason)
	return true
}

// addLine adds a header line; folded lines belong to the field before.
func (in *received) addLine(line string) {
	if line[0] == ' ' || line[0] == '\t' {
		if n := len(in.header); n > 0 {
			in.header[n-1].Value += " " + strings.TrimSpace(line)
		}
		return
	}
	if name, value, ok := strings.Cut(line, ":"); ok {
		in.header = append(in.header, Field{strings.TrimRight(name, " \t"), strings.Trim(value, " \t")})
	}
}

// readBody reads the body in its framing (RFC 9112, 6.3) and keeps the first
// o.MaxBody bytes.
func (in *received) readBody(br *bufio.Reader, method string, o *Options) (reusable bool, err error) {
	inner := bufio.NewReader(io.MultiReader(strings.NewReader(in.head), br))
	resp, err := http.ReadResponse(inner, &http.Request{Method: method})
	if err != nil {
		return false, fmt.Errorf("%w: %w", errMalformed, err)
	}
	defer resp.Body.Close()
	in.contentLength = resp.ContentLength
	kept, err := io.ReadAll(io.LimitReader(resp.Body, int64(o.MaxBody)))
	if err != nil {
		return false, err
	}
	in.body = string(kept)
	// What is not kept may end as it will.
	_, err = io.CopyN(io.Discard, resp.Body, o.MaxDrain)
	return err == io.EOF && !resp.Close && inner.Buffered() == 0 && br.Buffered() == 0, nil
}
