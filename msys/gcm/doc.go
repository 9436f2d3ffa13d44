// Package gcm delivers push notifications by the classic JSON interface of
// Google Cloud Messaging, which other services speak, too. Its Lua module is
// msys.gcm.
//
//	d, err := gcm.NewDriver(gcm.Options{URL: "https://push.example/gcm/send", AuthorizationToken: "…"})
//	out, err := policy.Deliver(ctx, &delivery.Attempt{Message: m}, d)
//
// The notification is the part message/vnd.msys.gcm of the message: a JSON
// object, and fields such as X-Registration-ID. The callouts gcm_request_eval
// and gcm_response_eval see request and response as objects; http_request_eval
// and http_response_eval see them as HTTP.
//
// A failure's number, a [Code], is in the message variable
// DLV_Response_Status.
//
// Drivers are safe for concurrent use.
package gcm
