package storetest

import (
	"fmt"
	"strings"
	"testing"

	"earshot/survey/store"
)

// runLarge writes batches that no message of an engine can hold: MongoDB's has 48,000,000 bytes.
func runLarge(t *testing.T, open Open) {
	const documents, size = 40, 1_500_000
	c := itemsIn(t, open)
	docs := numbered(documents)
	for i, d := range docs {
		d.Tags = []string{strings.Repeat(fmt.Sprint(i%10), size)}
		d.Due = day(i)
	}
	docs[7].Code = docs[3].Code
	same(t, "refused", refusals(t, c.Insert(t.Context(), docs...)), []store.Duplicate{{Doc: 7, Index: "by_code"}})
	docs[7].Code = "code-7"
	insert(t, c, docs[7])
	docs[20].Version = 9
	for _, d := range docs {
		d.Rank = 1
	}
	list, err := c.ReplaceAll(t.Context(), docs)
	must(t, "replace", err)
	for i, err := range list {
		want := "done"
		if i == 20 {
			want = "conflict"
		}
		same(t, fmt.Sprint("outcome ", i), outcome(err), want)
	}
	claimed, err := c.Claim(t.Context(), day(99), day(100), documents)
	must(t, "claim", err)
	same(t, "claimed", ids(claimed), ids(docs))
	found, err := c.Fetch(t.Context(), ids(docs))
	must(t, "fetch", err)
	for i, d := range docs {
		got := found[d.ID]
		if got == nil || len(got.Tags) != 1 || got.Tags[0] != d.Tags[0] || got.Rank != int64(ordinal(i != 20)) {
			t.Errorf("document %s is not what was written", d.ID)
		}
	}
}

func ordinal(b bool) int {
	if b {
		return 1
	}
	return 0
}
