package spf_test

import (
	"context"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/spf"
)

// TestScenarios runs the files in testdata.
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal(err, files)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for part := range strings.SplitSeq("\n"+string(text), "\n== ") {
			title, body, _ := strings.Cut(part, "\n")
			if title == "" {
				continue
			}
			t.Run(filepath.Base(file)+"/"+title, func(t *testing.T) { runScenario(t, body) })
		}
	}
}

func runScenario(t *testing.T, body string) {
	z := zone{}
	c := &spf.Checker{Resolver: z}
	var scope spf.Scope
	var checks []string
	for line := range strings.SplitSeq(body, "\n") {
		word, rest, _ := strings.Cut(line, " ")
		switch word {
		case "":
		case "?":
			checks = append(checks, rest)
		case "!":
			option, value, _ := strings.Cut(rest, " ")
			setOption(t, c, &scope, option, value)
		default:
			typ, value, _ := strings.Cut(rest, " ")
			z.add(word, typ, value)
		}
	}
	if len(checks) == 0 {
		t.Fatal("no checks")
	}
	for _, check := range checks {
		f := strings.SplitN(check, " ", 5)
		r := spf.Request{IP: netip.MustParseAddr(f[0]), Helo: f[1], MailFrom: f[2], Scope: scope}
		if r.MailFrom == "<>" {
			r.MailFrom = ""
		}
		res, err := c.Check(context.Background(), r)
		if err != nil {
			t.Fatal(err)
		}
		if string(res.Value) != f[3] || len(f) > 4 && res.Mechanism != f[4] {
			t.Errorf("%s: got %s, %s", check, res.Value, res.Mechanism)
		}
	}
}

func setOption(t *testing.T, c *spf.Checker, scope *spf.Scope, option, value string) {
	t.Helper()
	n, _ := strconv.Atoi(value)
	switch option {
	case "MaxLookups":
		c.MaxLookups = n
	case "MaxVoid":
		c.MaxVoid = n
	case "DefaultRule":
		c.DefaultRule = value
	case "Scope":
		*scope = map[string]spf.Scope{"mfrom": spf.MFrom, "pra": spf.PRA}[value]
	default:
		t.Fatal("unknown option ", option)
	}
}

func check(t *testing.T, c *spf.Checker, ip, helo, sender string) spf.Result {
	t.Helper()
	res, err := c.Check(context.Background(), spf.Request{IP: netip.MustParseAddr(ip), Helo: helo, MailFrom: sender})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// TestTexts gives the texts of replies and tells domains that do not exist.
func TestTexts(t *testing.T) {
	z := zone{}
	z.add("fail.test", "TXT", "v=spf1 -all")
	z.add("soft.test", "TXT", "v=spf1 ~all")
	z.add("none.test", "TXT", "hello")
	z.add("pass.test", "TXT", "v=spf1 +all")
	z.add("down.test", "TIMEOUT", "")
	z.add("mx.test", "MX", "pass.test")
	z.add("a.test", "AAAA", "2001:db8::1")
	z.add("unsure.test", "TIMEOUT/MX", "")
	for sender, want := range map[string]string{
		"a@fail.test": "SPF validation failure", "a@soft.test": "SPF validation soft failure", "a@none.test": "", "a@pass.test": "",
		"a@down.test": "Temporary SPF failure", "a@gone.test": "Could not resolve sender's domain", "a@mx.test": "", "a@a.test": "", "a@unsure.test": "",
	} {
		res := check(t, &spf.Checker{Resolver: z}, "192.0.2.1", "h.test", sender)
		if res.Text != want || res.NXDomain != (sender == "a@gone.test") {
			t.Errorf("%s: %q, NXDomain %v", sender, res.Text, res.NXDomain)
		}
	}
	c := &spf.Checker{Resolver: z, Texts: spf.Texts{Fail: "f", SoftFail: "s", NXDomain: "n", TempError: "t"}}
	for sender, want := range map[string]string{"a@fail.test": "f", "a@soft.test": "s", "a@gone.test": "n", "a@down.test": "t"} {
		if res := check(t, c, "192.0.2.1", "h.test", sender); res.Text != want {
			t.Errorf("%s: %q", sender, res.Text)
		}
	}
}

// stuck never answers.
type stuck struct{ zone }

func (stuck) LookupTXT(ctx context.Context, name string) ([]string, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestBrokenName(t *testing.T) {
	if res := check(t, &spf.Checker{Resolver: zone{}}, "192.0.2.1", "h", "a@b\xfc.test"); res.Value != spf.None || res.Domain != "" || res.NXDomain {
		t.Errorf("%+v", res)
	}
}

// TestBrokenRecords sees that a record with bytes that no term may have is void,
// in each kind of term.
func TestBrokenRecords(t *testing.T) {
	for _, bad := range []string{"\n", "\x00", "\x01", "\xff", "\u2028", "\t"} {
		for _, term := range []string{"a:x%s.test", "mx%s", "a:%s", "ip4:192.0.2.1%s", "ip6:::1%s", "include:x%s.test", "exists:%s", "ptr:%s", "redirect=x%s.test", "x=%s"} {
			z := zone{}
			z.add("ex.test", "TXT", "v=spf1 "+strings.ReplaceAll(term, "%s", bad)+" +all")
			if res := check(t, &spf.Checker{Resolver: z}, "192.0.2.1", "h.test", "a@ex.test"); res.Value != spf.PermError {
				t.Errorf("%q in %s: %s", bad, term, res.Value)
			}
		}
	}
}

func TestTimeout(t *testing.T) {
	c := &spf.Checker{Resolver: stuck{}, Timeout: time.Millisecond}
	if res := check(t, c, "192.0.2.1", "h.test", "a@ex.test"); res.Value != spf.TempError {
		t.Error(res)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	res, err := (&spf.Checker{Resolver: stuck{}}).Check(ctx, spf.Request{IP: netip.MustParseAddr("192.0.2.1"), MailFrom: "a@ex.test"})
	if res.Value != spf.TempError || !errors.Is(err, context.Canceled) {
		t.Error(res, err)
	}
	if _, err := c.Check(context.Background(), spf.Request{MailFrom: "a@ex.test"}); !errors.Is(err, spf.ErrAddress) {
		t.Error(err)
	}
}

// TestFields compares header fields, folds taken out.
func TestFields(t *testing.T) {
	z := zone{}
	for value, all := range map[string]string{"pass": "+", "fail": "-", "softfail": "~", "neutral": "?"} {
		z.add(value+".test", "TXT", "v=spf1 "+all+"all")
	}
	z.add("none.test", "TXT", "hello")
	z.add("perm.test", "TXT", "v=spf1 nonsense")
	z.add("down.test", "TIMEOUT", "")
	for _, tt := range []struct{ helo, sender, received, auth string }{
		{"h", "a@pass.test", `pass (mx.host: domain of a@pass.test designates 192.0.2.1 as permitted sender) client-ip=192.0.2.1; envelope-from="a@pass.test"; helo=h;`,
			"spf=pass smtp.mailfrom=pass.test"},
		{"h", "a@fail.test", `fail (mx.host: domain of a@fail.test does not designate 192.0.2.1 as permitted sender) client-ip=192.0.2.1; envelope-from="a@fail.test"; helo=h;`,
			"spf=fail smtp.mailfrom=fail.test"},
		{"h", "a@softfail.test", `softfail (mx.host: domain of transitioning a@softfail.test does not designate 192.0.2.1 as permitted sender) client-ip=192.0.2.1; envelope-from="a@softfail.test"; helo=h;`,
			"spf=softfail smtp.mailfrom=softfail.test"},
		{"h", "a@neutral.test", `neutral (mx.host: 192.0.2.1 is neither permitted nor denied by domain of a@neutral.test) client-ip=192.0.2.1; envelope-from="a@neutral.test"; helo=h;`,
			"spf=neutral smtp.mailfrom=neutral.test"},
		{"h", "a@none.test", `none (mx.host: domain of a@none.test does not designate permitted sender hosts) client-ip=192.0.2.1; envelope-from="a@none.test"; helo=h;`,
			"spf=none smtp.mailfrom=none.test"},
		{"h", "a@gone.test", `none (mx.host: domain of a@gone.test does not exist) client-ip=192.0.2.1; envelope-from="a@gone.test"; helo=h;`,
			"spf=none smtp.mailfrom=gone.test"},
		{"h", "a@perm.test", `permerror (mx.host: error in processing domain of a@perm.test: malformed term "nonsense") client-ip=192.0.2.1; envelope-from="a@perm.test"; helo=h;`,
			"spf=permerror smtp.mailfrom=perm.test"},
		{"pass.test", "", `pass (mx.host: domain of postmaster@pass.test designates 192.0.2.1 as permitted sender) client-ip=192.0.2.1; envelope-from=""; helo=pass.test;`,
			"spf=pass smtp.helo=pass.test"},
		{"[192.0.2.1]", "", `none (mx.host: domain of postmaster@ does not designate permitted sender hosts) client-ip=192.0.2.1; envelope-from=""; helo="[192.0.2.1]";`,
			"spf=none"},
		{"x\r\nBcc: y", `"a)\" (b"@pass.test`, `pass (mx.host: domain of "a\)\\" \(b"@pass.test designates 192.0.2.1 as permitted sender) client-ip=192.0.2.1; envelope-from="\"a)\\\" (b\"@pass.test"; helo="x??Bcc: y";`,
			"spf=pass smtp.mailfrom=pass.test"},
	} {
		res := check(t, &spf.Checker{Resolver: z}, "192.0.2.1", tt.helo, tt.sender)
		if diff := cmp.Diff(tt.received, strings.ReplaceAll(res.Received("mx.host"), "\r\n\t", " ")); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(tt.auth, res.AuthResult()); diff != "" {
			t.Error(diff)
		}
	}
	long := check(t, &spf.Checker{Resolver: z}, "192.0.2.1", strings.Repeat("(", 2000), strings.Repeat(`"`, 3000)+"@pass.test").Received("mx")
	for _, line := range strings.Split(long, "\r\n") {
		if len(line) > 980 {
			t.Errorf("line of %d bytes", len(line))
		}
	}
	res := check(t, &spf.Checker{Resolver: z}, "192.0.2.1", "h", "a@down.test")
	if got := res.Received("mx"); !strings.Contains(got, "error in processing domain of a@down.test: ") || !strings.HasPrefix(got, "temperror (mx: ") {
		t.Error(got)
	}
}

func FuzzCheck(f *testing.F) {
	f.Add("v=spf1 a:%{l}.%{d} mx ptr include:ex.test exists:%{ir}.x redirect=ex.test", "h.test", "a@ex.test")
	f.Add("spf2.0/pra,mfrom -all", "[::1]", `"a@b\r\n"@ex.test`)
	f.Add("v=spf1 ip4:1.2.3.4/99 ip6:::/0 ?all", "", "")
	f.Add("v=spf1 a:%{p}.x/y.test/24 include:%{l1r/}.%{Op/}.%{d}% exists:a/%{p2}", "h/h", "a/b%c@ex.test")
	f.Add("v=spf1 a:x\n.test mx/24\n ip4:\n", "h", "a@ex.test")
	f.Fuzz(func(t *testing.T, record, helo, sender string) {
		z := zone{}
		z.add("ex.test", "TXT", record)
		z.add("ex.test", "A", "192.0.2.1")
		z.add("ex.test", "MX", "ex.test")
		z.add("1.2.0.192.in-addr.arpa", "PTR", "ex.test")
		for _, scope := range []spf.Scope{spf.SPF, spf.MFrom, spf.PRA} {
			res, err := (&spf.Checker{Resolver: z}).Check(context.Background(), spf.Request{IP: netip.MustParseAddr("192.0.2.1"), Helo: helo, MailFrom: sender, Scope: scope})
			if err != nil {
				t.Fatal(err)
			}
			switch res.Value {
			case spf.None, spf.Neutral, spf.Pass, spf.Fail, spf.SoftFail, spf.TempError, spf.PermError:
			default:
				t.Errorf("value %q", res.Value)
			}
			field := strings.ReplaceAll(res.Received("mx"), "\r\n\t", " ") + res.AuthResult()
			for _, line := range strings.Split(res.Received("mx"), "\r\n") {
				if len(line) > 980 {
					t.Errorf("line of %d bytes", len(line))
				}
			}
			if i := strings.IndexFunc(field, func(r rune) bool { return r < ' ' || r == 0x7f }); i >= 0 {
				t.Errorf("control byte in %q", field)
			}
		}
	})
}
