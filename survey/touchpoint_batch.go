package survey

import (
	"fmt"
	"slices"
	"strings"
)

// touchpointRow is a touchpoint to be written, whose customer and contact have still to be looked up.
type touchpointRow struct {
	doc      Touchpoint
	customer customerRef
	contact  contactRef
	// err is what is wrong with the row already.
	err error
	// lenient takes the row without a contact who is not known; strayed says that it was.
	lenient, strayed bool
}

// touchpointBatch is one write under way.
type touchpointBatch struct {
	rows    []touchpointRow
	results []RowResult
	docs    []*Touchpoint
	// docOf is the place in docs of each row; -1 of those that failed.
	docOf []int
	// repeats are rows whose touchpoint an earlier row of the batch holds too, with what they did to it.
	repeats map[int]RowStatus
}

func newTouchpointBatch(rows []touchpointRow) *touchpointBatch {
	return &touchpointBatch{rows: rows, results: make([]RowResult, len(rows)), docOf: make([]int, len(rows)), repeats: map[int]RowStatus{}}
}

// refer writes into the touchpoint whom it is about, or says who does not exist.
func (row *touchpointRow) refer(customer *customerFound, contact *contactFacts) error {
	switch {
	case customer == nil:
		return unknownCustomer(row.customer)
	case customer.several != nil:
		return severalCustomers(customer)
	}
	row.doc.CustomerID = customer.id
	if row.contact == (contactRef{}) {
		return nil
	}
	if row.contact.id == "" && contact != nil && contact.at != nil {
		row.doc.ContactID = contact.at[customer.id]
		return nil
	}
	if row.lenient && (contact == nil || contact.customer != customer.id) {
		row.strayed = true
		return nil
	}
	field, name := "contact_id", string(row.contact.id)
	if name == "" {
		field, name = "contact_external_id", row.contact.external
	}
	if contact == nil {
		return InvalidField(field, "names no contact here: %s", quoted(name))
	}
	if contact.customer != customer.id {
		return InvalidField(field, "names a contact of another customer: %s", quoted(name))
	}
	row.doc.ContactID = contact.id
	return nil
}

// strayed says that the contact of a row is nobody at its customer.
func strayed(contact contactRef) *Error {
	return InvalidField(fieldContactExternalID, "names no contact of that customer: %s", quoted(contact.external))
}

// unknownCustomer says that ref names nobody.
func unknownCustomer(ref customerRef) error {
	switch {
	case ref.id != "":
		return InvalidField("customer_id", "names no customer here: %s", quoted(string(ref.id)))
	case ref.external == "" && ref.name != "":
		return InvalidField(fieldCustomerName, "names no customer here: %s; record the customer first", quoted(ref.name))
	case ref.external == "":
		return InvalidField(fieldContactEmail, "is the address of nobody here: %s; record the contact first", quoted(ref.email))
	}
	return InvalidField("customer_external_id", "names no customer here: %s; record the customer first", quoted(ref.external))
}

// severalCustomers says that more than one customer is named so.
func severalCustomers(found *customerFound) error {
	return InvalidField("customer_external_id", "names several customers here: those with the numbers %s; write the number of the one that is meant",
		strings.Join(found.several, ", "))
}

// quoted returns what a caller wrote, fit to be shown in a sentence.
func quoted(s string) string {
	const shown = 40
	if runes := []rune(s); len(runes) > shown {
		s = string(runes[:shown]) + "…"
	}
	return fmt.Sprintf("%q", s)
}

// collect lays the rows that are right out as documents, each touchpoint once. single gives rows without an external id
// an id of their own.
func (b *touchpointBatch) collect(single bool) {
	places := make(map[string]int, len(b.rows))
	b.docs = make([]*Touchpoint, 0, len(b.rows))
	for i := range b.rows {
		row := &b.rows[i]
		b.docOf[i] = -1
		if row.err != nil {
			b.results[i] = failedRow(row.err)
			continue
		}
		switch {
		case row.doc.ExternalID != "":
			row.doc.ID = touchpointIDOf(row.doc.CustomerID, row.doc.ExternalID)
		case !single:
			row.doc.ID = touchpointIDFor(&row.doc)
		}
		at, known := places[row.doc.ID]
		switch {
		case !known:
			places[row.doc.ID], b.docOf[i] = len(b.docs), len(b.docs)
			b.docs = append(b.docs, &row.doc)
			continue
		case b.docs[at].sameAs(&row.doc):
			b.repeats[i] = RowUnchanged
		default:
			b.docs[at] = &row.doc
			b.repeats[i] = RowChanged
		}
		b.docOf[i] = at
	}
	b.sort()
}

// sort brings the documents into the order of their ids: indexes are written fastest so.
func (b *touchpointBatch) sort() {
	order := make([]int, len(b.docs))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return strings.Compare(b.docs[i].ID, b.docs[j].ID) })
	sorted, place := make([]*Touchpoint, len(order)), make([]int, len(order))
	for to, from := range order {
		sorted[to], place[from] = b.docs[from], to
	}
	b.docs = sorted
	for i, at := range b.docOf {
		if at >= 0 {
			b.docOf[i] = place[at]
		}
	}
}

// touchpointPlan is what has to be written of a batch.
type touchpointPlan struct {
	docs []*Touchpoint
	// stored are those that are there already, by id.
	stored map[string]*Touchpoint
	// fresh and differ are the places of documents to insert and to change.
	fresh, differ []int
	// rebuild are the customers whose signs of life are changed.
	rebuild []CustomerID
}

// plan compares the documents at these places with what is stored. It writes into outcomes what will have become of each
// if everything works.
func (b *touchpointBatch) plan(places []int, stored map[string]*Touchpoint, once bool, outcomes []RowResult) *touchpointPlan {
	p := &touchpointPlan{docs: b.docs, stored: stored}
	for _, at := range places {
		t := b.docs[at]
		outcomes[at] = RowResult{ID: t.ID}
		switch old := stored[t.ID]; {
		case old == nil:
			outcomes[at].Status = RowCreated
			p.fresh = append(p.fresh, at)
		case old.sameAs(t):
			outcomes[at].Status = RowUnchanged
		case once:
			outcomes[at] = failedRow(taken(nil, "there is such a touchpoint already, which tells something else",
				"external_id", "is taken by another touchpoint of this customer"))
		default:
			outcomes[at].Status = RowChanged
			p.differ = append(p.differ, at)
			if !t.sameLifeAs(old) {
				p.rebuild = append(p.rebuild, t.CustomerID)
			}
		}
	}
	return p
}

// alive returns the customers whose signs of life the plan writes, each once.
func (p *touchpointPlan) alive() []CustomerID {
	seen := make(map[CustomerID]struct{}, len(p.fresh))
	var ids []CustomerID
	note := func(id CustomerID) {
		if _, done := seen[id]; !done {
			seen[id] = struct{}{}
			ids = append(ids, id)
		}
	}
	for _, at := range p.fresh {
		if t := p.docs[at]; t.Kind.SignOfLife() {
			note(t.CustomerID)
		}
	}
	for _, id := range p.rebuild {
		note(id)
	}
	return ids
}

// changes returns what has become of signs of life once the plan is carried out, apart from the documents at the places
// that were refused.
func (p *touchpointPlan) changes(refused []int) lifeChanges {
	all := lifeChanges{}
	not := make(map[int]struct{}, len(refused))
	for _, at := range refused {
		not[at] = struct{}{}
	}
	for _, at := range p.fresh {
		if _, is := not[at]; !is && p.docs[at].Kind.SignOfLife() {
			t := p.docs[at]
			all.add(t.CustomerID, lifeSign{t.Kind, t.At})
		}
	}
	for _, id := range p.rebuild {
		all.rebuild(id)
	}
	return all
}

// report gives each row what became of its document.
func (b *touchpointBatch) report(outcomes []RowResult) {
	for i, at := range b.docOf {
		if at < 0 {
			continue
		}
		b.results[i] = outcomes[at]
		if b.rows[i].strayed {
			b.results[i].warned = strayed(b.rows[i].contact)
		}
		if status, repeats := b.repeats[i]; repeats && outcomes[at].Err == nil {
			b.results[i].Status = status
		}
	}
}

// fail gives every row that was still right the same error.
func (b *touchpointBatch) fail(err error) {
	for i := range b.rows {
		b.results[i] = failedRow(err)
		if b.rows[i].err != nil {
			b.results[i] = failedRow(b.rows[i].err)
		}
	}
}
