package store

import "context"

type staleKey struct{}

// StaleReads returns a context under which reads may be answered by a member of a replica set that is a moment behind,
// where the one that takes writes does not answer soon: for pages that somebody waits for.
func StaleReads(ctx context.Context) context.Context {
	return context.WithValue(ctx, staleKey{}, true)
}

// FreshReads takes back what StaleReads allows.
func FreshReads(ctx context.Context) context.Context {
	return context.WithValue(ctx, staleKey{}, false)
}

// MayBeStale says whether reads under ctx may be; for engines.
func MayBeStale(ctx context.Context) bool {
	allowed, _ := ctx.Value(staleKey{}).(bool)
	return allowed
}
