package bounce

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// Classifier classifies bounces. Use [New] to make one. It may be used from any
// number of goroutines.
type Classifier struct {
	opts    Options
	classes map[int]Class
	builtin *builtin
	cache   *cache

	overrides atomic.Pointer[overrides]
	reloading sync.Mutex
	due       atomic.Int64 // when to reload, as Unix nanoseconds
}

// overrides are the rules that were read from outside.
type overrides struct {
	userSMTP, systemSMTP *ruleset
	userMDN, systemMDN   *ruleset
}

// New gives a classifier. It reads the rules that o names and fails if that
// fails.
func New(o *Options) (*Classifier, error) {
	opts := o.withDefaults()
	classes, err := classTable(opts.CustomClasses)
	if err != nil {
		return nil, err
	}
	b, err := loadBuiltin()
	if err != nil {
		return nil, err
	}
	c := &Classifier{opts: opts, classes: classes, builtin: b, cache: newCache(opts.CacheSize)}
	if err := c.Reload(context.Background()); err != nil {
		return nil, err
	}
	return c, nil
}

// Class gives a class by its code; ok is false if there is none.
func (c *Classifier) Class(code int) (class Class, ok bool) {
	class, ok = c.classes[code]
	return class, ok
}

// Reload reads all rules again and forgets remembered results. If something
// cannot be read, the rules stay as they were.
func (c *Classifier) Reload(ctx context.Context) error {
	c.reloading.Lock()
	defer c.reloading.Unlock()
	return c.reload(ctx)
}

func (c *Classifier) reload(ctx context.Context) error {
	if c.opts.Refresh > 0 {
		c.due.Store(c.opts.Now().Add(c.opts.Refresh).UnixNano())
	}
	l := &loader{c.opts, c.classes}
	systemSMTP, systemMDN := c.opts.SystemSMTP, c.opts.SystemMDN
	if c.opts.NoSystemRules {
		systemSMTP, systemMDN = "", ""
	}
	var all error
	set := func(setting string, withDomain bool) *ruleset {
		rules, err := l.load(ctx, setting, withDomain)
		if all = errors.Join(all, err); len(rules) == 0 {
			return nil
		}
		return newRuleset(rules)
	}
	next := &overrides{
		userSMTP:   set(c.opts.UserSMTP, true),
		systemSMTP: set(systemSMTP, true),
		userMDN:    set(c.opts.UserMDN, false),
		systemMDN:  set(systemMDN, false),
	}
	if all != nil {
		return all
	}
	c.overrides.Store(next)
	c.cache.clear()
	return nil
}

// maxReload is how long a reload on the way may wait for a database.
const maxReload = 10 * time.Second

// current gives the rules from outside, read again first if that is due. One
// caller does it, all others go on with the rules as they are.
func (c *Classifier) current(now time.Time) *overrides {
	if c.hasOverrides() && c.opts.Refresh > 0 && now.UnixNano() >= c.due.Load() && c.reloading.TryLock() {
		ctx, cancel := context.WithTimeout(context.Background(), maxReload)
		if err := c.reload(ctx); err != nil {
			c.opts.Logger.Warn("bounce: rules kept as they were", "error", err)
		}
		cancel()
		c.reloading.Unlock()
	}
	return c.overrides.Load()
}

func (c *Classifier) hasOverrides() bool {
	return c.opts.UserSMTP != "" || c.opts.UserMDN != "" || !c.opts.NoSystemRules && (c.opts.SystemSMTP != "" || c.opts.SystemMDN != "")
}

// verdict is the result of a classification.
type verdict struct {
	code int
	// vague says that the text and the codes only tell that something failed.
	vague bool
	by    decider
	rule  rule   // if a rule decided
	was   status // if a status code decided
	smtp  int    // if a reply code decided
}

// decider says what decided.
type decider uint8

const (
	byNothing decider = iota
	byUser
	bySystem
	byBuiltin
	byInternal
	byStatus
	byReplyCode
)

// explanation tells people what decided.
func (v verdict) explanation() string {
	switch v.by {
	case byUser:
		return fmt.Sprintf("user rule %s,%d,%s", v.rule.domain, v.rule.code, v.rule.text)
	case bySystem:
		return fmt.Sprintf("system rule %s,%d,%s", v.rule.domain, v.rule.code, v.rule.text)
	case byBuiltin:
		return "built-in rule " + v.rule.text
	case byInternal:
		return "internal reply " + v.rule.text
	case byStatus:
		return fmt.Sprintf("enhanced status code %d.%d.%d", v.was.class, v.was.subject, v.was.detail)
	case byReplyCode:
		return fmt.Sprintf("reply code %d", v.smtp)
	}
	return ""
}

// ClassifyText gives the class of a server's reply. The domain is that of the
// recipient; rules for certain domains need it, it may be empty.
func (c *Classifier) ClassifyText(text, domain string) Class {
	return c.classes[c.judge(text, domain).code]
}

// Explain is ClassifyText that also tells which rule decided, "" if none did.
func (c *Classifier) Explain(text, domain string) (Class, string) {
	v := c.judge(text, domain)
	return c.classes[v.code], v.explanation()
}

func (c *Classifier) judge(text, domain string) verdict {
	now := c.opts.Now()
	rules := c.current(now)
	key := cacheKey{'s', text, domain}
	v, ok := c.cache.get(key, now)
	if !ok {
		v = c.classifyReply(rules, text, domain)
		c.cache.put(key, v, now.Add(c.opts.CacheTTL))
	}
	return v
}

// buffers keeps the memory of normalized texts.
var buffers = sync.Pool{New: func() any { b := make([]byte, 0, 1024); return &b }}

func (c *Classifier) classifyReply(rules *overrides, text, domain string) verdict {
	buf := buffers.Get().(*[]byte)
	defer buffers.Put(buf)
	*buf = normalize((*buf)[:0], limited(text, c.opts.ScanLimit))
	domain = canonicalDomain(domain)
	if v := rules.reply(*buf, domain); v.by != byNothing {
		return v
	}
	return c.builtin.reply(*buf, status{})
}

func limited(text string, limit int) string {
	if len(text) > limit {
		return text[:limit]
	}
	return text
}

// reply classifies a normalized reply, whose memory it may change. The status
// code is one that is known from elsewhere; it counts if the text has none.
func (b *builtin) reply(text []byte, known status) verdict {
	r := parseReply(text)
	if r.status.class == 0 {
		r.status = known
	}
	if r.class == 0 {
		r.class = known.class
	}
	if bytes.Contains(text, []byte("[internal]")) {
		return b.internalReply(text, r)
	}
	sender := aboutSender(text)
	v := b.foreignReply(clean(text, r), r)
	if sender && v.code == InvalidRecipient {
		v.code = BlockMail // it is the sender that they do not know
	}
	if r.class == 4 && (v.code == InvalidRecipient || v.code == Generic || v.code == BlockMail) {
		v.code = Transient // the server itself says that it may change
	}
	return v
}

// internalReply classifies what our own server said.
func (b *builtin) internalReply(text []byte, r reply) verdict {
	if rule, ok := b.internal.find(text, ""); ok {
		return verdict{code: rule.code, by: byInternal, rule: rule}
	}
	if r.class == 4 {
		return verdict{code: Transient, by: byInternal}
	}
	return verdict{code: Soft, by: byInternal}
}

func (b *builtin) foreignReply(text []byte, r reply) verdict {
	if rule, ok := b.replies.find(text, ""); ok {
		return verdict{code: rule.code, by: byBuiltin, rule: rule}
	}
	status := verdict{code: r.status.code(), by: byStatus, was: r.status}
	if r.status.class > 2 && status.code != Generic {
		return status
	}
	if rule, ok := b.late.find(text, ""); ok {
		return verdict{code: rule.code, vague: true, by: byBuiltin, rule: rule}
	}
	if r.status.class > 2 {
		status.vague = true
		return status
	}
	if code := replyClass(r.code); code != Undetermined {
		return verdict{code: code, vague: code == Transient, by: byReplyCode, smtp: r.code}
	}
	return verdict{code: Undetermined, vague: true}
}
