package iowrap

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/gomsys/gomsys/msys/luaio"
)

// pipePatience is how long Close waits for a program whose input has ended.
const pipePatience = 10 * time.Second

// pipe is a running program. Its input is written and its output read.
type pipe struct {
	cmd    *exec.Cmd
	kill   context.CancelFunc
	in     io.WriteCloser // nil if it is not written
	out    *os.File       // nil if it is not read
	exited chan error
}

// openPipe starts pipe:///program?arg1=…&env1=NAME=value. The program has no
// environment but the one given.
func (f *FS) openPipe(_ context.Context, uri string, flags int, _ fs.FileMode) (Object, error) {
	if !f.o.AllowPipe {
		return nil, ErrNotAllowed
	}
	program, query, _ := strings.Cut(afterScheme(uri), "?")
	v, err := parameters(query)
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(program, "/") {
		return nil, ErrInvalidURI
	}
	ctx, kill := context.WithCancel(context.Background())
	p := &pipe{cmd: exec.CommandContext(ctx, program, numbered(v, "arg")...), kill: kill, exited: make(chan error, 1)}
	p.cmd.Env = append([]string{}, numbered(v, "env")...)
	p.cmd.WaitDelay = time.Second
	if err := p.start(flags); err != nil {
		kill()
		return nil, err
	}
	return p, nil
}

func (p *pipe) start(flags int) error {
	var childOut *os.File
	var err error
	if flags&(os.O_WRONLY|os.O_RDWR) != 0 {
		if p.in, err = p.cmd.StdinPipe(); err != nil {
			return err
		}
	}
	if flags&os.O_WRONLY == 0 {
		if p.out, childOut, err = os.Pipe(); err != nil {
			return err
		}
		p.cmd.Stdout = childOut
		defer childOut.Close()
	}
	if err := p.cmd.Start(); err != nil {
		if p.out != nil {
			_ = p.out.Close() // nothing was read from it
		}
		return err
	}
	go func() { p.exited <- p.cmd.Wait() }()
	return nil
}

// Read reads what the program prints.
func (p *pipe) Read(b []byte) (int, error) {
	if p.out == nil {
		return 0, luaio.ErrNotReadable
	}
	return p.out.Read(b)
}

// Write writes what the program reads.
func (p *pipe) Write(b []byte) (int, error) {
	if p.in == nil {
		return 0, luaio.ErrNotWritable
	}
	return p.in.Write(b)
}

// SetDeadline ends reads at a time.
func (p *pipe) SetDeadline(at time.Time) error {
	if p.out == nil {
		return fs.ErrInvalid
	}
	return p.out.SetDeadline(at)
}

// Close ends the program's input and waits for it to finish; one that only
// prints is killed. The error says that it failed.
func (p *pipe) Close() error {
	if p.out != nil {
		_ = p.out.Close() // nobody reads any more
	}
	if p.in == nil {
		p.kill()
		<-p.exited
		return nil
	}
	_ = p.in.Close() // the program may have closed it
	defer p.kill()
	late := time.NewTimer(pipePatience)
	defer late.Stop()
	select {
	case err := <-p.exited:
		return err
	case <-late.C:
		p.kill()
		<-p.exited
		return errors.New("the program does not end")
	}
}
