// Package pbp holds small checks and conversions that inbound policy is built
// from: forward-confirmed reverse DNS ([FCDNS], [ValidatedName]), sizes as
// configuration writes them ([Size]), and the address in the text of a socket
// address ([IPFromAddrAndPort]). Scripts have them as functions of msys.pbp.
// Whitelists are methods of [vctx.Context]: SetWhitelist and Whitelisted.
//
// All functions are safe for concurrent use.
package pbp
