// Package smtpbench measures the whole way of a mail over SMTP on loopback:
// messages a second, and processor time of the server for each, of a bare
// go-smtp server, of examples/mailserver without and with a policy, and of
// Haraka with the same policy in JavaScript.
//
// Each server is a process of its own, and so is the load generator. None
// keeps the mail: the bare server reads and drops it, the others write it to
// nowhere once policy has accepted it.
package smtpbench
