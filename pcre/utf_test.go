package pcre

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestUTF(t *testing.T) {
	for _, c := range []struct {
		pattern, subject string
		want             []int
	}{
		{`.`, "é", []int{0, 2}},
		{`^.$`, "☃", []int{0, 3}},
		{`[é-í]+`, "xêí", []int{1, 5}},
		{`[^a]`, "a😀", []int{1, 5}},
		{`\x{263a}`, "☺", []int{0, 3}},
		{`\N{U+263a}`, "☺", []int{0, 3}},
		{`(?i)é`, "É", []int{0, 2}},
		{`(?i)k`, "\u212a", []int{0, 3}},
		{`(?i)[k]`, "\u212a", []int{0, 3}},
		{`(?i)(?r)k`, "\u212a", nil},
		{`(?i)(é)\1`, "éÉ", []int{0, 4, 0, 2}},
		{`\w`, "é", nil},
		{`(*UCP)\w`, "é", []int{0, 2}},
		{`(*UCP)\bé\b`, "é", []int{0, 2}},
		{`(*UCP)[[:alpha:]]\d`, "é٣", []int{0, 4}},
		{`(*UCP)(?aD)\d`, "٣", nil},
		{`\p{L}\p{Lu}\P{L}`, "éÉ1", []int{0, 5}},
		{`\p{Greek}+`, "xαβ", []int{1, 5}},
		{`\p{^Greek}`, "x", []int{0, 1}},
		{`\pN`, "٣", []int{0, 2}},
		{`\p{Script=Cyrl}`, "я", []int{0, 2}},
		{`\p{L&}\p{Any}\p{Xan}\p{Xwd}\p{Xsp}`, "aa1_ ", []int{0, 5}},
		{`\X`, "e\u0301x", []int{0, 3}},
		{`\X`, "\U0001F1E9\U0001F1EAx", []int{0, 8}},
		{`\X`, "\u1100\u1161\u11a8", []int{0, 9}},
		{`(?<=é.)x`, "é☃x", []int{5, 6}},
		{`(?<!é)x`, "éx", nil},
		{`é+?☃`, "éé☃", []int{0, 7}},
		{`\h\v`, "\u2003\u2028", []int{0, 6}},
		{`a\Rb`, "a\u2028b", []int{0, 5}},
		{`(?[ \p{L} - [a-z] ])`, "aé", []int{1, 3}},
		{`.*é`, "☃é", []int{0, 5}},
		{`(?i)ſtraße`, "STRASSE", nil},
		// Subjects that are not UTF-8 are bytes.
		{`\d`, "\xff-1", []int{2, 3}},
		{`é`, "\xffé", []int{1, 3}},
		{`^.{3}$`, "\xffé", []int{0, 3}},
		{`\x{263a}`, "\xff☺", []int{1, 4}},
		{`[^x]`, "\xff", []int{0, 1}},
	} {
		re, err := CompileWith(c.pattern, &Options{UTF: true})
		if err != nil {
			t.Errorf("/%s/: %v", c.pattern, err)
			continue
		}
		for range 2 * warmUses {
			if d := cmp.Diff(c.want, re.FindStringSubmatchIndex(c.subject)); d != "" {
				t.Errorf("/%s/ on %q: %s", c.pattern, c.subject, d)
				break
			}
		}
	}
}

func TestBytesPattern(t *testing.T) {
	re, err := CompileWith("[\xf0-\xff]+", &Options{UTF: true})
	if err != nil {
		t.Fatal(err)
	}
	if got := re.FindStringIndex("a\xf5\xff"); !cmp.Equal(got, []int{1, 3}) {
		t.Error(got)
	}
	if re := MustCompile(`(*UTF)^.$`); !re.MatchString("é") {
		t.Error("(*UTF) has no effect")
	}
}

// TestSplitUTF8 checks that the byte sequences cover exactly the code points they should.
func TestSplitUTF8(t *testing.T) {
	for _, c := range [][2]rune{{0x80, 0x10ffff}, {0x80, 0x7ff}, {0x7ff, 0x800}, {0xd000, 0xe001}, {0xfffe, 0x10001}, {0x1234, 0x5678}} {
		total := rune(0)
		splitUTF8(c[0], c[1], func(seq []byteRange) {
			n := rune(1)
			for _, r := range seq {
				n *= rune(r.hi-r.lo) + 1
			}
			total += n
		})
		want := c[1] - c[0] + 1
		if c[0] < 0xd800 && c[1] > 0xdfff {
			want -= 0x800
		}
		if total != want {
			t.Errorf("%x-%x: %d code points, want %d", c[0], c[1], total, want)
		}
	}
}
