// Package survey is Earshot's domain: customers and their rhythms, surveys, pulses, invitations, responses, and the rules
// that hold between them. It imports the standard library, the validator, the storage port and its own rooms only; HTTP,
// pages, drivers and mail libraries live elsewhere and call or serve it.
//
// One noun a file: its type, its constants, its rules. One use case a file: a method of [Service] named after what a user
// would say. A use case writes one document at a time; what it still owes afterwards (its effects) stands in that document,
// with the time at which the runner of package outbox shall see to it, so a process may die between any two lines.
package survey
