package vctx

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
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

// Valid reports whether s is one of the two scopes.
func (s Scope) Valid() bool { return s == ConnScope || s == MessScope }

// Conditions of a context.
var (
	// ErrInvalid is given for a context whose session has ended.
	ErrInvalid = errors.New("validate context is no longer valid")
	// ErrScope is given for a scope that does not exist.
	ErrScope = errors.New("invalid context type")
	// ErrRecipientsFinal is given for changes of a recipient list that is
	// fixed.
	ErrRecipientsFinal = errors.New("recipient list is final")
)

// Options of a context.
type Options struct {
	// MaxTarpit caps the delay of one phase. If zero, 5 minutes.
	MaxTarpit time.Duration
}

// Context is the validation context of a session: variables, the reply code
// of the running phase, and the recipient list. Reading methods of a context
// whose session has ended give zero values; Err tells.
type Context struct {
	conn *Conn
	opts Options

	mu      sync.Mutex
	ended   bool
	dicts   [2]Dict
	code    int
	note    string
	closing bool
	tarpit  time.Duration
	flags   map[string]bool
	rcpts   recipients

	mailfrom, rcptto       string
	messages, rcptsInTotal int
	rcptsInMessage         int
}

// NewContext makes the context of a connection.
func NewContext(c *Conn, o *Options) *Context {
	v := &Context{conn: c, code: 220}
	if o != nil {
		v.opts = *o
	}
	if v.opts.MaxTarpit == 0 {
		v.opts.MaxTarpit = 5 * time.Minute
	}
	for key, value := range c.Context {
		v.dicts[ConnScope].Set(key, value)
	}
	return v
}

// Conn gives the connection.
func (v *Context) Conn() *Conn { return v.conn }

// Err gives ErrInvalid once the session has ended.
func (v *Context) Err() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.ended {
		return ErrInvalid
	}
	return nil
}

// Invalidate ends the context; scripts that kept it get errors.
func (v *Context) Invalidate() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.ended = true
}

// Get gives a variable, "" if it is absent.
func (v *Context) Get(scope Scope, key string) string {
	value, _ := v.Lookup(scope, key)
	return value
}

// Lookup gives a variable and whether it is there.
func (v *Context) Lookup(scope Scope, key string) (string, bool) {
	if !scope.Valid() {
		return "", false
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.dicts[scope].Lookup(key)
}

// Set sets a variable and reports whether that changed anything.
func (v *Context) Set(scope Scope, key, value string) (changed bool) {
	if !scope.Valid() {
		return false
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.dicts[scope].Set(key, value)
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

// Keys lists the variables of a scope in the order of their making.
func (v *Context) Keys(scope Scope) []string {
	if !scope.Valid() {
		return nil
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.dicts[scope].Keys()
}

// Code gives the reply code of the running phase.
func (v *Context) Code() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.code
}

// Note gives the reply text of the running phase, "" if none was set.
func (v *Context) Note() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.note
}

// SetNote sets the reply text alone.
func (v *Context) SetNote(text string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.note = text
}

// SetCode sets the reply of the running phase: a code from 200 to 599, and a
// text, "" for the code's default.
func (v *Context) SetCode(code int, text string) error {
	if code < 200 || code > 599 {
		return fmt.Errorf("code %d is not between 200 and 599", code)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.code, v.note = code, text
	return nil
}

// Disconnect sets the reply and makes the connection close after it. Code 0
// keeps the current one if it is 400 or more, else 421; no text gives
// "4.7.0 connection closed by policy".
func (v *Context) Disconnect(code int, text string) error {
	if code == 0 {
		if code = v.Code(); code < 400 {
			code = 421
		}
	}
	if text == "" {
		text = "4.7.0 connection closed by policy"
	}
	if err := v.SetCode(code, text); err != nil {
		return err
	}
	v.SetClosing(true)
	return nil
}

// SetClosing says whether the connection closes after the reply.
func (v *Context) SetClosing(on bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.closing = on
}

// Disconnecting reports whether the connection closes after the reply.
func (v *Context) Disconnecting() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.closing
}

// Tarpit delays the reply of the running phase; calls add up, to at most
// MaxTarpit. A negative duration is refused.
func (v *Context) Tarpit(d time.Duration) error {
	if d < 0 {
		return fmt.Errorf("interval must not be negative")
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if d > v.opts.MaxTarpit-v.tarpit {
		v.tarpit = v.opts.MaxTarpit
		return nil
	}
	v.tarpit += d
	return nil
}

// TarpitDelay gives the delay of the running phase.
func (v *Context) TarpitDelay() time.Duration {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.tarpit
}

// Flag gives a flag that scripts may set: deschedule, body_has_changed,
// transparency, needs_auth_results.
func (v *Context) Flag(name string) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.flags[name]
}

// SetFlag sets a flag.
func (v *Context) SetFlag(name string, on bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.flags == nil {
		v.flags = map[string]bool{}
	}
	v.flags[name] = on
}

// BeginPhase gives the phase a fresh code, no text and no delay. That the
// connection shall close stays.
func (v *Context) BeginPhase(code int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.code, v.note, v.tarpit = code, "", 0
}

// ResetMessage empties the message variables and the recipient list.
func (v *Context) ResetMessage() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.dicts[MessScope].Clear()
	v.rcpts = recipients{}
	v.rcptsInMessage, v.mailfrom, v.rcptto = 0, "", ""
}

// SetEhlo notes the greeting: the line as typed, without CRLF.
func (v *Context) SetEhlo(line string) {
	_, domain, _ := strings.Cut(line, " ")
	v.mu.Lock()
	defer v.mu.Unlock()
	v.dicts[ConnScope].Set(KeyEhloString, line)
	v.dicts[ConnScope].Set(KeyEhloDomain, strings.TrimSpace(domain))
}

// SetMailFrom notes the sender of a new transaction: the command line as
// received, without CRLF.
func (v *Context) SetMailFrom(line string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.mailfrom = PathOf(line)
	v.setAddress(KeyMailfromString, KeyMailfromLocalpart, KeyMailfromDomain, line, v.mailfrom)
	v.messages++
	v.dicts[ConnScope].Set(keyConnMessages, strconv.Itoa(v.messages))
	v.rcpts.open = true
}

// SetRcptTo notes the recipient that is being looked at.
func (v *Context) SetRcptTo(line string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.setRcptTo(line)
	v.rcptsInTotal++
	v.rcptsInMessage++
	v.dicts[ConnScope].Set(keyConnRcpts, strconv.Itoa(v.rcptsInTotal))
	v.dicts[ConnScope].Set(keyMessageRcpts, strconv.Itoa(v.rcptsInMessage))
}

func (v *Context) setRcptTo(line string) {
	v.rcptto = PathOf(line)
	v.setAddress(KeyRcpttoString, KeyRcpttoLocalpart, KeyRcpttoDomain, line, v.rcptto)
}

func (v *Context) setAddress(line, local, domain, text, addr string) {
	l, d := SplitAddress(addr)
	v.dicts[MessScope].Set(line, text)
	v.dicts[MessScope].Set(local, l)
	v.dicts[MessScope].Set(domain, d)
}

// MailFrom gives the sender of the transaction, "" for the null sender.
func (v *Context) MailFrom() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.mailfrom
}

// RcptTo gives the recipient that is being looked at.
func (v *Context) RcptTo() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.rcptto
}

// SetAuth notes an authentication attempt: the mechanism, "pass", "fail" or
// "error", and the user ("" if it is not known). A pass may relay.
func (v *Context) SetAuth(mechanism, status, user string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	conn := &v.dicts[ConnScope]
	conn.Set(KeyAuthName, mechanism)
	conn.Set(KeyAuthStatus, status)
	if user != "" {
		conn.Set(KeyAuthUser, user)
	}
	if status == "pass" {
		conn.Set(KeyCanRelay, "true")
	}
}

// TLSInfo is what policy sees of a TLS session.
type TLSInfo struct {
	Protocol             string // "TLSv1.3"
	Cipher               string
	AlgBits, UseBits     int
	ClientSubject        string
	ClientSubjectCN      string
	ClientIssuer         string
	ClientIssuerCN       string
	ClientVerified       bool
	HasClientCertificate bool
}

// SetTLS notes a TLS session.
func (v *Context) SetTLS(t TLSInfo) {
	v.mu.Lock()
	defer v.mu.Unlock()
	conn := &v.dicts[ConnScope]
	conn.Set("tls", "on")
	conn.Set("tls_protocol", t.Protocol)
	conn.Set("tls_cipher", t.Cipher)
	conn.Set("tls_cipher_algbits", strconv.Itoa(t.AlgBits))
	conn.Set("tls_cipher_usebits", strconv.Itoa(t.UseBits))
	if !t.HasClientCertificate {
		return
	}
	conn.Set("tls_client_cert_subject", t.ClientSubject)
	conn.Set("tls_client_cert_subject_cn", t.ClientSubjectCN)
	conn.Set("tls_client_cert_issuer", t.ClientIssuer)
	conn.Set("tls_client_cert_issuer_cn", t.ClientIssuerCN)
	if t.ClientVerified {
		conn.Set("tls_client_verified", "yes")
	}
}

// Seconds makes a duration of a number of seconds; what a duration cannot
// hold becomes its limit, NaN zero.
func Seconds(s float64) time.Duration {
	switch ns := s * float64(time.Second); {
	case math.IsNaN(ns):
		return 0
	case ns >= math.MaxInt64:
		return math.MaxInt64
	case ns <= math.MinInt64:
		return math.MinInt64
	default:
		return time.Duration(ns)
	}
}
