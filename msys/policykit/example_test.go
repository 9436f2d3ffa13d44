package policykit_test

import (
	"fmt"
	"log"
	"time"

	"github.com/gomsys/gomsys/msys/policykit"
)

const policy = `
require("msys.core")
require("msys.pbp")
local mod = {}

function mod:validate_connect(ac, vctx)
  if not msys.pbp.fcdns_check(ac, vctx) then
    vctx:set_code(450, "4.7.25 your name does not point to you")
  end
  return msys.core.VALIDATE_CONT
end

function mod:validate_rcptto(msg, str, ac, vctx)
  if tostring(str):match("^nobody@") then
    vctx:set_code(550, "5.1.1 nobody lives here")
  end
  return msys.core.VALIDATE_CONT
end

function mod:validate_data(msg, ac, vctx)
  msg:header("X-Seen", tostring(msys.core.get_now_ts()))
  return msys.core.VALIDATE_CONT
end

msys.registerModule("policy", mod)
`

// example stands for the *testing.T of a test.
type example struct{ cleanup []func() }

func (e *example) Helper()                           {}
func (e *example) Cleanup(f func())                  { e.cleanup = append(e.cleanup, f) }
func (e *example) Fatalf(format string, args ...any) { log.Fatalf(format, args...) }
func (e *example) end() {
	for i := len(e.cleanup) - 1; i >= 0; i-- {
		e.cleanup[i]()
	}
}

func Example() {
	t := &example{} // in a test: t *testing.T
	defer t.end()

	kit := policykit.New(t, &policykit.Options{Zone: `
7.2.0.192.in-addr.arpa. PTR mx.example.org.
mx.example.org.         A   192.0.2.7
`})
	kit.LoadString("policy.lua", policy)

	fmt.Println(kit.Session("192.0.2.99:1").Connect())

	kit.Clock.Set(time.Unix(1700000000, 0))
	s := kit.Session("192.0.2.7:4321")
	fmt.Println(s.Connect())
	fmt.Println(s.Ehlo("mx.example.org"))
	fmt.Println(s.MailFrom("ann@example.org"))
	fmt.Println(s.RcptTo("nobody@example.com"))
	fmt.Println(s.RcptTo("bob@example.com"))
	fmt.Println(s.Data("Subject: hello\n\nHi Bob\n"))
	fmt.Printf("%q\n", s.Raw(0))
	// Output:
	// 450 4.7.25 your name does not point to you
	// 220
	// 250
	// 250
	// 550 5.1.1 nobody lives here
	// 250
	// 250
	// "Subject: hello\r\nX-Seen: 1700000000\r\n\r\nHi Bob\r\n"
}
