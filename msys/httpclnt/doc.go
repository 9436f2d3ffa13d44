// Package httpclnt delivers messages over HTTP, with policy scripts that see
// and change the requests. Its Lua modules are msys.httpclnt and msys.http_lua.
//
// A [Driver] is a delivery.Driver: it makes a request of a message, lets the
// callout http_request_eval change it, sends it, shows the response to
// http_response_eval, and makes a reply of the status:
//
//	d := httpclnt.NewDriver(httpclnt.Options{Host: "push.example", URI: "/send"})
//	out, err := policy.Deliver(ctx, &delivery.Attempt{Message: m}, d)
//
// What is special about a delivery method is a [Handler]: in Go, or in Lua by
// a table that a script gives to msys.http_lua's registerModule. [Methods]
// keeps the drivers of such methods by name.
//
// # Bytes
//
// What a script makes of a request (sess.request.data) is what goes on the
// wire, byte for byte: order and spelling of the header fields, too. Only with
// Options.Client, which may speak HTTP/2, is the request written anew from its
// fields. Redirects are not followed, and a request is never sent twice.
//
// # Limits
//
// Of a response body the first Options.MaxBody bytes are kept, 2048 by
// default; a header may have 64 KiB.
//
// # Concurrency
//
// Drivers and Methods are safe for concurrent use. A [Session] is used by one
// attempt; scripts that hold on to it may read it at any time.
package httpclnt
