package survey_test

import (
	"fmt"
	"sync"
	"testing"

	"earshot/survey"
)

// statuses returns what became of each row, with the message of the first field that is wrong.
func statuses(results []survey.RowResult) []string {
	list := make([]string, len(results))
	for i, r := range results {
		list[i] = string(r.Status)
		if r.Err != nil {
			list[i] += ": " + r.Err.Message
			if len(r.Err.Fields) > 0 {
				list[i] = string(r.Status) + ": " + r.Err.Fields[0].Field + " " + r.Err.Fields[0].Message
			}
		}
	}
	return list
}

func checkRows(tb testing.TB, got []survey.RowResult, want ...string) {
	tb.Helper()
	if g, w := fmt.Sprintf("%q", statuses(got)), fmt.Sprintf("%q", want); g != w {
		tb.Errorf("rows:\n got %s\nwant %s", g, w)
	}
}

func TestPutCustomers(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	row := func(id, name string) survey.CustomerFields {
		return survey.CustomerFields{ExternalID: &id, Name: &name}
	}
	renamed := newCustomer(t, s, "old-number")
	if _, err := s.ChangeCustomer(t.Context(), survey.CustomerID(renamed.ID), 0, survey.CustomerFields{ExternalID: new("new-number")}); err != nil {
		t.Fatal(err)
	}
	rows := []survey.CustomerFields{
		row("1", "One"),
		row("1", "Uno"),
		row("1", "Uno"),
		{ExternalID: new("2")},
		{Name: new("No number")},
		{Name: new("no  NUMBER"), Segment: new("s")},
		row("new-number", "Changed number"),
		row("old-number", "Another one"),
		{ExternalID: new("3"), Name: new("Three"), RepID: new(survey.RepID("rep_none"))},
	}
	checkRows(t, s.PutCustomers(t.Context(), rows), "created", "changed", "unchanged", "failed: name is required",
		"created", "changed", "changed", "created", "failed: rep_id must be the id of one of our reps")
	checkRows(t, s.PutCustomers(t.Context(), rows[5:8]), "unchanged", "unchanged", "unchanged")
	for id, want := range map[string]string{"1": "Uno", "new-number": "Changed number", "old-number": "Another one"} {
		if c, err := s.CustomerByExternalID(t.Context(), id); err != nil || c.Name != want {
			t.Errorf("customer %s: got %+v, %v; want %s", id, c, err, want)
		}
	}
}

func TestPutContacts(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	newCustomer(t, s, "A")
	newCustomer(t, s, "B")
	row := func(customer, id, name, email string) survey.ContactInput {
		in := survey.ContactInput{CustomerExternalID: customer, ContactFields: survey.ContactFields{Name: &name}}
		if id != "" {
			in.ExternalID = &id
		}
		if email != "" {
			in.Email = &email
		}
		return in
	}
	checkRows(t, s.PutContacts(t.Context(), []survey.ContactInput{
		row("A", "p1", "Ana", "ana@a.example"),
		row("A", "", "Bo", "BO@a.example"),
		row("A", "", "Cy", ""),
		row("", "", "Di", ""),
		row("Z", "", "Ed", ""),
	}), "created", "created", "created", "failed: customer_id is required", `failed: customer_external_id names no customer here: "Z"; record the customer first`)
	checkRows(t, s.PutContacts(t.Context(), []survey.ContactInput{
		row("A", "p1", "Ana Ruiz", ""),            // by external id; the address stays
		row("A", "", "Bo", "bo@A.example"),        // by address, in whatever case; it is kept as it is written now
		row("A", "p2", "Bo", "bo@a.example"),      // one without a number gets it
		row("A", "p3", "Fay", "ana@a.example"),    // the address of somebody with a number of their own
		row("B", "p1", "Ana Ruiz", ""),            // contacts do not move
		row("A", "", "cy", ""),                    // by name
		row("B", "", "Ana", "ana@a.example"),      // the same address elsewhere
		row("A", "p4", "Gus", "gus at a.example"), // no address
	}), "changed", "changed", "changed", "failed: email is the address of another contact of this customer",
		"failed: customer_external_id is not the customer whom this contact belongs to; a contact does not move, add a new one",
		"changed", "created", "failed: email must be an e-mail address, such as ana@example.com")
	ana, err := s.ContactByExternalID(t.Context(), "p1")
	if err != nil || ana.Name != "Ana Ruiz" || ana.Email != "ana@a.example" {
		t.Errorf("Ana: got %+v, %v", ana, err)
	}
	bo, err := s.ContactByExternalID(t.Context(), "p2")
	page, listed := s.Contacts(t.Context(), survey.ContactFilter{CustomerID: ana.CustomerID})
	if err != nil || listed != nil || bo.EmailKey != "bo@a.example" || len(page.Items) != 3 {
		t.Errorf("Bo: got %+v, %v; %d contacts, want 3", bo, err, len(page.Items))
	}
}

// TestPutFindsWhoWasAddedByHand puts rows that mean customers and contacts whose ids are not those that rows give: they were
// added one by one.
func TestPutFindsWhoWasAddedByHand(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	made, err := s.CreateCustomer(t.Context(), survey.CustomerFields{Name: new("No number")})
	if err != nil {
		t.Fatal(err)
	}
	checkRows(t, s.PutCustomers(t.Context(), []survey.CustomerFields{{Name: new("no number"), Segment: new("s")}}), "changed")
	for _, in := range []survey.ContactFields{
		{Name: new("Ana"), Email: new("ana@a.example")}, {Name: new("Bo")}, {Name: new("Cy"), Email: new("cy@a.example")},
	} {
		if _, err := s.CreateContact(t.Context(), survey.ContactInput{CustomerID: survey.CustomerID(made.ID), ContactFields: in}); err != nil {
			t.Fatal(err)
		}
	}
	of := survey.CustomerID(made.ID)
	rows := []survey.ContactInput{
		{CustomerID: of, ContactFields: survey.ContactFields{Name: new("Ana Ruiz"), Email: new("ana@a.example")}},
		{CustomerID: of, ContactFields: survey.ContactFields{Name: new("BO"), Role: new(survey.Finance)}},
		{CustomerID: of, ContactFields: survey.ContactFields{Name: new("Cy"), Email: new("cy@a.example"), ExternalID: new("p9")}},
	}
	checkRows(t, s.PutContacts(t.Context(), rows), "changed", "changed", "changed")
	checkRows(t, s.PutContacts(t.Context(), rows), "unchanged", "unchanged", "unchanged")
	if page, err := s.Contacts(t.Context(), survey.ContactFilter{CustomerID: of}); err != nil || len(page.Items) != 3 {
		t.Errorf("got %d contacts, %v; want the 3 that were there", len(page.Items), err)
	}
}

// TestTheSameRowsFromManyAtOnceAreStoredOnce puts the same customers and contacts from several goroutines.
func TestTheSameRowsFromManyAtOnceAreStoredOnce(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	const writers, rows = 6, 30
	var customers []survey.CustomerFields
	var contacts []survey.ContactInput
	for i := range rows {
		name, email := fmt.Sprint("C", i), fmt.Sprintf("c%d@example.com", i)
		customers = append(customers, survey.CustomerFields{ExternalID: &name, Name: &name})
		contacts = append(contacts, survey.ContactInput{CustomerExternalID: name, ContactFields: survey.ContactFields{Name: &name, Email: &email}})
	}
	put := func(put func() []survey.RowResult) map[survey.RowStatus]int {
		counts := map[survey.RowStatus]int{}
		var mu sync.Mutex
		var all sync.WaitGroup
		for range writers {
			all.Go(func() {
				results := put()
				mu.Lock()
				defer mu.Unlock()
				for _, r := range results {
					if counts[r.Status]++; r.Err != nil {
						t.Errorf("a row failed: %v", r.Err)
					}
				}
			})
		}
		all.Wait()
		return counts
	}
	got := []map[survey.RowStatus]int{
		put(func() []survey.RowResult { return s.PutCustomers(t.Context(), customers) }),
		put(func() []survey.RowResult { return s.PutContacts(t.Context(), contacts) }),
	}
	for i, counts := range got {
		if counts[survey.RowCreated] != rows || counts[survey.RowUnchanged] != rows*(writers-1) {
			t.Errorf("%s: got %v, want %d created and the others unchanged", []string{"customers", "contacts"}[i], counts, rows)
		}
	}
}

// TestRareCustomerIsOnTheFirstPage asks by two fields for one among many: the store looks, not the reader page by page.
func TestRareCustomerIsOnTheFirstPage(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	rows := make([]survey.CustomerFields, 300)
	for i := range rows {
		name := fmt.Sprintf("C%03d", i)
		rows[i] = survey.CustomerFields{Name: &name, Segment: new("common"), Status: new(survey.Active)}
	}
	rows[299].Status = new(survey.Lost)
	for i, r := range s.PutCustomers(t.Context(), rows) {
		if r.Err != nil {
			t.Fatalf("row %d: %v", i, r.Err)
		}
	}
	page, err := s.Customers(t.Context(), survey.CustomerFilter{Segment: "common", Status: survey.Lost, Limit: 2})
	if len(must(t, page, err).Items) != 1 || page.Next != "" {
		t.Errorf("got %d customers and the cursor %q, want the one, and that there are no more", len(page.Items), page.Next)
	}
}
