package msys

import (
	"context"
	"fmt"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/vctx"
)

// AuthStatus is the outcome of an authentication.
type AuthStatus = vctx.AuthStatus

// Outcomes of an authentication.
const (
	AuthOK    = vctx.AuthOK
	AuthFail  = vctx.AuthFail
	AuthError = vctx.AuthError
)

// AuthRequest is one question to an authentication scheme.
type AuthRequest = vctx.AuthRequest

// authScheme is a table that a script registered with msys.registerAuth.
type authScheme struct {
	name   string
	table  bind.Ref
	script string
}

// AuthScheme is a scheme registered with msys.registerAuth. Its methods may be
// called concurrently.
type AuthScheme struct {
	rt   *Runtime
	name string
}

// AuthScheme gives the scheme of that name, nil if no script registered it.
func (rt *Runtime) AuthScheme(name string) *AuthScheme {
	lp := rt.first()
	lp.mu.Lock()
	defer lp.mu.Unlock()
	if lp.auths[name] == nil {
		return nil
	}
	return &AuthScheme{rt, name}
}

// luaRegisterAuth is msys.registerAuth.
func (rt *Runtime) luaRegisterAuth(c *bind.Call) int {
	name := c.String(1)
	c.CheckTable(2)
	if c.Env().Callout != "init" {
		c.Errorf("registerAuth: must be called from init")
	}
	if !isSchemeName(name) {
		c.ArgError(1, "URI scheme name expected, got '%s'", name)
	}
	if c.Env().Secondary {
		return 0
	}
	lp := loopOf(c)
	if lp.auths[name] != nil {
		c.Errorf("registerAuth: scheme '%s' is already registered", name)
	}
	if lp.auths == nil {
		lp.auths = map[string]*authScheme{}
	}
	lp.auths[name] = &authScheme{name: name, table: bind.RefAt(c.L, c.Index(2)), script: scriptOf(c)}
	return 0
}

// isSchemeName checks RFC 3986 section 3.1; Momentum's own names also have
// underscores.
func isSchemeName(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		other := '0' <= c && c <= '9' || c == '+' || c == '-' || c == '.' || c == '_'
		if !letter && (i == 0 || !other) {
			return false
		}
	}
	return s != ""
}

// Authenticate asks the scheme about a user's password. AuthError comes with
// the error that says why, also for an exception of the script.
func (a *AuthScheme) Authenticate(ctx context.Context, req AuthRequest) (AuthStatus, error) {
	return a.authenticate(ctx, a.rt.first().environment(ctx, bind.Ehlo), req)
}

func (a *AuthScheme) authenticate(ctx context.Context, env *bind.Env, req AuthRequest) (status AuthStatus, err error) {
	status = AuthError
	params := map[string]any{}
	for k, v := range req.Params {
		params[k] = v
	}
	err = a.call(ctx, env, "authenticate", []any{req.Path, params, req.User, req.Password}, func(l *lua.State) error {
		n, ok := l.ToNumber(-1)
		if l.TypeOf(-1) != lua.TypeNumber || !ok || n != float64(AuthOK) && n != float64(AuthFail) && n != float64(AuthError) {
			return fmt.Errorf("msys: scheme %s: authenticate returned %s, expected EC_AUTH_OK, EC_AUTH_FAIL or EC_AUTH_ERROR", a.name, describe(l, -1))
		}
		status = AuthStatus(n)
		return nil
	})
	return status, err
}

// Groups lists the groups of a user.
func (a *AuthScheme) Groups(ctx context.Context, user string) ([]string, error) {
	return a.list(ctx, "enumGroups", []any{user})
}

// AllGroups lists all groups of the scheme.
func (a *AuthScheme) AllGroups(ctx context.Context) ([]string, error) {
	return a.list(ctx, "queryGroups", nil)
}

func (a *AuthScheme) list(ctx context.Context, method string, args []any) (groups []string, err error) {
	env := a.rt.first().environment(ctx, phaseNone)
	err = a.call(ctx, env, method, args, func(l *lua.State) error {
		list, ok := bind.Strings(l, -1)
		if !ok || !l.IsTable(-1) {
			return fmt.Errorf("msys: scheme %s: %s returned %s, expected an array of strings", a.name, method, describe(l, -1))
		}
		groups = list
		return nil
	})
	return groups, err
}

// call runs a method of the scheme's table on the first loop.
func (a *AuthScheme) call(_ context.Context, env *bind.Env, method string, args []any, result func(l *lua.State) error) error {
	lp := a.rt.first()
	lp.retain()
	defer lp.release()
	env.Callout = a.name + "." + method
	return lp.with(env, func(t *luavm.Thread) error {
		scheme := lp.auths[a.name]
		if scheme == nil {
			return fmt.Errorf("msys: scheme %s is not registered any more", a.name)
		}
		env.Module = scheme.script
		l := t.L
		scheme.table.Push(l)
		l.PushString(method)
		l.RawGet(-2)
		if !l.IsFunction(-1) {
			return fmt.Errorf("msys: scheme %s has no method %s", a.name, method)
		}
		scheme.table.Push(l)
		for _, arg := range args {
			bind.Push(l, arg)
		}
		if err := t.PCall(1+len(args), 1); err != nil {
			a.rt.logFailure(env, nil, err)
			return fmt.Errorf("msys: scheme %s: %s: %w", a.name, method, err)
		}
		return result(l)
	})
}
