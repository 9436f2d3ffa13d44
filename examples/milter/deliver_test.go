package main

import (
	"strings"
	"testing"

	"github.com/emersion/go-milter"
	"github.com/google/go-cmp/cmp"
)

func TestModifications(t *testing.T) {
	const in = "Received: from x\n\tby y|Subject: hello|X-Old: 1|X-Old:2|To: b@y.example"
	for _, tt := range []struct {
		name, body string
		want       []string
	}{
		{"nothing", ``, []string{"a"}},
		{"top", `m:header("X-A", "1", "prepend") m:header("X-B", "2", "prepend")`, []string{"insert 1 X-A: 1", "insert 1 X-B: 2", "a"}},
		{"bottom", `m:header("X-A", "1", "append") m:header("X-B", "2", "append")`, []string{"append X-A: 1", "append X-B: 2", "a"}},
		{"replaced", `m:header("Subject", "new")`, []string{"append Subject: new", "change 1 Subject:", "a"}},
		{"replaced last", `m:header("To", "c@y.example")`, []string{"change 1 To: c@y.example", "a"}},
		{"deleted", `m:header("X-Old", "")`, []string{"change 2 X-Old:", "change 1 X-Old:", "a"}},
		{"folded", `m:header("X-A", "a\r\n\tb", "append")`, []string{"append X-A: a\n\tb", "a"}},
		{"same name on top", `m:header("Received", "z", "prepend") m:header("X-Old", "")`,
			[]string{"insert 1 Received: z", "change 2 X-Old:", "change 1 X-Old:", "a"}},
		{"body", `m:body_replace("old", "new")`, []string{"body new text\n", "a"}},
		{"recipients", `v:remove_recipient("b@y.example") v:add_recipient("d@y.example")`, []string{"+<d@y.example>", "-<b@y.example>", "a"}},
		{"sender", `m:mailfrom("z@x.example")`, []string{"from <z@x.example>", "a"}},
		{"quarantine", `v:set(VCTX_MESS, "milter_quarantine", "why\nnot")`, []string{"quarantine why\nnot", "a"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := start(t, options{}, policyWith("function mod:validate_data(m, ac, v) "+tt.body+" return 0 end"))
			for _, protocol := range []milter.OptProtocol{milter.OptHeaderLeadingSpace, 0} {
				m := r.dial(allActions, protocol).greet()
				m.envelope("a@x.example", "b@y.example", "c@y.example")
				want := tt.want
				in := in
				if protocol == 0 { // the MTA writes the blank
					in = strings.ReplaceAll(in, "X-Old:2", "X-Old: 2")
					want = nil
					for _, line := range tt.want {
						want = append(want, strings.Replace(line, ": ", ":", 1))
					}
				}
				if diff := cmp.Diff(want, m.message(in, "old text\r\n")); diff != "" {
					t.Errorf("protocol %x (-want +got):\n%s\n%s", protocol, diff, r.log)
				}
			}
		})
	}
}

// A long body is replaced in pieces that no CRLF is cut in.
func TestLongBody(t *testing.T) {
	r := start(t, options{}, policyWith(`function mod:validate_data(m, ac, v) m:body_replace("^", "123\r\n") return 0 end`))
	m := r.dial(allActions, 0).greet()
	m.envelope("a@x.example", "b@y.example")
	body := strings.Repeat("1234567890123\r\n", 20_000)
	got := m.message("Subject: x", body)
	var joined strings.Builder
	for _, line := range got[:len(got)-1] {
		piece, ok := strings.CutPrefix(line, "body ")
		if !ok || strings.Contains(piece, "\r") || len(piece) > milter.MaxBodyChunk {
			t.Fatalf("modification %.40q of %d bytes", line, len(line))
		}
		joined.WriteString(piece)
	}
	if want := "123\n" + strings.ReplaceAll(body, "\r\n", "\n"); joined.String() != want {
		t.Errorf("%d bytes, want %d", joined.Len(), len(want))
	}
}

// Copies that differ, are dropped, or change what the MTA does not allow.
func TestCopies(t *testing.T) {
	box, next := startMailbox(t)
	const own = `if m:rcptto():match("^own") then m:header("X-Own", "1", "append") end`
	for _, tt := range []struct {
		name, body, inject string
		actions            milter.OptAction
		want               []string
		log                string
	}{
		{"some dropped", `if m:rcptto():match("^own") then m:discard() end`, "", allActions, []string{"-<own@y.example>", "a"}, ""},
		{"all dropped", `m:discard()`, "", allActions, []string{"d"}, ""},
		{"same changes", `m:header("X-All", "1", "append")`, "", allActions, []string{"append X-All:1", "a"}, ""},
		{"no injection", own, "", allActions, []string{"451 4.3.0 temporary failure, try later"}, "-inject HOST:PORT"},
		{"injection", own, next, allActions, []string{"-<own@y.example>", "a"}, "copies injected"},
		{"injection fails", own, "127.0.0.1:1", allActions, []string{"451 4.3.0 temporary failure, try later"}, "could not be injected"},
		{"not allowed", `m:header("X-All", "")`, "", milter.OptAddHeader, []string{"451 4.3.0 temporary failure, try later"}, "SMFIF_CHGHDRS"},
		{"quarantine of some", own + ` if m:rcptto():match("^own") then m:context_set(msys.core.ECMESS_CTX_MESS, "milter_quarantine", "x") end`, next, allActions,
			[]string{"451 4.3.0 temporary failure, try later"}, "quarantined the copies of some"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := start(t, options{inject: tt.inject}, policyWith("function mod:validate_data_spool_each_rcpt(m, ac, v) "+tt.body+" return 0 end"))
			m := r.dial(tt.actions, 0).greet()
			m.envelope("a@x.example", "own@y.example", "b@y.example", "c@y.example")
			if diff := cmp.Diff(tt.want, m.message("Subject: x|X-All: 2", "hi\r\n")); diff != "" {
				t.Errorf("(-want +got):\n%s\n%s", diff, r.log)
			}
			if !strings.Contains(r.log.String(), tt.log) {
				t.Errorf("%q is not in\n%s", tt.log, r.log)
			}
			if tt.name != "injection" {
				return
			}
			got := box.next(t)
			trace, data, _ := strings.Cut(got.data, "\r\nSubject: x\r\n")
			if !strings.HasPrefix(trace, "Received: from mx.example.org ([192.0.2.7])\r\n\tby mx.test with ESMTP id ") {
				t.Errorf("trace field %q", trace)
			}
			if diff := cmp.Diff([]any{"a@x.example", []string{"own@y.example"}, "X-All: 2\r\nX-Own: 1\r\n\r\nhi\r\n"}, []any{got.from, got.to, data}); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Mail that policies create goes to the listener, too.
func TestInject(t *testing.T) {
	box, next := startMailbox(t)
	r := start(t, options{inject: next}, policyWith(`
function mod:validate_data(m, ac, v)
  local n = msys.core.ec_message_new(os.time())
  n:build({Subject = "notice"}, {["text/plain"] = "text"})
  n:inject("", "postmaster@y.example")
  return 0
end`))
	m := r.dial(allActions, 0).greet()
	m.envelope("a@x.example", "b@y.example")
	if got := m.message("Subject: x", "hi\r\n"); got[0] != "a" {
		t.Fatal(got, r.log)
	}
	if got := box.next(t); got.from != "" || got.to[0] != "postmaster@y.example" || !strings.Contains(got.data, "Subject: notice\r\n") {
		t.Errorf("injected: %+v", got)
	}
}
