package pattern_test

import (
	"fmt"

	"github.com/gomsys/gomsys/msys/lualib/pattern"
)

func Example() {
	s := "From: Ann <ann@a.example>, Bob <bob@b.example>"
	var m pattern.Matcher
	m.Init(pattern.Compile("(%a+) <([^>]+)>"), s, 0)
	for at := 0; ; at = m.End() {
		found, err := m.Find(at)
		if err != nil || !found {
			break
		}
		name, _ := m.Capture(0)
		addr, _ := m.Capture(1)
		fmt.Println(s[name.Start:name.End], s[addr.Start:addr.End])
	}
	// Output:
	// Ann ann@a.example
	// Bob bob@b.example
}

func ExampleFind() {
	m, err := pattern.Find("size=1024", "(%w+)=()", 0)
	fmt.Println(m.Start, m.End, m.Captures, err)
	_, err = pattern.Find("size=1024", "[a-z", 0)
	fmt.Println(err)
	// Output:
	// 0 5 [{0 4 false} {5 5 true}] <nil>
	// pattern: malformed pattern (missing ']')
}
