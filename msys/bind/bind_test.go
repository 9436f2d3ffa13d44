package bind_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	lua "github.com/Shopify/go-lua"
	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/internal/luavm"
	"github.com/gomsys/gomsys/msys/bind"
)

type account struct {
	owner   string
	balance float64
}

var accountClass = &bind.Class{
	Name: "test:_account", Short: "account", Of: (*account)(nil), Doc: "An account.",
	Methods: []bind.Func{
		{
			Name: "deposit", Params: "amount:number", Returns: "number", Phases: bind.Data | bind.Rcptto,
			Fn: func(c *bind.Call) int {
				a := bind.Self[*account](c)
				a.balance += c.Number(1)
				return c.PushNumber(a.balance)
			},
		},
		{
			Name: "crash", Fn: func(c *bind.Call) int { panic("boom") },
		},
		{
			Name: "equals", Params: "other:test:_account", Fn: func(c *bind.Call) int {
				other := bind.Arg[*account](c, 1)
				return c.PushBool(other == bind.Self[*account](c))
			},
		},
	},
	Fields: []bind.Field{
		{Name: "owner", Type: "string", Get: func(c *bind.Call) { c.PushString(bind.Self[*account](c).owner) },
			Set: func(c *bind.Call) { bind.Self[*account](c).owner = c.String(1) }},
		{Name: "balance", Type: "number", Get: func(c *bind.Call) { c.PushNumber(bind.Self[*account](c).balance) }},
	},
	ToString: func(self any) string { return "account of " + self.(*account).owner },
	Text:     func(self any) string { return self.(*account).owner },
	Len:      func(self any) int { return int(self.(*account).balance) },
}

func testModule() *bind.Module {
	return &bind.Module{
		Name: "test.bank", Doc: "A bank.", Classes: []*bind.Class{accountClass},
		Consts: []bind.Const{{Name: "MAX", Value: 7}, {Name: "BANK_NAME", Value: "b", Global: true}},
		Funcs: []bind.Func{
			{Name: "open", Params: "owner:string, [balance:number]", Returns: "object", Fn: func(c *bind.Call) int {
				return c.PushObject(&account{c.String(1), c.OptNumber(2, 0)})
			}},
			{Name: "sub.echo", Params: "v:any", Fn: func(c *bind.Call) int { return c.Push(bind.Go(c.L, c.Index(1))) }},
			{Name: "wait", Fn: func(c *bind.Call) int {
				if err := c.Block(func(context.Context) error { return errors.New("no answer") }); err != nil {
					return c.Fail(err)
				}
				return 0
			}},
			{Name: "options", Params: "o:table", Fn: func(c *bind.Call) int {
				o := c.Options(1)
				return c.Push(o.String("s", "d"), o.Number("n", 5), o.Bool("b", true), o.Strings("list"))
			}},
		},
	}
}

// run evaluates a chunk and gives its results as text, or the error.
func run(t *testing.T, env *bind.Env, source string) (string, *luavm.Error) {
	t.Helper()
	l := lua.NewState()
	lua.OpenLibraries(l)
	bind.Preload(l, testModule().Library())
	th := luavm.Of(l)
	bind.SetEnv(l, env)
	if err := lua.LoadBuffer(l, "local bank = require 'test.bank'\n"+source, "@t.lua", ""); err != nil {
		t.Fatal(err)
	}
	if err := th.PCall(0, lua.MultipleReturns); err != nil {
		return "", err
	}
	var out []string
	for i := 1; i <= l.Top(); i++ {
		s, ok := bind.Text(l, i)
		if !ok {
			s = fmt.Sprint(bind.Go(l, i))
		}
		out = append(out, s)
	}
	return strings.Join(out, " "), nil
}

func TestCalls(t *testing.T) {
	for _, tt := range []struct{ name, source, want string }{
		{"method", `local a = bank.open("x"); a:deposit(2); return a:deposit("3")`, "5"},
		{"field", `local a = bank.open("x", 4); a.owner = 12; return a.owner, a.balance, #a, tostring(a)`, "12 4 4 account of 12"},
		{"object as string", `return bank.open(bank.open("in")).owner`, "in"},
		{"constants", `return bank.MAX, BANK_NAME, test.bank == bank`, "7 b true"},
		{"nested table", `return bank.sub.echo("e")`, "e"},
		{"equality", `local a, b = bank.open("x"), bank.open("x"); return a == a, a == b, a:equals(a)`, "true false true"},
		{"absent member", `return bank.open("x").nothing`, "<nil>"},
		{"failure", `return bank.wait()`, "<nil> no answer"},
		{"options", `return bank.options{s="v", b=0, list={"a","b"}}`, "v 5 false [a b]"},
		{"no options", `return bank.options()`, "d 5 true map[]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := run(t, nil, tt.source)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestErrors(t *testing.T) {
	for _, tt := range []struct{ name, source, want string }{
		{"missing", `bank.open()`, "t.lua:2: bad argument #1 to 'open' (string expected, got nil)"},
		{"table for string", `bank.open({})`, "t.lua:2: bad argument #1 to 'open' (string expected, got table)"},
		{"method argument", `bank.open("x"):deposit({})`, "t.lua:2: bad argument #1 to 'deposit' (number expected, got table)"},
		{"dot call", `bank.open("x").deposit(nil)`, "t.lua:2: bad argument #1 to 'deposit' (test:_account expected, got nil)"},
		{"wrong class", `bank.open("x"):equals("y")`, "t.lua:2: bad argument #1 to 'equals' (test:_account expected, got string)"},
		{"read-only", `bank.open("x").balance = 3`, "t.lua:2: field 'balance' of test:_account cannot be assigned"},
		{"option", `bank.options{n={}}`, "t.lua:2: bad argument #1 to 'options' (option 'n': number expected, got table)"},
		{"go panic", `bank.open("x"):crash()`, "t.lua:2: gomsys: Go panic in 'crash': boom"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := run(t, nil, tt.source)
			if err == nil {
				t.Fatal("no error")
			}
			if diff := cmp.Diff(tt.want, err.Message); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPhaseCheck(t *testing.T) {
	var log bytes.Buffer
	env := &bind.Env{
		Phase: bind.SetBinding,
		Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		}})),
	}
	source := "local a = bank.open('x')\nfor i = 1, 3 do a:deposit(1) end\na:deposit(1)"
	if _, err := run(t, env, source); err != nil {
		t.Fatal(err)
	}
	const text = `"account:deposit called in phase set_binding (allowed: data, rcptto) at t.lua:`
	if got := strings.Count(log.String(), text); got != 2 {
		t.Errorf("%d warnings for two places:\n%s", got, &log)
	}
	env.Strict = true
	_, err := run(t, env, source)
	want := "t.lua:3: account:deposit called in phase set_binding (allowed: data, rcptto)"
	if err == nil || err.Message != want {
		t.Errorf("strict: %v, want %s", err, want)
	}
}

func TestWaitForbidden(t *testing.T) {
	_, err := run(t, &bind.Env{NoWait: "init"}, "bank.wait()")
	if want := "t.lua:2: a call that waits is not possible in init"; err == nil || err.Message != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestWaitCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := run(t, &bind.Env{Context: ctx}, "bank.wait()")
	if err == nil || !err.Fatal || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want a fatal error by the context", err)
	}
}

func TestScriptAddsMethod(t *testing.T) {
	l := lua.NewState()
	lua.OpenLibraries(l)
	bind.Open(l, testModule().Library())
	l.Register("meta", func(l *lua.State) int {
		if !bind.PushClassMeta(l, "test:_account") {
			l.PushNil()
		}
		return 1
	})
	err := lua.DoString(l, `
		local a = test.bank.open("x", 1)
		local mt = meta()
		assert(type(mt.__index) == "function")
		mt.shout = function(self) return self.owner .. "!" end
		mt.deposit = function() return "own" end
		assert(a:shout() == "x!")
		assert(a:deposit() == "own")
	`)
	if err != nil {
		s, _ := l.ToString(-1)
		t.Fatal(err, s)
	}
}

func TestHandle(t *testing.T) {
	l := lua.NewState()
	bind.Open(l, testModule().Library())
	a := &account{owner: "x"}
	h := bind.NewHandle(l, a)
	other := bind.NewHandle(l, a)
	h.Push(l)
	h.Push(l)
	if !l.RawEqual(-1, -2) {
		t.Error("two pushes of a handle are two values")
	}
	h.Release()
	h.Release()
	h.Push(l)
	if !l.IsNil(-1) {
		t.Error("a released handle still pushes")
	}
	again := bind.NewHandle(l, &account{owner: "y"})
	again.Push(l)
	if v, _ := bind.ObjectAt[*account](l, -1); v.owner != "y" {
		t.Error("wrong object in a slot used again")
	}
	other.Push(l)
	if v, _ := bind.ObjectAt[*account](l, -1); v != a {
		t.Error("the other handle lost its object")
	}
}

func TestParseParams(t *testing.T) {
	f := bind.Func{Params: "type:number, [key:string|nil], ..."}
	want := []bind.Param{{Name: "type", Type: "number"}, {Name: "key", Type: "string|nil", Optional: true}, {Name: "..."}}
	if diff := cmp.Diff(want, bind.ParseParams(f.Params)); diff != "" {
		t.Error(diff)
	}
	if got := f.Signature(); got != "type, [key], ..." {
		t.Errorf("signature %q", got)
	}
}

func TestPhasesString(t *testing.T) {
	for p, want := range map[bind.Phases]string{
		0: "any", bind.Any: "any", bind.Rcptto | bind.Data: "data, rcptto", bind.SMPP: "SMPP",
	} {
		if got := p.String(); got != want {
			t.Errorf("%b: %q, want %q", p, got, want)
		}
	}
}

func Example() {
	greet := &bind.Module{
		Name: "msys.greeting",
		Funcs: []bind.Func{{
			Name: "hello", Params: "name:string", Returns: "string", Phases: bind.Any,
			Doc: "Greets.",
			Fn:  func(c *bind.Call) int { return c.PushString("hello " + c.String(1)) },
		}},
	}
	l := lua.NewState()
	lua.OpenLibraries(l)
	bind.Preload(l, greet.Library())
	if err := lua.DoString(l, `
		require("msys.greeting")
		print(msys.greeting.hello("world"))
		print(pcall(msys.greeting.hello))
	`); err != nil {
		fmt.Println(err)
	}
	// Output:
	// hello world
	// false	bad argument #1 to 'hello' (string expected, got nil)
}
