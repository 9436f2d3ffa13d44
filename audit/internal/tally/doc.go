// Package tally counts events per key in a fixed number of time windows: per
// block of addresses in a [Trie], per string in [Strings].
//
// # Windows
//
// Time is a window number that only grows. Each key has a ring of N counters,
// one per window, and the number of the window that was written last; older
// slots are cleared when a later window is written. Counters saturate at the
// range of an int32.
//
// # The trie
//
// Items (addresses and blocks) stand in buckets of up to 16. A bucket that
// overflows is split in two by the next bit of the address. Four levels of
// splits stand together in a node, whose 16 slots are for buckets and further
// nodes; a bucket that is not split fully fills several slots. Nodes begin at
// multiples of four bits, and bits that all items below share are skipped.
//
// Each node and each bucket keeps a ring with the sum of all its items. A
// block is answered for by a node, by up to eight children of a node, or by
// some items of a bucket. So additions and questions visit few places in
// memory, and few of them one after another: about four nodes for a million
// hosts.
//
// All data is free of pointers and grows in chunks: the garbage collector has
// nothing to follow, and growth copies nothing.
package tally
