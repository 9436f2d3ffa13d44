package dkimsig_test

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
)

// header makes a header of "Name: value" lines.
func header(lines ...string) dkimsig.Header {
	var h dkimsig.Header
	for _, line := range lines {
		name, _, _ := strings.Cut(line, ":")
		h = append(h, dkimsig.HeaderField{Name: name, Raw: []byte(line + "\r\n")})
	}
	return h
}

func TestSelect(t *testing.T) {
	h := header("Received: 1", "received: 2", "From: a", "Subject: s", "RECEIVED: 3")
	// fields that make the header long, so that it is indexed
	long := append(header(), h...)
	for i := range 2000 {
		long = append(long, header(fmt.Sprintf("X-%d: x", i))...)
	}
	for _, tt := range []struct{ names, want string }{
		{"from subject", "From: a|Subject: s"},
		{"Received Received", "RECEIVED: 3|received: 2"},
		{"Received From Received Received Received", "RECEIVED: 3|From: a|received: 2|Received: 1"},
		{"To Cc", ""},
		{"Fro From: Froms", ""},
		{"", ""},
	} {
		for _, h := range []dkimsig.Header{h, long} {
			var got []string
			for _, raw := range h.Select(strings.Fields(tt.names)) {
				got = append(got, strings.TrimSuffix(string(raw), "\r\n"))
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, "|")); diff != "" {
				t.Errorf("%s of %d fields: %s", tt.names, len(h), diff)
			}
		}
	}
}

// TestSelectMany sees that a long h= over a long header ends soon, and takes
// each field once.
func TestSelectMany(t *testing.T) {
	var h dkimsig.Header
	var names []string
	for i := range 50000 {
		h = append(h, dkimsig.HeaderField{Name: fmt.Sprint("x", i), Raw: []byte("x")})
		names = append(names, fmt.Sprint("X", i), fmt.Sprint("y", i))
	}
	if got := len(h.Select(append(names, names...))); got != len(h) {
		t.Errorf("%d fields", got)
	}
}

func TestDigest(t *testing.T) {
	h := header("From: a", "Subject:  s ")
	want := sha256.Sum256([]byte("subject:s\r\nfrom:a\r\nsig:b="))
	got := h.Digest(sha256.New(), dkimsig.Relaxed, []string{"subject", "to", "from"}, []byte("Sig: b=\r\n"))
	if diff := cmp.Diff(want[:], got); diff != "" {
		t.Error(diff)
	}
}

func TestHeaderList(t *testing.T) {
	h := header("Received: 1", "Received: 2", "From: a", "Subject: s")
	for _, tt := range []struct {
		list, oversign, without, want string
	}{
		{"Received+:X-E*:From:Subject?:Received", "", "", "Received:Received:X-E:From:Subject:Received"},
		{"To?,Cc? Subject", "", "", "From:Subject"},
		{"From:To", "From To X-None", "", "From:To:From:X-None"},
		{"From Received*", "Received?", "", "From:Received:Received:Received"},
		{"From:Subject?:To", "", "SUBJECT to", "From"},
		{"bad;name:b ad:?:From", "x;y", "", "b:ad:From"},
		{"", "", "", "From"},
	} {
		list := dkimsig.ParseHeaderList(tt.list).Without(strings.Fields(tt.without)...)
		if got := strings.Join(list.Names(h, strings.Fields(tt.oversign)...), ":"); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.list, got, tt.want)
		}
	}
	if got := strings.Join(dkimsig.DefaultHeaders().Names(h), ":"); got != "From:Subject" {
		t.Error(got)
	}
}

func TestFolder(t *testing.T) {
	f := dkimsig.NewFolder("X-Sig")
	f.Tag("v", "1")
	f.List("h", strings.Split(strings.Repeat("a-name ", 20), " ")[:20], ":")
	f.Base64("b", strings.Repeat("AB", 100))
	f.Tag("n", strings.Repeat("x", 90)) // cannot be folded
	field := f.String()
	for i, line := range strings.Split(field, "\r\n") {
		if len(line) > 78 && !strings.Contains(line, "xxx") || i > 0 && line[0] != '\t' {
			t.Errorf("line %q", line)
		}
	}
	_, value, _ := strings.Cut(field, ":")
	tags, err := dkimsig.ParseTags(value)
	if err != nil || len(tags) != 4 || len(dkimsig.SplitList(tags.Get("h"))) != 20 || len(dkimsig.StripSpace(tags.Get("b"))) != 200 {
		t.Error(tags, err)
	}
}
