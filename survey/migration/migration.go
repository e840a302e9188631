// Package migration brings what is stored to what this program expects, and keeps programs away from what they do not
// understand.
//
// The store knows the version of its schema (see Schema). Each version is made of steps: a file of this package each, and a
// row in the table of steps. A step changes documents that were written before it, in place, a page at a time; it may be
// interrupted anywhere and is then gone on with, also by another process. Indexes are no business of steps: an engine
// builds those that are declared when it is opened, and drops none.
//
// Programs of neighbouring versions may run beside each other, as they do while a new one is rolled out: a step only adds
// what older programs do not mind, and what these still need is removed by a step of a later version. A step that cannot
// keep to that says so (Step.Alone). Programs that are too old to run beside what the store has become refuse it.
package migration

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"earshot/survey/store"
)

// Step is a change of what is stored.
type Step struct {
	// Version is the version of the schema that it belongs to; steps of one version are done in the order of the table.
	Version int
	// Name says what the step does to the store: "give contacts the keys that their addresses have now".
	Name string
	// Collection is the name of the collection whose documents it looks at, all of them.
	Collection string
	// Alone says that older programs must not run once it is done, nor while it runs.
	Alone bool
	// Do does the step for a page of documents. It must be idempotent.
	Do func(ctx context.Context, p *Page) error
}

// Schema is the one document that tells the version of what is stored.
type Schema struct {
	store.Meta `json:",inline"`

	// Schema is the version that all documents have been brought to, and Minimum the oldest version whose programs may use
	// the store.
	Schema  int `json:"schema"`
	Minimum int `json:"minimum"`
	// Step is the place in the table, and After the place in its collection, of what is being done; By is the process that
	// does it, and Until how long it is left alone with that.
	Step  int          `json:"step"`
	After store.Cursor `json:"after,omitempty"`
	By    string       `json:"by,omitempty"`
	Until time.Time    `json:"until,omitzero"`
	// Done, Changed and Total count the step's documents, for whoever waits.
	Done      int       `json:"done"`
	Changed   int       `json:"changed"`
	Total     int       `json:"total"`
	UpdatedAt time.Time `json:"updated_at"`
}

// Spec declares the collection of the one Schema. It never changes, for every program must be able to read it.
var Spec = &store.Spec{Name: "schema", New: func() store.Doc { return new(Schema) }}

// schemaID is the id of the one document.
const schemaID = "schema"

// NewerError says that the store is newer than the program.
type NewerError struct {
	// Minimum is the schema that a program must know, and Known the one that this program knows.
	Minimum, Known int
}

// Error tells the operator what to do.
func (e *NewerError) Error() string {
	return fmt.Sprintf("this store was upgraded by a newer Earshot (schema %d; this program knows %d): use that version or a later one", e.Minimum, e.Known)
}

// LargeError says that an upgrade takes longer than a start should.
type LargeError struct {
	// Documents is how many documents have to be looked at.
	Documents int
}

// Error tells the operator what to do.
func (e *LargeError) Error() string {
	return fmt.Sprintf("the store must be upgraded first, which takes a while: %d documents are to be looked at. Run earshot migrate; it can be interrupted and run again", e.Documents)
}

// Migrator upgrades one store. Make it with New.
type Migrator struct {
	store store.Store
	specs map[string]*store.Spec
	steps []Step
	// retired are the indexes that were declared once.
	retired []Retired
	docs    store.Collection[Schema, *Schema]
	// by names this process.
	by       string
	clock    func() time.Time
	progress func(Progress)
}

// Progress tells how far an upgrade has come.
type Progress struct {
	// Step is what is being done.
	Step string
	// Done of Total documents have been looked at, of which Changed had to be changed.
	Done, Changed, Total int
	// Elsewhere says that another process does it.
	Elsewhere bool
	// Trouble is why it does not go on for the moment; nil if it does.
	Trouble error
}

// Options are what New needs besides the store.
type Options struct {
	// Specs are all collections of the installation.
	Specs []*store.Spec
	// By names this process among all that use the store.
	By string
	// Progress is told how it goes on, about once a second; nil if nobody wants to know.
	Progress func(Progress)
	// Clock tells the time; nil means the machine's.
	Clock func() time.Time

	// steps and retired are others than the tables', in tests.
	steps   []Step
	retired []Retired
}

// New returns a Migrator of a store, which must have been opened with Spec and o.Specs.
func New(s store.Store, o Options) *Migrator {
	m := &Migrator{
		store: s, specs: map[string]*store.Spec{}, steps: o.steps, retired: o.retired, docs: store.NewCollection[Schema](s, Spec),
		by: o.By, clock: o.Clock, progress: o.Progress,
	}
	for _, spec := range o.Specs {
		m.specs[spec.Name] = spec
	}
	if m.steps == nil {
		m.steps, m.retired = table(), retired()
	}
	if m.clock == nil {
		m.clock = time.Now
	}
	if m.progress == nil {
		m.progress = func(Progress) {}
	}
	return m
}

// known is the version of the schema that this program knows.
func (m *Migrator) known() int {
	known := 0
	for _, s := range m.steps {
		known = max(known, s.Version)
	}
	return known
}

// Check returns *NewerError if this program must not use the store. The store needs to be opened with Spec only: nothing
// else is read, and nothing written.
func (m *Migrator) Check(ctx context.Context) error {
	schema, err := m.docs.Get(ctx, schemaID)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err == nil && schema.Minimum > m.known() {
		err = &NewerError{Minimum: schema.Minimum, Known: m.known()}
	}
	return err
}

// startDocuments is how many documents may have to be looked at for an upgrade at start: that takes seconds.
const startDocuments = 100_000

// AtStart upgrades the store where that takes seconds; else it returns *LargeError. It returns *NewerError as Check does.
func (m *Migrator) AtStart(ctx context.Context) error {
	plan, err := m.Plan(ctx)
	if err != nil {
		return err
	}
	documents := 0
	for _, p := range plan {
		documents += p.Documents
	}
	if documents > startDocuments {
		return &LargeError{Documents: documents}
	}
	return m.Run(ctx)
}

// Pending is a step that has not been done.
type Pending struct {
	Step
	// Documents is how many documents it has to look at.
	Documents int
}

// Plan lists what has to be done, and changes nothing.
func (m *Migrator) Plan(ctx context.Context) ([]Pending, error) {
	schema, err := m.schema(ctx)
	if err != nil {
		return nil, err
	}
	var plan []Pending
	for _, step := range m.steps {
		if step.Version <= schema.Schema {
			continue
		}
		n, err := m.count(ctx, step.Collection)
		if err != nil {
			return nil, err
		}
		plan = append(plan, Pending{step, n})
	}
	return plan, nil
}

// schema returns what the store is. One that does not say so is new if it is empty, and of version 0 else.
func (m *Migrator) schema(ctx context.Context) (*Schema, error) {
	if err := m.Check(ctx); err != nil {
		return nil, err
	}
	schema, err := m.docs.Get(ctx, schemaID)
	if !errors.Is(err, store.ErrNotFound) {
		return schema, err
	}
	schema = &Schema{Meta: store.Meta{ID: schemaID}, UpdatedAt: m.clock()}
	empty, err := m.empty(ctx)
	if empty {
		schema.Schema, schema.Minimum = m.known(), m.minimum(m.known())
	}
	return schema, err
}

// noted has the store say what it is.
func (m *Migrator) noted(ctx context.Context) (*Schema, error) {
	schema, err := m.schema(ctx)
	if err != nil || schema.Version > 0 {
		return schema, err
	}
	err = m.docs.Insert(ctx, schema)
	var taken *store.DuplicateError
	if errors.As(err, &taken) { // another process, at the same time
		return m.schema(ctx)
	}
	return schema, err
}

func (m *Migrator) empty(ctx context.Context) (bool, error) {
	for _, spec := range m.specs {
		docs, _, err := m.store.Find(ctx, spec, store.Query{Index: store.ByID, Limit: 1, Fields: []string{"id"}})
		if err != nil || len(docs) > 0 {
			return false, err
		}
	}
	return true, nil
}

// minimum is the oldest version whose programs may use a store of that version: the one before it, or itself if one of
// its steps wants to be alone.
func (m *Migrator) minimum(version int) int {
	if slices.ContainsFunc(m.steps, func(s Step) bool { return s.Version == version && s.Alone }) {
		return version
	}
	return max(version-1, 0)
}

// count counts a collection.
func (m *Migrator) count(ctx context.Context, collection string) (int, error) {
	groups, err := m.store.Fold(ctx, m.specs[collection], store.Fold{Query: store.Query{Index: store.ByID}})
	if err != nil || len(groups) == 0 {
		return 0, err
	}
	return int(groups[0].Count), nil
}
