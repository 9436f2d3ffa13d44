package main

import (
	"bytes"
	"embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
)

// bundled holds the policy and the mail that run without arguments.
//
//go:embed bundled
var bundled embed.FS

// options are the command line.
type options struct {
	scripts     []string
	paths       []string
	peer, local netip.AddrPort
	helo        string
	auth        string
	mailfrom    string
	rcpts       []string
	zone        string
	datasources []string
	connVars    map[string]string
	messVars    map[string]string
	settings    map[string]any
	bindings    []string
	maps        []mapping
	loadOnly    bool
	api         bool
	json        bool
	trace       bool
	messages    []string // files, directories, "-" for standard input; none for the bundled mail
	useBundle   bool

	mailfromGiven bool
}

// mapping is one -map: files under Prefix are looked for in Dir.
type mapping struct{ Prefix, Dir string }

const usage = `Usage: policy [flags] [FILE | DIR | -]…

Runs Momentum policy scripts on a message as an SMTP session would, and prints
what they decided. Without arguments a bundled policy runs on a bundled
message; "-" reads the message from standard input. Several messages, or all
files of a directory, have a session each, one after the other in one server:
what scripts count and remember goes on.

  go run ./examples/policy
  go run ./examples/policy -script my/policy.lua -rcpt you@example.com mail.eml
  go run ./examples/policy -script my/policy.lua -json mails/ >reports.json

With -json each message gives one object; docs/migrating.md lists its fields.

Exit status: 0 accepted · 1 rejected, deferred or discarded by policy · 2 usage,
script or configuration error. Of several messages the highest counts.

Flags:
`

// list is a flag that may be repeated.
type list []string

func (l *list) String() string     { return strings.Join(*l, ",") }
func (l *list) Set(s string) error { *l = append(*l, s); return nil }

// errUsage marks errors that the flag package has printed already.
type errUsage struct{ error }

func (u errUsage) Unwrap() error { return u.error }

func errPrinted(err error) bool { var u errUsage; return errors.As(err, &u) }

func exitStatusFor(err error) int {
	if errors.Is(err, flag.ErrHelp) {
		return exitAccepted
	}
	return exitError
}

func parseFlags(args []string, stderr io.Writer) (*options, error) {
	o := &options{connVars: map[string]string{}, messVars: map[string]string{}, settings: map[string]any{}}
	fs := flag.NewFlagSet("policy", flag.ContinueOnError)
	fs.SetOutput(stderr)
	fs.Usage = func() { fmt.Fprint(stderr, usage); fs.PrintDefaults() }
	var scripts, paths, rcpts, ds, ctx, sets, bindings, maps list
	var peer, local string
	fs.Var(&scripts, "script", "load this policy script `FILE` (repeatable, in order)")
	fs.Var(&paths, "path", "`DIR` where require() looks (repeatable; default: the directories of the scripts)")
	fs.StringVar(&peer, "peer", "192.0.2.7:4321", "client address `IP:PORT`")
	fs.StringVar(&local, "local", "198.51.100.25:25", "listener address `IP:PORT`")
	fs.StringVar(&o.helo, "helo", "client.example", "`NAME` in the EHLO command")
	fs.StringVar(&o.auth, "auth", "", "authenticated `USER`")
	fs.StringVar(&o.mailfrom, "mailfrom", "", "envelope sender `ADDR`, \"\" for a bounce (default: the From field)")
	fs.Var(&rcpts, "rcpt", "recipient `ADDR` (repeatable; default: the To field)")
	fs.StringVar(&o.zone, "dns", "", "RFC 1035 `ZONEFILE` that answers every DNS question; others give NXDOMAIN, and there is no network")
	fs.Var(&ds, "ds", "datasource for msys.db, `NAME=DRIVER:DSN` (drivers: sqlite, pgx; repeatable)")
	fs.Var(&ctx, "ctx", "preset context variable, `conn:K=V` or mess:K=V (repeatable)")
	fs.Var(&sets, "set", "configuration value for msys.config, `K=V` (repeatable)")
	fs.Var(&bindings, "binding", "`NAME` of a binding that exists (repeatable)")
	fs.Var(&maps, "map", "look for files that scripts name under a prefix in a directory, `PREFIX=DIR` (repeatable)")
	fs.BoolVar(&o.loadOnly, "load-only", false, "load the scripts, run init and deinit, and stop")
	fs.BoolVar(&o.api, "api", false, "print every Lua function: name, parameters and phases, separated by tabs")
	fs.BoolVar(&o.trace, "trace", false, "print how long each callout took and how many functions it called (to stderr with -json)")
	fs.BoolVar(&o.json, "json", false, "print one JSON object")
	if err := fs.Parse(args); err != nil {
		return nil, errUsage{err}
	}
	fs.Visit(func(f *flag.Flag) { o.mailfromGiven = o.mailfromGiven || f.Name == "mailfrom" })
	o.scripts, o.paths, o.rcpts, o.datasources, o.bindings = scripts, paths, rcpts, ds, bindings
	var err error
	if o.peer, err = netip.ParseAddrPort(peer); err != nil {
		return nil, fmt.Errorf("-peer: IP:PORT expected, got %q", peer)
	}
	if o.local, err = netip.ParseAddrPort(local); err != nil {
		return nil, fmt.Errorf("-local: IP:PORT expected, got %q", local)
	}
	if err := o.parsePairs(ctx, sets, maps); err != nil {
		return nil, err
	}
	o.messages = fs.Args()
	for _, arg := range o.messages {
		if len(arg) > 1 && strings.HasPrefix(arg, "-") {
			return nil, fmt.Errorf("%s comes after a message: flags come first", arg)
		}
	}
	o.useBundle = len(o.scripts) == 0
	for _, s := range o.scripts {
		if info, err := os.Stat(s); err != nil || info.IsDir() {
			return nil, fmt.Errorf("-script: %s is not a readable file", s)
		}
	}
	return o, nil
}

func (o *options) parsePairs(ctx, sets, maps []string) error {
	for _, s := range ctx {
		scope, pair, ok1 := strings.Cut(s, ":")
		key, value, ok2 := strings.Cut(pair, "=")
		switch {
		case !ok1 || !ok2 || scope != "conn" && scope != "mess":
			return fmt.Errorf("-ctx: conn:K=V or mess:K=V expected, got %q", s)
		case scope == "conn":
			o.connVars[key] = value
		default:
			o.messVars[key] = value
		}
	}
	for _, s := range sets {
		key, value, ok := strings.Cut(s, "=")
		if !ok {
			return fmt.Errorf("-set: K=V expected, got %q", s)
		}
		o.settings[key] = value
	}
	for _, s := range maps {
		prefix, dir, ok := strings.Cut(s, "=")
		if !ok || prefix == "" {
			return fmt.Errorf("-map: PREFIX=DIR expected, got %q", s)
		}
		o.maps = append(o.maps, mapping{prefix, dir})
	}
	for _, s := range o.datasources {
		if _, spec, ok := strings.Cut(s, "="); !ok || !strings.Contains(spec, ":") {
			return fmt.Errorf("-ds: NAME=DRIVER:DSN expected, got %q", s)
		}
	}
	return nil
}

// crlf gives text files the line ends of mail.
func crlf(b []byte) []byte {
	return bytes.ReplaceAll(bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
}

// scriptDirs are the directories of the scripts, without repetition.
func (o *options) scriptDirs() []string {
	var dirs []string
	seen := map[string]bool{}
	for _, s := range o.scripts {
		dir := filepath.Dir(s)
		if !seen[dir] {
			seen[dir] = true
			dirs = append(dirs, dir)
		}
	}
	return dirs
}
