package macro

import (
	"bufio"
	"io"
	"math"
	"strconv"
	"strings"
)

// messageValue is the family rfc2822.
func (e *Expander) messageValue(m MessageText, arg string) (value string, known bool, err error) {
	what, args, hasArgs := strings.Cut(arg, ",")
	switch what {
	case "message", "body":
		limit := pieceLimit{n: math.MaxInt, bytes: true}
		if hasArgs {
			if limit, known = parsePiece(args); !known {
				return "", false, nil
			}
		}
		value, err = e.contentPiece(m, what == "message", limit)
	case "headers":
		if hasArgs {
			return "", false, nil
		}
		if m != nil {
			value, err = m.Headers()
		}
	case "part", "text":
		value, known, err = partPiece(m, what, args, hasArgs)
		if !known {
			return "", false, nil
		}
	default:
		return "", false, nil
	}
	if err != nil {
		return "", true, err
	}
	return endLine(value), true, nil
}

// endLine makes a piece that is not empty end in CRLF.
func endLine(s string) string {
	if s == "" || strings.HasSuffix(s, "\r\n") {
		return s
	}
	return strings.TrimSuffix(s, "\r") + "\r\n"
}

// pieceLimit is how much of a content is wanted.
type pieceLimit struct {
	n     int
	bytes bool // else lines
}

// parsePiece reads "n" or "nb".
func parsePiece(s string) (l pieceLimit, ok bool) {
	if rest, found := strings.CutSuffix(s, "b"); found {
		l.bytes, s = true, rest
	}
	l.n, ok = number(s)
	return l, ok
}

// number reads a number that is not negative; a huge one is the largest int.
func number(s string) (int, bool) {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
	}
	n, err := strconv.Atoi(s)
	if err != nil && s != "" {
		n = math.MaxInt
	}
	return n, s != ""
}

// contentPiece reads the beginning of the whole message, or of its body.
func (e *Expander) contentPiece(m MessageText, withHeaders bool, limit pieceLimit) (string, error) {
	if m == nil || limit.n == 0 {
		return "", nil
	}
	body, err := m.Body()
	if err != nil {
		return "", err
	}
	defer body.Close()
	var r io.Reader = body
	if withHeaders {
		headers, err := m.Headers()
		if err != nil {
			return "", err
		}
		r = io.MultiReader(strings.NewReader(endLine(headers)+"\r\n"), body)
	}
	if e.o.MaxSize > 0 {
		r = io.LimitReader(r, int64(e.o.MaxSize)+1) // Expand refuses the result
	}
	var b strings.Builder
	if limit.bytes {
		_, err = io.Copy(&b, io.LimitReader(r, int64(limit.n)))
	} else {
		err = copyLines(&b, r, limit.n)
	}
	return b.String(), err
}

// copyLines copies at most n lines.
func copyLines(b *strings.Builder, r io.Reader, n int) error {
	for br := bufio.NewReader(r); n > 0; {
		line, err := br.ReadSlice('\n')
		b.Write(line)
		switch err {
		case nil:
			n--
		case bufio.ErrBufferFull:
		case io.EOF:
			return nil
		default:
			return err
		}
	}
	return nil
}

// partPiece reads a part: "text", "text,n", "text,n,m" and "part,n".
func partPiece(m MessageText, what, args string, hasArgs bool) (value string, known bool, err error) {
	if !hasArgs {
		if what == "part" {
			return "", false, nil
		}
		if m != nil {
			value, err = m.Text(1)
		}
		return value, true, err
	}
	nth, lines, hasLines := strings.Cut(args, ",")
	n, ok := number(nth)
	limit, lineOK := number(lines)
	if !ok || hasLines && (!lineOK || what == "part") {
		return "", false, nil
	}
	switch {
	case m == nil || n == 0:
	case what == "part":
		value, err = m.Part(n)
	case hasLines:
		value, err = m.Text(n)
		value = firstLines(value, limit)
	default:
		value, err = m.TextPart(n)
	}
	return value, true, err
}

func firstLines(s string, n int) string {
	for i := 0; i < len(s); {
		if n--; n < 0 {
			return s[:i]
		}
		j := strings.IndexByte(s[i:], '\n')
		if j < 0 {
			return s
		}
		i += j + 1
	}
	return s
}
