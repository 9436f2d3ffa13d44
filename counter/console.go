package counter

import (
	"errors"
	"fmt"
	"io"
	"strconv"
)

// ErrUsage is in the error for a console command that is not understood.
var ErrUsage = errors.New("usage error")

const consoleHelp = `add <name> <delta>   add to a counter
help                 show this text
increment <name>     add one to a counter
list                 list all counters
reset <name>         set a counter to zero
unlink <name>        remove a counter
`

// Console runs one command of the server console, given without its first
// word: "add <name> <delta>", "help", "increment <name>", "list", "reset
// <name>" or "unlink <name>", and writes its output to w.
func (r *Registry) Console(args []string, w io.Writer) error {
	cmd := ""
	if len(args) > 0 {
		cmd = args[0]
	}
	operands := map[string]int{"help": 0, "list": 0, "increment": 1, "reset": 1, "unlink": 1, "add": 2}
	if n, ok := operands[cmd]; !ok || len(args) != n+1 {
		return fmt.Errorf("counter: console command %q: %w", args, ErrUsage)
	}
	switch cmd {
	case "help":
		_, err := io.WriteString(w, consoleHelp)
		return err
	case "list":
		return r.list(w)
	case "unlink":
		if !r.Unlink(args[1]) {
			return fmt.Errorf("counter: unlink %q: no such counter", args[1])
		}
		_, err := fmt.Fprintf(w, "%s unlinked.\n", args[1])
		return err
	}
	delta := int64(1)
	if cmd == "add" {
		var err error
		if delta, err = strconv.ParseInt(args[2], 10, 64); err != nil {
			return fmt.Errorf("counter: add %q: %w: delta %q is not an integer", args[1], ErrUsage, args[2])
		}
	}
	c, err := r.Reach(args[1])
	if err != nil {
		return err
	}
	if cmd == "reset" {
		c.Reset()
	} else {
		c.Add(delta)
	}
	_, err = fmt.Fprintf(w, "%s = %d\n", c.Path(), c.Load())
	return err
}

func (r *Registry) list(w io.Writer) error {
	n := 0
	if _, err := fmt.Fprintf(w, "%-20s %-19s %-9s %s\n", "VALUE", "RESET_TIME", "SEMANTICS", "COUNTER"); err != nil {
		return err
	}
	for i := range r.All("") {
		n++
		_, err := fmt.Fprintf(w, "%-20d %-19s %-9s %s\n",
			i.Value, i.ResetTime.Format("2006-01-02@15:04:05"), i.Semantics, i.Path)
		if err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "%d counters listed.\n", n)
	return err
}
