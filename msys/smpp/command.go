package smpp

import "fmt"

// CommandID says what a PDU is (SMPP 3.4 section 5.1.2.1).
type CommandID uint32

// The commands.
const (
	GenericNack         CommandID = 0x80000000
	BindReceiver        CommandID = 0x00000001
	BindReceiverResp    CommandID = 0x80000001
	BindTransmitter     CommandID = 0x00000002
	BindTransmitterResp CommandID = 0x80000002
	QuerySM             CommandID = 0x00000003
	QuerySMResp         CommandID = 0x80000003
	SubmitSM            CommandID = 0x00000004
	SubmitSMResp        CommandID = 0x80000004
	DeliverSM           CommandID = 0x00000005
	DeliverSMResp       CommandID = 0x80000005
	Unbind              CommandID = 0x00000006
	UnbindResp          CommandID = 0x80000006
	ReplaceSM           CommandID = 0x00000007
	ReplaceSMResp       CommandID = 0x80000007
	CancelSM            CommandID = 0x00000008
	CancelSMResp        CommandID = 0x80000008
	BindTransceiver     CommandID = 0x00000009
	BindTransceiverResp CommandID = 0x80000009
	Outbind             CommandID = 0x0000000B
	EnquireLink         CommandID = 0x00000015
	EnquireLinkResp     CommandID = 0x80000015
	SubmitMulti         CommandID = 0x00000021
	SubmitMultiResp     CommandID = 0x80000021
	AlertNotification   CommandID = 0x00000102
	DataSM              CommandID = 0x00000103
	DataSMResp          CommandID = 0x80000103
)

// response is set in the command of an answer.
const response = 0x80000000

// IsResponse reports whether the PDU answers another one.
func (c CommandID) IsResponse() bool { return c&response != 0 }

// String gives the name in the standard, "submit_sm_resp"; "command_0x…" for
// a number that has none.
func (c CommandID) String() string {
	var name string
	switch c &^ response {
	case BindReceiver:
		name = "bind_receiver"
	case BindTransmitter:
		name = "bind_transmitter"
	case QuerySM:
		name = "query_sm"
	case SubmitSM:
		name = "submit_sm"
	case DeliverSM:
		name = "deliver_sm"
	case Unbind:
		name = "unbind"
	case ReplaceSM:
		name = "replace_sm"
	case CancelSM:
		name = "cancel_sm"
	case BindTransceiver:
		name = "bind_transceiver"
	case EnquireLink:
		name = "enquire_link"
	case SubmitMulti:
		name = "submit_multi"
	case DataSM:
		name = "data_sm"
	default:
		switch c {
		case GenericNack:
			return "generic_nack"
		case Outbind:
			return "outbind"
		case AlertNotification:
			return "alert_notification"
		}
		return fmt.Sprintf("command_0x%08x", uint32(c))
	}
	if c.IsResponse() {
		name += "_resp"
	}
	return name
}
