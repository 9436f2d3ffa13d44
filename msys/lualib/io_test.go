package lualib

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// put writes a file in the working directory.
func put(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// content returns what a file in the working directory holds.
func content(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// go-lua: io.read knows no formats and io.lines yields nothing.
func TestRead(t *testing.T) {
	t.Chdir(t.TempDir())
	put(t, "lines", "one\ntwo\n\nlast")
	put(t, "numbers", " 12 -3.5e2 0x1F .5x\n1e+ 7")
	put(t, "empty", "")
	put(t, "bytes", "a\x00\xff\r\nb")
	put(t, "long", strings.Repeat("0123456789", 5000)+"\nend")
	testLua(t, nil, []luaTest{
		{`local f = io.open("lines") return f:read(), f:read("*l"), f:read("*L"), f:read("*L"), f:read()`, `"one" "two" "\n" "last" nil`},
		{`io.open("lines"):read("*l", 2, "*a")`, `"one" "tw" "o\n\nlast"`},
		{`io.open("lines"):read("*all"), io.open("lines"):read("*line")`, `"one\ntwo\n\nlast" "one"`},
		{`local f = io.open("lines") f:read("*a") return f:read("*a"), f:read("*l"), f:read(1), f:read(0)`, `"" nil nil nil`},
		{`local f = io.open("lines") return f:read(0), f:read(3), f:read(100)`, `"" "one" "\ntwo\n\nlast"`},
		{`io.open("empty"):read("*a"), io.open("empty"):read(0), io.open("empty"):read()`, `"" nil nil`},
		{`io.open("lines"):read(1, "*n", "*l")`, `"o" nil`},
		{`io.open("numbers"):read("*n", "*n", "*n", "*n", 1, "*n", "*n")`, `12 -350 31 0.5 "x" nil`},
		{`io.open("bytes", "rb"):read("*L", "*a")`, `"a\x00\xff\r\n" "b"`},
		{`local a, b = io.open("long"):read("*l", "*l") return #a, b`, `50000 "end"`},
		{`local n = 0 for l in io.lines("lines") do n = n + #l end return n`, `10`},
		{`local s = "" for a, b in io.lines("lines", 1, "*L") do s = s .. a .. "|" .. (b or "-") end return s`, `"o|ne\nt|wo\n\n|last"`},
		{`local s = "" for l in io.open("lines"):lines("*L") do s = s .. l end return s`, `"one\ntwo\n\nlast"`},
		{`local s = 0 for n in io.lines("numbers", "*n") do s = s + n end return s`, `-306.5`},
		{`local next = io.lines("empty") return next(), pcall(next)`, `nil false "file is already closed"`},
		{`local f = io.open("lines") local next = f:lines() f:close() return pcall(next)`, `false "file is already closed"`},
		{`io.input("lines") return io.read(), io.input():read(), io.read("*a")`, `"one" "two" "\nlast"`},
		{`io.input("lines") local n = 0 for l in io.lines() do n = n + 1 end return n, io.type(io.input())`, `4 "file"`},
		{`io.input("lines") for l in io.lines(nil, 2) do return l end`, `"on"`},
	})
}

func TestWrite(t *testing.T) {
	t.Chdir(t.TempDir())
	testLua(t, nil, []luaTest{
		{`local f = io.open("f", "w") f:write("a", 1, 2.5, "\0\255", 1/0):write("!"):close()`, ``},
		{`local f = io.open("f", "a") f:write("more") f:close() return io.open("f"):read("*a")`, `"a12.5\x00\xffinf!more"`},
		{`local f = io.open("f", "r+") f:write("A") f:seek("end", -4) f:write("MO") f:seek("set") return f:read("*a")`, `"A12.5\x00\xffinf!MOre"`},
		{`local f = io.open("f", "w+") f:write("0123456789") f:seek("set", 2) return f:read(3), f:seek(), f:write("x") == f, f:seek("set", 0), f:read("*a")`, `"234" 5 true 0 "01234x6789"`},
		{`io.output("g") io.write("x", 1) io.output():write("y") io.close() return io.open("g"):read("*a")`, `"x1y"`},
		{`local f = io.open("g", "w") return f:seek(), f:seek("cur", 0), f:seek("end"), f:seek("set", 7)`, `0 0 0 7`},
		{`io.open("g", "w"):seek("set", -1)`, `nil "Invalid argument" 22`},
		{`local f = io.tmpfile() f:write("tmp") f:seek("set") return f:read("*a"), io.type(f)`, `"tmp" "file"`},
		{`local f = io.open("h", "w") f:setvbuf("full", 100) f:write("held") local before = io.open("h"):read("*a") f:flush() return before, io.open("h"):read("*a")`, `"" "held"`},
		{`local f = io.open("h", "w") f:setvbuf("line") f:write("one\ntwo") local before = io.open("h"):read("*a") f:close() return before, io.open("h"):read("*a")`, `"one\n" "one\ntwo"`},
		{`local f = io.open("h", "w") f:setvbuf("full", 4) f:write("12345") f:write("6") f:setvbuf("no") return io.open("h"):read("*a")`, `"123456"`},
		{`local f = io.open("h", "w+") f:setvbuf("full") f:write("abc") f:seek("set") return f:read("*a")`, `"abc"`},
		{`local b = buffer.new("text") local f = io.open("h", "w") f:write(b, "!") f:close() return io.open("h"):read("*a")`, `"text!"`},
	})
	if got := content(t, "g"); got != "" {
		t.Errorf("g holds %q", got)
	}
}

func TestIOErrors(t *testing.T) {
	t.Chdir(t.TempDir())
	put(t, "f", "text")
	testLua(t, nil, []luaTest{
		{`io.open("none")`, `nil "none: No such file or directory" 2`},
		{`io.open("none/f", "w")`, `nil "none/f: No such file or directory" 2`},
		{`io.open(".", "w")`, `nil ".: Is a directory" 21`},
		{`io.open("."):read()`, `nil "Is a directory" 21`},
		{`io.open("f", "w"):read()`, `nil "Bad file descriptor" 9`},
		{`io.open("f"):write("x")`, `nil "Bad file descriptor" 9`},
		{`pcall(io.open("f", "w"):lines())`, `false "Bad file descriptor"`},
		{`io.open("f", "x")`, `error: t:1: bad argument #2 to 'open' (invalid mode)`},
		{`io.open("f", "")`, `error: t:1: bad argument #2 to 'open' (invalid mode)`},
		{`io.type(io.open("f", "rb+")), io.type(io.open("f", "rt")), io.type(io.open("f", "rw"))`, `"file" "file" "file"`},
		{`local f = io.open("f") f:close() return tostring(f), io.type(f)`, `"file (closed)" "closed file"`},
		{`local f = io.open("f") f:close() f:read()`, `error: t:1: attempt to use a closed file`},
		{`local f = io.open("f") f:close() f:close()`, `error: t:1: attempt to use a closed file`},
		{`local f = io.open("f") f:close() io.close(f)`, `error: t:1: attempt to use a closed file`},
		{`(tostring(io.open("f")):gsub("0x%x+", "ADDR"))`, `"file (ADDR)"`},
		{`io.type(1), io.type({}), io.type(io.stdin)`, `nil nil "file"`},
		{`io.type()`, `error: t:1: bad argument #1 to 'type' (value expected)`},
		{`io.open("f"):read("l")`, `error: t:1: bad argument #1 to 'read' (invalid option)`},
		{`io.open("f"):read("*z")`, `error: t:1: bad argument #1 to 'read' (invalid format)`},
		{`io.open("f"):seek("bad")`, `error: t:1: bad argument #1 to 'seek' (invalid option 'bad')`},
		{`io.open("f"):setvbuf()`, `error: t:1: bad argument #1 to 'setvbuf' (invalid option '')`},
		{`io.open("f", "w"):write({})`, `error: t:1: bad argument #1 to 'write' (string expected, got table)`},
		{`io.open("f").read(1)`, `error: t:1: bad argument #1 to 'read' (FILE* expected, got number)`},
		{`io.lines("none")`, `error: t:1: bad argument #1 to 'lines' (none: No such file or directory)`},
		{`io.input("none")`, `error: t:1: bad argument #1 to 'input' (none: No such file or directory)`},
		{`io.output("none/f")`, `error: t:1: bad argument #1 to 'output' (none/f: No such file or directory)`},
		{`io.output(12)`, `error: t:1: bad argument #1 to 'output' (FILE* expected, got number)`},
		{`io.stdout:close()`, `nil "cannot close standard file"`},
		{`io.close()`, `nil "cannot close standard file"`},
		{`io.input("f") io.close(io.input()) io.read()`, `error: t:1: standard input file is closed`},
		{`io.output("f") io.close() io.write("x")`, `error: t:1: standard output file is closed`},
	})
}

func TestStandardFiles(t *testing.T) {
	var out, errs bytes.Buffer
	o := &Options{Stdin: strings.NewReader("line\nrest"), Stdout: &out, Stderr: &errs}
	testLua(t, o, []luaTest{
		{`io.read(), io.stdin:read("*a"), io.read()`, `"line" "rest" nil`},
		{`io.write("a", 1) == io.stdout, io.stdout:write("b") == io.stdout, io.flush(), io.stdout:flush()`, `true true true true`},
		{`io.stderr:write("warning\n") == io.stderr`, `true`},
		{`io.output() == io.stdout, io.input() == io.stdin, io.output(io.stdout) == io.stdout`, `true true true`},
		{`io.stdout:seek()`, `nil "Illegal seek" 29`},
		{`io.stdout:read()`, `nil "Bad file descriptor" 9`},
		{`io.stdin:write("x")`, `nil "Bad file descriptor" 9`},
	})
	if out.String() != "a1b" || errs.String() != "warning\n" {
		t.Errorf("stdout has %q, stderr %q", out.String(), errs.String())
	}
}

// memoryFile is a file of a host that keeps files elsewhere.
type memoryFile struct {
	*strings.Reader
	closed *atomic.Int32
}

func (memoryFile) Write([]byte) (int, error) { return 0, errors.New("the disk is on fire") }
func (f memoryFile) Close() error            { f.closed.Add(1); return nil }

func TestHostFiles(t *testing.T) {
	var closed atomic.Int32
	var names []string
	o := &Options{Open: func(name, mode string) (File, error) {
		names = append(names, name+" "+mode)
		if name == "secret" {
			return nil, fs.ErrPermission
		}
		if name == "none" {
			return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
		}
		return memoryFile{strings.NewReader("from the host\n"), &closed}, nil
	}}
	testLua(t, o, []luaTest{
		{`io.open("a"):read("*a"), io.open("a", "rb+"):seek("end")`, `"from the host\n" 14`},
		{`io.open("a"):write("x")`, `nil "the disk is on fire" 5`},
		{`io.open("secret")`, `nil "secret: Operation not permitted" 1`},
		{`io.open("none")`, `nil "none: No such file or directory" 2`},
		{`local f = io.open("b", "w") return f:close()`, `true`},
		{`os.remove("a")`, `nil "a: Operation not permitted" 1`},
		{`os.rename("a", "b")`, `nil "a: Operation not permitted" 1`},
		{`io.tmpfile()`, `nil "Operation not permitted" 1`},
		{`os.tmpname()`, `error: t:1: unable to generate a unique filename`},
		{`for l in io.lines("c") do end`, ``},
	})
	if got, want := strings.Join(names, ","), "a r,a r+,a r,secret r,none r,b w,c r"; got != want {
		t.Errorf("opened %s, want %s", got, want)
	}
	if n := closed.Load(); n < 2 { // garbage may be closed already
		t.Errorf("%d files were closed, want those of close and io.lines", n)
	}
}

// A file that the script forgets is written and closed in the end.
func TestForgottenFile(t *testing.T) {
	t.Chdir(t.TempDir())
	th := newStdState(t, nil)
	if got := evalLua(t, th, `local f = io.open("log", "w") f:setvbuf("full") f:write("line\n")`); got != "" {
		t.Fatal(got)
	}
	th.Clear()
	for begin := time.Now(); time.Since(begin) < 10*time.Second; runtime.Gosched() {
		runtime.GC()
		if content(t, "log") == "line\n" {
			return
		}
	}
	t.Error("the text was not written")
}

func TestReadLimit(t *testing.T) {
	o := &Options{MaxString: 100, Stdin: io.LimitReader(zeros{}, 1<<30)}
	testLua(t, o, []luaTest{
		{`#io.read(100)`, `100`},
		{`io.read(101)`, `error: t:1: resulting string too large`},
		{`io.read("*l")`, `error: t:1: resulting string too large`},
		{`io.read("*a")`, `error: t:1: resulting string too large`},
		{`io.read("*n")`, `0`}, // of the first 200 digits
	})
}

// zeros is an endless reader.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '0'
	}
	return len(p), nil
}
