package bounce

import (
	"fmt"
	"slices"
)

// The codes of the built-in classes.
const (
	Undetermined      = 1
	InvalidRecipient  = 10
	Soft              = 20
	SoftDNS           = 21
	SoftMailboxFull   = 22
	SoftTooLarge      = 23
	SoftTimeout       = 24
	AdminFailure      = 25
	GenericNoRcpt     = 30
	Generic           = 40
	BlockMail         = 50
	BlockSpamSource   = 51
	BlockSpamContent  = 52
	BlockAttachment   = 53
	BlockRelaying     = 54
	AutoReply         = 60
	Transient         = 70
	Subscribe         = 80
	Unsubscribe       = 90
	ChallengeResponse = 100
)

// Category says what a class means for the recipient's address.
type Category string

// The categories of classes.
const (
	CategoryUndetermined Category = "Undetermined"
	CategoryHard         Category = "Hard"
	CategorySoft         Category = "Soft"
	CategoryBlock        Category = "Block"
	CategoryAdmin        Category = "Admin"
	CategoryCustom       Category = "Custom"
)

// Class is a class of bounces.
type Class struct {
	// Code is the class's number.
	Code int
	// Symbol is its name in programs, like BC_SOFT_TIMEOUT.
	Symbol string
	// Name is its name for people, like "Timeout".
	Name string
	// Category says what it means for the recipient's address.
	Category Category
}

// String gives the code and the name.
func (c Class) String() string { return fmt.Sprintf("%d %s", c.Code, c.Name) }

// Classes lists the built-in classes by code.
func Classes() []Class {
	return []Class{
		{Undetermined, "BC_UNDETERMINED", "Undetermined", CategoryUndetermined},
		{InvalidRecipient, "BC_INVALID_RECIPIENT", "Invalid Recipient", CategoryHard},
		{Soft, "BC_SOFT", "Soft Bounce", CategorySoft},
		{SoftDNS, "BC_SOFT_DNS", "DNS Failure", CategorySoft},
		{SoftMailboxFull, "BC_SOFT_MAILBOX_FULL", "Mailbox Full", CategorySoft},
		{SoftTooLarge, "BC_SOFT_TOO_LARGE", "Too Large", CategorySoft},
		{SoftTimeout, "BC_SOFT_TIMEOUT", "Timeout", CategorySoft},
		{AdminFailure, "BC_ADMIN_FAILURE", "Admin Failure", CategoryAdmin},
		{GenericNoRcpt, "BC_GENERIC_NO_RCPT", "Generic Bounce: No RCPT", CategoryHard},
		{Generic, "BC_GENERIC", "Generic Bounce", CategorySoft},
		{BlockMail, "BC_BLOCK_MAIL", "Mail Block", CategoryBlock},
		{BlockSpamSource, "BC_BLOCK_SPAM_SOURCE", "Spam Block", CategoryBlock},
		{BlockSpamContent, "BC_BLOCK_SPAM_CONTENT", "Spam Content", CategoryBlock},
		{BlockAttachment, "BC_BLOCK_ATTACHMENT", "Prohibited Attachment", CategoryBlock},
		{BlockRelaying, "BC_BLOCK_RELAYING", "Relaying Denied", CategoryBlock},
		{AutoReply, "BC_AUTO_REPLY", "Auto-Reply", CategorySoft},
		{Transient, "BC_TRANSIENT", "Transient Failure", CategorySoft},
		{Subscribe, "BC_SUBSCRIBE", "Subscribe", CategoryAdmin},
		{Unsubscribe, "BC_UNSUBSCRIBE", "Unsubscribe", CategoryHard},
		{ChallengeResponse, "BC_CHALLENGE_RESPONSE", "Challenge-Response", CategorySoft},
	}
}

// classTable makes a table of the built-in and the custom classes by code.
func classTable(custom map[int]string) (map[int]Class, error) {
	table := make(map[int]Class)
	for _, c := range Classes() {
		table[c.Code] = c
	}
	codes := make([]int, 0, len(custom))
	for code := range custom {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	for _, code := range codes {
		if _, taken := table[code]; taken || code < 2 || code > 99 {
			return nil, fmt.Errorf("bounce: custom class %d: codes are 2 to 99 without those of the built-in classes", code)
		}
		table[code] = Class{code, fmt.Sprintf("BC_CUSTOM_%d", code), custom[code], CategoryCustom}
	}
	return table, nil
}
