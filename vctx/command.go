package vctx

import (
	"strconv"
	"strings"
)

// SetEhlo sets the variables of the greeting, from the line as typed, and
// resets the message variables. A CRLF at the end is dropped.
func (v *Context) SetEhlo(line string) {
	line = strings.TrimRight(line, "\r\n")
	argument := ""
	if i := strings.IndexAny(line, " \t"); i >= 0 {
		argument = strings.Trim(line[i:], " \t")
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.ended {
		return
	}
	v.resetMessage()
	v.state = StateEhlo
	v.dicts[ConnScope].Set(KeyEhloString, line)
	v.dicts[ConnScope].Set(KeyEhloDomain, argument)
}

// SetMailFrom begins a transaction: it resets the message variables, sets
// those of the sender from the command line as received, counts the message
// and opens the recipient list. A CRLF at the end is dropped.
func (v *Context) SetMailFrom(line string) {
	line = strings.TrimRight(line, "\r\n")
	p, _ := ParsePath(line)
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.ended {
		return
	}
	v.resetMessage()
	v.sender = p.Address
	v.rcpts.open = true
	v.state = StateMailFrom
	v.counts.messages++
	v.counts.messageRcpts = 0
	v.setCounts()
	mess := &v.dicts[MessScope]
	mess.Set(KeyMailfromString, line)
	mess.Set(KeyMailfromLocalpart, p.Local)
	mess.Set(KeyMailfromDomain, p.Domain)
}

// SetRcptTo sets the variables of the recipient that is looked at, from the
// command line as received, and counts it. A CRLF at the end is dropped.
func (v *Context) SetRcptTo(line string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.ended {
		return
	}
	v.state = StateRcptTo
	v.counts.rcpts++
	v.counts.messageRcpts++
	v.setCounts()
	v.setRcptTo(strings.TrimRight(line, "\r\n"))
}

func (v *Context) setCounts() {
	conn := &v.dicts[ConnScope]
	conn.Set(KeyConnectionMessageCount, strconv.Itoa(v.counts.messages))
	conn.Set(KeyConnectionRcptCount, strconv.Itoa(v.counts.rcpts))
	conn.Set(KeyMessageRcptCount, strconv.Itoa(v.counts.messageRcpts))
}

func (v *Context) setRcptTo(line string) {
	p, _ := ParsePath(line)
	v.current = p.Address
	mess := &v.dicts[MessScope]
	mess.Set(KeyRcpttoString, line)
	mess.Set(KeyRcpttoLocalpart, p.Local)
	mess.Set(KeyRcpttoDomain, p.Domain)
}

// MailFrom gives the sender of the transaction, "" for the null sender.
func (v *Context) MailFrom() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.sender
}

// RcptTo gives the recipient that is looked at.
func (v *Context) RcptTo() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.current
}

// InTransaction reports whether the session is between MAIL FROM and the end
// of the transaction.
func (v *Context) InTransaction() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.rcpts.open
}

// SetData sets the variables that describe the content of the message:
// whether it is 8BITMIME (RFC 6152) and whether it lacks a Date.
func (v *Context) SetData(eightBit, dateMissing bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if !v.ended {
		v.state = StateBody
	}
	v.setTrue(MessScope, Key8BitMIME, eightBit)
	v.setTrue(MessScope, KeyDateMissing, dateMissing)
}

// SetBatchIDs sets the variable that lists the ids of the messages that one
// transaction made.
func (v *Context) SetBatchIDs(ids []string) {
	v.Set(MessScope, KeyBatchIDs, strings.Join(ids, ","))
}

// SetAuth sets the variables of an authentication attempt: the mechanism,
// "pass", "fail" or "error", and the user, "" if it is not known. A session
// that passed may relay.
func (v *Context) SetAuth(mechanism, status, user string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.ended {
		return
	}
	conn := &v.dicts[ConnScope]
	conn.Set(KeyAuthName, mechanism)
	conn.Set(KeyAuthStatus, status)
	if user != "" {
		conn.Set(KeyAuthUser, user)
	} else {
		conn.Delete(KeyAuthUser)
	}
	if status == "pass" {
		conn.Set(KeyCanRelay, "true")
	}
}

// CanRelay reports whether the session may relay.
func (v *Context) CanRelay() bool { return v.Get(ConnScope, KeyCanRelay) == "true" }

// SetCanRelay says whether the session may relay. The variable is "true" or
// absent.
func (v *Context) SetCanRelay(on bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.setTrue(ConnScope, KeyCanRelay, on)
}

// setTrue makes a variable "true" or absent.
func (v *Context) setTrue(scope Scope, key string, on bool) {
	switch {
	case v.ended:
	case on:
		v.dicts[scope].Set(key, "true")
	default:
		v.dicts[scope].Delete(key)
	}
}
