package rfc3464

// Action is what became of a message for a recipient. The values are those of
// the constants of msys.core.
type Action int

// The actions.
const (
	Failed Action = iota
	Delayed
	Delivered
	Relayed
	Expanded
)

// Valid reports whether a is one of the actions.
func (a Action) Valid() bool { return a >= Failed && a <= Expanded }

// String gives the value of the Action field, "unknown" for other numbers.
func (a Action) String() string {
	switch a {
	case Failed:
		return "failed"
	case Delayed:
		return "delayed"
	case Delivered:
		return "delivered"
	case Relayed:
		return "relayed"
	case Expanded:
		return "expanded"
	}
	return "unknown"
}

// class gives the first digit of status codes.
func (a Action) class() byte {
	switch a {
	case Failed:
		return '5'
	case Delayed:
		return '4'
	}
	return '2'
}

// subject is the Subject of a notification.
func (a Action) subject() string {
	switch a {
	case Delayed:
		return "Delayed Mail (still being retried)"
	case Delivered:
		return "Mail Delivered"
	case Relayed:
		return "Mail Relayed"
	case Expanded:
		return "Mail Expanded"
	}
	return "Mail Delivery Failure"
}

// sentence tells the sender in words.
func (a Action) sentence() string {
	switch a {
	case Delayed:
		return "Your message has not been delivered yet to the recipient below. This is a\r\n" +
			"temporary error: delivery is still being tried, and you need not send the\r\nmessage again."
	case Delivered:
		return "Your message was delivered to the recipient below."
	case Relayed:
		return "Your message was passed on to a system that does not send reports like this\r\none, for the recipient below."
	case Expanded:
		return "Your message was delivered to the list below and passed on to its members."
	}
	return "Your message could not be delivered to the recipient below. This is a\r\npermanent error: delivery will not be tried again."
}

// notifyKeyword is what NOTIFY of RFC 3461 calls the action.
func (a Action) notifyKeyword() string {
	switch a {
	case Failed:
		return "FAILURE"
	case Delayed:
		return "DELAY"
	}
	return "SUCCESS"
}
