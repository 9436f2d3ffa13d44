// Package hostile is a catalogue of attacks on a server that runs policy: by
// scripts, by mail, and by the answers of other servers. Each row of its
// tables names an attack and what stops it; the test plays the attack in one
// session of a runtime with all modules, and then sees that the next session
// is served and its mail comes through as it was sent.
//
// The failures of scripts that any runtime meets, such as an endless loop, are
// in the tests of package msys; the rows here are about what is left when
// these are stopped.
package hostile
