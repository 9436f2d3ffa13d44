package cloudmark

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/gomsys/gomsys/msys/scan"
)

// Mode is what an ActiveFilter has done with mail that is judged otherwise.
type Mode int

// The modes.
const (
	ModeUnset   Mode = iota
	ModeDiscard      // mail that turns out to be spam is discarded
	ModeKeep         // it is kept and marked
	ModeMove         // it is moved to the spam folder, and back
)

// String gives the mode's name in a notice.
func (m Mode) String() string {
	switch m {
	case ModeDiscard:
		return "DISCARD"
	case ModeKeep:
		return "KEEP"
	case ModeMove:
		return "MOVEMSG"
	}
	return ""
}

// Settings are what scripts have set for the ActiveFilter.
type Settings struct {
	Mode Mode
	// Inbox and Spam are folders, and UnreadOnly says that only unread mail is
	// moved, in ModeMove.
	Inbox, Spam string
	UnreadOnly  bool
	// Address is who gets the notices.
	Address string
}

// Record is a scanned mail that an ActiveFilter remembers.
type Record struct {
	// RefID identifies the scan: the engine's id, or the mail's if there is
	// none.
	RefID, MessageID string
	Recipients       []string
	// Data has what scripts said of recipients.
	Data map[string]map[string]string
	// Score is what the mail got last, Threshold what makes it spam.
	Score, Threshold float64
	Time             time.Time
}

// Store keeps records. It must be safe for concurrent use.
type Store interface {
	// Put keeps a record under its RefID, in place of one that is there.
	Put(ctx context.Context, r Record) error
	// Get gives a record and whether it is there.
	Get(ctx context.Context, refID string) (r Record, ok bool, err error)
}

// ActiveFilter remembers what mail scored, and tells the mail store when a mail
// is judged otherwise later. The zero value keeps records in memory. It is safe
// for concurrent use; the fields are not to be changed any more.
type ActiveFilter struct {
	// Store keeps the records. If nil, a MemoryStore.
	Store Store
	// Send sends a notice, a whole mail, to an address. If nil, Update gives
	// [ErrNoSender].
	Send func(ctx context.Context, to string, mail []byte) error
	// Now tells the time. If nil, time.Now.
	Now func() time.Time

	mu       sync.Mutex
	memory   *MemoryStore
	settings Settings
	data     addressData
}

// Conditions of an update.
var (
	ErrNoSender  = errors.New("cloudmark: no way to send notices is configured")
	ErrNoAddress = errors.New("cloudmark: no address for notices is set")
	ErrNoRecord  = errors.New("cloudmark: no record of that mail")
)

func (a *ActiveFilter) store() Store {
	if a.Store != nil {
		return a.Store
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.memory == nil {
		a.memory = &MemoryStore{}
	}
	return a.memory
}

func (a *ActiveFilter) now() time.Time {
	if a.Now == nil {
		return time.Now()
	}
	return a.Now()
}

// Settings gives what scripts have set.
func (a *ActiveFilter) Settings() Settings {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.settings
}

// SetMode sets the mode; inbox, spam and unreadOnly are those of [ModeMove].
func (a *ActiveFilter) SetMode(m Mode, inbox, spam string, unreadOnly bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.settings.Mode, a.settings.Inbox, a.settings.Spam, a.settings.UnreadOnly = m, inbox, spam, unreadOnly
}

// SetAddress sets who gets the notices.
func (a *ActiveFilter) SetAddress(addr string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.settings.Address = addr
}

// AddData keeps what is known of an address for the records of mail to it. Of
// the addresses that data was given for, the last 10,000 are kept.
func (a *ActiveFilter) AddData(addr string, data map[string]string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.data.add(addr, data)
}

// Remember keeps a record of a scanned mail.
func (a *ActiveFilter) Remember(ctx context.Context, r *scan.Request, s Score, threshold float64) error {
	rec := Record{
		RefID: s.RefID, MessageID: r.MessageID, Recipients: r.Recipients,
		Score: s.Score, Threshold: threshold, Time: a.now(), Data: map[string]map[string]string{},
	}
	if rec.RefID == "" {
		rec.RefID = r.MessageID
	}
	a.mu.Lock()
	for _, to := range r.Recipients {
		if d := a.data.values[to]; d != nil {
			rec.Data[to] = maps.Clone(d)
		}
	}
	a.mu.Unlock()
	if err := a.store().Put(ctx, rec); err != nil {
		return fmt.Errorf("cloudmark: keeping the record of a mail: %w", err)
	}
	return nil
}

// Update tells that a mail that was remembered scores otherwise now, and
// reports whether a notice was sent: one is if the mail has become spam, and
// in [ModeMove] if it has become none. The errors are [ErrNoRecord],
// [ErrNoAddress], [ErrNoSender], and those of the store and the sender.
func (a *ActiveFilter) Update(ctx context.Context, refID string, score float64) (sent bool, err error) {
	rec, ok, err := a.store().Get(ctx, refID)
	switch {
	case err != nil:
		return false, fmt.Errorf("cloudmark: looking for the record of a mail: %w", err)
	case !ok:
		return false, ErrNoRecord
	}
	was, is := rec.Score > rec.Threshold, score > rec.Threshold
	set := a.Settings()
	rec.Score = score
	if was != is && (is || set.Mode == ModeMove) {
		switch {
		case set.Address == "":
			return false, ErrNoAddress
		case a.Send == nil:
			return false, ErrNoSender
		}
		if err := a.Send(ctx, set.Address, notice(set, rec, is, a.now())); err != nil {
			return false, fmt.Errorf("cloudmark: sending a notice: %w", err)
		}
		sent = true
	}
	if err := a.store().Put(ctx, rec); err != nil {
		return sent, fmt.Errorf("cloudmark: keeping the record of a mail: %w", err)
	}
	return sent, nil
}
