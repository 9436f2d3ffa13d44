package msys_test

import (
	"context"
	"fmt"
	"io/fs"
	"net/netip"
	"strings"
	"testing/fstest"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/vctx"
)

const policy = `
require("msys.core")
require("msys.extended.message")

local mod = {}

function mod:validate_rcptto(msg, str, ac, vctx)
  if tostring(str):match("^nobody@") then
    vctx:set_code(550, "5.1.1 nobody lives here")
    return msys.core.VALIDATE_DONE
  end
  return msys.core.VALIDATE_CONT
end

function mod:validate_data_spool_each_rcpt(msg, ac, vctx)
  msg:header("X-Filtered-For", msg:rcptto())
  return msys.core.VALIDATE_CONT
end

msys.registerModule("demo", mod)
`

func Example() {
	rt, err := msys.New(msys.Config{
		Path: []fs.FS{fstest.MapFS{"policy.lua": {Data: []byte(policy)}}}, // or os.DirFS("policies")
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer rt.Close()
	if err := rt.Load("policy"); err != nil {
		fmt.Println(err)
		return
	}

	ctx := context.Background()
	s := rt.NewSession(vctx.Conn{Remote: netip.MustParseAddrPort("192.0.2.7:4321")})
	defer s.Close()
	s.Connect(ctx)
	s.Ehlo(ctx, "mx.example.org")
	s.MailFrom(ctx, "ann@example.org")
	for _, rcpt := range []string{"nobody@example.com", "bob@example.com"} {
		v, err := s.RcptTo(ctx, rcpt)
		fmt.Println(rcpt, v.Action, v.Code, v.Text, err)
	}
	res, err := s.Data(ctx, strings.NewReader("Subject: hello\r\n\r\nHi Bob\r\n"))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, m := range res.Messages {
		var b strings.Builder
		m.WriteTo(&b)
		fmt.Printf("for %s: %q\n", m.Recipient(), b.String())
	}
	// Output:
	// nobody@example.com reject 550 5.1.1 nobody lives here <nil>
	// bob@example.com accept 250  <nil>
	// for bob@example.com: "Subject: hello\r\nX-Filtered-For: bob@example.com\r\n\r\nHi Bob\r\n"
}
