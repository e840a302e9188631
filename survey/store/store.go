// Package store is Earshot's storage port: documents in named collections, each with its declared indexes.
//
// A document is a Go struct that embeds [Meta]; its JSON tags name its stored fields in every engine. A collection is
// declared once, by a [Spec], beside the struct. Everything above the engines works in typed collections ([Collection]).
//
// There are no transactions over several documents and no queue in memory. A document that still owes an effect (a mail,
// an update elsewhere) carries the time at which a worker shall look at it, [Meta.Due]. [Store.Claim] hands such a
// document to one worker and moves Due forward by the lease: a worker that dies simply lets the lease run out.
//
// Times are stored in UTC with a precision of one millisecond; [Time] rounds a time so, and writing a document rounds the
// times in it. What encoding/json makes of a document is what the document means, in every engine: a nil slice stays
// apart from an empty one, and a map's keys may be any text.
package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Meta is the part that every document has. Embed it first: store.Meta with the tag `json:",inline"`.
type Meta struct {
	// ID is unique in the collection, 1 to 128 bytes of printable ASCII. It never changes.
	ID string `json:"id" bson:"_id"`
	// Version counts the writes: 1 after Insert, one more after each Replace or Claim. Never set it by hand: only a copy
	// of a document (see Copy) is inserted with the version it has.
	Version int64 `json:"version"`
	// Due is when a worker shall look at the document; the zero time means that it owes nothing.
	Due time.Time `json:"due,omitzero"`
}

// Envelope gives engines access to the embedded Meta.
func (m *Meta) Envelope() *Meta { return m }

// Doc is a pointer to a struct that embeds Meta.
type Doc interface{ Envelope() *Meta }

// Spec declares a collection.
type Spec struct {
	// Name is the collection's name in every engine: lower-case letters and underscores.
	Name string
	// New returns a pointer to an empty document.
	New func() Doc
	// Indexes are the only ways to find documents, besides by id (see ByID).
	Indexes []Index
	// Queue says that documents of this collection can be due, so that Claim works on it.
	Queue bool
}

// Index declares an ordered index over top-level fields, by their JSON names. The id is the implied last field, so that
// the order is total. Fields may be strings, booleans, integers, floats and times (and types based on
// them that do not write their own JSON).
//
// A field is nullable if it is a time or leads a sparse index. The zero value of a nullable field comes before all others
// and lies within no bounds (Query.From and To); in all other fields zero is a value like any other. A unique index may
// hold a nullable field only where a sparse index leads with it.
type Index struct {
	// Name is unique in the collection.
	Name string
	// Fields are JSON names of top-level fields, most significant first.
	Fields []string
	// Unique forbids two documents with equal Fields, except where Sparse leaves them out.
	Unique bool
	// Sparse leaves out the documents whose first field has its zero value: Find does not see them in this index.
	Sparse bool
}

// ByID is the name of the index over the id that every collection has.
const ByID = "id"

// Query asks for documents in the order of one index.
type Query struct {
	// Index is the name of a declared index, or ByID.
	Index string
	// Equal holds the values of the index's leading fields, at most all of them.
	Equal []any
	// From and To bound the first field behind Equal: From <= field < To, whatever the direction. Nil leaves an end open.
	From, To any
	// Descending reverses the whole order, the id included.
	Descending bool
	// After resumes behind the place that an earlier Find with the same Index, Equal and Descending returned.
	After Cursor
	// Limit is the most documents to return, 1 to MaxLimit.
	Limit int
}

// MaxLimit is the largest Query.Limit: a page of documents must fit in memory many times over.
const MaxLimit = 1000

// MaxBatch is the most documents that one Fetch or Insert takes: MongoDB's messages are limited to 48 MB.
const MaxBatch = 5000

// Cursor is a place in an index's order: opaque, printable, safe in a URL, the same for every process. Empty is the start.
type Cursor string

// Store is what an engine implements. Every method is one round trip to the engine, is safe for concurrent use and
// obeys ctx: it returns ctx's error when that ended first, and a write that had not begun by then does not happen. Writes
// have reached the disk (SQLite) or a majority (MongoDB) when they return nil. Every method may return ErrUnavailable, and
// ErrQuery for a collection or a document that was not declared so; writes may return ErrFull.
type Store interface {
	// Fetch returns the documents that exist among ids (at most MaxBatch), in no particular order.
	Fetch(ctx context.Context, c *Spec, ids []string) ([]Doc, error)
	// Insert adds the documents (at most MaxBatch) and sets their Version to 1, except where it is set already. Where an id
	// or a unique index is taken already, it inserts all others and returns *DuplicateError. When it returns another error,
	// some of the documents may be there.
	Insert(ctx context.Context, c *Spec, docs []Doc) error
	// Replace overwrites the document of the same id if its stored version still equals doc's, and adds one to it.
	// Returns ErrConflict if the version differs or the document is gone, *DuplicateError if a unique index is taken.
	Replace(ctx context.Context, c *Spec, doc Doc) error
	// Delete removes the document if its stored version equals version. Returns ErrConflict as Replace does.
	Delete(ctx context.Context, c *Spec, id string, version int64) error
	// Find returns up to q.Limit documents in the index's order and the cursor behind the last of them, which is empty
	// when there are no more. Returns ErrQuery for an index that is not declared or values that do not fit it.
	Find(ctx context.Context, c *Spec, q Query) ([]Doc, Cursor, error)
	// Claim takes the document that has been due longest (Due <= now), sets its Due to until, adds one to its version,
	// and returns it so changed. Two claimants never get the same document. Returns ErrNotFound if nothing is due.
	Claim(ctx context.Context, c *Spec, now, until time.Time) (Doc, error)
	// Ping says whether the engine can serve now.
	Ping(ctx context.Context) error
	// Close releases everything. No method may be called afterwards.
	Close() error
}

// Errors that engines return, to be tested with errors.Is.
var (
	// ErrNotFound: there is no such document.
	ErrNotFound = errors.New("store: not found")
	// ErrConflict: somebody else wrote the document since it was read. Read it again and decide anew.
	ErrConflict = errors.New("store: changed by somebody else")
	// ErrUnavailable: the engine cannot be reached or is closing. A write that returned it may have happened.
	ErrUnavailable = errors.New("store: not available")
	// ErrFull: there is no room left. The write did not happen.
	ErrFull = errors.New("store: no space left")
	// ErrQuery: the query or the document does not fit the collection's declaration: a mistake of the caller.
	ErrQuery = errors.New("store: invalid query")
)

// DuplicateError says which documents of a write were refused because an id or a unique index was taken.
type DuplicateError struct {
	// Refused are the refused documents, by their place in the slice that was passed (always 0 for Replace), ascending.
	Refused []Duplicate
}

// Duplicate is one refused document.
type Duplicate struct {
	// Doc is its place in the slice that was passed to Insert.
	Doc int
	// Index is the name of the index that is taken: ByID for the id, else the first in the order of declaration.
	Index string
}

// Error names the first refused document.
func (e *DuplicateError) Error() string {
	return fmt.Sprintf("store: %d documents refused, the first (no. %d) because of index %q",
		len(e.Refused), e.Refused[0].Doc, e.Refused[0].Index)
}

// Time returns t as every engine stores it: in UTC, in whole milliseconds. Put times through it before storing them.
func Time(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Millisecond)
}
