package hostile_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/modules"
)

// readAll is a script that looks at everything in a mail.
const readAll = `
local parts, depth = 0, 0
local function walk(p, d)
  if d > depth then depth = d end
  while p do
    parts = parts + 1
    p:content_type() p:header("Content-Type") p:text()
    if p.parts then walk(p.parts, d + 1) end
    p = p.next
  end
end
walk(msg:mime(true), 1)
msg:text() msg:body() msg:header("Subject") msg:header("*") msg:address_header("From") msg:address_header("To", "localpart")
msg:text_match("nothing") msg:raw_match("nothing here")
print("read", depth <= 101)`

// unhurried gives the script time to look at everything.
func unhurried(_ *testing.T, _ *modules.Options, c *msys.Config) {
	c.Limits.Time, c.Limits.Memory = 4*time.Second, 512<<20
}

func header(fields string) func() string {
	return func() string { return "From: ann@sender.example\r\nTo: bob@rcpt.example\r\n" + fields + "\r\nx\r\n" }
}

func whole(content string) func() string {
	return func() string { return "From: ann@sender.example\r\n" + content }
}

func TestMailBombs(t *testing.T) {
	rep := strings.Repeat
	attacks := []attack{
		{name: "deep multiparts", mail: func() string {
			inner := "\r\nx"
			var head, tail strings.Builder
			for i := range 1000 {
				fmt.Fprintf(&head, "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", i, i)
			}
			for i := 999; i >= 0; i-- {
				fmt.Fprintf(&tail, "\r\n--b%d--\r\n", i)
			}
			return "From: a@b.example\r\n" + head.String() + inner + tail.String()
		}},
		{name: "many parts", mail: whole("Content-Type: multipart/mixed; boundary=b\r\n\r\n" + rep("--b\r\n\r\nx\r\n", 12_000) + "--b--\r\n")},
		{name: "messages within messages", mail: whole(rep("Content-Type: message/rfc822\r\n\r\n", 20_000) + "\r\nx\r\n")},
		{name: "one boundary at all depths", mail: whole(rep("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n", 400))},
		{name: "boundaries that are prefixes", mail: func() string {
			var b strings.Builder
			b.WriteString("From: a@b.example\r\n")
			for i := range 100 {
				name := rep("b", i%70+1)
				b.WriteString("Content-Type: multipart/mixed; boundary=" + name + "\r\n\r\n--" + name + "\r\n")
			}
			return b.String() + rep("--"+rep("b", 200)+"\r\n", 1000)
		}},
		{name: "long boundary", mail: whole("Content-Type: multipart/mixed; boundary=\"" + rep("b", 900_000) + "\"\r\n\r\n--b\r\n")},
		{name: "boundary with line ends", mail: whole("Content-Type: multipart/mixed; boundary*=us-ascii''a%0D%0ABcc:%20x\r\n\r\n--a\r\nBcc: x\r\n\r\ny\r\n")},
		{name: "header block over the limit", mail: header(rep("X-A: "+rep("a", 70)+"\r\n", 20_000)), code: 554},
		{name: "many fields", mail: header(rep("A:b\r\n", 30_000))},
		{name: "long field", mail: header("Subject: " + rep("a", 30_000) + "\r\n")},
		{name: "field of folds", mail: header("Subject: a" + rep("\r\n b", 40_000) + "\r\n")},
		{name: "encoded words", mail: header("Subject:" + rep(" =?utf-8?B?4g==?=\r\n", 30_000))},
		{name: "parameter continuations", mail: header("Content-Type: text/plain; x=1" + func() string {
			var b strings.Builder
			for i := range 20_000 {
				fmt.Fprintf(&b, ";\r\n name*%d*=%%41", i*7919%30_000)
			}
			return b.String()
		}() + "\r\n")},
		{name: "nested comments", mail: header("To: " + rep("(", 40_000) + "\r\n")},
		{name: "nested groups", mail: header("To: " + rep("a:", 40_000) + "\r\n")},
		{name: "list of addresses", mail: header("To: a@b" + rep(",\r\n \"x\" <a@b>", 10_000) + "\r\n")},
		{name: "quotes and backslashes", mail: header("To: " + rep("\"\\", 40_000) + "\r\nFrom: <" + rep("@a,", 30_000) + ":x@y>\r\n")},
		{name: "bytes that are no text", mail: header("Subject: \x00\xff\xfe\x1b[2J\r\nX\x00Y: z\r\nContent-Type: text/plain; charset=\"\x00\xff\"\r\nContent-Transfer-Encoding: \x00\r\n")},
		{name: "lone line ends", mail: whole(rep("X: \r \n\r\r\n\n", 20_000))},
		{name: "header without end", mail: whole(rep("X-Y: z\r\n", 10_000))},
		{name: "only a NUL", mail: func() string { return "\x00" }},
		{name: "nothing", mail: func() string { return "" }},
		{name: "base64 of garbage", mail: whole("Content-Transfer-Encoding: base64\r\n\r\n" + rep("=A=%\r\n\xff\x00", 40_000))},
		{name: "base64 within base64", mail: func() string {
			body := rep("A", 1000)
			for range 12 {
				body = base64.StdEncoding.EncodeToString([]byte(body))
			}
			return "From: a@b.example\r\nContent-Transfer-Encoding: base64\r\n\r\n" + body + "\r\n"
		}},
		{name: "quoted-printable soft lines", mail: whole("Content-Transfer-Encoding: quoted-printable\r\n\r\n" + rep("=\r\n", 40_000) + rep("=", 30_000) + "=0\r\n")},
		{name: "charset bombs", mail: whole("Content-Type: text/plain; charset=utf-7\r\n\r\n" + rep("+AAA", 40_000))},
		{name: "iso-2022 escapes", mail: whole("Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n" + rep("\x1b$B\x1b(B", 40_000))},
		{name: "one line", mail: whole("\r\n" + rep("a", 1<<18) + "\r\n")},
		{name: "many empty lines", mail: whole("\r\n" + rep("\r\n", 30_000))},
	}
	for i := range attacks {
		attacks[i].script = readAll
		attacks[i].services = unhurried
		if attacks[i].code != 0 {
			continue
		}
		sent := attacks[i].mail()
		attacks[i].prints = "read\ttrue"
		attacks[i].check = func(t *testing.T, o *outcome) {
			if o.raw(t) != sent {
				t.Error("the mail is not as it was sent")
			}
		}
	}
	play(t, attacks)
}
