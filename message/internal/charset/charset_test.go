package charset

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestConvert(t *testing.T) {
	tests := []struct{ name, bytes, text string }{
		{"utf-8", "ö", "ö"},
		{"UTF8", "ö", "ö"},
		{"us-ascii", "abc", "abc"},
		{"ISO-8859-1", "\xf6\x80", "ö\u0080"},
		{"latin1", "\xf6", "ö"},
		{"windows-1252", "\x80", "€"},
		{"cp1252", "\x80", "€"},
		{"iso-8859-15", "\xa4", "€"},
		{"koi8-r", "\xc1", "а"},
		{"shift_jis", "\x93\xfa", "日"},
		{"iso-2022-jp", "\x1b$BF|\x1b(B", "日"},
		{"euc-kr", "\xc7\xd1", "한"},
		{"ks_c_5601-1987", "\xc7\xd1", "한"},
		{"big5", "\xa4\xa4", "中"},
		{"gb2312", "\xd6\xd0", "中"},
		{"gb18030", "\xd6\xd0", "中"},
		{"utf-16be", "\x00a\x00\xf6", "aö"},
		{"utf-16le", "a\x00\xf6\x00", "aö"},
		{"utf-32be", "\x00\x00\x00a", "a"},
	}
	for _, tt := range tests {
		c, ok := Lookup(tt.name)
		if !ok {
			t.Errorf("%s is unknown", tt.name)
			continue
		}
		if got := string(c.Decode([]byte(tt.bytes))); got != tt.text {
			t.Errorf("%s: %q decodes to %q, want %q", tt.name, tt.bytes, got, tt.text)
		}
		if got, err := c.Encode([]byte(tt.text)); err != nil || string(got) != tt.bytes {
			t.Errorf("%s: %q encodes to %q, %v", tt.name, tt.text, got, err)
		}
		r, err := c.NewReader(func() io.Reader { return iotest.OneByteReader(strings.NewReader(tt.bytes)) })
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(r); err != nil || string(got) != tt.text {
			t.Errorf("%s: read %q, %v", tt.name, got, err)
		}
		var b bytes.Buffer
		w := c.NewWriter(&b)
		_, err = io.WriteString(w, tt.text)
		if err == nil {
			err = w.Close()
		}
		if err != nil || b.String() != tt.bytes {
			t.Errorf("%s: written %q, %v", tt.name, b.String(), err)
		}
	}
	for _, name := range []string{"", "x-none", "replacement", "unknown-8bit"} {
		if _, ok := Lookup(name); ok {
			t.Errorf("%q is known", name)
		}
	}
}

func TestCutOffCharacter(t *testing.T) {
	c, _ := Lookup("utf-32")
	r, err := c.NewReader(func() io.Reader { return strings.NewReader("\x00\x00\xfe\xff\x00\x00\x00a\x00\x00") })
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(iotest.OneByteReader(r)); err != nil || string(got) != "a\uFFFD" {
		t.Errorf("read %q, %v", got, err)
	}
}

func TestUnencodable(t *testing.T) {
	for _, name := range []string{"us-ascii", "iso-8859-1", "koi8-r", "shift_jis"} {
		c, _ := Lookup(name)
		for _, text := range []string{"🙂", "\xff\xfe"} {
			if _, err := c.Encode([]byte(text)); !errors.Is(err, ErrUnencodable) {
				t.Errorf("%s: %q: error %v", name, text, err)
			}
			w := c.NewWriter(io.Discard)
			_, err := io.WriteString(w, text)
			if err == nil {
				err = w.Close()
			}
			if !errors.Is(err, ErrUnencodable) {
				t.Errorf("%s: writing %q: error %v", name, text, err)
			}
		}
	}
}

func TestASCIICompatible(t *testing.T) {
	for name, want := range map[string]bool{"utf-8": true, "iso-8859-15": true, "iso-2022-jp": true, "utf-16": false, "utf-32le": false} {
		if c, _ := Lookup(name); c.ASCIICompatible() != want {
			t.Errorf("%s: %v", name, !want)
		}
	}
}

// FuzzDecode checks that text reads the same as a whole and bit by bit.
func FuzzDecode(f *testing.F) {
	for _, name := range []string{"utf-8", "us-ascii", "iso-8859-1", "windows-1252", "x-none"} {
		f.Add(name, []byte("aö\xf6\xc3"))
	}
	f.Fuzz(func(t *testing.T, name string, in []byte) {
		c, _ := Lookup(name)
		whole := c.Decode(in)
		if c.kind == other {
			return // whole texts are given up more easily than streams
		}
		r, err := c.NewReader(func() io.Reader { return iotest.HalfReader(bytes.NewReader(in)) })
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, whole) {
			t.Errorf("%s: %q as a whole %q, read %q, %v", name, in, whole, got, err)
		}
	})
}
