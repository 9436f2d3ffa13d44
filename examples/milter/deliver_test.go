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
		{"bottom", `m:header("X-A", "1", "append") m:header("X-B", "2", "append")`, []string{"add X-A: 1", "add X-B: 2", "a"}},
		{"replaced", `m:header("Subject", "new")`, []string{"add Subject: new", "change 1 Subject:", "a"}},
		{"replaced last", `m:header("To", "c@y.example")`, []string{"change 1 To: c@y.example", "a"}},
		{"deleted", `m:header("X-Old", "")`, []string{"change 2 X-Old:", "change 1 X-Old:", "a"}},
		{"folded", `m:header("X-A", "a\r\n\tb", "append")`, []string{"add X-A: a\n\tb", "a"}},
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
