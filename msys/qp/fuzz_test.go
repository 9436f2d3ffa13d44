package qp

import (
	"bytes"
	"io"
	"mime/quotedprintable"
	"strings"
	"testing"
)

// FuzzDecode checks that text decodes the same in one piece and as a stream,
// and that what was decoded survives another round.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{"", "a=\r\nb=3d", "=G1", "a \t\r\nb= ", "=", "=\r", "caf\xe9", "a =\nb", "=4", " \r \r\n", "=20\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		got, err := Decode(in, nil)
		streamed, streamErr := io.ReadAll(NewDecoder(&chopper{rest: in}, nil))
		if (err == nil) != (streamErr == nil) || err != nil && err.Error() != streamErr.Error() {
			t.Fatalf("Decode: %v, NewDecoder: %v", err, streamErr)
		}
		if !bytes.Equal(got, streamed) {
			t.Fatalf("Decode = %q, NewDecoder reads %q", got, streamed)
		}
		if err != nil {
			return
		}
		text, err := Encode(got, nil)
		if err != nil {
			t.Fatal(err)
		}
		back, err := Decode(text, nil)
		if err != nil || !bytes.Equal(back, crlf(got)) {
			t.Fatalf("%q became %q, then %q, %v", got, text, back, err)
		}
	})
}

// chopper gives its bytes in pieces of growing size.
type chopper struct {
	rest []byte
	size int
}

func (c *chopper) Read(p []byte) (int, error) {
	if len(c.rest) == 0 {
		return 0, io.EOF
	}
	c.size = c.size%5 + 1
	n := copy(p, c.rest[:min(c.size, len(c.rest))])
	c.rest = c.rest[n:]
	return n, nil
}

// crlf makes every line break CRLF.
func crlf(b []byte) []byte {
	b = bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n"))
	return bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n"))
}

// FuzzEncode checks the form of the lines, the round trip, and agreement with
// the standard library where its treatment of a bare CR does not matter.
func FuzzEncode(f *testing.F) {
	for _, s := range []string{"", "é= ", "a\nb\r\nc", "a \rb", strings.Repeat("a", 75) + ".bb", strings.Repeat("é ", 99)} {
		f.Add([]byte(s), true)
		f.Add([]byte(s), false)
	}
	f.Fuzz(func(t *testing.T, in []byte, stuff bool) {
		text, err := Encode(in, &EncodeOptions{DotStuffing: stuff})
		if err != nil {
			t.Fatal(err)
		}
		soft := false
		for line := range strings.SplitSeq(string(text), "\r\n") {
			if len(line) > LineLength {
				t.Fatalf("line of %d characters: %q", len(line), line)
			}
			if strings.HasSuffix(line, " ") || strings.HasSuffix(line, "\t") || strings.ContainsAny(line, "\r\n") {
				t.Fatalf("line %q", line)
			}
			if stuff && soft && strings.HasPrefix(line, ".") && !strings.HasPrefix(line, "..") {
				t.Fatalf("line not stuffed: %q", line)
			}
			soft = strings.HasSuffix(line, "=")
		}
		if stuff {
			text = bytes.ReplaceAll(text, []byte("=\r\n.."), []byte("=\r\n."))
		}
		back, err := Decode(text, nil)
		if err != nil || !bytes.Equal(back, crlf(in)) {
			t.Fatalf("%q became %q, %v", in, back, err)
		}
		if stuff || bytes.Contains(bytes.ReplaceAll(in, []byte("\r\n"), nil), []byte("\r")) {
			return
		}
		var std bytes.Buffer
		w := quotedprintable.NewWriter(&std)
		if _, err := w.Write(crlf(in)); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(std.Bytes(), text) {
			t.Fatalf("ours   %q\nstdlib %q", text, std.Bytes())
		}
	})
}
