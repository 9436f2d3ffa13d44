package rfc3464

import (
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseReport(t *testing.T) {
	tests := []struct {
		name, in string
		want     *Report
	}{
		{"two recipients", "REPORTING-MTA: dns; mx\r\nX-Queue: 1\r\n\r\nfinal-recipient: rfc822; a@b\r\nAction: failed\r\n\r\n\r\nFinal-Recipient : rfc822;c@d\r\nStatus: 4.0.0\r\n",
			&Report{Fields{{"Reporting-MTA", "dns; mx"}, {"X-Queue", "1"}}, []Fields{
				{{"Final-Recipient", "rfc822; a@b"}, {"Action", "failed"}}, {{"Final-Recipient", "rfc822;c@d"}, {"Status", "4.0.0"}}}}},
		{"LF and folding", "Reporting-MTA: dns;\n mx\n\nDiagnostic-Code: smtp; 550 one\n\ttwo\n   three\n",
			&Report{Fields{{"Reporting-MTA", "dns; mx"}}, []Fields{{{"Diagnostic-Code", "smtp; 550 one two three"}}}}},
		{"no empty line before the recipient", "Reporting-MTA: dns; mx\nFinal-Recipient: rfc822; a@b\nAction: failed\n",
			&Report{Fields{{"Reporting-MTA", "dns; mx"}}, []Fields{{{"Final-Recipient", "rfc822; a@b"}, {"Action", "failed"}}}}},
		{"leading empty lines", "\r\n\r\nReporting-MTA: dns; mx\r\n\r\nAction: failed", &Report{Fields{{"Reporting-MTA", "dns; mx"}}, []Fields{{{"Action", "failed"}}}}},
		{"junk", "no field\nbad name: x\n: y\nAction: failed\nStatus:\n", &Report{nil, []Fields{{{"Action", "failed"}}}}},
		{"nothing", "", &Report{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, ParseReport([]byte(tt.in))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFields(t *testing.T) {
	f := Fields{{"Final-Recipient", "RFC822; a@b"}, {"Original-Recipient", "c@d;e"}, {"X", "1"}, {"x", "2"}}
	if f.Get("FINAL-recipient") != "RFC822; a@b" || f.Address("final-recipient") != "a@b" || f.Address("Original-Recipient") != "c@d;e" || f.Get("X") != "1" || f.Get("y") != "" {
		t.Errorf("%q", f)
	}
}

func TestParse(t *testing.T) {
	report := "Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; a@b\r\nStatus: 5.1.1\r\n"
	mail := func(cte, body string) string {
		return "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: multipart/report; boundary=y\r\n\r\n--y\r\n\r\ntext\r\n--y\r\nContent-Type: Message/Delivery-Status\r\n" +
			cte + "\r\n" + body + "\r\n--y--\r\n--x--\r\n"
	}
	for name, content := range map[string]string{
		"plain":  mail("", report),
		"base64": mail("Content-Transfer-Encoding: base64\r\n", base64.StdEncoding.EncodeToString([]byte(report))),
		"quoted": mail("Content-Transfer-Encoding: quoted-printable\r\n", strings.ReplaceAll(report, "@", "=40")),
		"global": strings.Replace(mail("", report), "Message/Delivery-Status", "message/global-delivery-status", 1),
		"top":    "Content-Type: message/delivery-status\r\n\r\n" + report,
	} {
		r, err := Parse(newMessage(t, content, "", "r@d"))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if r.First().Get("Status") != "5.1.1" || r.Recipients[0].Address("Final-Recipient") != "a@b" {
			t.Errorf("%s: %v", name, r)
		}
	}
	for _, content := range []string{original, "", "Content-Type: multipart/report; boundary=y\r\n\r\n--y\r\n\r\ntext\r\n--y--\r\n"} {
		if r, err := Parse(newMessage(t, content, "", "r@d")); err == nil {
			t.Errorf("Parse(%q) = %v", content, r)
		} else if content != "" && !errors.Is(err, ErrNoReport) {
			t.Errorf("Parse(%q): %v", content, err)
		}
	}
}

func TestXtext(t *testing.T) {
	for in, want := range map[string]string{
		"a+2Bb+3D": "a+b=", "+": "+", "+2": "+2", "+zz": "+zz", `\x{e9}t\x{1F600}`: "ét😀", `\x{`: `\x{`, `\x{}`: `\x{}`, `\x{110000000}`: `\x{110000000}`,
	} {
		if got := decodeXtext(in); got != want {
			t.Errorf("decodeXtext(%q) = %q, want %q", in, got, want)
		}
	}
}

// FuzzParseReport checks that a report which was read is written so that it
// reads the same.
func FuzzParseReport(f *testing.F) {
	for _, s := range []string{"Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; a@b\r\nAction: failed\r\n", "a:b\n c\n\n\nd:e\n", "Status: 5\nx", ":\n\n:"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		r := ParseReport(in)
		if len(r.Message) == 0 || slices.ContainsFunc(r.Recipients, func(f Fields) bool { return len(f) == 0 }) {
			return // the next recipient would take its place
		}
		back := ParseReport([]byte(r.String()))
		if len(back.Recipients) != len(r.Recipients) || len(back.Message) != len(r.Message) {
			t.Fatalf("%q: %q became %q", in, r, back)
		}
		for i, fields := range r.Recipients {
			for j, field := range fields {
				got := back.Recipients[i][j]
				if got.Name != field.Name || strings.Join(strings.Fields(got.Value), " ") != strings.Join(strings.Fields(field.Value), " ") {
					t.Fatalf("%q: field %q became %q", in, field, got)
				}
			}
		}
	})
}
