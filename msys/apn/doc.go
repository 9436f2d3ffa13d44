// Package apn delivers push notifications to Apple devices by the HTTP/2
// provider interface. Its Lua module is msys.apn, whose constants are those of
// the binary interface that came before.
//
//	d, err := apn.NewDriver(apn.Options{Topic: "com.example.app", Token: jwt})
//	out, err := policy.Deliver(ctx, &delivery.Attempt{Message: m}, d)
//
// The notification is the part message/vnd.msys.apn of the message: the
// field X-Device-Token and a JSON object. The callouts apn_request_eval and
// apn_response_eval see request and error as objects; http_request_eval and
// http_response_eval see them as HTTP.
//
// A failure's number, a [Code], is in the message variable
// DLV_Response_Status.
//
// Drivers are safe for concurrent use.
package apn
