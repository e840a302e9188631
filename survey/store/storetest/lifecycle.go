package storetest

import (
	"context"
	"errors"
	"testing"

	"earshot/survey/store"
)

// calls are the port's methods with arguments that would succeed.
func calls(s store.Store, spec *store.Spec, a *item) map[string]func(context.Context) error {
	write := func(op store.Op, d *item) func(context.Context) error {
		return func(ctx context.Context) error {
			c := *d
			_, err := s.Write(ctx, spec, []store.Write{{Op: op, Doc: &c}})
			return err
		}
	}
	return map[string]func(context.Context) error{
		"fetch":   func(ctx context.Context) error { _, err := s.Fetch(ctx, spec, []string{"a"}); return err },
		"insert":  write(store.Insert, newItem("b")),
		"replace": write(store.Replace, a),
		"delete":  write(store.Delete, a),
		"extend":  write(store.Extend, a),
		"find": func(ctx context.Context) error {
			_, _, err := s.Find(ctx, spec, store.Query{Index: store.ByID, Limit: 1})
			return err
		},
		"fold": func(ctx context.Context) error {
			_, err := s.Fold(ctx, spec, store.Fold{Query: store.Query{Index: store.ByID}})
			return err
		},
		"read all": func(ctx context.Context) error {
			_, err := s.ReadAll(ctx, []store.Read{{Spec: spec, Query: &store.Query{Index: store.ByID, Limit: 1}}})
			return err
		},
		"claim": func(ctx context.Context) error { _, err := s.Claim(ctx, spec, day(0), day(1), 3); return err },
		"ping":  s.Ping,
	}
}

func runLifecycle(t *testing.T, open Open) {
	spec := newItems()
	s := open(t, spec)
	a := newItem("a")
	a.Due = day(0)
	c := store.NewCollection[item](s, spec)
	insert(t, c, a)
	must(t, "ping", s.Ping(t.Context()))
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for name, call := range calls(s, spec, a) {
		if err := call(ended); !errors.Is(err, context.Canceled) {
			t.Errorf("%s with an ended context: got %v, want context.Canceled", name, err)
		}
	}
	same(t, "stored after calls with an ended context", get(t, c, "a"), a)
	same(t, "documents", pages(t.Context(), t, c, store.Query{Index: store.ByID, Limit: 9}), []string{"a"})
	must(t, "close", s.Close())
	for name, call := range calls(s, spec, a) {
		if err := call(t.Context()); !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("%s after close: got %v, want ErrUnavailable", name, err)
		}
	}
	if err := s.Close(); err != nil {
		t.Errorf("close again: %v", err)
	}
}

func runDeclaration(t *testing.T, open Open) {
	spec := newItems()
	s := open(t, spec)
	other := newItems()
	for name, call := range calls(s, other, newItem("a")) {
		if err := call(t.Context()); name != "ping" && !errors.Is(err, store.ErrQuery) {
			t.Errorf("%s in a collection that was not declared: got %v, want ErrQuery", name, err)
		}
	}
	list, err := s.Write(t.Context(), spec, nil)
	must(t, "write of nothing", err)
	same(t, "outcomes", len(list), 0)
	docs, err := s.Fetch(t.Context(), spec, nil)
	must(t, "fetch of nothing", err)
	same(t, "fetched", len(docs), 0)
}
