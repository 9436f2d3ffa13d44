package pcre

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestSyntax matches each pattern against a subject; want lists the match and
// its groups, "-" for a group that took no part, or is "" for no match.
func TestSyntax(t *testing.T) {
	for _, c := range []struct{ pattern, subject, want string }{
		{`a{2,3}`, "aaaa", "aaa"},
		{`a{,2}b`, "aaab", "aab"},
		{`a{ 1 , 2 }b`, "aaab", "aab"},
		{`a{,}`, "a{,}", "a{,}"},
		{`a{2,3}?`, "aaaa", "aa"},
		{`(?U)a+`, "aaa", "a"},
		{`(?U)a+?`, "aaa", "aaa"},
		{`a++a`, "aaa", ""},
		{`(?>a+)b`, "aab", "aab"},
		{`(?>a|ab)c`, "abc", ""},
		{`(?<n>a)(?P<m>b)(?'o'c)\k<n>\k'm'\k{o}(?P=n)\g{m}\g3\g{-1}`, "abcabcabcc", "abcabcabcc a b c"},
		{`(?|(a)|(b))(c)`, "bc", "bc b c"},
		{`(?n:(a)(?<x>b))`, "ab", "ab b"},
		{`(?i)straße`, "STRAßE", "STRAßE"},
		{`a(?i)b|C`, "xc", "c"},
		{`(?i:a)b`, "Ab", "Ab"},
		{`(?i:a)b`, "AB", ""},
		{`(?^:a)`, "A", ""},
		{"(?x) a b # comment\n c", "abc", "abc"},
		{`(?xx)[a b]+`, "ab", "ab"},
		{`a(?#comment)b`, "ab", "ab"},
		{`a(?C)b(?C12)c(?C'text')`, "abc", "abc"},
		{`\Qa.b\E.`, "a.bc", "a.bc"},
		{`[\Q^]\E]+`, "]^", "]^"},
		{`[]a]+`, "a]", "a]"},
		{`[^]a]+`, "a]b", "b"},
		{`[a\-c]+`, "a-c", "a-c"},
		{`[[:alpha:][:^digit:]]+`, "a-1", "a-"},
		{`[[:<:]]b[[:>:]]`, "ab b", "b"},
		{`\x41\x{42}\103\o{104}\e\cA\a\f\t\0`, "ABCD\x1b\x01\a\f\t\x00", "ABCD\x1b\x01\a\f\t\x00"},
		{`\N+`, "ab\nc", "ab"},
		{`\h+\v`, "a \t\n", " \t\n"},
		{`\H\V`, "a b", "a "},
		{`a\Rb`, "a\r\nb", "a\r\nb"},
		{`\R{2}`, "\r\n", ""},
		{`(*BSR_ANYCRLF)a\Rb`, "a\x0bb", ""},
		{`a\Kb`, "ab", "b"},
		{`\Aa\z`, "a", "a"},
		{`a\Z`, "a\n", "a"},
		{`a$`, "a\n", "a"},
		{`(?m)^b$`, "a\nb\nc", "b"},
		{`(?m)$\n^`, "a\n", ""},
		{`\Bb\b`, "ab", "b"},
		{`\X\X`, "\r\na", "\r\na"},
		{`\C\C`, "é", "é"},
		{`(?=(a))b?a`, "a", "a a"},
		{`a(?!b)`, "abac", "a"},
		{`(?<=ab|c)d`, "cd", "d"},
		{`(?<!ab)d`, "abd", ""},
		{`(?<=a.{1,3})d`, "abbd", "d"},
		{`(*pla:a)(*atomic:a+)`, "aa", "aa"},
		{`(a)?(?(1)b|c)`, "c", "c -"},
		{`(?<x>a)?(?(<x>)b|c)`, "ab", "ab a"},
		{`(?(?=a)ab|cd)`, "cd", "cd"},
		{`(?(DEFINE)(?<d>\d+))(?&d)-(?P>d)`, "1-22", "1-22 -"},
		{`(?(VERSION>=10)a|b)`, "a", "a"},
		{`\((?:[^()]++|(?R))*\)`, "x(y(z))", "(y(z))"},
		{`(x)(?1)(?-1)(?+1)(y)`, "xxxyy", "xxxyy x y"},
		{`(\w)\g<1>\g'1'`, "abc", "abc a"},
		{`^(.|(.)(?1)\2)$`, "abcba", "abcba abcba a"},
		{`a(*ACCEPT)b`, "a", "a"},
		{`(a(*ACCEPT)b)c`, "a", "a a"},
		{`a(*FAIL)|b`, "ab", "b"},
		{`a+(*COMMIT)b`, "aac", ""},
		{`a+(*PRUNE)b|c`, "aac", "c"},
		{`aaa(*SKIP)b|a`, "aaac", ""},
		{`(?:a(*THEN)b|ac)`, "ac", "ac"},
		{`a(*MARK:x)a(*SKIP:x)b|.`, "aac", "a"},
		{`(?[ [a-z] - [aeiou] ])+`, "abcde", "bcd"},
		{`(?[ ( \d | [x] ) & ! [5] ])+`, "51x", "1x"},
		{`(*CR)a.b`, "a\nb", "a\nb"},
		{`(*ANYCRLF)(?m)^b`, "a\rb", "b"},
		{`(*CRLF)(?m)^a.$`, "b\r\nac\r\n", "ac"},
		{`(*NUL)a.`, "a\n", "a\n"},
		{`(?J)(?:(?<n>a)|(?<n>b))\k<n>`, "bb", "bb - b"},
		{`(*NOTEMPTY)a*`, "ba", "a"},
		{`(a*)*`, "aa", "aa "},
		{`(a|b)*+c`, "abc", "abc b"},
		{`(?:a?)*?b`, "aab", "aab"},
		{`(?s).+`, "a\nb", "a\nb"},
	} {
		re, err := Compile(c.pattern)
		if err != nil {
			t.Errorf("/%s/: %v", c.pattern, err)
			continue
		}
		got := ""
		if m := re.FindStringSubmatchIndex(c.subject); m != nil {
			for g := 0; g < len(m); g += 2 {
				switch {
				case g > 0:
					got += " "
				}
				if m[g] < 0 {
					got += "-"
				} else {
					got += c.subject[m[g]:m[g+1]]
				}
			}
		}
		if got != c.want {
			t.Errorf("/%s/ on %q: got %q, want %q", c.pattern, c.subject, got, c.want)
		}
	}
}

func TestSyntaxErrors(t *testing.T) {
	for _, c := range []struct {
		pattern string
		code    ErrorCode
		offset  int
	}{
		{`a\`, ErrTrailingBackslash, 2},
		{`\c`, ErrTrailingControl, 2},
		{`a\i`, ErrUnknownEscape, 3},
		{`a{3,2}`, ErrQuantifierOrder, 5},
		{`a{65536}`, ErrQuantifierTooBig, 7},
		{`[a`, ErrMissingBracket, 2},
		{`[\R]`, ErrClassEscape, 3},
		{`[z-a]`, ErrRangeOrder, 3},
		{`*a`, ErrNothingToRepeat, 1},
		{`a**`, ErrNothingToRepeat, 3},
		{`^*`, ErrNothingToRepeat, 2},
		{`(?z)`, ErrUnknownGroup, 3},
		{`[:alpha:]`, ErrPOSIXOutsideClass, 0},
		{`a(`, ErrMissingParen, 2},
		{`(?`, ErrMissingParen, 2},
		{`\1`, ErrMissingSubpattern, 0},
		{`(?1)`, ErrMissingSubpattern, 0},
		{`(?&x)`, ErrMissingSubpattern, 0},
		{`(?(2)a)`, ErrMissingSubpattern, 0},
		{`(?#a`, ErrMissingCommentParen, 4},
		{`a)`, ErrUnmatchedParen, 1},
		{`(?<a+>b)`, ErrNameTerminator, 4},
		{`(?<=a+)b`, ErrLookbehindLength, 0},
		{`(a)(?(1)a|b|c)`, ErrCondBranches, 13},
		{`(?(?:a)b)`, ErrCondAssertion, 4},
		{`(?R`, ErrRecursionSyntax, 3},
		{`[[:foo:]]`, ErrUnknownPOSIX, 1},
		{`[[.a.]]`, ErrPOSIXCollating, 1},
		{`\x{100}`, ErrCodePointTooLarge, 7},
		{`(?(0)a)`, ErrCondZero, 4},
		{`\u`, ErrUnsupportedEscape, 2},
		{`(?C256)`, ErrCalloutNumber, 6},
		{`(?C1`, ErrCalloutParen, 4},
		{`(?Px)`, ErrUnknownGroupP, 4},
		{`(?<a>x)(?<a>y)`, ErrDuplicateName, 11},
		{`\p{Foo}`, ErrUnknownProperty, 7},
		{`\400`, ErrOctalTooLarge, 4},
		{`(?(DEFINE)a|b)`, ErrDefineBranches, 13},
		{`\g`, ErrGroupReference, 2},
		{`\g0`, ErrZeroReference, 3},
		{`(*FOO)`, ErrUnknownVerb, 6},
		{`\k<>`, ErrNameExpected, 3},
		{`(?+a)`, ErrDigitExpected, 3},
		{`(?|(?<a>x)|(?<b>y))`, ErrDifferentNames, 15},
		{`(*MARK)`, ErrMarkArgument, 7},
		{`\k`, ErrNamedReference, 2},
		{`[\N]`, ErrNotInClass, 3},
		{`\x{zz}`, ErrNotHex, 4},
		{`\o{8}`, ErrNotOctal, 4},
		{`\o1`, ErrMissingBrace, 2},
		{`[a-\d]`, ErrClassRange, 5},
		{`(?<1>a)`, ErrNameStartsWithDigit, 3},
		{`(?[a])`, ErrExtendedClassSyntax, 3},
		{strings.Repeat("(", 300), ErrTooDeep, 250},
		{strings.Repeat("a", 70000), ErrTooLarge, 0},
	} {
		_, err := Compile(c.pattern)
		var got *SyntaxError
		if !errors.As(err, &got) {
			t.Errorf("/%.40s/: got %v, want an error", c.pattern, err)
			continue
		}
		want := &SyntaxError{Offset: c.offset, Code: c.code, Msg: c.code.String()}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("/%.40s/: %s", c.pattern, d)
		}
	}
}

func TestErrorCodeText(t *testing.T) {
	if got := ErrorCode(999).String(); got != "error 999" {
		t.Error(got)
	}
	for c := range ErrorCode(100) {
		if s := errorText(c); s != "" && s != c.String() {
			t.Errorf("%d: %q", int(c), c.String())
		}
	}
}
