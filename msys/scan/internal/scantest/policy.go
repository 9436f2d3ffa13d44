package scantest

import (
	"testing"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/policykit"
)

// Policy runs the body of a callout in a session that sends mail, and gives
// the kit and what the script printed. The arguments of the callout are msg,
// ac and vctx, for validate_connect ac and vctx.
func Policy(t testing.TB, libs []lua.RegistryFunction, callout, body, mail string) (*policykit.Kit, string) {
	t.Helper()
	k := policykit.New(t, &policykit.Options{Modules: libs})
	params := "msg, ac, vctx"
	switch callout {
	case "validate_connect":
		params = "ac, vctx"
	case "validate_rcptto":
		params = "msg, str, ac, vctx"
	}
	k.LoadString("policy.lua", `
require("msys.core")
require("msys.extended.message")
require("msys.extended.vctx")
local mod = {}
function mod:`+callout+`(`+params+`)
`+body+`
  return msys.core.VALIDATE_CONT
end
msys.registerModule("policy", mod)
`)
	s := k.Session("192.0.2.7:4321")
	s.Connect()
	s.Ehlo("mx.example.org")
	s.MailFrom("ann@example.org")
	if s.RcptTo("bob@example.com"); s.Verdict.OK() {
		s.RcptTo("carl@example.com")
		s.DataBytes(mail)
	}
	if errs := k.Errors(); len(errs) > 0 {
		t.Log(errs)
	}
	return k, k.Printed()
}

// Mail is a small mail.
const Mail = policykit.Mail

// Multipart is a mail with a text and an attachment in Base64, "attached
// bytes" when decoded.
const Multipart = "From: ann@example.org\r\nSubject: parts\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" +
	"--b\r\nContent-Type: text/plain\r\n\r\ntext\r\n" +
	"--b\r\nContent-Type: application/octet-stream; name=a.bin\r\nContent-Transfer-Encoding: base64\r\n\r\nYXR0YWNoZWQgYnl0ZXM=\r\n--b--\r\n"
