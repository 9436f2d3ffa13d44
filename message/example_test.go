package message_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"strings"
	"time"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/message/addr"
	"github.com/gomsys/gomsys/pcre"
)

const mail = "From: =?utf-8?q?J=C3=B6rg?= <jorg@x.example>\r\n" +
	"Subject: hello\r\n" +
	"Content-Type: multipart/mixed; boundary=b\r\n\r\n" +
	"--b\r\nContent-Type: text/plain\r\n\r\nSee the file.\r\n" +
	"--b\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERg==\r\n" +
	"--b--\r\n"

func parse() *message.Message {
	m, err := message.ParseBytes([]byte(mail), message.Envelope{From: "jorg@x.example", To: "ann@y.example"}, nil)
	if err != nil {
		log.Fatal(err)
	}
	return m
}

func Example() {
	m := parse()
	fmt.Println(m.Header().Get("from"))
	for p, _ := m.MIME(message.ReadOnly); p != nil; p = p.Thread() {
		t := p.Type()
		fmt.Printf("%s %q\n", t.MIMEType, t.Filename)
	}
	// Output:
	// Jörg <jorg@x.example>
	// multipart/mixed ""
	// text/plain ""
	// application/pdf "a.pdf"
}

func ExampleHeader_Set() {
	m := parse()
	h := m.Header()
	_ = h.Set("Subject", "grüße")
	_ = h.Prepend("X-Note", "no way to\r\nInject: a field")
	fmt.Print(strings.ReplaceAll(string(h.Bytes()), "\r\n", "\n"))
	// Output:
	// X-Note: no way to Inject: a field
	// From: =?utf-8?q?J=C3=B6rg?= <jorg@x.example>
	// Content-Type: multipart/mixed; boundary=b
	// Subject: =?utf-8?q?gr=C3=BC=C3=9Fe?=
}

func ExampleHeader_AddressParts() {
	fmt.Println(parse().Header().AddressParts("From", addr.Domain, false))
	// Output: [x.example]
}

func ExampleMessage_Replace() {
	m := parse()
	n, err := m.Replace(context.Background(), message.ScopeText, pcre.MustCompile(`(file)\.`), "$1 <b>now</b>!")
	if err != nil {
		log.Fatal(err)
	}
	text, _ := m.Text()
	fmt.Println(n, text)
	// Output: 1 [See the file <b>now</b>!]
}

func ExampleMessage_Match() {
	m := parse()
	for match, err := range m.Match(context.Background(), message.ScopeRaw, pcre.MustCompile(`(?m)^Content-Type: (\w+)`)) {
		if err != nil {
			log.Fatal(err)
		}
		typ, _ := match.Group(1)
		fmt.Println(typ)
	}
	// Output:
	// multipart
	// text
	// application
}

func ExamplePart_AppendChild() {
	m := parse()
	top, err := m.MIME(message.Writable)
	if err != nil {
		log.Fatal(err)
	}
	note, err := m.NewPart(context.Background(), "text/plain", strings.NewReader("Disclaimer"), message.Encoding7Bit)
	if err != nil {
		log.Fatal(err)
	}
	ok, err := top.AppendChild(note)
	fmt.Println(ok, err)
	for p := top.First(); p != nil; p = p.Next() {
		fmt.Println(p.Type().MIMEType)
	}
	// Output:
	// true <nil>
	// text/plain
	// application/pdf
	// text/plain
}

func ExamplePart_Decoded() {
	for p, _ := parse().MIME(message.ReadOnly); p != nil; p = p.Thread() {
		if p.Type().Attachment {
			_, _ = io.Copy(os.Stdout, p.Decoded())
		}
	}
	// Output: %PDF
}

// printer is an injector that prints what it gets.
type printer struct{}

func (printer) Inject(_ context.Context, m *message.Message, from string, to []string) error {
	fmt.Println("from", from, "to", to)
	for _, f := range m.Header().Fields() {
		if f.Name() != "Message-ID" {
			fmt.Println(f.Name()+":", f.Value())
		}
	}
	return nil
}

type clock struct{}

func (clock) Now() time.Time { return time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC) }

func ExampleMessage_Build() {
	m := message.New(&message.Options{Injector: printer{}, Clock: clock{}}, time.Time{})
	err := m.Build(context.Background(), message.Draft{
		Header: map[string][]string{"From": {"postmaster@x.example"}, "Subject": {"Report"}},
	})
	if err != nil {
		log.Fatal(err)
	}
	if err := m.Inject(context.Background(), "postmaster@x.example", []string{"ann@y.example"}); err != nil {
		log.Fatal(err)
	}
	// Output:
	// from postmaster@x.example to [ann@y.example]
	// From: postmaster@x.example
	// Subject: Report
	// Date: Mon, 06 May 2024 07:08:09 +0000
}

func ExampleMessage_Render() {
	m, err := message.ParseBytes([]byte("Subject: x\r\n\r\n.a line with a dot"), message.Envelope{}, nil)
	if err != nil {
		log.Fatal(err)
	}
	var b strings.Builder
	_, _ = m.Render(&b, 0)
	fmt.Printf("%q\n", b.String())
	// Output: "Subject: x\r\n\r\n..a line with a dot\r\n.\r\n"
}

func ExampleMessage_Snapshot() {
	m := parse()
	snap, err := m.Snapshot()
	if err != nil {
		log.Fatal(err)
	}
	defer snap.Close()
	_ = m.Header().Set("Subject", "changed")
	fmt.Println(snap.Header().Get("Subject"), snap.ID() == m.ID(), snap.Header().Set("X", "1"))
	// Output: hello true message snapshot is read-only
}
