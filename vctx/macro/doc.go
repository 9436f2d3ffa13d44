// Package macro expands the macros that policy and log formats are written
// with: %{vctx_conn:ehlo_domain}, %{spfv1:ir}, %{rfc822:date}, and the
// specifiers of custom log lines such as %t{%Y-%m-%d}. In Lua it is
// msys.expandMacro.
//
// An [Expander] knows the built-in families and what the host registers. It
// expands a text about a [Subject]: a session, a message, a delivery. What is
// absent expands to nothing, so one text serves in all phases:
//
//	%{vctx_conn:key}  %{vctx_mess:key}   variables
//	%{spfv1:X}                           SPF macros (RFC 7208 section 7)
//	%{rfc822:date}                       now, for a Date field
//	%{rfc2822:X}                         pieces of the message
//	%{outbound_tls:X}                    TLS of the delivery
//	%{custom_logger:X}                   a specifier of a log format
//	%{name}                              see [Expander.Expand]
//
// %{a||text} gives text where %{a} is empty, and %%{ gives %{. A macro that is
// not known stays as it is written.
//
// [Expander.Log] compiles the format of a log line, whose values come from a
// [LogEvent].
//
// All types are safe for concurrent use. Only %{p} and what the host registers
// may block.
package macro
