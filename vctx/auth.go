package vctx

import (
	"fmt"
	"log/slog"
)

// AuthStatus is the outcome of an authentication, msys.core.EC_AUTH_*.
type AuthStatus int

const (
	AuthOK    AuthStatus = 0 // the password is right
	AuthFail  AuthStatus = 1 // it is not
	AuthError AuthStatus = 2 // it could not be checked
)

// String gives the value of the variable auth_status: "pass", "fail" or
// "error".
func (s AuthStatus) String() string {
	switch s {
	case AuthOK:
		return "pass"
	case AuthFail:
		return "fail"
	}
	return "error"
}

// AuthRequest is one question to an authentication scheme. Printed or logged
// it does not show the password.
type AuthRequest struct {
	// Path is the configured URI after "scheme://".
	Path string
	// Params are the listener's parameters, such as uri and realm.
	Params map[string]string
	// User and Password are what the client gave.
	User, Password string
}

// LogValue implements [slog.LogValuer].
func (r AuthRequest) LogValue() slog.Value {
	return slog.GroupValue(slog.String("path", r.Path), slog.String("user", r.User))
}

// Format implements [fmt.Formatter], so that no verb shows the password.
func (r AuthRequest) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "{path %q user %q}", r.Path, r.User)
}

// ControlRequest is one console command.
type ControlRequest struct {
	// Line is the command as typed; it is split into words as a shell does,
	// with quotes and backslashes. If Args is set, Line is only shown.
	Line string
	// Args are the words, if the host has split them already.
	Args []string
	// User and Groups say who asks.
	User   string
	Groups []string
}
