package delivery_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/delivery"
)

func TestParseReply(t *testing.T) {
	tests := []struct {
		in   string
		want delivery.Reply
		text string
	}{
		{"250 2.0.0 ok id=7", delivery.Reply{Code: 250, Text: "2.0.0 ok id=7"}, "250 2.0.0 ok id=7"},
		{"250", delivery.Reply{Code: 250}, "250"},
		{"450-4.2.0 one\r\n450 4.2.0 two\r\n", delivery.Reply{Code: 450, Text: "4.2.0 one", Lines: []string{"4.2.0 one", "4.2.0 two"}}, "450 4.2.0 one 4.2.0 two"},
		{"550-a\n551 b", delivery.Reply{Code: 550, Text: "a", Lines: []string{"a", "551 b"}}, "550 a 551 b"},
		{"451 4.4.1 [internal] No valid hosts", delivery.Reply{Code: 451, Text: "4.4.1 [internal] No valid hosts", Internal: true}, "451 4.4.1 [internal] No valid hosts"},
		{"nonsense", delivery.Reply{Text: "nonsense"}, "nonsense"},
		{"2500 ok", delivery.Reply{Text: "2500 ok"}, "2500 ok"},
		{"999 no", delivery.Reply{Text: "999 no"}, "999 no"},
		{"\xff\xfe", delivery.Reply{Text: "\xff\xfe"}, "\xff\xfe"},
		{"", delivery.Reply{}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.in, func(t *testing.T) {
			got := delivery.ParseReply(tt.in)
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
			if got.String() != tt.text {
				t.Errorf("String() = %q, want %q", got.String(), tt.text)
			}
		})
	}
}

// TestReplyLines has the forms in which hosts hand over replies.
func TestReplyLines(t *testing.T) {
	tests := []struct {
		name string
		in   delivery.Reply
		want string
	}{
		{"lines with their codes", delivery.Reply{Code: 421, Lines: []string{"421-4.7.0 slow", "421 4.7.0 down"}}, "421 4.7.0 slow 4.7.0 down"},
		{"text of two lines", delivery.Reply{Code: 421, Text: "slow\r\ndown"}, "421 slow down"},
		{"text with its code", delivery.Reply{Code: 421, Text: "421 slow"}, "421 slow"},
		{"code alone", delivery.Reply{Code: 421}, "421"},
		{"lines before text", delivery.Reply{Code: 421, Text: "x", Lines: []string{"a"}}, "421 a"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.in.String(); got != tt.want {
				t.Errorf("String() = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestInternal(t *testing.T) {
	for kind, want := range map[delivery.InternalKind]string{
		delivery.ConnectTimeout:    "450 4.4.1 [internal] Connection Timed Out",
		delivery.NoValidHosts:      "451 4.4.1 [internal] No valid hosts",
		delivery.ConnectionClosed:  "451 4.4.2 [internal] connection closed by remote host",
		delivery.NoDataResponse:    "451 4.4.2 [internal] no DATA response",
		delivery.NoBanner:          "451 4.4.2 [internal] no banner",
		delivery.NoEHLOResponse:    "451 4.4.2 [internal] no HELO/EHLO response",
		delivery.NoMX:              "454 4.4.4 [internal] no MX or A for domain",
		delivery.NullMX:            "550 5.4.4 [internal] NULL MX domain does not accept mail",
		delivery.MaxTime:           "554 5.4.7 [internal] exceeded max time without delivery",
		delivery.MaxRetries:        "554 5.4.7 [internal] exceeded max retries without delivery",
		delivery.PolicyBlackhole:   "554 5.7.0 [internal] Blackholed",
		delivery.InternalKind(-1):  "451 4.3.0 [internal] transaction failed",
		delivery.InternalKind(999): "451 4.3.0 [internal] transaction failed",
	} {
		if got := delivery.Internal(kind); got.String() != want || !got.Internal {
			t.Errorf("Internal(%d) = %q", kind, got)
		}
	}
	for kind := delivery.Trouble; kind <= delivery.BadResponse; kind++ {
		r := delivery.Internal(kind)
		if back := delivery.ParseReply(r.String()); !cmp.Equal(back, r) || !strings.Contains(r.Text, "[internal]") {
			t.Errorf("%d: %+v reads as %+v", kind, r, back)
		}
	}
}

func TestSMTPStatus(t *testing.T) {
	for in, want := range map[string]delivery.Status{
		"": delivery.Success, " ": delivery.Success, "250": delivery.Success, "204": delivery.Success,
		"250 2.0.0 ok": delivery.Success, "550 5.1.1 no": delivery.PermFailed, "550-x": delivery.PermFailed,
		"451": delivery.TempFailed, "4": delivery.TempFailed, "down": delivery.TempFailed, "5x": delivery.TempFailed,
	} {
		if got := delivery.SMTPStatus(in); got != want {
			t.Errorf("SMTPStatus(%q) = %d, want %d", in, got, want)
		}
	}
}
