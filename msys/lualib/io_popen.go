package lualib

import (
	"os"

	lua "github.com/Shopify/go-lua"
)

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
	cmd := shell(line)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	ours, theirs := r, w
	s := &stream{r: r, close: r.Close}
	if mode == "w" {
		ours, theirs = w, r
		s = &stream{w: w, close: w.Close}
		cmd.Stdin = r
	} else {
		cmd.Stdout = w
	}
	err = cmd.Start()
	_ = theirs.Close()
	if err != nil {
		_ = ours.Close()
		return pushResult(l, err, line)
	}
	// The program is waited for from the beginning, so that it leaves no
	// zombie even if the script forgets the file.
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	pushFile(l, &file{stream: s, status: func(l *lua.State) int {
		_, how, code := exitStatus(<-ended)
		l.PushString(how)
		l.PushNumber(float64(code))
		return 2
	}})
	return 1
}
