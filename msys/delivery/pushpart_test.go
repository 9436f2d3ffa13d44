package delivery_test

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/delivery"
)

func mcmt(part string) string {
	return "Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/vnd.msys.mcmt; boundary=b\r\n\r\n" +
		"--b\r\nContent-Type: text/plain\r\n\r\nmail\r\n--b\r\n" + strings.ReplaceAll(part, "\n", "\r\n") + "\r\n--b--\r\n"
}

func TestFindPushPart(t *testing.T) {
	const kind = "message/vnd.msys.gcm"
	tests := []struct{ name, content, header, body string }{
		{"fields of the part", mcmt("Content-Type: message/vnd.msys.gcm\nX-Registration-ID: abc\n\n{\"a\": 1}"), "abc", `{"a": 1}`},
		{"fields in the content", mcmt("Content-Type: message/vnd.msys.gcm\n\nX-Registration-ID: abc\nX-Other: x\n\n{\"a\":\n1}"), "abc", "{\"a\":\r\n1}"},
		{"fields behind an empty line", mcmt("Content-Type: message/vnd.msys.gcm\n\n\n  x-registration-id : abc \n\n\n{}"), "abc", "\r\n{}"},
		{"fields right before JSON", mcmt("Content-Type: message/vnd.msys.gcm\n\nX-Registration-ID: abc\n{\"a\": 1}"), "abc", `{"a": 1}`},
		{"the part's field comes first", mcmt("Content-Type: message/vnd.msys.gcm\nX-Registration-ID: abc\n\nX-Registration-ID: def\n\n{}"), "abc", "{}"},
		{"JSON alone", mcmt("Content-Type: Message/vnd.msys.GCM\n\n\"a: b\""), "", `"a: b"`},
		{"fields alone", mcmt("Content-Type: message/vnd.msys.gcm\n\nX-Registration-ID: abc"), "abc", ""},
		{"nothing", mcmt("Content-Type: message/vnd.msys.gcm\n\n"), "", ""},
		{"base64", mcmt("Content-Type: message/vnd.msys.gcm\nContent-Transfer-Encoding: base64\n\n" +
			base64.StdEncoding.EncodeToString([]byte("X-Registration-ID: abc\n\n{\"\xff\":1}"))), "abc", "{\"\xff\":1}"},
		{"the message itself", "Content-Type: message/vnd.msys.gcm\r\n\r\n{}", "", "{}"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, err := message.ParseBytes([]byte(tt.content), message.Envelope{}, nil)
			if err != nil {
				t.Fatal(err)
			}
			p, err := delivery.FindPushPart(m, kind)
			if err != nil || p == nil {
				t.Fatalf("%v %v", p, err)
			}
			if got := p.Header("X-Registration-Id"); got != tt.header {
				t.Errorf("header %q, want %q", got, tt.header)
			}
			if string(p.Body) != tt.body {
				t.Errorf("body %q, want %q", p.Body, tt.body)
			}
			if p, err := delivery.FindPushPart(m, "message/vnd.msys.apn"); p != nil || err != nil {
				t.Errorf("a part of another type: %v %v", p, err)
			}
		})
	}
	m, err := message.ParseBytes([]byte("Content-Type: message/vnd.msys.gcm\r\n\r\n"+strings.Repeat("x", delivery.MaxPushBody+1)), message.Envelope{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := delivery.FindPushPart(m, kind); !errors.Is(err, delivery.ErrPushBody) {
		t.Errorf("a large part: %v", err)
	}
}
