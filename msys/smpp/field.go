package smpp

import (
	"math"

	"github.com/gomsys/gomsys/message"
)

// field is one field of a PDU's body under its name in the standard: a number
// or a text.
type field struct {
	get  func(*PDU) uint32
	set  func(*PDU, uint32)
	most uint32 // the largest number
	text func(*PDU) *message.ECString
}

func octet(f func(*ShortMessage) *uint8) field {
	return field{
		get:  func(p *PDU) uint32 { return uint32(*f(p.Short)) },
		set:  func(p *PDU, n uint32) { *f(p.Short) = uint8(n) },
		most: math.MaxUint8,
	}
}

func short(f func(*ShortMessage) *uint16) field {
	return field{
		get:  func(p *PDU) uint32 { return uint32(*f(p.Short)) },
		set:  func(p *PDU, n uint32) { *f(p.Short) = uint16(n) },
		most: math.MaxUint16,
	}
}

func text(f func(*ShortMessage) *message.ECString) field {
	return field{text: func(p *PDU) *message.ECString { return f(p.Short) }}
}

// headerFields are in every body.
func headerFields() map[string]field {
	return map[string]field{
		"command_id":      {get: func(p *PDU) uint32 { return uint32(p.Type) }},
		"command_status":  {get: func(p *PDU) uint32 { return p.Status }, set: func(p *PDU, n uint32) { p.Status = n }, most: math.MaxUint32},
		"sequence_number": {get: func(p *PDU) uint32 { return p.Sequence }, set: func(p *PDU, n uint32) { p.Sequence = n }, most: math.MaxUint32},
	}
}

// responseFields are in responses.
func responseFields() map[string]field {
	return map[string]field{
		"message_id": {text: func(p *PDU) *message.ECString { return &p.MessageID }},
	}
}

// shortFields are in PDUs that carry a text.
func shortFields() map[string]field {
	return map[string]field{
		"service_type":            text(func(s *ShortMessage) *message.ECString { return &s.ServiceType }),
		"source_addr_ton":         octet(func(s *ShortMessage) *uint8 { return &s.SourceAddrTON }),
		"source_addr_npi":         octet(func(s *ShortMessage) *uint8 { return &s.SourceAddrNPI }),
		"source_addr":             text(func(s *ShortMessage) *message.ECString { return &s.SourceAddr }),
		"dest_addr_ton":           octet(func(s *ShortMessage) *uint8 { return &s.DestAddrTON }),
		"dest_addr_npi":           octet(func(s *ShortMessage) *uint8 { return &s.DestAddrNPI }),
		"destination_addr":        text(func(s *ShortMessage) *message.ECString { return &s.DestinationAddr }),
		"esm_class":               octet(func(s *ShortMessage) *uint8 { return &s.ESMClass }),
		"protocol_id":             octet(func(s *ShortMessage) *uint8 { return &s.ProtocolID }),
		"priority_flag":           octet(func(s *ShortMessage) *uint8 { return &s.PriorityFlag }),
		"schedule_delivery_time":  text(func(s *ShortMessage) *message.ECString { return &s.ScheduleDeliveryTime }),
		"validity_period":         text(func(s *ShortMessage) *message.ECString { return &s.ValidityPeriod }),
		"registered_delivery":     octet(func(s *ShortMessage) *uint8 { return &s.RegisteredDelivery }),
		"replace_if_present_flag": octet(func(s *ShortMessage) *uint8 { return &s.ReplaceIfPresentFlag }),
		"data_coding":             octet(func(s *ShortMessage) *uint8 { return &s.DataCoding }),
		"sm_default_msg_id":       octet(func(s *ShortMessage) *uint8 { return &s.SMDefaultMsgID }),
		"sm_length": {
			get:  func(p *PDU) uint32 { return p.Short.smLength() },
			set:  func(p *PDU, n uint32) { p.Short.setSMLength(n) },
			most: math.MaxUint32,
		},
		"short_message":          text(func(s *ShortMessage) *message.ECString { return &s.ShortMessage }),
		"message_payload":        text(func(s *ShortMessage) *message.ECString { return &s.MessagePayload }),
		"receipted_message_id":   text(func(s *ShortMessage) *message.ECString { return &s.ReceiptedMessageID }),
		"message_state":          octet(func(s *ShortMessage) *uint8 { return &s.MessageState }),
		"network_error_code":     text(func(s *ShortMessage) *message.ECString { return &s.NetworkErrorCode }),
		"user_message_reference": short(func(s *ShortMessage) *uint16 { return &s.UserMessageRef }),
		"source_port":            short(func(s *ShortMessage) *uint16 { return &s.SourcePort }),
		"destination_port":       short(func(s *ShortMessage) *uint16 { return &s.DestinationPort }),
		"sar_msg_ref_num":        short(func(s *ShortMessage) *uint16 { return &s.SARMsgRefNum }),
		"sar_total_segments":     octet(func(s *ShortMessage) *uint8 { return &s.SARTotalSegments }),
		"sar_segment_seqnum":     octet(func(s *ShortMessage) *uint8 { return &s.SARSegmentSeqnum }),
	}
}
