package modules_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/modules"
)

// TestReferenceExamples runs the snippets of the reference, which assert for
// themselves, and looks for what a page would lack.
func TestReferenceExamples(t *testing.T) {
	set, err := modules.New(modules.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer set.Close()
	rt, err := msys.New(msys.Config{Modules: set.Libraries(), Logger: slog.New(slog.DiscardHandler), Print: func(string) {}})
	if err != nil {
		t.Fatal(err)
	}
	defer rt.Close()
	run, undocumented := 0, 0
	check := func(name string, f bind.Func) {
		if f.Doc == "" {
			undocumented++
			t.Errorf("%s has no text for the reference", name)
		}
		if f.Example == "" {
			return
		}
		run++
		// As a console command it may wait, which a script's chunk may not.
		err := rt.LoadString(name+".lua", "msys.registerControl('"+name+"', function() "+f.Example+"\nend)")
		if err == nil {
			_, _, err = rt.Control(context.Background(), msys.ControlRequest{Args: []string{name}})
		}
		if err != nil {
			t.Errorf("the example of %s: %v", name, err)
		}
	}
	for _, m := range rt.API() {
		for _, f := range m.Listed() {
			check(m.Name+"."+f.Name, f)
		}
		for _, class := range m.Classes {
			for _, f := range class.Methods {
				check(class.Short+":"+f.Name, f)
			}
		}
	}
	if run == 0 {
		t.Error("no example was run")
	}
}
