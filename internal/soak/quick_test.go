package soak_test

import (
	"io"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/modules"
)

// Every part of a policy can be loaded.
func TestPoliciesLoad(t *testing.T) {
	set, err := modules.New(modules.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer set.Close()
	rt, err := msys.New(msys.Config{Modules: set.Libraries(), Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		t.Fatal(err)
	}
	defer rt.Close()
	r := rand.New(rand.NewPCG(1, 2))
	for range 5 {
		if source := randomPolicy(r); rt.LoadString("soak.lua", source) != nil {
			t.Errorf("%v\n%s", rt.LoadString("soak.lua", source), source)
		}
	}
}

func TestUnmarked(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 100 {
		mail := randomMail(r)
		head, body, _ := strings.Cut(mail, "\r\n\r\n")
		if got := unmarked(mark + "B: b\r\n" + head + "\r\n" + mark + "A: 7\r\n\r\n" + body); got != mail {
			t.Fatalf("%q\nis not\n%q", got, mail)
		}
	}
}
