package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"
)

func TestContentReader(t *testing.T) {
	long := strings.Repeat("x", 70000)
	for _, c := range []struct {
		name, in, want string
		rest           string // after the final line
		err            error  // io.EOF if nil
	}{
		{"a mail", "Subject: a\r\n\r\nb\r\n.\r\nQUIT\r\n", "Subject: a\r\n\r\nb\r\n", "QUIT\r\n", nil},
		{"nothing", ".\r\n", "", "", nil},
		{"dots", "..\r\n.a\r\n...\r\na.\r\n.\r\n", ".\r\na\r\n..\r\na.\r\n", "", nil},
		{"a dot and CR", ".\rb\r\n.\r\n", "\rb\r\n", "", nil},
		{"CR CR LF ends a line", "a\r\r\n.\r\nMAIL", "a\r\r\n", "MAIL", nil},
		{"lone LF", "a\n.\nb\n.\r\nc\r\n.\r\n", "a\n.\nb\n.\r\nc\r\n", "", nil},
		{"lone CR", "a\r.\rb\r.\r\nc\r\n.\r\n", "a\r.\rb\r.\r\nc\r\n", "", nil},
		{"final line with LF only", "a\r\n.\nb\r\n.\r\n", "a\r\n\nb\r\n", "", nil},
		{"long lines", long + "\r\n" + long + "\r\n.\r\n", long + "\r\n" + long + "\r\n", "", nil},
		{"without an end", "a\r\n", "a\r\n", "", io.ErrUnexpectedEOF},
		{"ends in the final line", "a\r\n.\r", "a\r\n", "", io.ErrUnexpectedEOF},
	} {
		for _, buffer := range []int{16, 4096} {
			for way, reader := range map[string]io.Reader{
				"at once": strings.NewReader(c.in), "byte by byte": iotest.OneByteReader(strings.NewReader(c.in)), "in halves": iotest.HalfReader(strings.NewReader(c.in)),
			} {
				in := bufio.NewReaderSize(reader, buffer)
				content := contentReader{in: in, left: 1 << 20}
				got, err := io.ReadAll(&content)
				if string(got) != c.want || err != c.err {
					t.Errorf("%s, %s: %.80q %v, want %.80q %v", c.name, way, got, err, c.want, c.err)
				}
				if rest, _ := io.ReadAll(in); c.err == nil && string(rest) != c.rest {
					t.Errorf("%s, %s: %q left, want %q", c.name, way, rest, c.rest)
				}
			}
		}
	}
}

// A mail may have as many bytes as allowed; of a larger one the rest is read,
// and the next command is there.
func TestContentReaderLimit(t *testing.T) {
	for limit, want := range map[int64]error{4: nil, 3: smtp.ErrDataTooLarge, 1: smtp.ErrDataTooLarge} {
		in := bufio.NewReader(strings.NewReader("..a\r\n.\r\nQUIT\r\n"))
		content := contentReader{in: in, left: limit}
		got, err := io.ReadAll(&content)
		if err != want || int64(len(got)) != limit {
			t.Errorf("limit %d: %q %v, want %v", limit, got, err, want)
		}
		if err := content.drain(); err != nil {
			t.Error(err)
		}
		if rest, _ := io.ReadAll(in); string(rest) != "QUIT\r\n" {
			t.Errorf("limit %d: %q left", limit, rest)
		}
	}
}

// Each wait for the client begins its time anew.
func TestContentReaderAwaits(t *testing.T) {
	in, waits := "abc\r\n..\r\n.\r\n", 0
	content := contentReader{in: bufio.NewReader(iotest.OneByteReader(strings.NewReader(in))), await: func() { waits++ }, left: 100}
	if got, err := io.ReadAll(&content); string(got) != "abc\r\n.\r\n" || err != nil || waits != len(in) {
		t.Errorf("%q %v, %d waits for %d bytes", got, err, waits, len(in))
	}
}

// A read that a shutdown has woken is tried again.
func TestContentReaderRetries(t *testing.T) {
	for retried, want := range map[bool]error{true: nil, false: iotest.ErrTimeout} {
		in := bufio.NewReader(iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader("ab\r\n.\r\n"))))
		content := contentReader{in: in, retry: func(err error) bool { return retried && err == iotest.ErrTimeout }, left: 100}
		if got, err := io.ReadAll(&content); err != want || retried && string(got) != "ab\r\n" {
			t.Errorf("retried %v: %q %v, want %v", retried, got, err, want)
		}
	}
}

// Lines of content may be longer than those of commands, content that policy
// does not read is passed over, and what follows is the next command.
func TestContentOverTheWire(t *testing.T) {
	r := start(t, options{}, policyWith(`
function mod:validate_rcptto(m, str, ac, v) if tostring(str):match("^gone") then m:discard("250 gone") end return 0 end`))
	c := r.hello()
	long := "X-Long: " + strings.Repeat("a", 9000) + "\r\n\r\n" + strings.Repeat("b", 70000) + "\r\n"
	mail := "RCPT TO:<%s@x.example>\r\nDATA\r\n" + long + ".\r\n"
	got := c.replies("MAIL FROM:<a@b.example>\r\n"+fmt.Sprintf(mail, "one")+"MAIL FROM:<a@b.example>\r\n"+fmt.Sprintf(mail, "gone")+"NOOP\r\n", 9)
	if diff := cmp.Diff(strings.Fields("250 250 354 250 250 250 354 250 250"), got); diff != "" {
		t.Fatal(diff)
	}
	if mails := r.mails(); len(mails) != 1 || !strings.HasSuffix(mails["one@x.example"], long) {
		t.Errorf("%d mails stored, one of %d bytes, want one that ends with %d", len(mails), len(mails["one@x.example"]), len(long))
	}
}

// plainContent is what contentReader must give, found in the simplest way.
func plainContent(in []byte) (content, rest []byte, ended bool) {
	for begin := true; len(in) > 0; {
		if begin && bytes.HasPrefix(in, []byte(endOfContent)) {
			return content, in[len(endOfContent):], true
		}
		if begin && in[0] == '.' {
			if bytes.HasPrefix([]byte(endOfContent), in) {
				return content, nil, false
			}
			in = in[1:]
		}
		content, in = append(content, in[0]), in[1:]
		begin = bytes.HasSuffix(content, []byte("\r\n"))
	}
	return content, nil, false
}

func FuzzContentReader(f *testing.F) {
	f.Add([]byte("a\r\n..b\r\n.\r\nQUIT"), uint8(3))
	f.Add([]byte(".\r\r\n.\n\r\n.\r\n."), uint8(1))
	f.Add(append(bytes.Repeat([]byte("..\r\n"), 9), ".\r\nx"...), uint8(17))
	f.Fuzz(func(t *testing.T, in []byte, size uint8) {
		want, wantRest, ended := plainContent(in)
		source := bufio.NewReaderSize(&chunks{in, int(size)%7 + 1}, 16)
		content := contentReader{in: source, left: 1 << 20}
		var got []byte
		p := make([]byte, int(size)+1)
		var err error
		for err == nil {
			var n int
			n, err = content.Read(p)
			got = append(got, p[:n]...)
		}
		if (err == io.EOF) != ended || err != io.EOF && err != io.ErrUnexpectedEOF {
			t.Fatal(err, ended)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Fatal(diff)
		}
		if rest, _ := io.ReadAll(source); ended && !bytes.Equal(rest, wantRest) {
			t.Fatalf("%q left, want %q", rest, wantRest)
		}
	})
}

// chunks reads a few bytes at a time.
type chunks struct {
	b    []byte
	size int
}

func (c *chunks) Read(p []byte) (int, error) {
	if len(c.b) == 0 {
		return 0, io.EOF
	}
	n := copy(p, c.b[:min(len(c.b), c.size)])
	c.b = c.b[n:]
	return n, nil
}
