package msys

import (
	"context"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"time"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/lualib"
	"github.com/gomsys/gomsys/vctx"
)

// Config says what a [Runtime] is made of. The zero Config works: it has no
// script directories and the language alone.
type Config struct {
	// Path lists the directories that scripts and require are found in, in
	// order. Nothing outside of them is ever read as a script. If nil, only
	// LoadString can load.
	Path []fs.FS
	// Modules are the Lua modules that scripts can require; package modules
	// gives all of them. The core modules (msys, msys.core, msys.extended.*,
	// msys.pbp, msys.policyeditor, msys.tls_params, msys.threadpool,
	// msys.dumper, msys.getopt, thread, strict) are always there, and so is the
	// script msys.default_policy.
	Modules []lua.RegistryFunction
	// Loops is the number of event loops over which sessions are spread. If
	// zero, 1: script globals are shared by all sessions, as in Momentum.
	Loops int

	// Logger takes records of print, of failures and warnings. If nil,
	// slog.Default.
	Logger *slog.Logger
	// Print takes each line that scripts print or write to io.stdout. If nil,
	// the lines go to Logger. It is called with an event loop's lock held.
	Print func(line string)
	// Clock tells the time. If nil, the system's.
	Clock Clock
	// Hostname is the server's own name, for gethostname, %{spfv1:r} and
	// generated fields. If empty, os.Hostname.
	Hostname string
	// Resolver answers the DNS questions of msys.pbp and expandMacro. If nil,
	// net.DefaultResolver.
	Resolver Resolver
	// ConfigSource answers msys.config. If nil, an empty tree that takes
	// values.
	ConfigSource ConfigSource
	// Domains gives domain records and delays queues. If nil, every domain
	// has a bare record and there is no queue.
	Domains Domains
	// Accounting takes note of sessions and mail. If nil, that of the module
	// msys.audit if there is one; else only open sessions are counted.
	Accounting Accounting
	// Authorize decides about console commands. If nil, every command that
	// the host passes to Control is allowed: the host guards its console.
	Authorize func(ctx context.Context, user string, groups []string, line string) error
	// Enqueuer takes mail that scripts create (msg:inject, forward, MDNs). If
	// nil, such calls fail with "injection not available".
	Enqueuer Enqueuer
	// Message are the options for received and created mail: limits, the
	// registry of bindings, ids. Its Injector is set by the runtime.
	Message message.Options
	// Context gives connection variables by listener or peer: the host's
	// context option. If nil, none.
	Context func(vctx.Conn) map[string]string
	// RelaysTo says whether mail for a domain is taken from a client that may
	// not relay; domain is as the client wrote it, "" for an address without
	// one. RcptTo then refuses the others with "550 5.7.1 relaying denied",
	// before validate_rcptto, unless a policy's relay callouts decide
	// otherwise. It must be safe for concurrent use. If nil, RcptTo takes
	// every domain, and the host may ask Session.CanRelayTo itself.
	RelaysTo func(c *vctx.Conn, domain string) bool
	// Macros are further macros of msys.expandMacro, by name pattern, in which
	// one * stands for one or more characters: "site:*".
	Macros map[string]MacroFunc
	// Hooks are the host's own hooks, which scripts may define without a
	// warning and the host calls with CallHook.
	Hooks []HookDef
	// Builtins are checks in Go that take part in callouts of sessions, in
	// this order.
	Builtins []Builtin
	// Trace, if not nil, is told of every callout that ran. It is called
	// with the loop's lock held and must return quickly.
	Trace func(CalloutTrace)
	// Observer, if not nil, is told of the start and the end of every callout.
	Observer Observer

	// ScriptError says what a script's exception in a session does. If zero,
	// FailSession.
	ScriptError ScriptErrorMode
	// ScriptErrorCode and ScriptErrorText are the reply for FailSession: 421
	// closes the connection, another code keeps it. If zero, 421 and
	// "4.3.0 temporary failure, try later".
	ScriptErrorCode int
	ScriptErrorText string
	// EachRcptReject says what becomes of a transaction when policy rejects
	// some of its recipients after the data. If zero, RejectAll.
	EachRcptReject EachRcptMode
	// MaxTarpit caps what vctx:tarpit adds up to for one reply. If zero, 5
	// minutes.
	MaxTarpit time.Duration
	// MaxAddedCopies bounds the copies of a message that recipients make which
	// policy adds in each_rcpt. If zero, 1000.
	MaxAddedCopies int
	// AgainDelay is the pause before a callout that returned VALIDATE_AGAIN
	// runs again, AgainLimit how often it may. If zero, 100 ms and 100.
	AgainDelay time.Duration
	AgainLimit int
	// Pools are further thread pools or other sizes for the built-in ones.
	Pools map[string]Pool
	// StrictPhases makes a call in a wrong phase an error, not a warning.
	StrictPhases bool
	// Limits bound each call into Lua. If zero, the defaults of Limits.
	Limits Limits
	// AllowExec lets scripts start programs: os.execute and io.popen.
	AllowExec bool
	// OpenFile opens files for io.open and its like. If nil, scripts cannot
	// open files. name is as the script gave it; mode is io.open's.
	OpenFile func(name, mode string) (File, error)
}

// File is what Config.OpenFile gives: as much of *os.File as io.open needs. A
// file that is an io.Seeker too can be positioned.
type File = lualib.File

// Limits bound one call into Lua: a callout of one module, a timer's call, a
// command. Exceeding one ends the call with an error that pcall does not
// keep; a session's call then gets its temporary failure. Zero means the
// default, a negative value no limit.
type Limits struct {
	// Time is the wall time that Lua code may run, waiting not counted. If
	// zero, 5 s.
	Time time.Duration
	// Total is the wall time of a call with its waiting. If zero, 5 min.
	Total time.Duration
	// Instructions of the Lua VM. If zero, 200 million.
	Instructions int64
	// Depth of nested Lua calls. If zero, 16,000.
	Depth int
	// Memory is how many bytes the heap may grow while one long call runs.
	// If zero, 512 MiB.
	Memory int64
	// StringSize is the largest string that one operation may build. If
	// zero, 64 MiB.
	StringSize int
	// PatternSteps bounds one match of a Lua pattern. If zero, 10 million.
	PatternSteps int
	// LogLines is how many lines one call may print; the rest is counted and
	// dropped. If zero, 10,000.
	LogLines int
}

func (l Limits) withDefaults() Limits {
	def(&l.Time, 5*time.Second)
	def(&l.Total, 5*time.Minute)
	def(&l.Instructions, 200_000_000)
	def(&l.Depth, 16_000)
	def(&l.Memory, 512<<20)
	def(&l.StringSize, 64<<20)
	def(&l.PatternSteps, 10_000_000)
	def(&l.LogLines, 10_000)
	return l
}

// def sets *v to d if it is zero, and to zero (no limit) if it is negative.
func def[T int | int64 | time.Duration](v *T, d T) {
	switch {
	case *v == 0:
		*v = d
	case *v < 0:
		*v = 0
	}
}

// ScriptErrorMode says what an exception in a session's callout does.
type ScriptErrorMode int

const (
	// FailSession answers ScriptErrorCode; with 421 the connection closes.
	FailSession ScriptErrorMode = iota
	// Continue logs the exception and goes on with the phase.
	Continue
)

// EachRcptMode says what a reject after the split into recipients does.
type EachRcptMode int

const (
	// RejectAll refuses the whole transaction with the first such code: one
	// reply serves all recipients, so none is lost silently.
	RejectAll EachRcptMode = iota
	// PerRecipient gives each Message its own Verdict (LMTP, PRDR).
	PerRecipient
	// NotifyRejected takes the mail for the recipients that policy accepts
	// and, as Momentum does, leaves it to the host to tell the sender about
	// the others with a notification: they are in Result.Messages with the
	// Verdict that rejects them. If no copy is left to queue, the first
	// rejection is the reply, and there is nothing to notify. If a copy is
	// deferred, the whole transaction is, so that no sender is told of a
	// failure that will pass.
	NotifyRejected
)

// Clock tells the time.
type Clock interface{ Now() time.Time }

type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

// Resolver is the DNS that msys.pbp and macros ask; *net.Resolver is one.
type Resolver interface {
	LookupAddr(ctx context.Context, addr string) ([]string, error)
	LookupHost(ctx context.Context, host string) ([]string, error)
}

// Domains is the host's outbound queue, seen from policy.
type Domains interface {
	// Lookup gives the record of a domain, nil if there is none.
	Lookup(ctx context.Context, name string) (*Domain, error)
	// DelayDomain makes all queued mail for the domain wait until its next
	// retry time; note becomes its code.
	DelayDomain(ctx context.Context, name, note string) error
}

// Domain is a domain record: the name and what the host adds.
type Domain struct {
	Name   string
	Fields map[string]any
}

// Enqueuer takes mail that scripts create, for delivery.
type Enqueuer interface {
	// Enqueue queues m, whose envelope is set, once for its recipient. It is
	// called after the callouts for generated mail accepted it.
	Enqueue(ctx context.Context, m *message.Message) error
}

// CalloutTrace tells of one callout of one module that ran.
type CalloutTrace struct {
	Phase   string // the phase's name as the reference has it
	Callout string
	Module  string
	Return  string // VALIDATE_CONT and its like, a number, or ""
	Error   string // a script's exception, with its position
	Session string // the connection id, or ""
	Began   time.Time
	// Duration is how long the call took, waiting included; 0 at its start.
	Duration time.Duration
	// Calls is the number of calls of the library's functions and methods
	// that the script made.
	Calls int
	// Code is the code of the session's reply as it stands, 0 outside of a
	// session.
	Code int
}

// Observer sees callouts as they run. Its methods are called with the event
// loop's lock held, must return quickly and must not call into the runtime.
// Callouts of different loops, and those that wait, overlap. Package
// modules/observe has observers.
type Observer interface {
	// CalloutStart is called before a module's function runs.
	CalloutStart(CalloutTrace)
	// CalloutEnd is called after it ran.
	CalloutEnd(CalloutTrace)
}

func (c Config) withDefaults() Config {
	if c.Loops <= 0 {
		c.Loops = 1
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	if c.Clock == nil {
		c.Clock = systemClock{}
	}
	if c.Hostname == "" {
		c.Hostname, _ = os.Hostname()
	}
	if c.ConfigSource == nil {
		c.ConfigSource = NewConfigMap(nil)
	}
	if c.Resolver == nil {
		c.Resolver = net.DefaultResolver
	}
	if c.ScriptErrorCode == 0 {
		c.ScriptErrorCode = 421
	}
	if c.ScriptErrorText == "" {
		c.ScriptErrorText = "4.3.0 temporary failure, try later"
	}
	if c.MaxTarpit == 0 {
		c.MaxTarpit = 5 * time.Minute
	}
	if c.AgainDelay == 0 {
		c.AgainDelay = 100 * time.Millisecond
	}
	if c.AgainLimit == 0 {
		c.AgainLimit = 100
	}
	c.Limits = c.Limits.withDefaults()
	return c
}
