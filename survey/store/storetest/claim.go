package storetest

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"earshot/survey/store"
)

func runClaim(t *testing.T, open Open) {
	t.Run("in the order of due", func(t *testing.T) { claimOrder(t, open) })
	t.Run("again after the lease", func(t *testing.T) { claimLease(t, open) })
	t.Run("each once", func(t *testing.T) { claimRace(t, open) })
	t.Run("found by due and by dead", func(t *testing.T) { claimFind(t, open) })
	t.Run("mistakes", func(t *testing.T) {
		c := itemsIn(t, open)
		for _, n := range []int{-1, 0, store.MaxBatch + 1} {
			if _, err := c.Claim(t.Context(), day(0), day(1), n); !errors.Is(err, store.ErrQuery) {
				t.Errorf("%d documents: got %v, want ErrQuery", n, err)
			}
		}
		spec := newItems()
		spec.Queue = false
		s := open(t, spec)
		if _, err := s.Claim(t.Context(), spec, day(0), day(1), 1); !errors.Is(err, store.ErrQuery) {
			t.Errorf("not a queue: got %v, want ErrQuery", err)
		}
		if _, _, err := s.Find(t.Context(), spec, store.Query{Index: store.ByDue, Limit: 1}); !errors.Is(err, store.ErrQuery) {
			t.Errorf("by due in what is not a queue: got %v, want ErrQuery", err)
		}
	})
}

func claimOrder(t *testing.T, open Open) {
	c := itemsIn(t, open)
	docs := numbered(6)
	docs[0].Due, docs[1].Due, docs[3].Due, docs[4].Due, docs[5].Due = day(3), day(1), day(2), day(2), day(0)
	insert(t, c, docs...)
	none, err := c.Claim(t.Context(), day(0).Add(-time.Millisecond), day(9), 5)
	must(t, "claim before anything is due", err)
	same(t, "before anything is due", ids(none), []string(nil))
	var got []string
	for _, n := range []int{1, 2, 9} {
		claimed, err := c.Claim(t.Context(), day(2), day(9), n)
		must(t, "claim", err)
		for _, d := range claimed {
			same(t, "version", d.Version, int64(2))
			same(t, "due", d.Due, day(9))
			same(t, "stored", get(t, c, d.ID), d)
		}
		got = append(got, ids(claimed)...)
	}
	same(t, "claimed", got, []string{"item-005", "item-001", "item-003", "item-004"})
}

func claimLease(t *testing.T, open Open) {
	c := itemsIn(t, open)
	a := newItem("a")
	a.Note = "<b> & \"c\" \u2028"
	a.Owe("mail", day(0))
	insert(t, c, a)
	first := claimOne(t, c, day(1), day(2))
	want := *a
	want.Version, want.Due = 2, day(2)
	same(t, "claimed", first, &want)
	if d := claimOne(t, c, day(1), day(2)); d != nil {
		t.Errorf("while leased: got %v, want nothing", d)
	}
	second := claimOne(t, c, day(2), day(3))
	first.Strike(*first.Owing("mail"))
	if err := c.Replace(t.Context(), first); !errors.Is(err, store.ErrConflict) {
		t.Errorf("the first claimant, late: got %v, want ErrConflict", err)
	}
	second.Strike(*second.Owing("mail"))
	must(t, "replace by the second claimant", c.Replace(t.Context(), second))
	same(t, "stored", get(t, c, "a"), second)
	if d := claimOne(t, c, day(99), day(100)); d != nil {
		t.Errorf("when nothing is owed: got %v, want nothing", d)
	}
}

func claimOne(t *testing.T, c store.Collection[item, *item], now, until time.Time) *item {
	t.Helper()
	list, err := c.Claim(t.Context(), now, until, 1)
	must(t, "claim", err)
	if len(list) == 0 {
		return nil
	}
	return list[0]
}

// claimRace has several claimants take what is due, a few at a time: no document twice, and all of them.
func claimRace(t *testing.T, open Open) {
	const documents, claimants, atOnce = 120, 6, 7
	c := itemsIn(t, open)
	docs := numbered(documents)
	for _, d := range docs {
		d.Due = day(0)
	}
	insert(t, c, docs...)
	var mu sync.Mutex
	var got []string
	var group sync.WaitGroup
	for range claimants {
		group.Go(func() {
			for {
				claimed, err := c.Claim(t.Context(), day(1), day(2), atOnce)
				if err != nil || len(claimed) == 0 {
					if err != nil {
						t.Errorf("claim: %v", err)
					}
					return
				}
				mu.Lock()
				got = append(got, ids(claimed)...)
				mu.Unlock()
			}
		})
	}
	group.Wait()
	slices.Sort(got)
	same(t, "claimed", got, ids(docs))
}

// claimFind lists what is owed, and what is set aside.
func claimFind(t *testing.T, open Open) {
	c := itemsIn(t, open)
	docs := numbered(5)
	for i, d := range docs[:4] {
		d.Owe("mail", day(4-i))
		d.Owe("webhook", day(9))
	}
	for _, d := range docs[1:3] {
		dead := d.Owing("webhook")
		dead.Dead, dead.Error = day(len(d.ID)+int(d.ID[7])), "refused"
		d.Reckon()
	}
	docs[3].Owing("mail").Tries = 2
	docs[3].Reckon()
	insert(t, c, docs...)
	due := func(q store.Query) []string {
		q.Limit = 2
		return pages(t.Context(), t, c, q)
	}
	same(t, "by due", due(store.Query{Index: store.ByDue}), []string{"item-003", "item-002", "item-001", "item-000"})
	same(t, "by due, a range", due(store.Query{Index: store.ByDue, From: day(2), To: day(4)}), []string{"item-002", "item-001"})
	same(t, "by dead", due(store.Query{Index: store.ByDead, Descending: true}), []string{"item-002", "item-001"})
	same(t, "by failing", due(store.Query{Index: store.ByFailing}), []string{"item-003"})
	same(t, "with trouble", due(store.Query{
		Index: store.ByDead, Where: []store.Where{{Field: "troubled", Is: store.HasWord, Value: []any{store.DeadWord("webhook")}}},
	}), []string{"item-001", "item-002"})
	troubles, err := c.Fold(t.Context(), store.Fold{Query: store.Query{Index: store.ByDead}, By: []string{"troubled"}})
	must(t, "fold troubles", err)
	same(t, "troubles", troubles, []store.Group{{By: []any{"webhook:dead"}, Count: 2}})
	groups, err := c.Fold(t.Context(), store.Fold{Query: store.Query{Index: store.ByDue, To: day(3)}})
	must(t, "fold", err)
	same(t, "how many are due", groups, []store.Group{{Count: 2}})
	same(t, "stored", get(t, c, "item-001"), docs[1])
}
