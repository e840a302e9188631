package survey

import (
	"maps"
	"slices"
)

// keys returns the keys of m in their order, so that batches are written in the order of their ids.
func keys[K ~string, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

// values returns the values of m.
func values[K comparable, V any](m map[K]V) []V { return slices.Collect(maps.Values(m)) }
