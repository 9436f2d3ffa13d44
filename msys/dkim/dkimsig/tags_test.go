package dkimsig_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
)

func TestTags(t *testing.T) {
	for _, tt := range []struct {
		list string
		want string // name=value|…
		ok   bool
	}{
		{"v=1; a=rsa-sha256;\r\n\tb = AB\r\n\t CD ;", "v=1|a=rsa-sha256|b=AB\r\n\t CD", true},
		{"", "", true},
		{";;; ;", "", true},
		{"p=", "p=", true},
		{"n=a=b", "n=a=b", true},
		{"a_1=x", "a_1=x", true},
		{"v=1; what; b=2", "v=1", false},
		{"v=1; v=1", "v=1", false},
		{"v=1; =x", "v=1", false},
		{"1v=1", "", false},
		{"v v=1", "", false},
		{"é=1", "", false},
	} {
		tags, err := dkimsig.ParseTags(tt.list)
		if (err == nil) != tt.ok {
			t.Errorf("%q: %v", tt.list, err)
		}
		var got []string
		for _, tag := range tags {
			got = append(got, tag.Name+"="+tag.Value)
		}
		if diff := cmp.Diff(tt.want, strings.Join(got, "|")); diff != "" {
			t.Errorf("%q: %s", tt.list, diff)
		}
	}
	if tags, err := dkimsig.ParseTags(many("t", dkimsig.MaxTags)); err != nil || len(tags) != dkimsig.MaxTags {
		t.Errorf("%d tags, %v", len(tags), err)
	}
	if tags, err := dkimsig.ParseTags(many("t", dkimsig.MaxTags+1)); err == nil || len(tags) != dkimsig.MaxTags {
		t.Errorf("%d tags, %v", len(tags), err)
	}
}

// many gives a list of n tags.
func many(name string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%s%d=;", name, i)
	}
	return b.String()
}

func TestEmptyValue(t *testing.T) {
	for _, tt := range []struct{ field, tag, want string }{
		{"S: a=1; b=XX\r\n YY; c=2\r\n", "b", "S: a=1; b=; c=2\r\n"},
		{"S: a=1; b=XX\r\n", "b", "S: a=1; b=\r\n"},
		{"S: b=XX; bh=YY\r\n", "b", "S: b=; bh=YY\r\n"},
		{"S: bh=YY;\r\n\tb = \r\n XX;\r\n", "b", "S: bh=YY;\r\n\tb =;\r\n"},
		{"S: a=1\r\n", "b", "S: a=1\r\n"},
		{"S: a=b=1; c=2\r\n", "b", "S: a=b=1; c=2\r\n"},
		{"", "b", ""},
	} {
		if got := string(dkimsig.EmptyValue([]byte(tt.field), tt.tag)); got != tt.want {
			t.Errorf("%q: %q", tt.field, got)
		}
	}
}

func TestBase64(t *testing.T) {
	for s, want := range map[string]string{"aGVsbG8=": "hello", "aGVs\r\n\t bG8\t=": "hello", " a G V s b G 8 = ": "hello", "": "", "aGVs\rbG8=": "hello"} {
		if got, err := dkimsig.DecodeBase64(s); err != nil || string(got) != want {
			t.Errorf("%q: %q, %v", s, got, err)
		}
	}
	for _, s := range []string{"a", "aGVsbG8", "aGVs!", "=", "aGVsbG8=x"} {
		if _, err := dkimsig.DecodeBase64(s); err == nil {
			t.Errorf("%q has no error", s)
		}
	}
	if got := dkimsig.StripSpace(" a\tb\r\nc  "); got != "abc" {
		t.Errorf("%q", got)
	}
}

func FuzzTags(f *testing.F) {
	f.Add("v=1; a=rsa-sha256; b=AB\r\n\tCD", "b")
	f.Add("b=;;=b;b", "b")
	f.Fuzz(func(t *testing.T, list, tag string) {
		tags, err := dkimsig.ParseTags(list)
		if err == nil {
			var again []string
			for _, tag := range tags {
				again = append(again, tag.Name+"="+tag.Value)
			}
			back, err := dkimsig.ParseTags(strings.Join(again, ";"))
			if diff := cmp.Diff(tags, back); err != nil || len(tags)+len(back) > 0 && diff != "" {
				t.Errorf("%q: %v %s", list, err, diff)
			}
		}
		field := "S:" + list + "\r\n"
		if got := dkimsig.EmptyValue([]byte(field), tag); len(got) > len(field) {
			t.Errorf("%q grew to %q", field, got)
		}
		if _, err := dkimsig.ParseKey(list); err != nil {
			if _, ok := err.(dkimsig.Fault); !ok {
				t.Errorf("%q: %T", list, err)
			}
		}
	})
}
