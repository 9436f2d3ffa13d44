package message

// Replies of messages that are discarded without a proper reason.
const (
	DefaultDiscardReason  = "550 5.7.0 discarded by policy"
	InternalDiscardReason = "550 5.7.1 [internal] discarded by policy"
)

// Disposition is what policy wants to become of a message.
type Disposition struct {
	// Discarded says to accept the message towards the sender, deliver it to
	// nobody, send no bounce, and log a rejection.
	Discarded bool
	Reason    string // an SMTP reply
	Batch     bool   // it was said of the whole transaction
}

// Discard marks the message as discarded and sets its code. A reason that
// does not begin with an SMTP code is replaced by [InternalDiscardReason], an
// empty one by [DefaultDiscardReason].
func (m *Message) Discard(reason string) {
	switch {
	case reason == "":
		reason = DefaultDiscardReason
	case !replyLike(reason):
		reason = InternalDiscardReason
	}
	if reply, err := formatReply(0, reason); err == nil {
		reason = reply
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.discard = Disposition{Discarded: true, Reason: reason, Batch: m.batch}
	m.code = reason
}

func replyLike(s string) bool {
	return codeOf(s) >= 200 && codeOf(s) < 600 && len(s) > 3 && (s[3] == ' ' || s[3] == '-')
}

// Disposition tells whether the message was discarded.
func (m *Message) Disposition() Disposition {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.discard
}
