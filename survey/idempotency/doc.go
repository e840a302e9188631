// Package idempotency lets programs send a request again whose answer they did not get: a request that carries a key is
// carried out once, and its answer is kept for a day for whoever sends it again.
//
// A key is claimed by inserting a document under the id that derives from the caller and the key, so that of two requests
// at once, in whatever processes, one works and the other waits for its answer. Who works holds the claim by a lease that it
// extends; if it dies the next one takes over, under [survey.Repeatable], by which the domain finds what was made already.
// The protocol is that of the IETF's draft "The Idempotency-Key HTTP Header Field", except that the second of two at once
// waits.
package idempotency
