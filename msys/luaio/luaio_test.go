package luaio_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/luaio"
	"github.com/gomsys/gomsys/msys/lualib"
)

// module has the class and a function for each stream.
func module(streams map[string]any, info luaio.Info) *bind.Module {
	m := &bind.Module{Name: "msys.core", Classes: []*bind.Class{luaio.Class()}, Funcs: luaio.Funcs()}
	for name, s := range streams {
		o := luaio.New(s, info)
		m.Funcs = append(m.Funcs, bind.Func{Name: name, Fn: func(c *bind.Call) int { return c.PushObject(o) }})
	}
	return m
}

func newState(m *bind.Module) *lua.State {
	l := lua.NewState()
	lualib.Open(l)
	bind.Preload(l, m.Library())
	bind.OpenPreloaded(l)
	return l
}

func run(t *testing.T, l *lua.State, script string) {
	t.Helper()
	if err := lua.DoString(l, script); err != nil {
		text, _ := l.ToString(-1)
		t.Error(err, text)
	}
}

type onlyReader struct{ io.Reader }

func TestOneDirection(t *testing.T) {
	var out bytes.Buffer
	l := newState(module(map[string]any{
		"source": onlyReader{strings.NewReader("one\ntwo")},
		"sink":   struct{ io.Writer }{&out},
		"both": struct {
			io.Reader
			io.Writer
		}{strings.NewReader("in1in2"), &out},
	}, luaio.Info{}))
	run(t, l, `
		local source, sink, both = msys.core.source(), msys.core.sink(), msys.core.both()
		assert(source:read() == "one")
		assert(select(3, source:write("x")) == 9)
		assert(source:read("*a") == "two")
		assert(sink:write("some", 99) == 4)
		assert(select(2, sink:read()) == "Bad file descriptor")
		assert(select(3, sink:seek()) == 29)
		assert(sink:supports_lseek() == 0 and #sink == 0)
		assert(both:read(3) == "in1" and both:write("+") == 1 and both:read(9) == "in2" and both:read(1) == nil)
	`)
	if out.String() != "some+" {
		t.Errorf("%q", out.String())
	}
}

func TestLimit(t *testing.T) {
	long := strings.Repeat("x", 101) + "\nnext\n"
	l := newState(module(map[string]any{"all": strings.NewReader(long), "line": strings.NewReader(long), "n": strings.NewReader(long)}, luaio.Info{MaxRead: 100}))
	run(t, l, `
		assert(select(3, msys.core.all():read("*a")) == 27)
		assert(select(2, msys.core.line():read("*l")) == "File too large")
		assert(#msys.core.n():read(1e300) == 100)
		local ok, err = pcall(msys.core.line():lines())
		assert(not ok or err)
	`)
}

func TestNumerals(t *testing.T) {
	for text, want := range map[string]string{
		"12x": "12|x", " \n-0.5e-3,": "-0.0005|,", "0x1Fg": "31|g", "1e": "nil|", "+7": "7|", "abc": "nil|abc", "": "nil|",
		".5.": "0.5|.", strings.Repeat("0", 250) + "x": "0|" + strings.Repeat("0", 50) + "x",
	} {
		l := newState(module(map[string]any{"s": strings.NewReader(text)}, luaio.Info{}))
		run(t, l, fmt.Sprintf(`local s, want = msys.core.s(), %q
			local n = s:read("*n")
			local got = tostring(n) .. "|" .. tostring(s:read("*a"))
			assert(got == want, got)`, want))
	}
}

// blocker reads for ever, until its deadline.
type blocker struct {
	mu   sync.Mutex
	past chan struct{}
}

func (b *blocker) Read([]byte) (int, error) {
	b.mu.Lock()
	past := b.past
	b.mu.Unlock()
	<-past
	return 0, os.ErrDeadlineExceeded
}

func (b *blocker) SetDeadline(at time.Time) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if at.IsZero() {
		b.past = make(chan struct{})
	} else {
		close(b.past)
	}
	return nil
}

// TestInterrupted has a call that ends while it reads.
func TestInterrupted(t *testing.T) {
	b := &blocker{past: make(chan struct{})}
	l := newState(module(map[string]any{"s": b}, luaio.Info{Waits: true}))
	ctx, cancel := context.WithCancel(context.Background())
	bind.SetEnv(l, &bind.Env{Context: ctx, Wait: func(ctx context.Context, f func(context.Context) error) error {
		go cancel()
		return f(ctx)
	}})
	if err := lua.DoString(l, `msys.core.s():read(1)`); err == nil {
		t.Error("the call goes on")
	}
	select {
	case <-b.past:
		t.Error("the deadline stays for others")
	default:
	}
}

func TestNoWait(t *testing.T) {
	l := newState(module(map[string]any{"s": strings.NewReader("init\n")}, luaio.Info{Waits: true}))
	bind.SetEnv(l, &bind.Env{NoWait: "init"})
	run(t, l, `assert(msys.core.s():read() == "init")`)
}

type closer struct {
	io.Reader
	closed int
}

func (c *closer) Close() error { c.closed++; return nil }

func TestClones(t *testing.T) {
	c := &closer{Reader: strings.NewReader("abc")}
	a := luaio.New(c, luaio.Info{Path: "p"})
	b, err := a.Clone()
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := a.Close(); err != nil || c.closed != 0 {
			t.Error(err, c.closed)
		}
	}
	if _, err := a.Clone(); !errors.Is(err, fs.ErrClosed) {
		t.Error(err)
	}
	if _, err := a.Read(nil); !errors.Is(err, fs.ErrClosed) {
		t.Error(err)
	}
	if text, err := io.ReadAll(b); string(text) != "abc" || err != nil {
		t.Error(string(text), err)
	}
	if err := b.Close(); err != nil || c.closed != 1 || b.Info().Path != "p" {
		t.Error(err, c.closed)
	}
}

func TestSystemError(t *testing.T) {
	for _, tt := range []struct {
		err    error
		text   string
		number int
	}{
		{&fs.PathError{Op: "open", Path: "x", Err: syscall.ENOENT}, "No such file or directory", 2},
		{fmt.Errorf("wrapped: %w", fs.ErrPermission), "Permission denied", 13},
		{&fs.PathError{Op: "open", Path: "x", Err: errors.New("odd")}, "odd", 5},
		{luaio.ErrTooLarge, "File too large", 27},
		{errors.ErrUnsupported, "Operation not supported", 95},
		{os.ErrDeadlineExceeded, "Interrupted system call", 4},
	} {
		if text, number := luaio.SystemError(tt.err); text != tt.text || number != tt.number {
			t.Errorf("%v: %q %d", tt.err, text, number)
		}
	}
}

func TestConcurrent(t *testing.T) {
	var out bytes.Buffer
	o := luaio.New(&out, luaio.Info{})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				if _, err := io.WriteString(o, "0123456789"); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if out.String() != strings.Repeat("0123456789", 400) {
		t.Error("writes are mixed")
	}
}

func ExampleNew() {
	m := &bind.Module{
		Name:    "mail",
		Classes: []*bind.Class{luaio.Class()},
		Funcs: []bind.Func{{Name: "body", Fn: func(c *bind.Call) int {
			return c.PushObject(luaio.New(strings.NewReader("Hi Bob,\nbye\n"), luaio.Info{Path: "body", Scheme: "memory"}))
		}}},
	}
	err := lua.DoString(newState(m), `
		local body = mail.body()
		print(body:get_path(), body:get_size())
		for line in body:lines() do print(line) end
	`)
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// body	12
	// Hi Bob,
	// bye
}
