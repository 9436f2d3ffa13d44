// Package message holds e-mail messages: content, MIME structure, envelope and
// what policy has decided about them. Its Lua face are the modules
// msys.extended.message and msys.extended.message_routing and the message
// functions of msys.core.
//
//	m, err := message.Parse(ctx, r, message.Envelope{From: "a@x.example", To: "b@y.example"}, nil)
//	m.Header().Prepend("X-Scanned", "yes")
//	for p, _ := m.MIME(message.ReadOnly); p != nil; p = p.Thread() {
//		fmt.Println(p.Type().MIMEType)
//	}
//	m.WriteTo(w)
//
// # Bytes
//
// A message that nobody changed is written byte for byte as it came in. A
// change touches the bytes that it must and no other: a header field, a part's
// header or body. Signatures over the rest stay good. Content above
// [Options.LargeMessageThreshold] is kept in a temporary file; parts that
// nobody reads are neither decoded nor copied, and copies of a message share
// what they have in common.
//
// Content is stored without the dot-stuffing and terminator of SMTP; see
// [Message.Render] and [Message.Builder] for the form on the wire.
//
// # Broken mail
//
// Parsing accepts what is out there: bare line feeds, missing blank lines,
// boundaries that are not closed, bad transfer encodings, unknown charsets.
// Readers give the best value and no error; [Message.Fault] tells whether the
// MIME structure is sound. Depth, number of parts and size of the header are
// bounded by [Options].
//
// # Concurrency
//
// Messages, parts and headers are safe for concurrent use. Readers that were
// handed out ([Message.Content], [Part.Body], [Part.Decoded]) see the content
// as it was then.
package message
