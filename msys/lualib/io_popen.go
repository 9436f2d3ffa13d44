package lualib

import (
	"context"
	"os"
	"time"

	lua "github.com/Shopify/go-lua"
)

// program is a program that a pipe leads to.
type program struct {
	ended chan struct{} // closed when it has
	err   error         // how, after that
}

// popen starts a program that the script reads from or writes to.
func (lib *ioLibrary) popen(l *lua.State) int {
	a := args{l, "io.popen"}
	line := a.str(1)
	mode, ok := openMode(a.optStr(2, "r"))
	if !ok || mode != "r" && mode != "w" {
		a.fail(2, "invalid mode")
	}
	r, w, err := os.Pipe()
	if err != nil {
		return pushResult(l, err, line)
	}
	cmd := shell(context.Background(), line)
	s, ours, theirs := &stream{r: r}, r, w
	if mode == "w" {
		s, ours, theirs = &stream{w: w}, w, r
		cmd.Stdin = r
	} else {
		cmd.Stdout = w
	}
	s.close = ours.Close
	s.interrupt = func() {
		_ = ours.SetDeadline(time.Now())
		_ = cmd.Process.Kill()
	}
	err = cmd.Start()
	_ = theirs.Close()
	if err != nil {
		_ = ours.Close()
		return pushResult(l, err, line)
	}
	// The program is waited for from the beginning, so that it leaves no
	// zombie even if the script forgets the file.
	p := &program{ended: make(chan struct{})}
	go func() {
		p.err = cmd.Wait()
		close(p.ended)
	}()
	pushFile(l, &file{stream: s, program: p})
	return 1
}

// pushStatus pushes how an ended program did.
func (p *program) pushStatus(l *lua.State) int {
	_, how, code := exitStatus(p.err)
	l.PushString(how)
	l.PushNumber(float64(code))
	return 2
}
