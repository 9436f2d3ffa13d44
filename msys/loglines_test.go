package msys_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/vctx"
)

// The limit of printed lines is that of one call, not of the session.
func TestLogLinesOfEachCall(t *testing.T) {
	var lines []string
	rt, err := msys.New(msys.Config{
		Logger: slog.New(slog.DiscardHandler),
		Print:  func(line string) { lines = append(lines, line) },
		Limits: msys.Limits{LogLines: 3},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer rt.Close()
	err = rt.LoadString("p.lua", `
local mod = {}
function mod:validate_connect(ac, vctx) for i = 1, 5 do print("c" .. i) end end
function mod:validate_ehlo(str, ac, vctx) for i = 1, 5 do print("e" .. i) end end
msys.registerModule("p", mod)`)
	if err != nil {
		t.Fatal(err)
	}
	s := rt.NewSession(vctx.Conn{Service: "SMTP"})
	defer s.Close()
	s.Connect(context.Background())
	s.Ehlo(context.Background(), "x")
	if len(lines) != 6 {
		t.Errorf("%d lines, want 3 of each call: %q", len(lines), lines)
	}
}
