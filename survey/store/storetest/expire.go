package storetest

import (
	"context"
	"testing"
	"time"

	"earshot/survey/store"
)

// Sweeper is an engine that can be told to remove now what has expired. Others do so in their own time; a server that is
// started for tests should be told to do it often.
type Sweeper interface {
	Sweep(ctx context.Context) error
}

// expiryPatience is how long the suite waits for an engine that is no Sweeper; a MongoDB server looks every minute.
const expiryPatience = 100 * time.Second

// fading is a document that expires.
type fading struct {
	store.Meta `json:",inline"`

	Name      string    `json:"name"`
	ExpiresAt time.Time `json:"expires_at,omitzero"`
}

func runExpire(t *testing.T, open Open) {
	spec := &store.Spec{Name: "fading", New: func() store.Doc { return new(fading) }, Expires: "expires_at"}
	s := open(t, spec)
	c := store.NewCollection[fading](s, spec)
	const gone = 450
	now := time.Now()
	docs := []*fading{
		{Meta: store.Meta{ID: "never"}},
		{Meta: store.Meta{ID: "not yet"}, ExpiresAt: now.Add(time.Hour)},
		{Meta: store.Meta{ID: "put off"}, ExpiresAt: now.Add(-time.Hour)},
	}
	docs[2].ExpiresAt = now.Add(time.Hour)
	for _, d := range docs {
		must(t, "insert", c.Insert(t.Context(), d))
	}
	for i := range gone {
		d := &fading{Meta: store.Meta{ID: "gone " + time.Duration(i).String()}, ExpiresAt: now.Add(-time.Duration(i+1) * time.Second)}
		docs = append(docs, d)
	}
	must(t, "insert", c.Insert(t.Context(), docs[3:]...))
	left := expired(t, s, c, 3)
	var got []string
	for _, d := range left {
		got = append(got, d.ID)
	}
	same(t, "left", got, []string{"never", "not yet", "put off"})
	if err := c.Replace(t.Context(), docs[10]); err == nil {
		t.Error("a document that has expired was replaced")
	}
}

// expired returns the documents when there are no more than that, or when patience ends.
func expired(t *testing.T, s store.Store, c store.Collection[fading, *fading], want int) []*fading {
	t.Helper()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(expiryPatience); ; <-tick.C {
		if sweeper, ok := s.(Sweeper); ok {
			must(t, "sweep", sweeper.Sweep(t.Context()))
		}
		left, _, err := c.Find(t.Context(), store.Query{Index: store.ByID, Limit: store.MaxLimit})
		must(t, "find", err)
		if len(left) <= want || time.Now().After(deadline) {
			return left
		}
	}
}
