package vctx_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/gomsys/gomsys/vctx"
)

func TestAuthStatus(t *testing.T) {
	for status, want := range map[vctx.AuthStatus]string{vctx.AuthOK: "pass", vctx.AuthFail: "fail", vctx.AuthError: "error", -1: "error"} {
		if status.String() != want {
			t.Errorf("%d: %s, want %s", int(status), status, want)
		}
	}
}

func TestPasswordsAreNotShown(t *testing.T) {
	r := vctx.AuthRequest{Path: "p", User: "ann", Password: "secret"}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "request", r)
	for _, shown := range []string{log.String(), fmt.Sprint(r), fmt.Sprintf("%+v %#v %s %x %q", r, r, r, r, r), fmt.Sprintf("%v", &r), fmt.Errorf("%v", r).Error()} {
		if strings.Contains(shown, "secret") || strings.Contains(shown, "736563726574") || !strings.Contains(shown, "ann") {
			t.Errorf("shown as %s", shown)
		}
	}
}
