// Package store is Earshot's storage port: documents in named collections, each with its declared indexes.
//
// A document is a Go struct that embeds [Meta]; its JSON tags name its stored fields in every engine. A collection is
// declared once, by a [Spec], beside the struct. Everything above the engines works in typed collections ([Collection]).
//
// Everything moves in batches, for a round trip to a majority of a replica set, or to the disk, costs milliseconds, and one
// that carries a thousand documents hardly more. There are no transactions over several documents: each item of a batch is
// judged alone, and told apart.
//
// There is no queue in memory. A document that still owes an effect (a mail, an update elsewhere) says so itself, in
// [Meta.Owes], and carries in [Meta.Due] the time at which a worker shall look at it: the transactional outbox of the books,
// one per document. [Store.Claim] hands such documents to one worker and moves Due forward by the lease: a worker that dies
// simply lets the lease run out.
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
	"unicode/utf8"
)

// Meta is the part that every document has: its envelope. Embed it first: store.Meta with the tag `json:",inline"`.
type Meta struct {
	// ID is unique in the collection, 1 to 128 bytes of printable ASCII. It never changes.
	ID string `json:"id" bson:"_id"`
	// Version counts the writes: 1 after Insert, one more after each Replace or Claim. Never set it by hand: only a copy
	// of a document (see Copy) is inserted with the version it has. It is 0 in a document that was read with a projection
	// (Query.Fields), so that no part of a document can be written in place of the whole.
	Version int64 `json:"version"`
	// Due is when a worker shall look at the document: when the earliest of Owes is due or, of a claimed document, when the
	// lease runs out. The zero time means that it owes nothing.
	Due time.Time `json:"due,omitzero"`
	// Owes are the effects that the document still owes; see Owe.
	Owes []Owed `json:"owes,omitempty"`
	// Dead is since when an effect that the document owes is set aside as a dead letter; zero if none is.
	Dead time.Time `json:"dead,omitzero"`
	// Failing is when the next try is due of an effect that has failed and is to be tried again; zero if there is none.
	Failing time.Time `json:"failing,omitzero"`
	// Troubled are the effects that have failed, in words to count by: see Owed.Trouble. Empty if none has.
	Troubled string `json:"troubled,omitempty"`
	// Marks belong to the engine: who wrote the latest versions, latest first, where it has to tell later which items of a
	// batch were written.
	Marks []int64 `json:"-" bson:"-"`
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
	// Indexes are the only ways to find documents, besides ByID and, of a queue, ByDue, ByDead and ByFailing.
	Indexes []Index
	// Queue says that documents of this collection can be due, so that Claim works on it.
	Queue bool
	// Expires names a field, a time, after which the engine removes the document by itself, within minutes; empty if they stay.
	Expires string
	// Shard is the JSON name of the field by whose hash a cluster spreads the documents over its servers: "id", for by that
	// they are written; empty where they stay together. A collection with a unique index stays together, since a cluster can
	// keep only indexes unique that begin with that field.
	Shard string
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

// The names of the indexes that are there without a declaration.
const (
	// ByID is over the id; every collection has it.
	ByID = "id"
	// ByDue is a sparse index over the envelope's due, ByDead and ByFailing are sparse indexes over its dead and failing, each
	// with troubled; every queue has them.
	ByDue     = "due"
	ByDead    = "dead"
	ByFailing = "failing"
)

// MaxLimit is the largest Query.Limit: a page of documents must fit in memory many times over.
const MaxLimit = 1000

// MaxBatch is the most items that one Fetch, Write, Claim or Query.In takes.
const MaxBatch = 5000

// Cursor is a place in an index's order: opaque, printable, safe in a URL, the same for every process. Empty is the start.
type Cursor string

// Store is what an engine implements. Every method is a declared small number of round trips to the engine, whatever the
// number of items; it is safe for concurrent use and obeys ctx: it returns ctx's error when that ended first, and a write
// that had not begun by then does not happen. Writes have reached the disk (SQLite) or a majority (MongoDB) when they return
// without an error, and reads by the same Store find them, unless they may be stale (StaleReads). Every method may return ErrUnavailable, and ErrQuery for a collection or a document that was not declared
// so; writes may return ErrFull.
type Store interface {
	// Fetch returns the documents that exist among ids (at most MaxBatch), in no particular order.
	Fetch(ctx context.Context, c *Spec, ids []string) ([]Doc, error)
	// Find returns up to q.Limit documents in the index's order and the cursor behind the last of them, which is empty
	// when there are no more. Returns ErrQuery for an index that is not declared or values that do not fit it.
	Find(ctx context.Context, c *Spec, q Query) ([]Doc, Cursor, error)
	// Fold counts and sums what f finds, by groups, in no particular order. Returns ErrQuery as Find does, and where there
	// are more than MaxGroups groups.
	Fold(ctx context.Context, c *Spec, f Fold) ([]Group, error)
	// ReadAll answers several reads (at most MaxReads), also of different collections, as Find and Fold would each: in one
	// round trip, for a page that shows something of everything. The results are in the order of the reads.
	ReadAll(ctx context.Context, reads []Read) ([]Result, error)
	// Write writes the items (at most MaxBatch) as if one after the other, each judged alone, and returns what became of
	// each: nil where it is done, ErrConflict or *TakenError where it is refused; the documents that were written carry
	// their new version. A batch that does not fit into one message of the engine is cut. When it returns an error as a
	// whole, some items may have happened, and the documents' versions are as they were.
	Write(ctx context.Context, c *Spec, items []Write) ([]error, error)
	// Claim takes up to n documents (1 to MaxBatch) that have been due longest (Due <= now), sets their Due to until,
	// adds one to their versions, and returns them so changed, longest due first. Two claimants never get the same document. It may
	// return fewer than are due where others claim at the same time; it returns none only if nothing is due that nobody
	// else has just claimed.
	Claim(ctx context.Context, c *Spec, now, until time.Time, n int) ([]Doc, error)
	// Ping says whether the engine can serve now.
	Ping(ctx context.Context) error
	// Close releases everything. No method may be called afterwards.
	Close() error
}

// Op is what an item of a batch does.
type Op uint8

// The operations of Store.Write.
const (
	// Insert adds the document and sets its version to 1, except where it is set already. Refused by *TakenError where the
	// id or a unique index is taken, also by an earlier item of the batch.
	Insert Op = iota + 1
	// Replace overwrites the document of the same id if its stored version still equals the document's, and adds one to
	// it. Refused by ErrConflict if the version differs or the document is gone, by *TakenError if a unique index is taken.
	Replace
	// Delete removes the document if its stored version equals the document's. Refused by ErrConflict as Replace is.
	Delete
	// Extend sets the stored Due to the document's, if the stored version equals the document's, and leaves the version and
	// everything else: so a worker holds on to what it claimed. Refused by ErrConflict as Replace is.
	Extend
)

// Write is one item of a batch.
type Write struct {
	Op  Op
	Doc Doc
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

// TakenError says that an item was refused because an id or a unique index is taken.
type TakenError struct {
	// Index is the name of the index that is taken: ByID for the id, else the first in the order of declaration.
	Index string
}

// Error names the index.
func (e *TakenError) Error() string {
	return fmt.Sprintf("store: refused, for it is taken in index %q", e.Index)
}

// Time returns t as every engine stores it: in UTC, in whole milliseconds. Put times through it before storing them.
func Time(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Millisecond)
}

// ValidText replaces each byte of broken UTF-8 as encoding/json does, so that a text means the same in every engine.
func ValidText(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return string([]rune(s))
}
