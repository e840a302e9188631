// Package worlds makes companies whose customers' truth is known, who left and when, and measures on them how a detector of
// silence does: how many of those who are still there it tells of, and how soon it tells of those who left. Each world is a way
// in which real trade differs from what the model assumes: week-ends, a summer, bursts, a feed that dies.
//
// Everything is drawn from a seed, so that the same world is the same on every machine. The package is for measuring
// (make bench-quiet) and for tests; the product does not import it.
package worlds
