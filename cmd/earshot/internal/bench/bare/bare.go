// Package bare does to a database what Earshot does, by nothing but the database's own client: the best that a figure
// can come to on that machine in that minute. It knows no use case, only documents: a mirror of Earshot's database, with
// the same indexes, is brought to where Earshot brought its own.
package bare

import (
	"context"
	"slices"
)

// Doc is a document as the database holds it.
type Doc struct {
	// ID is the document's id.
	ID string
	// body is what the engine's client takes: a bson.Raw, or a row.
	body any
}

// Client works on two databases of one engine: Earshot's, which it only reads, and its mirror, which it writes to.
// Writes are as durable as Earshot's: majority and journal on MongoDB, a synced commit on SQLite. Its methods are safe
// for concurrent use.
type Client interface {
	// Mirror makes the mirror hold what Earshot's database holds, indexes included.
	Mirror(ctx context.Context) error
	// Behind returns the documents of a collection that the mirror lacks, and those that it holds otherwise, at most
	// limit together.
	Behind(ctx context.Context, collection string, limit int) (missing, other []Doc, err error)
	// Read reads one document of the mirror by its id; it is an error if it is not there.
	Read(ctx context.Context, collection, id string) error
	// Insert adds one document to the mirror.
	Insert(ctx context.Context, collection string, doc Doc) error
	// InsertMany adds documents to the mirror, batch by batch.
	InsertMany(ctx context.Context, collection string, docs []Doc) error
	// ReplaceMany overwrites documents of the mirror by their ids, batch by batch.
	ReplaceMany(ctx context.Context, collection string, docs []Doc) error
	// Collections lists the collections of Earshot's database.
	Collections(ctx context.Context) ([]string, error)
	// Owing counts the documents of Earshot's database that owe something now, and the responses that owe anything.
	Owing(ctx context.Context) (int, error)
	// Writes is the sum of the versions of all documents in Earshot's database, but those of the named collections: each write
	// adds one.
	Writes(ctx context.Context, but ...string) (int64, error)
	// Close releases everything and removes nothing.
	Close() error
}

// Batch is how many documents a bulk write takes at once.
const Batch = 1000

// responses is the collection of answers.
const responses = "responses"

// without returns the names that are not among the others.
func without(names, others []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return slices.Contains(others, name) })
}

// stream walks through the documents of a collection in the order of their ids; the last one is followed by nil.
type stream interface {
	next() (*Doc, error)
}

// compare walks through two streams and returns what the second lacks or holds otherwise.
func compare(ours, theirs stream, same func(a, b any) bool, limit int) (missing, other []Doc, err error) {
	b, err := theirs.next()
	for len(missing)+len(other) < limit {
		if err != nil {
			return nil, nil, err
		}
		a, err := ours.next()
		if err != nil || a == nil {
			return missing, other, err
		}
		for b != nil && b.ID < a.ID && err == nil {
			b, err = theirs.next()
		}
		switch {
		case err != nil:
			return nil, nil, err
		case b == nil || a.ID < b.ID:
			missing = append(missing, *a)
		case !same(a.body, b.body):
			other = append(other, *a)
		}
	}
	return missing, other, nil
}
