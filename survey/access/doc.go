// Package access lets people and programs in: reps with their passwords and sessions, API keys, and the first-run link.
//
// It stands beside the domain, which knows of all this only who the reps are ([survey.Reps], which a [Service] is). Like
// the domain it writes one document a use case, and several processes may run a Service on the same store.
package access
