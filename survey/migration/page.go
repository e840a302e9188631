package migration

import (
	"context"

	"earshot/survey/store"
)

// Page is a part of a step's collection, in the order of the ids.
type Page struct {
	// Docs are the documents.
	Docs []store.Doc
	// Store is where they are stored; a step may read and write other collections too.
	Store store.Store
	// Dry says that nothing is to be written.
	Dry bool

	specs map[string]*store.Spec
	// spec is the step's collection.
	spec    *store.Spec
	after   store.Cursor
	looked  int
	changed int
}

func (m *Migrator) page(step Step, after store.Cursor, dry bool) *Page {
	return &Page{Store: m.store, Dry: dry, specs: m.specs, spec: m.specs[step.Collection], after: after}
}

// do does the step for the next page, and says whether there is another one behind it.
func (p *Page) do(ctx context.Context, step Step) (more bool, err error) {
	docs, next, err := p.Store.Find(ctx, p.spec, store.Query{Index: store.ByID, Limit: store.MaxLimit, After: p.after})
	if err != nil {
		return false, err
	}
	p.Docs, p.looked, p.changed = docs, len(docs), 0
	if err := step.Do(ctx, p); err != nil {
		return false, err
	}
	p.after = next
	return next != "", nil
}

// Changed notes that n documents were changed, or would have been in a dry run.
func (p *Page) Changed(n int) { p.changed += n }

// docPointer constrains P to be *T and a document.
type docPointer[T any] interface {
	*T
	store.Doc
}

// Collection returns the collection of that name, typed.
func Collection[T any, P docPointer[T]](p *Page, name string) store.Collection[T, P] {
	return store.NewCollection[T, P](p.Store, p.specs[name])
}

// Each is the Do of a step that changes each document by itself. change says whether it altered the document; it is called
// again for a document that somebody else has written meanwhile.
func Each[T any, P docPointer[T]](change func(P) bool) func(ctx context.Context, p *Page) error {
	return func(ctx context.Context, p *Page) error {
		altered := map[string]bool{}
		noting := func(d P) bool {
			is := change(d)
			altered[d.Envelope().ID] = is
			return is
		}
		docs := make([]P, len(p.Docs))
		for i, d := range p.Docs {
			docs[i] = d.(P)
		}
		if p.Dry {
			for _, d := range docs {
				noting(d)
			}
		} else if _, err := Collection[T, P](p, p.spec.Name).ChangeAll(ctx, docs, noting); err != nil {
			return err
		}
		for _, is := range altered {
			if is {
				p.Changed(1)
			}
		}
		return nil
	}
}
