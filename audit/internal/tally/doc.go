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
// overflows is split in two by the next bit of the address, and the place of
// the split keeps a ring with the sum of all items below it. So a split's ring
// answers for its whole block, the items of one bucket answer for the blocks
// in between, and either costs one walk of the trie.
//
// Four levels of splits stand together in a node: it has 16 slots for buckets
// and further nodes, where a bucket that is not split fully fills several
// slots, and 15 places for splits. Nodes begin at multiples of four bits, and
// bits that all items below share are skipped. A walk thus visits few places
// in memory that depend on each other, about four for a million hosts.
//
// All data is free of pointers and grows in chunks: the garbage collector has
// nothing to follow, and growth copies nothing.
package tally
