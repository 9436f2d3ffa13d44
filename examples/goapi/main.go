// Goapi uses the library's packages without any Lua: it reads a message,
// changes it, matches a Perl-compatible pattern, counts, looks an address up
// in a block list and a name in a DNS zone, and tells why a message bounced.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/netip"
	"os"
	"strings"

	"github.com/gomsys/gomsys/counter"
	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bounce"
	"github.com/gomsys/gomsys/msys/cidr"
	"github.com/gomsys/gomsys/msys/dns"
	"github.com/gomsys/gomsys/pcre"
)

const mail = "From: Ann <ann@example.org>\r\n" +
	"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n" +
	"Content-Type: multipart/mixed; boundary=b\r\n" +
	"\r\n" +
	"--b\r\nContent-Type: text/plain\r\n\r\nCall 555-0100.\r\n--b--\r\n"

const zone = `$ORIGIN example.org.
$TTL 300
@   SOA ns admin 1 3600 600 86400 300
@   MX  10 mx
@   TXT "v=spf1 mx -all"
mx  A   192.0.2.25
`

const usage = `Usage: goapi

Uses packages of the library without Lua, and prints what each does.

  go run ./examples/goapi

Exit status: 0 done · 1 a part failed, which the error names · 2 wrong usage
`

func main() {
	flag.Usage = func() { fmt.Fprint(flag.CommandLine.Output(), usage) }
	flag.Parse()
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "goapi:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, w io.Writer) error {
	for _, part := range []func(context.Context, io.Writer) error{edit, match, count, list, resolve, classify} {
		if err := part(ctx, w); err != nil {
			return err
		}
	}
	return nil
}

// edit adds a field and a part to a message; all other bytes stay.
func edit(ctx context.Context, w io.Writer) error {
	m, err := message.Parse(ctx, strings.NewReader(mail), message.Envelope{From: "ann@example.org", To: "bob@example.com"}, nil)
	if err != nil {
		return err
	}
	defer m.Close()
	fmt.Fprintf(w, "%s: %q\n", m.Header().Addresses("From")[0], m.Header().Get("Subject"))
	if err := m.Header().Prepend("X-Scanned", "yes"); err != nil {
		return err
	}
	footer, err := m.NewPart(ctx, "text/plain", strings.NewReader("Bye.\r\n"), message.Encoding7Bit)
	if err != nil {
		return err
	}
	top, err := m.MIME(message.Writable)
	if err != nil {
		return err
	}
	if _, err := top.AppendChild(footer); err != nil {
		return err
	}
	for p := top.First(); p != nil; p = p.Next() {
		text, err := io.ReadAll(p.Decoded())
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "  %s %q\n", p.Type().MIMEType, text)
	}
	return nil
}

// match uses what package regexp of the standard library does not have.
func match(ctx context.Context, w io.Writer) error {
	re, err := pcre.Compile(`(?<!-)\b(?<number>\d{3}-\d{4})\b(?=\.)`)
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "match:", re.ReplaceAllString("Call 555-0100.", "<${number}>"))
	// a pattern that would run for ages ends with an error
	slow, err := pcre.CompileWith(`^(a+)+\1$`, &pcre.Options{StepLimit: 100_000})
	if err != nil {
		return err
	}
	_, err = slow.MatchContext(ctx, nil, []byte(strings.Repeat("a", 60)+"!"), 0, 0)
	fmt.Fprintln(w, "match:", err)
	return nil
}

// count keeps counters that cost an atomic addition.
func count(_ context.Context, w io.Writer) error {
	reg := counter.New(nil)
	sent, err := reg.Open("/mail/sent", counter.Relaxed)
	if err != nil {
		return err
	}
	sent.Add(2)
	for c := range reg.All("/mail/") {
		fmt.Fprintln(w, "count:", c.Path, c.Value)
	}
	return nil
}

// list looks addresses up in blocks; the longest one decides.
func list(ctx context.Context, w io.Writer) error {
	reg := cidr.New(nil)
	defer reg.Close()
	if err := reg.Define("zones", cidr.Options{Type: cidr.Empty, Default: "elsewhere"}); err != nil {
		return err
	}
	for block, name := range map[string]string{"192.0.2.0/24": "office", "192.0.2.64/26": "lab"} {
		if err := reg.Insert("zones", netip.MustParsePrefix(block), name); err != nil {
			return err
		}
	}
	for _, addr := range []string{"192.0.2.1/32", "192.0.2.70/32", "203.0.113.1/32"} {
		value, found, err := reg.Query(ctx, "zones", netip.MustParsePrefix(addr))
		if err != nil {
			return err
		}
		fmt.Fprintln(w, "list:", addr, value, found)
	}
	return nil
}

// resolve asks a zone file where else it would ask DNS servers.
func resolve(ctx context.Context, w io.Writer) error {
	z, err := dns.NewZone(strings.NewReader(zone))
	if err != nil {
		return err
	}
	r, err := dns.New(&dns.Options{Exchange: z.Exchange})
	if err != nil {
		return err
	}
	for _, t := range []dns.Type{dns.MX, dns.TXT} {
		records, err := r.Lookup(ctx, "example.org", t, nil)
		if err != nil {
			return err
		}
		for _, rec := range records {
			fmt.Fprintln(w, "resolve:", rec.Value)
		}
	}
	_, err = r.Lookup(ctx, "nowhere.example.org", dns.A, nil)
	fmt.Fprintln(w, "resolve:", err)
	return nil
}

// classify tells why a mail server refused a message.
func classify(_ context.Context, w io.Writer) error {
	c, err := bounce.New(nil)
	if err != nil {
		return err
	}
	for _, reply := range []string{"552 5.2.2 mailbox full", "550 5.1.1 no such user"} {
		class := c.ClassifyText(reply, "example.com")
		fmt.Fprintf(w, "classify: %s is %s (%s)\n", reply, class.Symbol, class.Category)
	}
	return nil
}
