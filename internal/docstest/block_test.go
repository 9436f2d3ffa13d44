package docstest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBlocks(t *testing.T) {
	for _, tt := range []struct {
		name, page string
		want       []Block
	}{
		{"none", "text `code`\n", nil},
		{"marks", "a\n```sh exit=1 x\ngo\n\nrun\n```\n", []Block{{"p", 3, "sh", []string{"exit=1", "x"}, "go\n\nrun\n"}}},
		{"no language", "```\nx\n```\n", []Block{{"p", 2, "", nil, "x\n"}}},
		{"longer fence", "````md\n```\n````\n```go\n```\n", []Block{{"p", 2, "md", nil, "```\n"}, {"p", 5, "go", nil, ""}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Blocks("p", []byte(tt.page))
			if err != nil {
				t.Fatal(err)
			}
			for i := range got {
				if len(got[i].Marks) == 0 {
					got[i].Marks = nil
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	if _, err := Blocks("p", []byte("```go\nx\n")); err == nil || !strings.Contains(err.Error(), "p:2") {
		t.Errorf("open fence: %v", err)
	}
}

func TestProgram(t *testing.T) {
	for _, tt := range []struct{ name, block, want string }{
		{"whole", "package main\n\nfunc main() {}\n", "package main\n\nfunc main() {}\n"},
		{"declarations", "func f() time.Time { return time.Now() }\n", "import \"time\"\n"},
		{"statements", "a, _ := os.Open(\"x\")\nerr = a.Close()\n", "_ = a\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Program(Block{Page: "p", Line: 1, Text: tt.block})
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(got, tt.want) {
				t.Errorf("%q is not in\n%s", tt.want, got)
			}
		})
	}
	if _, err := Program(Block{Page: "p", Line: 7, Text: "if {\n"}); err == nil || !strings.Contains(err.Error(), "p:7") {
		t.Errorf("broken block: %v", err)
	}
}
