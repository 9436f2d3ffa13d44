package base64

import (
	"bytes"
	"encoding/base64"
	"io"
	"strings"
	"testing"
)

// FuzzDecode checks that the stream agrees with Decode, and that what the
// standard library accepts decodes to the same bytes.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{"", "aGk=", "aGk", "a*b", " a G\tk\r\n=", "aGk=aGk=", "=", "\xff", "aGl=", "aA= \n="} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		got, err := Decode(in, nil)
		streamed, streamErr := io.ReadAll(NewDecoder(bytes.NewReader(in), nil))
		if (err == nil) != (streamErr == nil) || err != nil && err.Error() != streamErr.Error() {
			t.Fatalf("Decode: %v, NewDecoder: %v", err, streamErr)
		}
		if err == nil && !bytes.Equal(got, streamed) {
			t.Fatalf("Decode = %q, NewDecoder reads %q", got, streamed)
		}
		std, stdErr := base64.StdEncoding.DecodeString(string(in))
		if stdErr == nil && (err != nil || !bytes.Equal(got, std)) {
			t.Fatalf("Decode = %q, %v; the standard library says %q", got, err, std)
		}
		var s sextets
		slow, slowErr := s.decode(nil, in)
		if slowErr == nil {
			slow, slowErr = s.finish(slow)
		}
		if (slowErr == nil) != (err == nil) || err == nil && !bytes.Equal(slow, got) {
			t.Fatalf("the two ways of Decode differ: %q, %v and %q, %v", got, err, slow, slowErr)
		}
	})
}

// FuzzEncode checks that what was encoded decodes again, and that no line is
// too long.
func FuzzEncode(f *testing.F) {
	f.Add([]byte("hi"), true)
	f.Add(bytes.Repeat([]byte("x"), 58), true)
	f.Fuzz(func(t *testing.T, in []byte, fold bool) {
		text, err := Encode(in, &EncodeOptions{Fold: fold})
		if err != nil {
			t.Fatal(err)
		}
		back, err := Decode(text, nil)
		if err != nil || !bytes.Equal(back, in) {
			t.Fatalf("%q became %q, %v", in, back, err)
		}
		if fold {
			for line := range strings.SplitSeq(string(text), "\r\n") {
				if len(line) > LineLength || line == "" && len(in) > 0 {
					t.Fatalf("line %q", line)
				}
			}
		}
	})
}
