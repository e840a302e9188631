package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
)

// ErrCopy says that after a copy the two stores do not hold the same, or the target holds something else than an earlier copy.
var ErrCopy = errors.New("store: the copy is not equal")

// CopyReport says what Copy did, collection by collection in the order of the declarations.
type CopyReport struct{ Collections []CollectionCopy }

// CollectionCopy is one collection of a copy.
type CollectionCopy struct {
	// Name is the collection's.
	Name string
	// Inserted, Overwritten, Removed and Same count the target's documents: new there, other there before, no longer in the
	// source, and equal already.
	Inserted, Overwritten, Removed, Same int
	// From and To are what the two sides hold in the end.
	From, To Content
}

// Content sums a collection up.
type Content struct {
	// Documents is their number.
	Documents int
	// Checksum is the SHA-256, in hexadecimal, of all documents as JSON in the order of their ids.
	Checksum string
}

// CopyProgress is told to the caller of Copy after each page.
type CopyProgress struct {
	// Collection is the one in work.
	Collection string
	// Comparing says that the collection is copied and is now being compared.
	Comparing bool
	// Documents is how many of the source's documents this step has passed.
	Documents int
}

// Copy makes to hold what from holds in the given collections, which both must have opened, and proves it: in the end the
// numbers and checksums of both sides are compared. Documents arrive with the versions that they have. A copy that was
// interrupted is continued by calling Copy again: what is equal already is skipped, what differs is overwritten, what from
// no longer has is removed. If from is written to meanwhile, the comparison may fail; call Copy again when it rests.
//
// Memory does not grow with the data. Returns ErrCopy naming the collection that differs, or when to holds documents none of
// which is in from, which is no earlier copy. The report is filled as far as Copy came.
func Copy(ctx context.Context, from, to Store, specs []*Spec, progress func(CopyProgress)) (CopyReport, error) {
	report := CopyReport{}
	if progress == nil {
		progress = func(CopyProgress) {}
	}
	if err := refuseOthers(ctx, from, to, specs); err != nil {
		return report, err
	}
	for _, spec := range specs {
		c := copier{from: from, to: to, spec: spec, progress: progress, did: CollectionCopy{Name: spec.Name}}
		err := c.run(ctx)
		report.Collections = append(report.Collections, c.did)
		if err != nil {
			return report, fmt.Errorf("copy collection %q: %w", spec.Name, err)
		}
	}
	return report, nil
}

// refuseOthers looks at the first page of each collection of the target: if it holds something, some of it must be known.
func refuseOthers(ctx context.Context, from, to Store, specs []*Spec) error {
	there, known := 0, 0
	for _, spec := range specs {
		docs, _, err := to.Find(ctx, spec, Query{Index: ByID, Limit: MaxLimit})
		if err != nil {
			return err
		}
		found, err := from.Fetch(ctx, spec, idsOf(docs))
		if err != nil {
			return err
		}
		there, known = there+len(docs), known+len(found)
	}
	if there > 0 && known == 0 {
		return fmt.Errorf("%w: the target holds documents, none of which is in the source", ErrCopy)
	}
	return nil
}

// copier copies one collection.
type copier struct {
	from, to Store
	spec     *Spec
	progress func(CopyProgress)
	did      CollectionCopy
}

func (c *copier) run(ctx context.Context) error {
	if err := c.prune(ctx); err != nil {
		return err
	}
	if err := c.fill(ctx); err != nil {
		return err
	}
	return c.compare(ctx)
}

// pages calls do for each page of a collection in the order of the ids.
func pages(ctx context.Context, s Store, spec *Spec, do func([]Doc) error) error {
	q := Query{Index: ByID, Limit: MaxLimit}
	for {
		docs, next, err := s.Find(ctx, spec, q)
		if err != nil {
			return err
		}
		if err := do(docs); err != nil || next == "" {
			return err
		}
		q.After = next
	}
}

// prune removes from the target what the source has not, or has with another content. This comes before anything is
// inserted, for what is no longer so could hold a unique index that a new document needs.
func (c *copier) prune(ctx context.Context) error {
	return pages(ctx, c.to, c.spec, func(docs []Doc) error {
		found, err := fetchByID(ctx, c.from, c.spec, docs)
		if err != nil {
			return err
		}
		var items []Write
		for _, d := range docs {
			differs, err := c.differs(d, found[d.Envelope().ID])
			if err != nil {
				return err
			}
			if differs {
				items = append(items, Write{Op: Delete, Doc: d})
			}
		}
		return c.write(ctx, items)
	})
}

// differs says whether a document of the target is other than the source's, which is nil when there is none, and counts it.
func (c *copier) differs(d, source Doc) (bool, error) {
	if source == nil {
		c.did.Removed++
		return true, nil
	}
	equal, err := equalJSON(source, d)
	if err == nil && !equal {
		c.did.Overwritten++
	}
	return !equal, err
}

// fill inserts what is missing.
func (c *copier) fill(ctx context.Context) error {
	passed := 0
	err := pages(ctx, c.from, c.spec, func(docs []Doc) error {
		there, err := fetchByID(ctx, c.to, c.spec, docs)
		if err != nil {
			return err
		}
		var missing []Write
		for _, d := range docs {
			if _, ok := there[d.Envelope().ID]; !ok {
				missing = append(missing, Write{Op: Insert, Doc: d})
			}
		}
		if err := c.write(ctx, missing); err != nil {
			return err
		}
		c.did.Inserted += len(missing)
		c.did.Same += len(docs) - len(missing)
		passed += len(docs)
		c.progress(CopyProgress{Collection: c.spec.Name, Documents: passed})
		return nil
	})
	c.did.Inserted = max(0, c.did.Inserted-c.did.Overwritten)
	return err
}

// write writes items to the target, each of which must be done.
func (c *copier) write(ctx context.Context, items []Write) error {
	if len(items) == 0 {
		return nil
	}
	outcomes, err := c.to.Write(ctx, c.spec, items)
	if err != nil {
		return err
	}
	for i, err := range outcomes {
		if err != nil {
			return fmt.Errorf("%w: document %q is refused: %w", ErrCopy, items[i].Doc.Envelope().ID, err)
		}
	}
	return nil
}

// compare sums both sides up.
func (c *copier) compare(ctx context.Context) error {
	var err error
	if c.did.From, err = content(ctx, c.from, c.spec, c.progress); err != nil {
		return err
	}
	if c.did.To, err = content(ctx, c.to, c.spec, nil); err != nil {
		return err
	}
	if c.did.From != c.did.To {
		return fmt.Errorf("%w: the source has %d documents (checksum %.8s), the target %d (%.8s)", ErrCopy,
			c.did.From.Documents, c.did.From.Checksum, c.did.To.Documents, c.did.To.Checksum)
	}
	return nil
}

func content(ctx context.Context, s Store, spec *Spec, progress func(CopyProgress)) (Content, error) {
	sum, n := sha256.New(), 0
	err := pages(ctx, s, spec, func(docs []Doc) error {
		for _, d := range docs {
			if err := addTo(sum, d); err != nil {
				return err
			}
		}
		n += len(docs)
		if progress != nil {
			progress(CopyProgress{Collection: spec.Name, Comparing: true, Documents: n})
		}
		return nil
	})
	return Content{Documents: n, Checksum: hex.EncodeToString(sum.Sum(nil))}, err
}

// addTo adds a document to a checksum, with its length before it.
func addTo(sum hash.Hash, d Doc) error {
	raw, err := json.Marshal(d)
	if err != nil {
		return err
	}
	sum.Write(binary.BigEndian.AppendUint64(nil, uint64(len(raw))))
	sum.Write(raw)
	return nil
}

func equalJSON(a, b Doc) (bool, error) {
	x, err := json.Marshal(a)
	if err != nil {
		return false, err
	}
	y, err := json.Marshal(b)
	return bytes.Equal(x, y), err
}

func idsOf(docs []Doc) []string {
	ids := make([]string, len(docs))
	for i, d := range docs {
		ids[i] = d.Envelope().ID
	}
	return ids
}

// fetchByID fetches the documents that have the ids of docs.
func fetchByID(ctx context.Context, s Store, spec *Spec, docs []Doc) (map[string]Doc, error) {
	if len(docs) == 0 {
		return nil, nil
	}
	found, err := s.Fetch(ctx, spec, idsOf(docs))
	if err != nil {
		return nil, err
	}
	byID := make(map[string]Doc, len(found))
	for _, d := range found {
		byID[d.Envelope().ID] = d
	}
	return byID, nil
}
