package apn_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/apn"
	"github.com/gomsys/gomsys/msys/delivery"
	"github.com/gomsys/gomsys/msys/json"
)

func TestClassifyStatus(t *testing.T) {
	for status, want := range map[string]delivery.Status{
		"": delivery.Success, " ": delivery.Success, "0": delivery.Success, "1": delivery.TempFailed, "2": delivery.PermFailed,
		"3": delivery.PermFailed, "4": delivery.PermFailed, "5": delivery.PermFailed, "6": delivery.PermFailed, "7": delivery.PermFailed,
		"8": delivery.PermFailed, "9": delivery.TempFailed, "10": delivery.TempFailed, "255": delivery.TempFailed, "77": delivery.TempFailed,
		"-8": delivery.TempFailed, "8.5": delivery.TempFailed, "nan": delivery.TempFailed, "x": delivery.TempFailed, "8.0": delivery.PermFailed,
	} {
		if got := apn.ClassifyStatus(status); got != want {
			t.Errorf("%q: %d, want %d", status, got, want)
		}
	}
}

func TestReasonCode(t *testing.T) {
	for _, tt := range []struct {
		status int
		reason string
		want   apn.Code
	}{
		{200, "", apn.NoError}, {400, "BadDeviceToken", apn.InvalidToken}, {410, "Unregistered", apn.InvalidToken},
		{413, "PayloadTooLarge", apn.InvalidPayloadSize}, {400, "PayloadEmpty", apn.MissingPayload},
		{400, "MissingDeviceToken", apn.MissingDeviceToken}, {400, "MissingTopic", apn.MissingTopic}, {503, "Shutdown", apn.Shutdown},
		{429, "TooManyRequests", apn.ProcessingError}, {500, "InternalServerError", apn.ProcessingError}, {503, "", apn.ProcessingError},
		{403, "ExpiredProviderToken", apn.Unknown}, {400, "", apn.Unknown}, {0, "", apn.Unknown},
	} {
		if got := apn.ReasonCode(tt.status, tt.reason); got != tt.want {
			t.Errorf("%d %s: %d, want %d", tt.status, tt.reason, got, tt.want)
		}
	}
	if apn.InvalidToken.String() != "invalid token" || apn.Code(99).String() != "unknown error" {
		t.Error("text of a code")
	}
}

// mcmt makes a multi-channel message with a notification.
func mcmt(part string) string {
	return "Subject: hello\r\nMIME-Version: 1.0\r\nContent-Type: multipart/vnd.msys.mcmt; boundary=b\r\n\r\n" +
		"--b\r\nContent-Type: text/plain\r\n\r\nHi Bob\r\n--b\r\nContent-Type: message/vnd.msys.apn\r\n\r\n" +
		strings.ReplaceAll(part, "\n", "\r\n") + "\r\n--b--\r\n"
}

// sample is a notification as the vendor's guide has it, stray comma and all.
const sample = "X-Device-Token: 123acb90ffa0978cbade354ddffee76665aa\n\n{\n" +
	"  \"aps\" : {\n    \"alert\" : \"You have mail\",\n    \"badge\" : 9\n  },\n  \"app-key\" : \"bar\",\n}\n"

func TestRequest(t *testing.T) {
	tests := []struct {
		name, part string
		destID     string
		want       string
		code       apn.Code
	}{
		{name: "sample", part: sample, want: `{"aps":{"alert":"You have mail","badge":9},"app-key":"bar"}`},
		{name: "token from the variable", part: "{}", destID: "ab", want: `{}`},
		{name: "no token", part: "{}", code: apn.MissingDeviceToken},
		{name: "odd token", part: "X-Device-Token: abc\n\n{}", code: apn.InvalidTokenSize},
		{name: "long token", part: "X-Device-Token: " + strings.Repeat("ab", 101) + "\n\n{}", code: apn.InvalidTokenSize},
		{name: "bad token", part: "X-Device-Token: ../x\n\n{}", code: apn.InvalidToken},
		{name: "no payload", part: "X-Device-Token: ab\n\n", code: apn.MissingPayload},
		{name: "no JSON", part: "X-Device-Token: ab\n\nhello", code: apn.MissingPayload},
		{name: "an array", part: "X-Device-Token: ab\n\n[]", code: apn.MissingPayload},
		{name: "largest payload", part: "X-Device-Token: ab\n\n{\"a\":\"" + strings.Repeat("x", 4088) + "\"}", want: `{"a":"` + strings.Repeat("x", 4088) + `"}`},
		{name: "large payload", part: "X-Device-Token: ab\n\n{\"a\":\"" + strings.Repeat("x", 4089) + "\"}", code: apn.InvalidPayloadSize},
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
			var payload []byte
			r, err := apn.NewRequest(m, 7, time.Unix(1000, 0))
			if err == nil {
				payload, err = r.Check()
			}
			var bad *apn.RequestError
			if errors.As(err, &bad) != (tt.code != 0) || bad != nil && bad.Code != tt.code || err != nil && bad == nil {
				t.Fatalf("error %v", err)
			}
			if d := cmp.Diff(tt.want, string(payload)); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
			if err == nil && (r.ID != 7 || r.Expiry() != 1000) {
				t.Errorf("%d %d", r.ID, r.Expiry())
			}
		})
	}
	deep := json.Null()
	for range 400 {
		deep = json.Array(deep)
	}
	m, err := message.ParseBytes([]byte(mcmt("X-Device-Token: ab\n\n{}")), message.Envelope{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := apn.NewRequest(m, 1, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	r.SetJSON(json.Array(deep))
	if text, err := r.Check(); err != nil || len(text) != 806 {
		t.Errorf("a deep payload: %d bytes, %v", len(text), err)
	}
}

func TestNewDriverURL(t *testing.T) {
	for _, u := range []string{"push.example", "ftp://x/", "https://", "http://[::1"} {
		if _, err := apn.NewDriver(apn.Options{URL: u}); err == nil {
			t.Errorf("%q gives no error", u)
		}
	}
	d, err := apn.NewDriver(apn.Options{})
	if err != nil {
		t.Fatal(err)
	}
	d.Close()
}
