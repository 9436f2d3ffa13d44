package scantest

import (
	"context"
	"errors"
	"testing"

	"github.com/gomsys/gomsys/msys/scan"
)

// ErrBroken is what Broken fails with.
var ErrBroken = errors.New("engine on fire")

// Result is an engine that always gives the same result.
func Result(res scan.Result) scan.Engine {
	return scan.EngineFunc(func(context.Context, *scan.Request) (*scan.Result, error) { return &res, nil })
}

// Broken is an engine that always fails.
var Broken = scan.EngineFunc(func(context.Context, *scan.Request) (*scan.Result, error) { return nil, ErrBroken })

// Set makes a set with one engine.
func Set(t testing.TB, name string, e scan.Engine) *scan.Set {
	t.Helper()
	set, err := scan.NewSet(scan.Slot{Name: name, Engine: e})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := set.Close(); err != nil {
			t.Error(err)
		}
	})
	return set
}

// Neutral makes a set without the engine, in which its functions give what is
// neutral.
func Neutral(t testing.TB, name string) *scan.Set {
	t.Helper()
	set, err := scan.NewSet(scan.Slot{Name: name, Options: &scan.Options{Missing: scan.Neutral}})
	if err != nil {
		t.Fatal(err)
	}
	return set
}
