package msys

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/vctx"
)

// ControlRequest is one console command.
type ControlRequest = vctx.ControlRequest

// ErrNotAuthorized is the usual error of Config.Authorize.
//
//lint:ignore ST1005 the text is what console users know
var ErrNotAuthorized = errors.New("Not Authorized for this command")

// command is a registered console command: the words of its prefix and the
// function on the first loop.
type command struct {
	words  []string
	f      bind.Ref
	script string
}

// Control runs a console command that a script registered with
// msys.registerControl, or a built-in one (help, module list, paniclog,
// config). out is what the command printed and returned; handled is false if
// nobody knows the command. A script's exception gives err besides what was
// printed before.
func (rt *Runtime) Control(ctx context.Context, req ControlRequest) (out string, handled bool, err error) {
	args := req.Args
	if args == nil {
		if args, err = splitWords(req.Line); err != nil {
			return "", false, fmt.Errorf("msys: control: %w", err)
		}
	}
	if len(args) == 0 {
		return "", false, nil
	}
	line := req.Line
	if line == "" {
		line = strings.Join(args, " ")
	}
	if rt.cfg.Authorize != nil {
		if err := rt.cfg.Authorize(ctx, req.User, req.Groups, line); err != nil {
			return "", true, err
		}
	}
	cc := &commandConstruct{line: line, args: args, user: req.User}
	response := message.NewECString("")
	if handled, err := rt.controlHook(ctx, "core_control_pre_command", cc, response); handled || err != nil {
		return response.String(), handled, err
	}
	out, handled, err = rt.runCommand(ctx, cc)
	response = message.NewECString(out)
	if _, hookErr := rt.controlHook(ctx, "core_control_post_command", cc, response); hookErr != nil && err == nil {
		err = hookErr
	}
	status := "pass"
	if err != nil {
		status = "error"
	}
	if logErr := rt.LogAccess(ctx, AccessRecord{User: req.User, Event: "control", Status: status, Text: line}); logErr != nil {
		rt.log.Warn("callout did not run", "callout", "core_aaa_log", "error", logErr)
	}
	return response.String(), handled, err
}

// controlHook runs a hook about a command, on the first loop.
func (rt *Runtime) controlHook(ctx context.Context, name string, cc *commandConstruct, response *message.ECString) (handled bool, err error) {
	out, err := rt.dispatch(ctx, rt.hooks.find(name), dispatchOptions{push: func(l *lua.State) int {
		pushObjects(l, cc, response)
		return 2
	}})
	return out.number != 0, err
}

// runCommand runs a registered command, or else a built-in one.
func (rt *Runtime) runCommand(ctx context.Context, typed *commandConstruct) (out string, handled bool, err error) {
	lp := rt.first()
	cmd, rest := lp.findCommand(typed.args)
	if cmd == nil {
		return rt.builtinCommand(ctx, typed)
	}
	var b strings.Builder
	env := lp.environment(ctx, bind.Control)
	env.Callout = "control " + strings.Join(cmd.words, " ")
	env.Module = cmd.script
	env.Print = func(line string) { b.WriteString(line + "\n") }
	cc := &commandConstruct{line: typed.line, args: append([]string{strings.Join(cmd.words, " ")}, rest...), user: typed.user}
	lp.retain()
	defer lp.release()
	err = lp.with(env, func(t *luavm.Thread) error {
		cmd.f.Push(t.L)
		bind.PushObject(t.L, cc)
		if err := t.PCall(1, 1); err != nil {
			rt.logFailure(env, nil, err)
			return fmt.Errorf("msys: control %s: %w", strings.Join(cmd.words, " "), err)
		}
		if s, ok := bind.Text(t.L, -1); ok && t.L.TypeOf(-1) != lua.TypeNumber {
			b.WriteString(s)
		}
		return nil
	})
	return b.String(), true, err
}

// findCommand gives the command with the longest prefix of words, and the
// words after it.
func (lp *loop) findCommand(args []string) (*command, []string) {
	lp.mu.Lock()
	defer lp.mu.Unlock()
	var best *command
	for _, c := range lp.commands {
		if len(c.words) <= len(args) && slices.Equal(c.words, args[:len(c.words)]) &&
			(best == nil || len(c.words) > len(best.words)) {
			best = c
		}
	}
	if best == nil {
		return nil, nil
	}
	return best, args[len(best.words):]
}

// luaRegisterControl is msys.registerControl.
func (rt *Runtime) luaRegisterControl(c *bind.Call) int {
	prefix, f := c.String(1), c.Function(2)
	if c.Env().Secondary {
		return 0
	}
	words, err := splitWords(prefix)
	c.Raise(err)
	if len(words) == 0 {
		c.ArgError(1, "command expected, got an empty string")
	}
	lp := loopOf(c)
	cmd := &command{words: words, f: f, script: scriptOf(c)}
	for i, old := range lp.commands {
		if slices.Equal(old.words, words) {
			lp.commands[i] = cmd
			return 0
		}
	}
	lp.commands = append(lp.commands, cmd)
	return 0
}

// splitWords splits a line as a shell does: blanks separate, single quotes
// keep everything, double quotes and backslashes keep blanks.
func splitWords(line string) ([]string, error) {
	var words []string
	var word strings.Builder
	in, quote := false, byte(0)
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case quote == 0 && (c == ' ' || c == '\t' || c == '\r' || c == '\n'):
			if in {
				words = append(words, word.String())
				word.Reset()
				in = false
			}
		case quote == 0 && (c == '\'' || c == '"'):
			quote, in = c, true
		case quote != 0 && c == quote:
			quote = 0
		case c == '\\' && quote != '\'' && i+1 < len(line):
			i++
			word.WriteByte(line[i])
			in = true
		default:
			word.WriteByte(c)
			in = true
		}
	}
	if quote != 0 {
		return nil, fmt.Errorf("unclosed quote %c in command", quote)
	}
	if in {
		words = append(words, word.String())
	}
	return words, nil
}

// builtinCommand runs the commands that every runtime knows.
func (rt *Runtime) builtinCommand(ctx context.Context, cc *commandConstruct) (string, bool, error) {
	args := cc.args
	switch {
	case args[0] == "help":
		return rt.help(), true, nil
	case args[0] == "module" && len(args) > 1 && args[1] == "list":
		var b strings.Builder
		for _, m := range rt.Modules() {
			fmt.Fprintf(&b, "%s (%s): %s\n", m.Name, m.Script, strings.Join(m.Hooks, ", "))
		}
		return b.String(), true, nil
	case args[0] == "paniclog":
		return rt.panics.tail(args[1:]), true, nil
	case args[0] == "config" && len(args) > 1:
		return rt.configCommand(ctx, cc)
	}
	return "", false, nil
}

func (rt *Runtime) help() string {
	lp := rt.first()
	lp.mu.Lock()
	defer lp.mu.Unlock()
	lines := []string{"config get|eval|set|unset|show [SCOPE NAME]… OPTION [VALUE]", "help", "module list", "paniclog [LINES]"}
	for _, c := range lp.commands {
		lines = append(lines, strings.Join(c.words, " "))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n") + "\n"
}

// argv are the words of a command as an object.
type argv struct{ *commandConstruct }

// commandConstruct is a running command as its function sees it.
type commandConstruct struct {
	line string
	args []string
	user string
}

var commandClass = &bind.Class{
	Name: "msys.core:_command_construct", Short: "cc", Of: (*commandConstruct)(nil),
	Doc: "A console command: its words and who asked.",
	Fields: []bind.Field{
		{Name: "argc", Type: "number", Doc: "Number of words, the command's prefix counted as one.",
			Get: func(c *bind.Call) { c.PushInt(len(bind.Self[*commandConstruct](c).args)) }},
		{Name: "argv", Type: "object", Doc: "Words by number; argv[0] is the command's prefix. Out of range gives nil.",
			Get: func(c *bind.Call) { c.PushObject(argv{bind.Self[*commandConstruct](c)}) }},
		{Name: "command", Type: "string", Doc: "The line as typed.",
			Get: func(c *bind.Call) { c.PushString(bind.Self[*commandConstruct](c).line) }},
		{Name: "auth_info", Type: "table", Doc: "Who asked: `auth_info.user`.",
			Get: func(c *bind.Call) { c.Push(map[string]string{"user": bind.Self[*commandConstruct](c).user}) }},
		{Name: "xml", Type: "number", Doc: "1 if the caller wants XML; always 0 here.",
			Get: func(c *bind.Call) { c.PushInt(0) }},
	},
	ToString: func(self any) string { return self.(*commandConstruct).line },
}

var argvClass = &bind.Class{
	Name: "msys.core:_argv", Short: "argv", Of: argv{},
	Doc: "The words of a console command.",
	Index: func(c *bind.Call) bool {
		args := bind.Self[argv](c).args
		n, ok := c.L.ToNumber(c.Index(1))
		if !ok || n < 0 || n >= float64(len(args)) || n != float64(int(n)) {
			return false
		}
		c.PushString(args[int(n)])
		return true
	},
	Len: func(self any) int { return len(self.(argv).args) - 1 },
}
