package docstest

import (
	"io"
	"log/slog"
	"testing"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/modules"
	"github.com/gomsys/gomsys/msys/policycheck"
	"github.com/gomsys/gomsys/msys/policykit"
)

// newRuntime makes a runtime with all modules.
func newRuntime(t *testing.T) *msys.Runtime {
	t.Helper()
	set, err := modules.New(modules.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { set.Close() })
	rt, err := msys.New(msys.Config{
		Modules: set.Libraries(),
		Logger:  slog.New(slog.NewTextHandler(io.Discard, nil)),
		Print:   func(string) {},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { rt.Close() })
	return rt
}

// fragmentHead makes statements of a callout a script. It stands on one line,
// so that lines keep their distance.
const fragmentHead = `require("msys.core") require("msys.extended.message") require("msys.extended.vctx") require("msys.extended.ac") ` +
	`local fragment = {} function fragment:validate_data_spool_each_rcpt(msg, ac, vctx) `

const fragmentTail = "end\nmsys.registerModule(\"fragment\", fragment)\n"

// runFragment runs statements in a session with one mail.
func runFragment(t *testing.T, name, text string) {
	t.Helper()
	set, err := modules.New(modules.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { set.Close() })
	kit := policykit.New(t, &policykit.Options{Modules: set.Libraries()})
	kit.LoadString(name, text)
	kit.Session("192.0.2.7:4321").Deliver("ann@example.org", policykit.Mail, "bob@example.com")
	for _, e := range kit.Errors() {
		t.Error(e)
	}
}

// Scripts load and register a module; fragments run. The checker has nothing
// against either.
func TestLua(t *testing.T) {
	rt := newRuntime(t)
	for _, b := range blocksOf(t, "lua") {
		t.Run(b.Position(), func(t *testing.T) {
			text := b.Text
			if b.Has("fragment") {
				text = fragmentHead + text + fragmentTail
				runFragment(t, b.Position(), text)
			}
			own := newRuntime(t)
			if err := own.LoadString(b.Position(), text); err != nil {
				t.Fatal(err)
			}
			if len(own.Modules()) == 0 {
				t.Error("the script registers no module")
			}
			c := modules.NewChecker(rt)
			c.Add(b.Position(), []byte(text))
			for _, f := range c.Report().Findings {
				if f.Level == policycheck.Error || !b.Has("fragment") {
					t.Error(f)
				}
			}
		})
	}
}
