package json

import (
	"encoding/json"
	"strings"
	"testing"
)

// strictGood are texts that RFC 8259 allows.
var strictGood = []string{
	`0`, `-0`, `"x"`, `null`, `true`, `false`, ` [] `, "\t\n\r {}", `{"":0}`, `{"a":{"a":[{}]}}`, `[1,2,3]`,
	`[0.1]`, `[1e1]`, `[1E+10]`, `[1.5e-5]`, `[-1]`, `[-0.0]`, `[123456789012345678901234567890]`,
	`"\"\\\/\b\f\n\r\t"`, `"\u0041\uD83D\uDE00"`, `"\ud800"`, `"é\u007f 😀"`, "\"\x7f\u2028\"", `{"a":1,"a":2}`, `["",""]`,
}

// strictBad are texts that it does not.
var strictBad = []string{
	``, ` `, "\ufeff{}", "\v1", "\f1", "\u00a01", `'a'`, `{'a':1}`, `{a:1}`, `{1:1}`, `{null:1}`, `{"a"}`, `{"a":}`, `{"a",1}`, `{"a":1,}`, `{,}`,
	`{"a":1;"b":2}`, `[1,]`, `[,1]`, `[,]`, `[1,,2]`, `[1 2]`, `[1;2]`, `[`, `]`, `[]]`, `{}}`, `[1}`, `{"a":1]`, `{]`,
	`True`, `NULL`, `nul`, `nulll`, `truefalse`, `NaN`, `Infinity`, `-Infinity`, `-`, `+1`, `.5`, `1.`, `-.5`, `01`, `-01`, `0x10`, `1e`, `1e+`, `1.e1`,
	`1.2.3`, `--1`, `- 1`, `1 2`, `1_000`, `0e`, `1a`, `"a`, `"a\"`, `"\`, `"\x41"`, `"\'"`, `"\u12"`, `"\u12G4"`, `"\U0041"`, `"\ud83d\u12"`, `"\0"`,
	"\"a\tb\"", "\"a\nb\"", "\"\x00\"", "\"\x1f\"", "\"caf\xe9\"", "\"\xed\xa0\x80\"", "\"\xc0\xaf\"", "\"\\u0041\xff\"", "{\"\xff\":1}",
	`// c` + "\n1", `/* c */ 1`, `1 /* c */`, `[1 // c` + "\n]", `1 x`, `"a" "b"`, `{} {}`, `1e999`, "1\x00", "[1]\x00",
}

func TestStrict(t *testing.T) {
	o := &Options{Strict: true}
	for _, in := range strictGood {
		if _, err := Parse([]byte(in), o); err != nil {
			t.Errorf("Parse(%q): %v", in, err)
		}
	}
	for _, in := range strictBad {
		if v, err := Parse([]byte(in), o); err == nil {
			t.Errorf("Parse(%q) = %s, want an error", in, v)
		}
	}
}

// TestStrictAgainstStandardLibrary compares with encoding/json, which differs
// only in that it takes invalid UTF-8.
func TestStrictAgainstStandardLibrary(t *testing.T) {
	for _, in := range append(append([]string{}, strictGood...), strictBad...) {
		if strings.ToValidUTF8(in, "") != in || in == `1e999` {
			continue
		}
		_, err := Parse([]byte(in), &Options{Strict: true})
		if want := json.Valid([]byte(in)); (err == nil) != want {
			t.Errorf("Parse(%q): %v; encoding/json says valid = %v", in, err, want)
		}
	}
}

// TestStrictImpliesLenient checks that the parser's default takes whatever the
// strict one takes, and reads the same.
func TestStrictImpliesLenient(t *testing.T) {
	for _, in := range strictGood {
		strict, err := Parse([]byte(in), &Options{Strict: true})
		if err != nil {
			t.Fatal(err)
		}
		lenient, err := Parse([]byte(in), nil)
		if err != nil {
			t.Errorf("Parse(%q): %v", in, err)
			continue
		}
		if strict.String() != lenient.String() {
			t.Errorf("Parse(%q): strict %s, lenient %s", in, strict, lenient)
		}
	}
}
