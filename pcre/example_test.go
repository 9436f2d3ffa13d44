package pcre_test

import (
	"errors"
	"fmt"

	"github.com/gomsys/gomsys/pcre"
)

func Example() {
	re := pcre.MustCompile(`(?i)^(?<code>[245]\d\d)[ -](?<status>\d\.\d\.\d)?\s*(.*?)\s*$`)
	m := re.FindStringSubmatch("550 5.1.1 no such user")
	fmt.Printf("%q %q\n", m[re.SubexpIndex("code")], m[re.SubexpIndex("status")])

	balanced := pcre.MustCompile(`\((?:[^()]++|(?R))*\)`)
	fmt.Println(balanced.FindString("Received: from x (helo (a) by b) id 1"))
	// Output:
	// "550" "5.1.1"
	// (helo (a) by b)
}

func ExampleCompile_error() {
	_, err := pcre.Compile("a(")
	var syntax *pcre.SyntaxError
	if errors.As(err, &syntax) {
		fmt.Println(syntax.Msg, syntax.Offset)
	}
	// Output: missing ) 2
}

func ExampleRegexp_ReplaceAllString() {
	re := pcre.MustCompile(`(\d)(\d)?`)
	fmt.Println(re.ReplaceAllString("a1b22", `<$1\2>`))
	// Output: a<1>b<22>
}

func ExampleRegexp_MatchAt() {
	re := pcre.MustCompile(`(?<=@)[\w.-]+`)
	var loc []int
	b := []byte("<me@example.org>")
	loc, err := re.MatchAt(loc[:0], b, 4, 0) // what is before offset 4 is context
	fmt.Println(string(b[loc[0]:loc[1]]), err)
	// Output: example.org <nil>
}
