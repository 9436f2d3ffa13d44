package gcm_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/delivery"
	"github.com/gomsys/gomsys/msys/gcm"
)

func TestErrorCode(t *testing.T) {
	for word, want := range map[string]gcm.Code{
		"": gcm.NoError, "Unavailable": gcm.Unavailable, "MissingRegistration": gcm.MissingRegistration,
		"InvalidRegistration": gcm.InvalidRegistration, "MismatchSenderId": gcm.MismatchSenderID, "NotRegistered": gcm.NotRegistered,
		"MessageTooBig": gcm.MessageTooBig, "InvalidDataKey": gcm.InvalidDataKey, "InvalidTtl": gcm.InvalidTTL,
		"InternalServerError": gcm.InternalServerError, "InvalidPackageName": gcm.InvalidPackageName,
		"notregistered": gcm.Unknown, "InvalidTTL": gcm.Unknown, "x": gcm.Unknown,
	} {
		got := gcm.ErrorCode(word)
		if got != want {
			t.Errorf("ErrorCode(%q) = %d, want %d", word, got, want)
		}
		if got != gcm.Unknown && got.String() != word {
			t.Errorf("%d prints as %q", got, got)
		}
	}
	if gcm.Code(99).String() != "Unknown" || gcm.Unknown.String() != "Unknown" {
		t.Error("unknown codes have another name")
	}
}

func TestClassifyError(t *testing.T) {
	for status, want := range map[string]delivery.Status{
		"": delivery.Success, " ": delivery.Success, "0": delivery.Success, "1": delivery.TempFailed, "2": delivery.PermFailed,
		"3": delivery.PermFailed, "4": delivery.PermFailed, "5": delivery.PermFailed, "6": delivery.PermFailed, "7": delivery.PermFailed,
		"8": delivery.PermFailed, "9": delivery.TempFailed, "10": delivery.PermFailed, "11": delivery.TempFailed, "255": delivery.TempFailed,
		"-1": delivery.TempFailed, "4.5": delivery.TempFailed, "nan": delivery.TempFailed, "inf": delivery.TempFailed, "x": delivery.TempFailed,
		"1e99": delivery.TempFailed, "4.0": delivery.PermFailed,
	} {
		if got := gcm.ClassifyError(status); got != want {
			t.Errorf("%q: %d, want %d", status, got, want)
		}
	}
}

// mcmt makes a multi-channel message with a notification.
func mcmt(part string) string {
	return "Subject: hello\r\nMIME-Version: 1.0\r\nContent-Type: multipart/vnd.msys.mcmt; boundary=b\r\n\r\n" +
		"--b\r\nContent-Type: text/plain\r\n\r\nHi Bob\r\n--b\r\nContent-Type: message/vnd.msys.gcm\r\n" +
		strings.ReplaceAll(part, "\n", "\r\n") + "\r\n--b--\r\n"
}

func TestNewRequest(t *testing.T) {
	tests := []struct {
		name, part  string
		destID, app string
		dryRun      bool
		want        string
		code        gcm.Code
	}{
		{name: "plain", part: "X-Registration-ID: r1\n\n{\"alert\" : \"You have email\", \"time\" : \"15:10\"}",
			want: `{"registration_ids":["r1"],"data":{"alert":"You have email","time":"15:10"}}`},
		{name: "null message", part: "X-Registration-ID: r1\n\n{}", want: `{"registration_ids":["r1"],"data":{}}`},
		{name: "all fields", part: "X-Registration-ID: r1\nX-Time-To-Live: 108\nX-Delay-While-Idle: true\nX-Application-ID: com.example.p\n" +
			"X-Collapse-Key: score\nX-Dry-Run: TRUE\n\n{\"a\": 1, }", app: "com.example.other",
			want: `{"registration_ids":["r1"],"collapse_key":"score","time_to_live":108,"delay_while_idle":true,` +
				`"restricted_package_name":"com.example.p","dry_run":true,"data":{"a":1}}`},
		{name: "defaults", part: "X-Registration-ID: r1\n\n{}", app: "com.example.other", dryRun: true,
			want: `{"registration_ids":["r1"],"restricted_package_name":"com.example.other","dry_run":true,"data":{}}`},
		{name: "no dry run", part: "X-Registration-ID: r1\nX-Dry-Run: no\n\n{}", dryRun: true, want: `{"registration_ids":["r1"],"data":{}}`},
		{name: "now or never", part: "X-Registration-ID: r1\nX-Time-To-Live: 0\n\n{}", want: `{"registration_ids":["r1"],"time_to_live":0,"data":{}}`},
		{name: "id from the variable", part: "\n{}", destID: "r2", want: `{"registration_ids":["r2"],"data":{}}`},
		{name: "no id yet", part: "\n{}", want: `{"registration_ids":[],"data":{}}`},
		{name: "no text", part: "X-Registration-ID: r1\n\n", code: gcm.InvalidDataKey},
		{name: "no JSON", part: "X-Registration-ID: r1\n\nhello", code: gcm.InvalidDataKey},
		{name: "an array", part: "X-Registration-ID: r1\n\n[1]", code: gcm.InvalidDataKey},
		{name: "too long", part: "X-Registration-ID: r1\nX-Time-To-Live: 2419201\n\n{}", code: gcm.InvalidTTL},
		{name: "no time", part: "X-Registration-ID: r1\nX-Time-To-Live: soon\n\n{}", code: gcm.InvalidTTL},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, err := message.ParseBytes([]byte(mcmt(tt.part)), message.Envelope{}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if tt.destID != "" {
				m.ContextSet(message.ContextMess, delivery.KeyDestID, tt.destID)
			}
			r, err := gcm.NewRequest(m, tt.app, tt.dryRun)
			var bad *gcm.RequestError
			if errors.As(err, &bad) != (tt.code != 0) || bad != nil && bad.Code != tt.code {
				t.Fatalf("error %v", err)
			}
			if bad != nil {
				return
			}
			text, err := r.JSON().MarshalJSON()
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.want, string(text)); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
	m, err := message.ParseBytes([]byte("Subject: x\r\n\r\n{}"), message.Envelope{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var bad *gcm.RequestError
	if _, err := gcm.NewRequest(m, "", false); !errors.As(err, &bad) || bad.Code != gcm.InvalidDataKey {
		t.Errorf("a message without a notification: %v", err)
	}
}

func TestParseResponse(t *testing.T) {
	got, err := gcm.ParseResponse([]byte(`{"multicast_id": 1, "success": 1, "failure": 1, "canonical_ids": 1, "results": [
		{ "message_id": "0:1", "registration_id": "r2" }, { "error": "NotRegistered" } ]}`))
	if err != nil {
		t.Fatal(err)
	}
	want := &gcm.Response{Success: 1, Failure: 1, CanonicalIDs: 1, Results: []gcm.Result{
		{MessageID: "0:1", RegistrationID: "r2"}, {Error: "NotRegistered"},
	}}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	if got.Results[1].Code() != gcm.NotRegistered {
		t.Error("code of an error")
	}
	for _, bad := range []string{"", "x", "{}", "[]", `{"results": []}`, `{"results": 1}`} {
		if _, err := gcm.ParseResponse([]byte(bad)); err == nil {
			t.Errorf("%q gives no error", bad)
		}
	}
}

func TestNewDriverURL(t *testing.T) {
	for _, u := range []string{"", "push.example", "ftp://x/", "https://", "http://[::1"} {
		if _, err := gcm.NewDriver(gcm.Options{URL: u}); err == nil {
			t.Errorf("%q gives no error", u)
		}
	}
}
