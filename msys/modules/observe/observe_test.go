package observe_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/modules/observe"
	"github.com/gomsys/gomsys/vctx"
)

const script = `require("msys.core")
local mod = {}
function mod:validate_connect(ac, vctx)
  vctx:set(msys.core.VCTX_CONN, "a", "b")
  vctx:set_code(421, "4.7.0 later")
  return msys.core.VALIDATE_CONT
end
function mod:validate_ehlo(str, ac, vctx)
  error("oops")
end
msys.registerModule("demo", mod)`

// quiet drops what differs between runs.
func quiet(w *bytes.Buffer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey || a.Key == "duration" || a.Key == "conn" {
			return slog.Attr{}
		}
		return a
	}}))
}

type counting struct{ starts, ends int }

func (c *counting) CalloutStart(msys.CalloutTrace) { c.starts++ }
func (c *counting) CalloutEnd(msys.CalloutTrace)   { c.ends++ }

func TestLog(t *testing.T) {
	var out bytes.Buffer
	both := &counting{}
	rt, err := msys.New(msys.Config{
		Observer: observe.All(observe.Log(quiet(&out), &observe.LogOptions{Level: slog.LevelInfo}), both),
		Logger:   slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer rt.Close()
	if err := rt.LoadString("demo.lua", script); err != nil {
		t.Fatal(err)
	}
	s := rt.NewSession(vctx.Conn{})
	defer s.Close()
	ctx := context.Background()
	if _, err := s.Connect(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Ehlo(ctx, "x"); err != nil {
		t.Fatal(err)
	}
	want := `level=INFO msg=callout callout=validate_connect module=demo phase=connect calls=2 code=421 return=VALIDATE_CONT
level=ERROR msg=callout callout=validate_ehlo module=demo phase=ehlo calls=0 code=250 error="demo.lua:9: oops"
`
	if out.String() != want {
		t.Errorf("records:\n%s", &out)
	}
	if both.starts != 2 || both.ends != 2 {
		t.Errorf("%d starts, %d ends", both.starts, both.ends)
	}
}

func TestSlow(t *testing.T) {
	var out bytes.Buffer
	o := observe.Log(quiet(&out), &observe.LogOptions{Slow: time.Second})
	o.CalloutEnd(msys.CalloutTrace{Callout: "fast", Duration: time.Millisecond})
	o.CalloutEnd(msys.CalloutTrace{Callout: "slow", Duration: time.Second})
	if got := strings.Count(out.String(), "level=DEBUG"); got != 1 || !strings.Contains(out.String(), "level=WARN msg=callout callout=slow") {
		t.Errorf("records:\n%s", &out)
	}
}

func ExampleLog() {
	logger := slog.New(slog.NewTextHandler(os.Stdout, nil))
	rt, err := msys.New(msys.Config{Observer: observe.Log(logger, &observe.LogOptions{Slow: time.Minute})})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer rt.Close()
	fmt.Println("callouts that take a minute or fail are logged")
	// Output: callouts that take a minute or fail are logged
}
