package curl

import (
	"context"
	"errors"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
)

// Library returns the Lua module "curl" backed by s.
func Library(s *Service) lua.RegistryFunction { return Module(s).Library() }

// Module declares the Lua module "curl" backed by s.
func Module(s *Service) *bind.Module {
	return &bind.Module{
		Name: "curl", Examples: snippets,
		Doc: "Transfers by http, https and file with the options of libcurl, which are `curl.OPT_*`. While a transfer runs, other sessions go on; its " +
			"callbacks run in the session that called `c:perform`. Results are libcurl's, such as `curl.COULDNT_CONNECT`.",
		Classes: []*bind.Class{easyClass()},
		Consts:  consts(),
		Funcs: []bind.Func{
			{
				Name: "new", Returns: "curl:_easy", Phases: bind.Any, Doc: "Makes a curl object without any options.",
				Example: `local c = require("curl").new() assert(c:setopt(curl.OPT_URL, "http://example.com/")) c:close()`,
				Fn: func(c *bind.Call) int {
					return c.PushObject(&luaEasy{Easy: s.Easy(), functions: map[Option]bind.Ref{}, data: map[Option]bind.Ref{}})
				},
			},
			{
				Name: "escape", Params: "str:string", Returns: "string", Phases: bind.Any,
				Doc:     "Writes every byte but A-Z a-z 0-9 - . _ ~ as %XX.",
				Example: `assert(require("curl").escape("abcd$%^&*()") == "abcd%24%25%5E%26%2A%28%29")`,
				Fn:      func(c *bind.Call) int { return c.PushString(Escape(c.String(1))) },
			},
			{
				Name: "unescape", Params: "str:string", Returns: "string", Phases: bind.Any,
				Doc:     "Reads %XX as the byte; `+` and what is no %XX stay as they are.",
				Example: `assert(require("curl").unescape("a%20b%zz") == "a b%zz")`,
				Fn:      func(c *bind.Call) int { return c.PushString(Unescape(c.String(1))) },
			},
		},
	}
}

// luaEasy is a handle as scripts see it, with the callbacks and their first
// arguments. It is used by one event loop.
type luaEasy struct {
	*Easy
	functions map[Option]bind.Ref
	data      map[Option]bind.Ref // of callbacks, by the option of the data
}

func easyClass() *bind.Class {
	return &bind.Class{
		Name: "curl:_easy", Short: "c", Of: (*luaEasy)(nil),
		Doc: "A curl object. After `c:close` every method but that raises.",
		Methods: []bind.Func{
			{
				Name: "setopt", Params: "option:number, value:any, ...", Returns: "boolean|nil, [err:string, code:number]", Phases: bind.Any,
				Doc: "Sets an option. Flags take booleans only, lists take any number of strings, callbacks take functions; nil brings the default of a " +
					"text, list or callback back. A value that is not possible, such as a header with a line end, gives nil, a text and " +
					"`curl.BAD_FUNCTION_ARGUMENT`; one of a wrong type raises, and so does an unknown option. Options about ftp, telnet and the like are " +
					"accepted and have no effect.",
				Fn: open(setopt),
			},
			{
				Name: "perform", Returns: "boolean|nil, [err:string, code:number]", Phases: bind.Any,
				Doc: "Does the transfer. Gives true, or nil, libcurl's text and its code, such as `curl.COULDNT_CONNECT`. A status such as 404 is no failure " +
					"unless `curl.OPT_FAILONERROR` is set. An error that a callback raises ends the transfer and is raised again.",
				Fn: open(perform),
			},
			{
				Name: "getinfo", Params: "info:number", Returns: "string|number|table|nil, [err:string, code:number]", Phases: bind.Any,
				Doc: "Tells about the last transfer: one of `curl.INFO_*`. Other numbers give nil, a text and `curl.BAD_FUNCTION_ARGUMENT`.",
				Fn: open(func(c *bind.Call, e *luaEasy) int {
					v, err := e.GetInfo(Info(c.Int(1)))
					var bad *Error
					if errors.As(err, &bad) {
						return c.Push(nil, bad.Err, int(bad.Code))
					}
					c.Raise(err)
					return c.Push(v)
				}),
			},
			{
				Name: "reset", Phases: bind.Any, Doc: "Brings all options to their defaults; cookies stay.",
				Fn: open(func(c *bind.Call, e *luaEasy) int {
					clear(e.functions)
					clear(e.data)
					c.Raise(e.withFiles(c, e.Reset))
					return 0
				}),
			},
			{
				Name: "fetch_into_file", Params: "path:string", Returns: "boolean", Phases: bind.Any,
				Doc: "Has the next transfer's body go into a file, which appears when the body is complete and the status was 200. With another status " +
					"`c:perform` gives nil, a text and the status. Gives true; a file that cannot be created raises.",
				Fn: open(func(c *bind.Call, e *luaEasy) int {
					path := c.String(1)
					c.Raise(c.Block(func(context.Context) error { return e.FetchIntoFile(path) }))
					return c.PushBool(true)
				}),
			},
			{
				Name: "close", Phases: bind.Any, Doc: "Ends the object and writes its cookies to `curl.OPT_COOKIEJAR`. Twice is fine.",
				Fn: func(c *bind.Call) int {
					e := bind.Self[*luaEasy](c)
					if err := e.withFiles(c, e.Close); err != nil {
						c.Env().Log().WarnContext(c.Context(), "curl: cookies not written", "error", err)
					}
					return 0
				},
			},
		},
	}
}

// open makes a method that raises once the object is closed.
func open(fn func(*bind.Call, *luaEasy) int) func(*bind.Call) int {
	return func(c *bind.Call) int {
		e := bind.Self[*luaEasy](c)
		if e.isClosed() {
			c.Raise(ErrClosed)
		}
		return fn(c, e)
	}
}

// withFiles runs f, without holding the loop if it has to do with files.
func (e *luaEasy) withFiles(c *bind.Call, f func() error) error {
	if !e.usesFiles() {
		return f()
	}
	return c.Block(func(context.Context) error { return f() })
}

// result pushes what setopt and perform give.
func result(c *bind.Call, err error) int {
	var status *FetchError
	var failed *Error
	switch {
	case err == nil:
		return c.PushBool(true)
	case errors.As(err, &status):
		return c.Push(nil, status.Error(), status.Status)
	case errors.As(err, &failed):
		return c.Push(nil, failed.Error(), int(failed.Code))
	}
	c.Raise(err)
	return 0
}
