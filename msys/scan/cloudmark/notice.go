package cloudmark

import (
	"bytes"
	"encoding/xml"
	"maps"
	"slices"
	"strconv"
	"time"
)

// notice makes the mail that tells of a changed judgement. Its body is XML.
func notice(set Settings, rec Record, spam bool, now time.Time) []byte {
	var b bytes.Buffer
	b.WriteString("From: <" + set.Address + ">\r\nTo: <" + set.Address + ">\r\nSubject: ActiveFilter update\r\nDate: " +
		now.Format(time.RFC1123Z) + "\r\nMIME-Version: 1.0\r\nContent-Type: text/xml; charset=utf-8\r\n\r\n")
	verdict := "notspam"
	if spam {
		verdict = "spam"
	}
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\r\n<activefilter>\r\n")
	element(&b, " ", "mode", set.Mode.String())
	if set.Mode == ModeMove {
		element(&b, " ", "inbox", set.Inbox)
		element(&b, " ", "spam", set.Spam)
		element(&b, " ", "unread-only", yesNo(set.UnreadOnly))
	}
	element(&b, " ", "verdict", verdict)
	element(&b, " ", "score", number(rec.Score))
	element(&b, " ", "threshold", number(rec.Threshold))
	element(&b, " ", "ref-id", rec.RefID)
	element(&b, " ", "message-id", rec.MessageID)
	for _, to := range rec.Recipients {
		b.WriteString(" <recipient>\r\n")
		element(&b, "  ", "address", to)
		for _, key := range slices.Sorted(maps.Keys(rec.Data[to])) {
			b.WriteString(`  <data name="`)
			escape(&b, key)
			b.WriteString(`">`)
			escape(&b, rec.Data[to][key])
			b.WriteString("</data>\r\n")
		}
		b.WriteString(" </recipient>\r\n")
	}
	b.WriteString("</activefilter>\r\n")
	return b.Bytes()
}

func element(b *bytes.Buffer, indent, name, text string) {
	b.WriteString(indent + "<" + name + ">")
	escape(b, text)
	b.WriteString("</" + name + ">\r\n")
}

func escape(b *bytes.Buffer, s string) {
	_ = xml.EscapeText(b, []byte(s)) // a buffer takes everything
}

func number(n float64) string { return strconv.FormatFloat(n, 'g', -1, 64) }

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
