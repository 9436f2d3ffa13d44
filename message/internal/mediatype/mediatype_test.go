package mediatype

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	tests := []struct {
		in, typ string
		params  map[string]string
	}{
		{"text/plain", "text/plain", nil},
		{`Text/HTML; Charset="UTF-8"`, "text/html", map[string]string{"charset": "UTF-8"}},
		{"text/plain;charset=a;;charset=b", "text/plain", map[string]string{"charset": "a"}},
		{"text", "", nil},
		{"a/b/c", "", nil},
		{"text/pl ain; x=y", "text/pl", map[string]string{"x": "y"}},
		{"", "", nil},
		{`a/b; x="q\"\\\z;="; y=2`, "a/b", map[string]string{"x": `q"\\z;=`, "y": "2"}},
		{`a/b; x="not closed`, "a/b", map[string]string{"x": "not closed"}},
		{"a/b; x=1 (c); y", "a/b", map[string]string{"x": "1", "y": ""}},
		{"a/b; x*=utf-8'en'%C3%B6; x=o", "a/b", map[string]string{"x": "ö"}},
		{"a/b; x*0=a; x*1*=%62; x*2=c", "a/b", map[string]string{"x": "abc"}},
		{"a/b; x*0*=iso-8859-1''%F6; x*1=%20", "a/b", map[string]string{"x": "ö%20"}},
		{"a/b; x*1=b", "a/b", map[string]string{"x": ""}},
		{"a/b; x*=%zz", "a/b", map[string]string{"x": "%zz"}},
		{"a/b; name=\"=?utf-8?q?=C3=B6?=\"", "a/b", map[string]string{"name": "ö"}},
	}
	for _, tt := range tests {
		v := Parse(tt.in)
		if got := v.MIMEType(); got != tt.typ {
			t.Errorf("%q: type %q", tt.in, got)
		}
		for name, want := range tt.params {
			if got, _ := v.Get(name); got != want {
				t.Errorf("%q: %s is %q, want %q", tt.in, name, got, want)
			}
		}
	}
	if diff := cmp.Diff(Value{Word: "attachment"}, Parse("attachment; ; =x;")); diff != "" {
		t.Error(diff)
	}
}

// FuzzParse checks that parameters do not come from nowhere.
func FuzzParse(f *testing.F) {
	for _, s := range []string{`a/b; x="y"; z=1`, "a/b; x*0*=utf-8''%20; x*1=2", "((;=\"\\", "a/b (c) d=e"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v := Parse(s)
		total := len(v.Word)
		for _, p := range v.Params {
			total += len(p.Value)
			v.Get(p.Name)
		}
		if total > 3*len(s) { // lower case can be longer
			t.Errorf("%q: %+v", s, v)
		}
	})
}
