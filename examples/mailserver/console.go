package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"

	"github.com/gomsys/gomsys/msys"
)

// The console is a Unix socket that only the server's user can open. A client
// sends one command a line; each answer is a line with "ok" or "error" and the
// number of bytes of output that follow.

// maxCommand bounds a command line.
const maxCommand = 64 << 10

// console serves commands on a Unix socket.
type console struct {
	s      *server
	l      net.Listener
	ctx    context.Context
	cancel context.CancelFunc

	mu    sync.Mutex
	conns map[net.Conn]bool
	wg    sync.WaitGroup
}

// openConsole begins to serve commands at path; a socket that nobody listens
// on any more is replaced.
func openConsole(s *server, path string) (*console, error) {
	if c, err := net.Dial("unix", path); err == nil {
		c.Close()
		return nil, fmt.Errorf("console: %s is in use", path)
	}
	if st, err := os.Lstat(path); err == nil && st.Mode().Type() == os.ModeSocket {
		os.Remove(path)
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("console: %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("console: %w", err), l.Close())
	}
	c := &console{s: s, l: l, conns: map[net.Conn]bool{}}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	c.wg.Add(1)
	go c.accept()
	return c, nil
}

func (c *console) accept() {
	defer c.wg.Done()
	for {
		conn, err := c.l.Accept()
		if err != nil {
			return
		}
		c.mu.Lock()
		if c.ctx.Err() != nil {
			c.mu.Unlock()
			conn.Close()
			return
		}
		c.conns[conn] = true
		c.wg.Add(1)
		c.mu.Unlock()
		go c.serve(conn)
	}
}

// serve answers the commands of one client.
func (c *console) serve(conn net.Conn) {
	defer c.wg.Done()
	defer func() {
		conn.Close()
		c.mu.Lock()
		delete(c.conns, conn)
		c.mu.Unlock()
	}()
	in := bufio.NewScanner(conn)
	in.Buffer(nil, maxCommand)
	for in.Scan() {
		out, err := c.run(strings.TrimSpace(in.Text()))
		status := "ok"
		if err != nil {
			status = "error"
			out += err.Error() + "\n"
		}
		if _, err := fmt.Fprintf(conn, "%s %d\n%s", status, len(out), out); err != nil {
			return
		}
	}
}

// run runs one command: reload, adaptive if mail is sent on, or what the
// runtime and its policies know.
func (c *console) run(line string) (string, error) {
	switch line {
	case "":
		return "", nil
	case "reload":
		if err := c.s.reload(); err != nil {
			return "", err
		}
		return "policies reloaded\n", nil
	}
	if words := strings.Fields(line); words[0] == "adaptive" && c.s.out != nil {
		var b strings.Builder
		err := c.s.out.engine.Console(c.ctx, words[1:], &b)
		return b.String(), err
	}
	out, handled, err := c.s.rt.Control(c.ctx, msys.ControlRequest{Line: line, User: "console"})
	switch {
	case err != nil:
		return out, err
	case !handled:
		return "", fmt.Errorf("unknown command: %s (try help)", line)
	case line == "help":
		out += "reload\n"
		if c.s.out != nil {
			out += "adaptive help\n"
		}
	case out != "" && !strings.HasSuffix(out, "\n"):
		out += "\n"
	}
	return out, nil
}

// Close ends the console, with the commands that run.
func (c *console) Close() error {
	c.cancel()
	err := c.l.Close()
	c.mu.Lock()
	for conn := range c.conns {
		conn.Close()
	}
	c.mu.Unlock()
	c.wg.Wait()
	return err
}

// errCommand is the failure of a command; its text is in the output.
var errCommand = errors.New("the command failed")

// say sends a command to the console at path and writes its output to w.
func say(path, line string, w io.Writer) error {
	conn, err := net.Dial("unix", path)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := fmt.Fprintf(conn, "%s\n", strings.ReplaceAll(line, "\n", " ")); err != nil {
		return err
	}
	in := bufio.NewReader(conn)
	var status string
	var size int64
	if _, err := fmt.Fscanf(in, "%s %d\n", &status, &size); err != nil {
		return fmt.Errorf("reading the answer: %w", err)
	}
	if _, err := io.CopyN(w, in, size); err != nil {
		return fmt.Errorf("reading the answer: %w", err)
	}
	if status != "ok" {
		return errCommand
	}
	return nil
}
