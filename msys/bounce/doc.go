// Package bounce tells why mail bounced: it sorts the replies of mail servers
// and the bounce mails that come back into the classes that reports and
// suppression lists work with, such as "Mailbox Full" or "Spam Block".
//
//	c, err := bounce.New(nil)
//	class := c.ClassifyText("552 5.2.2 mailbox full", "example.com")
//	fmt.Println(class.Symbol, class.Category) // BC_SOFT_MAILBOX_FULL Soft
//
// Its Lua face is the module msys.bounce.
//
// The built-in rules know the words of the large providers, filters and mail
// programs, then those that servers in general use; all are looked for in one
// pass over the text. Where no rule knows the words, the enhanced status code
// (RFC 3463) decides, then the reply code. What a 4xx reply says about an
// address or a policy is not final and counts as transient. Rules of the
// operator's own, for all domains or for some, come first; see [Options].
//
// [Classifier.ClassifyMessage] reads mails: delivery status notifications, the
// bounces of programs that write for people only, and what else comes back
// when mail is sent: automatic replies, requests to be taken off a list,
// challenges.
//
// A [Classifier] may be used from any number of goroutines.
package bounce
