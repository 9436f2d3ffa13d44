// Package dkimsig holds the parts that the signature schemes of mail have in
// common: tag lists, canonicalization, selection of header fields, key
// records and private keys. DKIM (RFC 6376, RFC 8463), ARC (RFC 8617) and
// DomainKeys are made of them.
//
// Nothing here changes a message. Functions are safe for concurrent use; a
// [BodyWriter] belongs to one goroutine.
package dkimsig
