package msys_test

import (
	"context"
	"errors"
	"testing"

	"github.com/gomsys/gomsys/msys"
)

func TestRoles(t *testing.T) {
	roles, err := msys.NewRoles(map[string][]string{"root": {".*"}, "admin": {"^config", "^help$"}, "ann": {"^paniclog"}})
	if err != nil {
		t.Fatal(err)
	}
	h := newHost(t, msys.Config{Authorize: roles.Authorize})
	for _, tt := range []struct {
		user    string
		groups  []string
		line    string
		allowed bool
	}{
		{"root", nil, "module list", true},
		{"bob", []string{"staff", "admin"}, "config get x", true},
		{"bob", []string{"admin"}, "help", true},
		{"bob", []string{"admin"}, "help me", false},
		{"bob", []string{"admin"}, "module list", false},
		{"ann", nil, "paniclog 5", true},
		{"ann", nil, "help", false},
		{"", nil, "help", false},
	} {
		out, handled, err := h.rt.Control(context.Background(), msys.ControlRequest{Line: tt.line, User: tt.user, Groups: tt.groups})
		if errors.Is(err, msys.ErrNotAuthorized) == tt.allowed || !handled || !tt.allowed && out != "" {
			t.Errorf("%s %v: %s: %q %v", tt.user, tt.groups, tt.line, out, err)
		}
	}
	if _, err := msys.NewRoles(map[string][]string{"x": {"("}}); err == nil {
		t.Error("a broken pattern gives no error")
	}
}
