package json

import (
	"errors"
	"strings"
	"testing"
)

// lenientCases give the text that a value is written as, or the error.
var lenientCases = []struct {
	name, in, want string
	code           Code
	offset         int
}{
	{"object", `{"b":1,"a":[true,null]}`, `{ "b": 1, "a": [ true, null ] }`, 0, 0},
	{"empty containers", ` [ { } , [] ] `, `[ { }, [ ] ]`, 0, 0},
	{"numbers", `[0, -7, 2.5, 1e3, 1E-7, 1.0, -0.0, 9007199254740993]`, `[ 0, -7, 2.5, 1000.0, 1e-07, 1.0, -0.0, 9007199254740993 ]`, 0, 0},
	{"beyond 64 bits", `[9223372036854775807, 9223372036854775808, -9223372036854775808, 123456789012345678901234567890]`,
		`[ 9223372036854775807, 9223372036854776000.0, -9223372036854775808, 1.2345678901234568e+29 ]`, 0, 0},
	{"leading zeros", `[007, 1.]`, `[ 7, 1.0 ]`, 0, 0},
	{"infinite", `[1e999, -1e999]`, `[ null, null ]`, 0, 0},
	{"string", `"a\"b\\c\/d\b\f\n\r\t\u00e9\u0000"`, "a\"b\\c/d\b\f\n\r\té\x00", 0, 0},
	{"surrogate pair", `["\ud83d\ude00"]`, `[ "😀" ]`, 0, 0},
	{"lone surrogates", `["\ud83dx\ude00", "\ud83d\ud83d\ude00", "\ud83d\n", "\ud83d\u0041"]`,
		`[ "�x�", "�😀", "�\n", "�A" ]`, 0, 0},
	{"raw control characters", "[\"a\tb\nc\x01\"]", `[ "a\tb\nc\u0001" ]`, 0, 0},
	{"invalid UTF-8 is kept and mended when written", "[\"caf\xe9\"]", `[ "caf�" ]`, 0, 0},
	{"duplicate keys", `{"a":1,"b":2,"a":3}`, `{ "a": 3, "b": 2 }`, 0, 0},
	{"comments", "/* a */ { // b\n 'k' /**/ : /* : */ 1 } // c", `{ "k": 1 }`, 0, 0},
	{"single quotes", `{'a': 'it\'s "x"'}`, `{ "a": "it's \"x\"" }`, 0, 0},
	{"literals in any case", `[TRUE, False, nUlL]`, `[ true, false, null ]`, 0, 0},
	{"trailing commas", `{"a":[1,],}`, `{ "a": [ 1 ] }`, 0, 0},
	{"bytes after the value", `{"a":1} trailing }`, `{ "a": 1 }`, 0, 0},
	{"bytes after a number", `12abc`, `12`, 0, 0},
	{"byte order mark", "\ufeff[]", `[ ]`, 0, 0},

	{"bare key", `{ x: 1}`, "", CodeObjectKeyName, 2},
	{"only a comma", `{,}`, "", CodeObjectKeyName, 1},
	{"no colon", `{"a" 1}`, "", CodeObjectKeySep, 5},
	{"no comma in object", `{"a":1 "b":2}`, "", CodeObjectValueSep, 7},
	{"no comma in array", `[1 2]`, "", CodeArray, 3},
	{"no value", `{"a":}`, "", CodeUnexpected, 5},
	{"two commas", `[1,,2]`, "", CodeUnexpected, 3},
	{"leading comma", `[,1]`, "", CodeUnexpected, 1},
	{"wrong bracket", `[1}`, "", CodeArray, 2},
	{"bare word", `abc`, "", CodeUnexpected, 0},
	{"point first", `.5`, "", CodeUnexpected, 0},
	{"plus first", `+5`, "", CodeUnexpected, 0},
	{"NUL", "\x00", "", CodeUnexpected, 0},
	{"nil", `nil`, "", CodeNull, 1},
	{"nope", `[nope]`, "", CodeNull, 2},
	{"trap", `trap`, "", CodeBoolean, 2},
	{"foo", `foo`, "", CodeBoolean, 1},
	{"two points", `1.2.3`, "", CodeNumber, 3},
	{"minus alone", `-x`, "", CodeNumber, 1},
	{"empty exponent", `[1e]`, "", CodeNumber, 3},
	{"minus inside", `1-2`, "", CodeNumber, 1},
	{"bad escape", `"a\qb"`, "", CodeString, 3},
	{"bad hex digit", `"\u12g4"`, "", CodeString, 5},
	{"bad hex digit in the second half", `"\ud83d\u12g4"`, "", CodeString, 11},
	{"no comment", `[1, / 2]`, "", CodeComment, 5},
	{"empty", ``, "", CodeEOF, 0},
	{"blanks", "  \n", "", CodeEOF, 3},
	{"object cut off", `{"a":`, "", CodeEOF, 5},
	{"object cut off in key", `{"a`, "", CodeEOF, 3},
	{"object cut off after key", `{"a"`, "", CodeEOF, 4},
	{"object cut off after value", `{"a":1`, "", CodeEOF, 6},
	{"array cut off", `[1,`, "", CodeEOF, 3},
	{"string cut off", `"ab\`, "", CodeEOF, 4},
	{"escape cut off", `"ab\u12`, "", CodeEOF, 7},
	{"literal cut off", `nul`, "", CodeEOF, 3},
	{"number cut off", `-`, "", CodeEOF, 1},
	{"exponent cut off", `1e`, "", CodeEOF, 2},
	{"comment cut off", `/* a`, "", CodeEOF, 4},
	{"slash at the end", `/`, "", CodeEOF, 1},
}

func TestParse(t *testing.T) {
	for _, tt := range lenientCases {
		t.Run(tt.name, func(t *testing.T) {
			v, err := Parse([]byte(tt.in), nil)
			checkError(t, err, tt.code, tt.offset)
			if tt.code == 0 && v.String() != tt.want {
				t.Errorf("got  %s\nwant %s", v, tt.want)
			}
		})
	}
}

func checkError(t *testing.T, err error, code Code, offset int) {
	t.Helper()
	var e *Error
	switch {
	case code == CodeSuccess:
		if err != nil {
			t.Fatal(err)
		}
	case !errors.As(err, &e):
		t.Fatalf("error = %v, want code %d", err, code)
	case e.Code != code || e.Offset != offset:
		t.Fatalf("error = %v (code %d), want code %d (%s) at %d", err, e.Code, code, code, offset)
	}
}

func TestParsePrefix(t *testing.T) {
	tests := []struct {
		in string
		n  int
	}{{"null", 4}, {" /**/ {} {}", 8}, {"[1] ", 3}, {`"a"b`, 3}}
	for _, tt := range tests {
		_, n, err := ParsePrefix([]byte(tt.in), nil)
		if err != nil || n != tt.n {
			t.Errorf("ParsePrefix(%q) consumes %d, %v; want %d", tt.in, n, err, tt.n)
		}
	}
}

func TestDepth(t *testing.T) {
	nested := func(open, end string, n int) []byte {
		return []byte(strings.Repeat(open, n) + strings.Repeat(end, n))
	}
	if _, err := Parse(nested("[", "]", 512), nil); err != nil {
		t.Error(err)
	}
	_, err := Parse(nested("[", "]", 513), nil)
	checkError(t, err, CodeDepth, 512)
	_, err = Parse([]byte(strings.Repeat(`{"a":`, 100_000)), nil)
	checkError(t, err, CodeDepth, 512*5)
	_, err = Parse([]byte("[[1],[[2]]]"), &Options{MaxDepth: 2})
	checkError(t, err, CodeDepth, 6)
	if _, err := Parse(nested("[", "]", 2000), &Options{MaxDepth: 2000}); err != nil {
		t.Error(err)
	}
}

func TestCodeString(t *testing.T) {
	want := map[Code]string{
		-1: "unknown error", 0: "success", 1: "continue", 2: "nesting to deep", 3: "unexpected end of data",
		4: "unexpected character", 5: "null expected", 6: "boolean expected", 7: "number expected",
		8: "array value separator ',' expected", 9: "quoted object property name expected",
		10: "object property name separator ':' expected", 11: "object value separator ',' expected",
		12: "invalid string sequence", 13: "expected comment", 14: "unknown error",
	}
	for code, text := range want {
		if code.String() != text {
			t.Errorf("code %d: %q, want %q", code, code, text)
		}
	}
}
