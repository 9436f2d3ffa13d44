package vctx

import (
	"errors"
	"sync"
	"time"
)

// Scope selects one of a context's dictionaries.
type Scope int

const (
	// ConnScope lives until the session ends.
	ConnScope Scope = 0
	// MessScope is emptied at MAIL FROM, RSET, EHLO and the end of a
	// transaction.
	MessScope Scope = 1
)

// Valid reports whether s is one of the two scopes. If not, scripts are told
// [ErrScope].
func (s Scope) Valid() bool { return s == ConnScope || s == MessScope }

// Conditions of a context.
var (
	// ErrInvalid is given for a context whose session has ended.
	ErrInvalid = errors.New("validate context is no longer valid")
	// ErrScope is for a scope that does not exist.
	ErrScope = errors.New("invalid context type")
)

// Options are the options of a [Context].
type Options struct {
	// MaxTarpit caps the delay of one reply. If zero, 5 minutes.
	MaxTarpit time.Duration
	// MaxAddedCopies bounds how many copies of a message recipients that
	// policy adds in each_rcpt may make. If zero, 1000.
	MaxAddedCopies int
}

func (o *Options) withDefaults() Options {
	var r Options
	if o != nil {
		r = *o
	}
	if r.MaxTarpit == 0 {
		r.MaxTarpit = 5 * time.Minute
	}
	if r.MaxAddedCopies == 0 {
		r.MaxAddedCopies = 1000
	}
	return r
}

// Context is the validation context of a session, vctx in Lua: variables, the
// reply of the running phase, and the recipient list. It is safe for
// concurrent use.
//
// After [Context.Invalidate] a context is empty: reading methods give zero
// values, those that give an error give [ErrInvalid], the others do nothing.
type Context struct {
	conn *Conn
	opts Options

	mu      sync.Mutex
	ended   bool
	dicts   [2]Dict
	reply   replyState
	flags   flags
	rcpts   recipients
	sender  string
	current string // the recipient that is being looked at
	state   State
	counts  counts
}

// counts are the counters of a session; they stay when the context ends.
type counts struct{ messages, rcpts, messageRcpts int }

// NewContext makes the context of a connection, for the first phase of its
// session.
func NewContext(c *Conn, o *Options) *Context {
	v := &Context{conn: c, opts: o.withDefaults(), reply: replyState{code: codeConnect}}
	for key, value := range c.Context {
		v.dicts[ConnScope].Set(key, value)
	}
	if c.CanRelay {
		v.dicts[ConnScope].Set(KeyCanRelay, "true")
	}
	return v
}

// Conn gives the connection.
func (v *Context) Conn() *Conn { return v.conn }

// Err gives [ErrInvalid] once the session has ended.
func (v *Context) Err() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.err()
}

func (v *Context) err() error {
	if v.ended {
		return ErrInvalid
	}
	return nil
}

// Invalidate ends the context.
func (v *Context) Invalidate() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.ended = true
	v.dicts = [2]Dict{}
	v.rcpts = recipients{}
	v.reply, v.flags = replyState{}, 0
	v.sender, v.current = "", ""
}

// Get gives a variable, "" if it is absent.
func (v *Context) Get(scope Scope, key string) string {
	value, _ := v.Lookup(scope, key)
	return value
}

// Lookup gives a variable and whether it is there.
func (v *Context) Lookup(scope Scope, key string) (value string, ok bool) {
	if !scope.Valid() {
		return "", false
	}
	v.mu.Lock()
	value, ok = v.dicts[scope].Lookup(key)
	v.mu.Unlock()
	return value, ok
}

// Exists reports whether a variable is there.
func (v *Context) Exists(scope Scope, key string) bool {
	_, ok := v.Lookup(scope, key)
	return ok
}

// Set sets a variable and reports whether that changed anything.
func (v *Context) Set(scope Scope, key, value string) (changed bool) {
	if !scope.Valid() {
		return false
	}
	v.mu.Lock()
	if !v.ended {
		changed = v.dicts[scope].Set(key, value)
	}
	v.mu.Unlock()
	return changed
}

// Delete removes a variable and reports whether it was there.
func (v *Context) Delete(scope Scope, key string) bool {
	if !scope.Valid() {
		return false
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.dicts[scope].Delete(key)
}

// Keys lists the variables of a scope in the order in which they were added.
func (v *Context) Keys(scope Scope) []string {
	if !scope.Valid() {
		return nil
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.dicts[scope].Keys()
}

// Vars gives a copy of the variables of a scope.
func (v *Context) Vars(scope Scope) map[string]string {
	if !scope.Valid() {
		return nil
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	vars := make(map[string]string, v.dicts[scope].Len())
	for key, value := range v.dicts[scope].All() {
		vars[key] = value
	}
	return vars
}

// ResetMessage empties the message variables and the recipient list, as RSET,
// EHLO, MAIL FROM and the end of a transaction do.
func (v *Context) ResetMessage() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.resetMessage()
}

func (v *Context) resetMessage() {
	v.dicts[MessScope].Clear()
	v.rcpts = recipients{}
	v.sender, v.current = "", ""
	v.flags &^= flagBit(FlagBodyHasChanged)
}
