// Package outbox carries out what documents owe: the runner of the transactional outbox.
//
// A use case writes one document and, in its envelope, the effects that it owes (store.Meta.Owe). A [Runner] claims such
// documents in batches, hands each effect its part of the batch, strikes what is done and puts off what failed: that entry
// alone, with growing pauses. After an effect's declared number of tries the entry becomes a dead letter, which an operator
// sees and can start again. A process may die between any two lines: its leases run out within [Lease], and the effects,
// which must be idempotent, are done again by whoever claims next.
//
// A new effect is one [Effect], with what it does in a file of its own, in the table of its collection's [Queue].
package outbox
