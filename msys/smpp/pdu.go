package smpp

import (
	"github.com/gomsys/gomsys/message"
)

// PDU is one message of the protocol, as policy sees it.
type PDU struct {
	// Type says what it is.
	Type CommandID
	// Status is the command_status: in a response 0 for success, else an
	// error of section 5.1.3.
	Status uint32
	// Sequence is the sequence_number.
	Sequence uint32
	// Short are the fields of submit_sm, deliver_sm, data_sm and
	// submit_multi; nil for others.
	Short *ShortMessage
	// MessageID is the message_id of a response to one of these.
	MessageID message.ECString
}

// ShortMessage are the fields of a PDU that carries a text (SMPP 3.4 sections
// 4.4.1, 4.6.1 and 4.7.1). Fields that a command lacks stay empty.
type ShortMessage struct {
	ServiceType          message.ECString
	SourceAddrTON        uint8
	SourceAddrNPI        uint8
	SourceAddr           message.ECString
	DestAddrTON          uint8
	DestAddrNPI          uint8
	DestinationAddr      message.ECString
	ESMClass             uint8
	ProtocolID           uint8
	PriorityFlag         uint8
	ScheduleDeliveryTime message.ECString
	ValidityPeriod       message.ECString
	RegisteredDelivery   uint8
	ReplaceIfPresentFlag uint8
	DataCoding           uint8
	SMDefaultMsgID       uint8
	// ShortMessage is the text as it is on the wire, perhaps with a user data
	// header; see Octets for how long it is.
	ShortMessage message.ECString

	// Optional parameters (section 5.3.2).

	// MessagePayload stands for ShortMessage when that is empty.
	MessagePayload message.ECString
	// ReceiptedMessageID and MessageState are what a receipt is about.
	ReceiptedMessageID message.ECString
	MessageState       uint8
	NetworkErrorCode   message.ECString
	UserMessageRef     uint16
	SourcePort         uint16
	DestinationPort    uint16
	SARMsgRefNum       uint16
	SARTotalSegments   uint8
	SARSegmentSeqnum   uint8

	// What policy knows and says about the length of ShortMessage.
	length   uint32
	known    bool // length was read
	assigned bool // length was set
}

// NewShortMessage makes a PDU of a command that carries a text: submit_sm,
// deliver_sm, data_sm or submit_multi.
func NewShortMessage(c CommandID) *PDU { return &PDU{Type: c, Short: &ShortMessage{}} }

// NewResponse makes the response to such a command. An error has no id.
func NewResponse(c CommandID, status uint32, id string) *PDU {
	p := &PDU{Type: c | response, Status: status}
	p.MessageID.Set(id)
	return p
}

// body gives the name under which the fields of the PDU stand in u.
func (p *PDU) body() string { return p.Type.String() }

// smLength is the field sm_length. Policy appends to the text and then adds to
// the length, so it keeps the length that it had before until it is set.
func (s *ShortMessage) smLength() uint32 {
	if !s.known {
		s.length, s.known = uint32(s.ShortMessage.Len()), true
	}
	return s.length
}

func (s *ShortMessage) setSMLength(n uint32) { s.length, s.known, s.assigned = n, true, true }

// replaced says that policy has put another text in the place of a field.
func (s *ShortMessage) replaced() { s.known = s.assigned }

// Octets gives the text that is to be sent, or that came in: ShortMessage, cut
// to the sm_length that policy set, or MessagePayload if there is none.
func (s *ShortMessage) Octets() []byte {
	text := s.ShortMessage.String()
	if s.assigned && uint64(s.length) < uint64(len(text)) {
		text = text[:s.length]
	}
	if text == "" {
		text = s.MessagePayload.String()
	}
	return []byte(text)
}

// Bits of esm_class (section 5.2.12).
const (
	esmTypeMask = 0x3C
	esmReceipt  = 0x04 // from the SMSC
	esmUDHI     = 0x40 // the text begins with a user data header
)

// Text is Octets without a user data header (3GPP TS 23.040 section 9.2.3.24).
// It is in the encoding of DataCoding.
func (s *ShortMessage) Text() []byte {
	b := s.Octets()
	if s.ESMClass&esmUDHI != 0 && len(b) > 0 && int(b[0]) < len(b) {
		b = b[int(b[0])+1:]
	}
	return b
}

// ID gives the message id that the PDU is about: message_id of a response, or
// what a receipt names; "" if there is none.
func (p *PDU) ID() string {
	if p.Short == nil {
		return p.MessageID.String()
	}
	if id := p.Short.ReceiptedMessageID.String(); id != "" {
		return id
	}
	r, _ := p.Receipt()
	return r.ID
}

// MOText gives the text of a deliver_sm or data_sm; ok is false for others.
func (p *PDU) MOText() (text []byte, ok bool) {
	if p.Short == nil || p.Type != DeliverSM && p.Type != DataSM {
		return nil, false
	}
	return p.Short.Text(), true
}

// Receipt gives the delivery receipt that a deliver_sm or data_sm holds; ok is
// false if it is none. A PDU that says it is one may have its receipt in the
// optional parameters instead of the text.
func (p *PDU) Receipt() (r Receipt, ok bool) {
	text, ok := p.MOText()
	if !ok {
		return r, false
	}
	s := p.Short
	flagged := s.ESMClass&esmTypeMask == esmReceipt
	if r, ok = parseReceipt(string(text), flagged); ok {
		return r, true
	}
	if id := s.ReceiptedMessageID.String(); flagged && id != "" {
		return Receipt{ID: id, Stat: stateName(s.MessageState)}, true
	}
	return Receipt{}, false
}
