package addr

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/internal/cputime"
)

func TestParse(t *testing.T) {
	tests := []struct {
		name, in string
		want     []Address
	}{
		{"empty", "", nil},
		{"plain", "joe@example.com", []Address{{Local: "joe", Domain: "example.com"}}},
		{"name", "Joe Doe <joe@example.com>", []Address{{"Joe Doe", "joe", "example.com"}}},
		{"quoted name", `"Doe, \"Joe\"" <joe@example.com>`, []Address{{`Doe, "Joe"`, "joe", "example.com"}}},
		{"dots in name", `John Q. Public <q@x.org>`, []Address{{"John Q. Public", "q", "x.org"}}},
		{"list", "a@x.org,, b@y.org ,", []Address{{"", "a", "x.org"}, {"", "b", "y.org"}}},
		{"group", "G: A <u+d@x.org>, y@z;", []Address{{"A", "u+d", "x.org"}, {"", "y", "z"}}},
		{"empty group", "undisclosed recipients:;", nil},
		{"group then more", "G:a@x;, b@y", []Address{{"", "a", "x"}, {"", "b", "y"}}},
		{"no domain", "foo", []Address{{Local: "foo"}}},
		{"no domain in brackets", "Root <root>", []Address{{"Root", "root", ""}}},
		{"words without address", "John Smith", nil},
		{"null path", "<>", nil},
		{"junk before address", "hello there joe@x.org", []Address{{"", "joe", "x.org"}}},
		{"comma forgotten", "a@x.org b@y.org", []Address{{"", "a", "x.org"}, {"", "b", "y.org"}}},
		{"comments", "(c1) joe (c2 (nested\\)) ) @ (x) example.com (end)", []Address{{"", "joe", "example.com"}}},
		{"obsolete spaces", "Joe <joe . doe @ example . com>", []Address{{"Joe", "joe.doe", "example.com"}}},
		{"folding", "joe@\r\n example.com", []Address{{"", "joe", "example.com"}}},
		{"source route", "<@a.org,@b.org:joe@c.org>", []Address{{"", "joe", "c.org"}}},
		{"quoted local", `"joe @ home"@example.com`, []Address{{"", `"joe @ home"`, "example.com"}}},
		{"quoted words in local", `<"a"."b"@x>`, []Address{{"", `"a"."b"`, "x"}}},
		{"literal", "joe@[192.0.2.1]", []Address{{"", "joe", "[192.0.2.1]"}}},
		{"IPv6 literal", "<joe@[IPv6:2001:db8::1]>", []Address{{"", "joe", "[IPv6:2001:db8::1]"}}},
		{"UTF-8", "弗@例え.jp", []Address{{"", "弗", "例え.jp"}}},
		{"unbalanced quote", "“J =?utf-8?Q?=28?=\" <弗@example.com>", []Address{{"“J =?utf-8?Q?=28?=", "弗", "example.com"}}},
		{"quote at start", `"J <a@b.org>`, []Address{{"J", "a", "b.org"}}},
		{"unbalanced parenthesis", "joe (home <joe@x.org>", []Address{{"joe home", "joe", "x.org"}}},
		{"brackets not closed", "Joe <joe@x.org, b@y.org", []Address{{"Joe", "joe", "x.org"}, {"", "b", "y.org"}}},
		{"doubled brackets", "<<a@x.org>>", []Address{{"", "a", "x.org"}}},
		{"mailto", "<mailto:a@x.org>", []Address{{"", "a", "x.org"}}},
		{"text behind brackets", "<a@x.org> home", []Address{{"", "a", "x.org"}}},
		{"two at signs", "a@b@c.org", []Address{{"", "a@b", "c.org"}}},
		{"at sign only", "@", nil},
		{"no local part", "@x.org", nil},
		{"case kept", "JOE@Example.COM", []Address{{"", "JOE", "Example.COM"}}},
		{"semicolons", "a@x.org; b@y.org", []Address{{"", "a", "x.org"}, {"", "b", "y.org"}}},
		{"8-bit name", "J\xf6rg <j@x.org>", []Address{{"J\xf6rg", "j", "x.org"}}},
		{"trailing dot", "a.@x.org", []Address{{"", "a.", "x.org"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, Parse(tt.in)); diff != "" {
				t.Errorf("Parse(%q) (-want +got):\n%s", tt.in, diff)
			}
		})
	}
}

func TestComponents(t *testing.T) {
	const list = `G: A <u+d@x.org>, y@z;, "q+r"@w, foo`
	tests := []struct {
		component string
		want      []string
	}{
		{"", []string{"u+d@x.org", "y@z", `"q+r"@w`, "foo"}},
		{"all", []string{"u+d@x.org", "y@z", `"q+r"@w`, "foo"}},
		{"localpart", []string{"u+d", "y", `"q+r"`, "foo"}},
		{"user", []string{"u", "y", `"q`, "foo"}},
		{"detail", []string{"d", `r"`}},
		{"domain", []string{"x.org", "z", "w"}},
	}
	for _, tt := range tests {
		c, err := ParseComponent(tt.component)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, Components(list, c, "")); diff != "" {
			t.Errorf("component %q (-want +got):\n%s", tt.component, diff)
		}
	}
	if _, err := ParseComponent("bad"); err != ErrComponent {
		t.Errorf("ParseComponent(bad): error %v", err)
	}
	if got := Components("a-b@x", Detail, "-"); len(got) != 1 || got[0] != "b" {
		t.Errorf("detail behind -: %q", got)
	}
}

// TestParseTime checks that hostile lists do not take quadratic time.
func TestParseTime(t *testing.T) {
	for _, unit := range []string{"(", "\"", "\\\"", "<", "(\"", "@", "[", ":", "a ", "a@b ", "((a)"} {
		d := cputime.Of(func() {
			Parse(strings.Repeat(unit, 256<<10/len(unit)))
		})
		if d > 10*time.Second {
			t.Errorf("256 KiB of %q took %v", unit, d)
		}
	}
}

// FuzzParse checks that the addresses found are made of bytes of the input,
// without line ends.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"a@b", `"x" <a@b>, g: c@d (e);`, "<@r:a@[1]>", "\"(<", "a . b @ c"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		total := 0
		for _, a := range Parse(s) {
			if a.Local == "" {
				t.Errorf("%q: no local part", s)
			}
			if strings.ContainsAny(a.Local+a.Domain, "\r\n") {
				t.Errorf("%q: line end in %q", s, a)
			}
			total += len(a.Local) + len(a.Domain)
		}
		if total > len(s) {
			t.Errorf("%q: addresses are longer than the input", s)
		}
	})
}
