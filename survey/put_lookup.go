package survey

import (
	"context"
	"iter"
	"maps"
	"slices"

	"earshot/survey/store"
)

// wanted are the rows that look for a record by one key, by the key.
type wanted map[string][]int

func newWanted() wanted { return wanted{} }

// add notes that a row looks for a key; an empty key is none.
func (w wanted) add(key string, row int) {
	if key != "" {
		w[key] = append(w[key], row)
	}
}

// findable is a collection in which records are looked up.
type findable[P any] interface {
	All(ctx context.Context, q store.Query) iter.Seq2[P, error]
}

// lookUp finds the records whose first field of an index is one of the wanted keys, many keys at once.
func lookUp[P any](ctx context.Context, in findable[P], index string, keys wanted, found func(P)) error {
	for part := range slices.Chunk(slices.Sorted(maps.Keys(keys)), store.MaxBatch) {
		q := store.Query{Index: index, In: make([]any, len(part))}
		for i, key := range part {
			q.In[i] = key
		}
		for record, err := range in.All(ctx, q) {
			if err != nil {
				return err
			}
			found(record)
		}
	}
	return nil
}
