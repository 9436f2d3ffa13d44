// Package cidr looks up addresses in named tables of address blocks: block
// lists in the format of rbldnsd, blocks from a database, or blocks that a
// program inserts itself. It is the Lua module "msys.cidr", and works as well
// without Lua.
//
//	reg := cidr.New(nil)
//	defer reg.Close()
//	err := reg.Define("good_guys", cidr.Options{
//		Type: cidr.RBLDNSD, Source: "/etc/mail/good_guys.txt", Default: "",
//	})
//	value, listed, err := reg.Query(ctx, "good_guys", netip.MustParsePrefix("192.0.2.1/32"))
//
// The entry with the longest prefix decides, whatever the order in the file;
// an exclusion entry, or none at all, gives Options.Default.
//
// # Loading
//
// Define starts to load in the background and never fails because of the
// source: a table whose source cannot be read is empty until a later attempt
// succeeds. A query before the first attempt has ended waits for it. Tables
// are read again every Options.Refresh, and the old one serves until the new
// one is complete.
//
// # The rbldnsd format
//
// The union of the dataset types ip4set, ip4trie, ip4tset, ip6trie and ip6tset
// is read, IPv4 and IPv6 mixed in one file. As IPv6 addresses have colons,
// the value after one needs a blank before its colon:
//
//	192.0.2.0/24:127.0.0.3:dial-up
//	2001:db8::/32 :127.0.0.3:dial-up
//
// Ranges, exclusions, default values, $-variables, base templates,
// $MAXRANGE4, $TIMESTAMP and $DATASET work as in rbldnsd; $SOA, $NS and $TTL
// are ignored. Bad lines are skipped and counted. Files may be compressed
// with gzip.
//
// # Concurrency and limits
//
// All methods may be called from any goroutine; queries never wait for a
// reload. A table of a million addresses takes about 75 MB.
package cidr
