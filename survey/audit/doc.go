// Package audit keeps who administered what: a log that is only ever added to, of entries that each carry the hash of the
// one before, so that whoever changes, removes, swaps or inserts one is found out by [Log.Verify].
//
// An act has two entries: that it was begun, written before it is done, so that nothing is done of which nobody could
// tell; and what came of it. A process that dies between them leaves an act whose outcome is not known, which is what the
// log then says. What is told of something that is over, such as a log-in, is one entry.
//
// The number of an entry is its id, and each is the last one and one more: two processes that write at once are told apart
// by the store, which takes an id once, and the one that comes second reads the last entry again. There is no number
// without an entry.
package audit
