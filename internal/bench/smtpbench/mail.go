package smtpbench

import (
	"fmt"
	"strings"
)

// Mail is the message that the load generator sends: 4 KB of plain text with
// the fields that such mail has, as it goes over the wire without its
// terminator.
func Mail() string {
	var b strings.Builder
	b.WriteString("Return-Path: <ann@example.org>\r\n" +
		"Received: from mail.example.org (mail.example.org [192.0.2.25])\r\n\tby relay.example.org with ESMTPS id 4fK2bQ1xYz\r\n\tfor <bob@example.com>; Mon, 02 Mar 2026 09:14:07 +0000\r\n" +
		"Received: from [192.0.2.77] (port=50312 helo=desk.example.org)\r\n\tby mail.example.org with ESMTPSA id 1tABcd-0003xY\r\n\tfor <bob@example.com>; Mon, 02 Mar 2026 09:14:05 +0000\r\n" +
		"Date: Mon, 02 Mar 2026 10:14:03 +0100\r\n" +
		"From: Ann Example <ann@example.org>\r\n" +
		"To: Bob Example <bob@example.com>\r\n" +
		"Subject: =?utf-8?q?Protokoll_der_Sitzung_vom_M=C3=A4rz?=\r\n" +
		"Message-ID: <20260302091403.1734@desk.example.org>\r\n" +
		"MIME-Version: 1.0\r\n" +
		"Content-Type: text/plain; charset=utf-8\r\n" +
		"Content-Transfer-Encoding: quoted-printable\r\n" +
		"List-Unsubscribe: <mailto:leave@example.org>\r\n\r\n")
	for i := 1; b.Len() < 4096-80; i++ {
		fmt.Fprintf(&b, "%2d. What was said, by whom, and what is to be done until the next time.\r\n", i)
	}
	return b.String()
}
