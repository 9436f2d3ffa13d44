package modules_test

import (
	"os"
	"regexp"
	"testing"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/modules"
)

// Every function of the vendor's table is there under its name.
func TestEveryFunctionOfTheTable(t *testing.T) {
	table, err := os.ReadFile("../../../shared/seed.txt")
	if err != nil {
		t.Skip("the table of functions is not here: ", err)
	}
	set, err := modules.New(modules.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer set.Close()
	rt, err := msys.New(msys.Config{Modules: set.Libraries()})
	if err != nil {
		t.Fatal(err)
	}
	defer rt.Close()
	known := map[string]bool{}
	for _, m := range rt.API() {
		for _, f := range m.Listed() {
			known[m.Name+"."+f.Name] = true
		}
		for _, c := range m.Classes {
			for _, f := range c.Methods {
				known[c.Short+":"+f.Name] = true
			}
			for _, f := range c.Fields {
				known[c.Short+"."+f.Name] = true
			}
		}
	}
	rows := 0
	for _, row := range regexp.MustCompile(`(?m)^\| \[([^\]]+)\]`).FindAllSubmatch(table, -1) {
		rows++
		if name := string(row[1]); !known[name] {
			t.Errorf("%s is missing", name)
		}
	}
	if rows < 190 {
		t.Errorf("only %d rows in the table", rows)
	}
}
