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
// Each node and each bucket keeps a ring with the sum of all its items, which
// names the sum that it is part of. A block is answered for by a node, by up to
// eight children of a node, or by some items of a bucket. Hosts have an index
// by hash besides: a question about one reads the index and its ring.
//
// # Additions
//
// An addition changes the ring of an item and the sums above it, which for a
// million hosts lie in six places in memory. So a few additions are collected
// and carried out together, each step for all of them, and the processor waits
// for memory once a step instead of once an addition. Every question carries
// out what is collected first.
//
// All data is free of pointers and grows in chunks: the garbage collector has
// nothing to follow, and growth copies little.
package tally
