package json

import (
	"encoding/json"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// FuzzParse checks that what was parsed is written as JSON that reads back the
// same, and that strict parsing agrees with encoding/json.
func FuzzParse(f *testing.F) {
	for _, tt := range lenientCases {
		f.Add([]byte(tt.in))
	}
	for _, in := range append(append([]string{}, strictGood...), strictBad...) {
		f.Add([]byte(in))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		v, n, err := ParsePrefix(in, nil)
		if err == nil {
			checkText(t, v)
			if n > len(in) {
				t.Fatalf("%d of %d bytes consumed", n, len(in))
			}
		} else if e := err.(*Error); e.Offset > len(in) || e.Code < CodeDepth || e.Code > CodeComment {
			t.Fatalf("error %v, code %d", e, e.Code)
		}
		strict, err := Parse(in, &Options{Strict: true})
		if !utf8.Valid(in) {
			if err == nil {
				t.Fatalf("invalid UTF-8 was taken: %s", strict)
			}
			return
		}
		var std any
		stdErr := json.Unmarshal(in, &std)
		if (err == nil) != (stdErr == nil) && err.(*Error).Code != CodeDepth {
			t.Fatalf("strict: %v, encoding/json: %v", err, stdErr)
		}
		if err == nil {
			compact, err := strict.MarshalJSON()
			if err != nil {
				t.Fatal(err)
			}
			var again any
			if err := json.Unmarshal(compact, &again); err != nil || !cmp.Equal(std, again) {
				t.Fatalf("%q became %q: %v, %v", in, compact, again, err)
			}
		}
	})
}

func checkText(t *testing.T, v *Value) {
	t.Helper()
	text, err := v.Append(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	back, err := Parse(text, &Options{Strict: true})
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	again, err := back.Append(nil, nil)
	if err != nil || string(again) != string(text) {
		t.Fatalf("%q became %q, %v", text, again, err)
	}
}
