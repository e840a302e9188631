package survey_test

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"earshot/survey"

	"pgregory.net/rapid"
)

func TestCreateCustomerSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	newCustomer(t, s, "taken")
	for _, c := range []struct {
		name  string
		in    survey.CustomerFields
		kind  survey.Kind
		field string
		says  string
	}{
		{"no name", survey.CustomerFields{}, survey.Invalid, "name", "is required"},
		{"only spaces", survey.CustomerFields{Name: new("  ")}, survey.Invalid, "name", "is required"},
		{"long name", survey.CustomerFields{Name: new(strings.Repeat("ä", 201))}, survey.Invalid, "name", "must have at most 200 characters"},
		{"nothing that shows", survey.CustomerFields{Name: new("\u200b\x07")}, survey.Invalid, "name", "is required"},
		{"control character", survey.CustomerFields{Name: new("A"), ExternalID: new("a\x07b")}, survey.Invalid, "external_id", "must be one line of text in UTF-8, without control characters"},
		{"broken UTF-8", survey.CustomerFields{Name: new("A"), ExternalID: new("a\xffb")}, survey.Invalid, "external_id", "must be one line of text in UTF-8, without control characters"},
		{"status", survey.CustomerFields{Name: new("A"), Status: new(survey.Status("gone"))}, survey.Invalid, "status", "must be one of prospect, active, lost, won_back"},
		{"value", survey.CustomerFields{Name: new("A"), ValuePerYear: new(-1.0)}, survey.Invalid, "value_per_year", "must be at least 0"},
		{"no number", survey.CustomerFields{Name: new("A"), ValuePerYear: new(math.NaN())}, survey.Invalid, "value_per_year", "must be at least 0"},
		{"rep", survey.CustomerFields{Name: new("A"), RepID: new(survey.RepID("rep_x"))}, survey.Invalid, "rep_id", "must be the id of one of our reps"},
		{"external id", survey.CustomerFields{Name: new("A"), ExternalID: new("taken")}, survey.Conflict, "external_id", "is taken by another customer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := s.CreateCustomer(t.Context(), c.in)
			if kind, says := problem(err, c.field); kind != c.kind || says != c.says {
				t.Errorf("got %s, %s %q; want %s, %q (%v)", kind, c.field, says, c.kind, c.says, err)
			}
		})
	}
}

func TestChangeCustomer(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	c := newCustomer(t, s, "Müller & Söhne")
	id := survey.CustomerID(c.ID)
	changed, err := s.ChangeCustomer(t.Context(), id, c.Version, survey.CustomerFields{Segment: new(" retail ")})
	if err != nil || changed.Segment != "retail" || changed.Name != c.Name || changed.Version != c.Version+1 {
		t.Fatalf("change: got %+v, %v; want segment retail and the rest as it was", changed, err)
	}
	same, err := s.ChangeCustomer(t.Context(), id, 0, survey.CustomerFields{Segment: new("retail")})
	if err != nil || same.Version != changed.Version {
		t.Errorf("change to the same: got version %d, %v; want %d", same.Version, err, changed.Version)
	}
	if _, err := s.ChangeCustomer(t.Context(), id, c.Version, survey.CustomerFields{Name: new("X")}); survey.KindOf(err) != survey.Conflict {
		t.Errorf("change of an old version: got %v, want a conflict", err)
	}
	if _, err := s.ChangeCustomer(t.Context(), "cus_none", 0, survey.CustomerFields{Name: new("X")}); survey.KindOf(err) != survey.NotFound {
		t.Errorf("change of nobody: got %v, want not found", err)
	}
	newCustomer(t, s, "other")
	_, err = s.ChangeCustomer(t.Context(), id, 0, survey.CustomerFields{ExternalID: new("other")})
	if kind, says := problem(err, "external_id"); kind != survey.Conflict || says != "is taken by another customer" {
		t.Errorf("change to a taken external id: got %s %q", kind, says)
	}
}

func TestChangedCustomerIsListedAnew(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	c := newCustomer(t, s, "Weekly")
	everyDays(t, s, c, 7, 20, 60)
	quiet := func() []survey.QuietCustomer {
		page, err := s.QuietCustomers(t.Context(), survey.QuietFilter{Segment: "retail"})
		if err != nil {
			t.Fatal(err)
		}
		return page.Items
	}
	if got := quiet(); len(got) != 0 {
		t.Fatalf("quiet in retail before the change: got %d, want 0", len(got))
	}
	fields := survey.CustomerFields{Segment: new("retail"), ValuePerYear: new(5200.0)}
	if _, err := s.ChangeCustomer(t.Context(), survey.CustomerID(c.ID), 0, fields); err != nil {
		t.Fatal(err)
	}
	effects(t, s, "customers")
	if got := quiet(); len(got) != 1 || got[0].Rank < 50 {
		t.Fatalf("quiet in retail: got %+v, want one with a rank of about 90", got)
	}
	if _, err := s.ChangeCustomer(t.Context(), survey.CustomerID(c.ID), 0, survey.CustomerFields{Status: new(survey.Lost)}); err != nil {
		t.Fatal(err)
	}
	effects(t, s, "customers")
	if got := quiet(); len(got) != 0 {
		t.Errorf("quiet in retail after it was lost: got %d, want 0", len(got))
	}
}

func TestListCustomers(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	const rita = survey.RepID("rep_rita")
	for i, name := range []string{"Éclair", "eclipse", "Zebra", "alpha", "Echo"} {
		in := survey.CustomerFields{Name: &name, Segment: new([]string{"food", "tech"}[i%2]), RepID: new(rita)}
		if i == 2 {
			in.Status = new(survey.Lost)
		}
		if _, err := s.CreateCustomer(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name string
		f    survey.CustomerFilter
		want []string
	}{
		{"all, by name", survey.CustomerFilter{}, []string{"alpha", "Echo", "Éclair", "eclipse", "Zebra"}},
		{"prefix without accent", survey.CustomerFilter{NamePrefix: "ECL"}, []string{"Éclair", "eclipse"}},
		{"segment", survey.CustomerFilter{Segment: "food"}, []string{"Echo", "Éclair", "Zebra"}},
		{"segment and status", survey.CustomerFilter{Segment: "food", Status: survey.Active}, []string{"Echo", "Éclair"}},
		{"rep, segment and prefix", survey.CustomerFilter{RepID: rita, Segment: "food", NamePrefix: "é"}, []string{"Echo", "Éclair"}},
		{"nobody's", survey.CustomerFilter{RepID: "rep_none"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, limit := range []int{0, 1, 2} {
				var got []string
				f := c.f
				f.Limit = limit
				for {
					page, err := s.Customers(t.Context(), f)
					if err != nil {
						t.Fatal(err)
					}
					for _, x := range page.Items {
						got = append(got, x.Name)
					}
					if f.After = page.Next; f.After == "" {
						break
					}
				}
				if !reflect.DeepEqual(got, c.want) {
					t.Errorf("pages of %d: got %q, want %q", limit, got, c.want)
				}
			}
		})
	}
}

func TestContacts(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	newCustomer(t, s, "A")
	newCustomer(t, s, "B")
	in := func(customer, name, email string) survey.ContactInput {
		return survey.ContactInput{CustomerExternalID: customer, ContactFields: survey.ContactFields{Name: &name, Email: &email}}
	}
	ana, err := s.CreateContact(t.Context(), in("A", "Ana", "Ana@Example.com"))
	if err != nil || ana.Role != survey.OtherRole || !ana.Reachable() {
		t.Fatalf("create: got %+v, %v", ana, err)
	}
	_, err = s.CreateContact(t.Context(), in("A", "Ana again", "ana@example.com"))
	if kind, says := problem(err, "email"); kind != survey.Conflict || says != "is the address of another contact of this customer" {
		t.Errorf("the same address at one customer: got %s %q, want a conflict", kind, says)
	}
	if _, err := s.CreateContact(t.Context(), in("B", "Ana", "ana@example.com")); err != nil {
		t.Errorf("the same address at another customer: got %v, want none", err)
	}
	for _, c := range []struct {
		name, field, says string
		in                survey.ContactInput
	}{
		{"nobody's", "customer_id", "is required", survey.ContactInput{ContactFields: survey.ContactFields{Name: new("X")}}},
		{"of an unknown customer", "customer_external_id", `names no customer here: "Z"; record the customer first`, in("Z", "X", "x@example.com")},
		{"of an unknown id", "customer_id", `names no customer here: "cus_z"`, survey.ContactInput{CustomerID: "cus_z", ContactFields: survey.ContactFields{Name: new("X")}}},
		{"bad address", "email", "must be an e-mail address, such as ana@example.com", in("A", "X", "x@")},
		{"two customers", "customer_external_id", "must be left out where customer_id is given",
			survey.ContactInput{CustomerID: ana.CustomerID, CustomerExternalID: "A", ContactFields: survey.ContactFields{Name: new("X")}}},
	} {
		_, err := s.CreateContact(t.Context(), c.in)
		if kind, says := problem(err, c.field); kind != survey.Invalid || says != c.says {
			t.Errorf("%s: got %s, %s %q; want %q (%v)", c.name, kind, c.field, says, c.says, err)
		}
	}
	for _, c := range []struct {
		name, field, says string
		in                survey.ContactFields
	}{
		{"zone", "time_zone", "must be the name of a time zone, such as Europe/Berlin", survey.ContactFields{TimeZone: new("Mars/Base")}},
		{"language", "language", "must be a language tag, such as en or pt-BR", survey.ContactFields{Language: new("klingonish language")}},
		{"role", "role", "must be one of decision_maker, sponsor, user, finance, other", survey.ContactFields{Role: new(survey.Role("boss"))}},
	} {
		_, err := s.ChangeContact(t.Context(), survey.ContactID(ana.ID), 0, c.in)
		if kind, says := problem(err, c.field); kind != survey.Invalid || says != c.says {
			t.Errorf("%s: got %s, %s %q; want %q", c.name, kind, c.field, says, c.says)
		}
	}
	page, err := s.Contacts(t.Context(), survey.ContactFilter{Email: "ANA@example.com"})
	if err != nil || len(page.Items) != 2 {
		t.Errorf("contacts of the address: got %d, %v; want 2", len(page.Items), err)
	}
	if err := s.DeleteContact(t.Context(), survey.ContactID(ana.ID), ana.Version+1); survey.KindOf(err) != survey.Conflict {
		t.Errorf("delete another version: got %v, want a conflict", err)
	}
	if err := s.DeleteContact(t.Context(), survey.ContactID(ana.ID), ana.Version); err != nil {
		t.Errorf("delete: %v", err)
	}
	if _, err := s.Contact(t.Context(), survey.ContactID(ana.ID)); survey.KindOf(err) != survey.NotFound {
		t.Errorf("after deleting: got %v, want not found", err)
	}
}

func TestTouchpointsAreDatedSensibly(t *testing.T) {
	t.Parallel()
	s, clock := newService(t)
	newCustomer(t, s, "A")
	for _, c := range []struct {
		name string
		at   time.Time
		says string
	}{
		{"now", clock.Now(), ""},
		{"tomorrow elsewhere", clock.Now().Add(24 * time.Hour), ""},
		{"later", clock.Now().Add(24*time.Hour + time.Second), "must not lie in the future: a touchpoint is something that has happened"},
		{"1970", time.Unix(0, 0), ""},
		{"1969", time.Unix(-1, 0), "must not lie before 1970"},
		{"never", time.Time{}, "is required"},
	} {
		_, err := s.RecordTouchpoint(t.Context(), survey.TouchpointInput{CustomerExternalID: "A", Kind: survey.Visit, At: c.at})
		if _, says := problem(err, "at"); says != c.says || (err == nil) != (c.says == "") {
			t.Errorf("%s: got %q, %v; want %q", c.name, says, err, c.says)
		}
	}
}

func TestTouchpointExternalIDsAreIdempotent(t *testing.T) {
	t.Parallel()
	s, clock := newService(t)
	newCustomer(t, s, "A")
	newCustomer(t, s, "B")
	in := survey.TouchpointInput{CustomerExternalID: "A", ExternalID: "o1", Kind: survey.Order, At: clock.Now(), Value: 5}
	first, err := s.RecordTouchpoint(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := s.RecordTouchpoint(t.Context(), in); err != nil || again.ID != first.ID || again.Version != 1 {
		t.Errorf("again: got %+v, %v; want the first one", again, err)
	}
	other := in
	other.Value = 6
	if _, err := s.RecordTouchpoint(t.Context(), other); survey.KindOf(err) != survey.Conflict {
		t.Errorf("the same external id with another value: got %v, want a conflict", err)
	}
	elsewhere := in
	elsewhere.CustomerExternalID = "B"
	if _, err := s.RecordTouchpoint(t.Context(), elsewhere); err != nil {
		t.Errorf("the same external id at another customer: %v", err)
	}
	results := s.PutTouchpoints(t.Context(), []survey.TouchpointInput{in, other, other, {CustomerExternalID: "A", Kind: survey.Order, At: clock.Now()}})
	want := []survey.RowStatus{survey.RowUnchanged, survey.RowChanged, survey.RowUnchanged, survey.RowCreated}
	for i, r := range results {
		if i == 0 { // the batch holds the id once, as its last row says; the first says what the batch did to it
			want[0] = survey.RowChanged
		}
		if r.Status != want[i] {
			t.Errorf("row %d: got %s, %v; want %s", i, r.Status, r.Err, want[i])
		}
	}
	if got, err := s.TouchpointByExternalID(t.Context(), first.CustomerID, "o1"); err != nil || got.Value != 6 {
		t.Errorf("after the batch: got %+v, %v; want value 6", got, err)
	}
}

// TestBothWaysOfCheckingTouchpointsAgree holds the quick check of bulk rows against the validator, on anything.
func TestBothWaysOfCheckingTouchpointsAgree(t *testing.T) {
	t.Parallel()
	s, clock := newService(t)
	newCustomer(t, s, "A")
	text := rapid.OneOf(
		rapid.SampledFrom([]string{"", "x", "a\nb", "a\r\nb", "tab\there", "\x00", "\xff", "é", " padded ", "\u2028", strings.Repeat("é", 128), strings.Repeat("y", 129), strings.Repeat("z", 2001)}),
		rapid.String(),
	)
	rapid.Check(t, func(rt *rapid.T) {
		in := survey.TouchpointInput{
			ExternalID:         text.Draw(rt, "external id"),
			CustomerExternalID: rapid.SampledFrom([]string{"", "A", "A", "A"}).Draw(rt, "customer"),
			Kind:               survey.TouchpointKind(rapid.SampledFrom([]string{"", "order", "note", "answer", "email_in", "Order", "x"}).Draw(rt, "kind")),
			At:                 clock.Now().Add(time.Duration(rapid.SampledFrom([]int{-1000000, -1, 0, 23, 25}).Draw(rt, "hours")) * time.Hour),
			Value:              rapid.SampledFrom([]float64{0, 1, -1e12, 1e12, 1.1e12, -1.1e12, math.NaN(), math.Inf(1), math.Inf(-1)}).Draw(rt, "value"),
			Note:               text.Draw(rt, "note"),
		}
		if rapid.Bool().Draw(rt, "undated") {
			in.At = time.Time{}
		}
		_, slow := s.RecordTouchpoint(rt.Context(), in)
		quick := s.PutTouchpoints(rt.Context(), []survey.TouchpointInput{in})[0]
		if slow == nil && quick.Err == nil || survey.KindOf(slow) == survey.Conflict {
			return
		}
		if got, want := fmt.Sprint(quick.Err), fmt.Sprint(slow); got != want {
			rt.Errorf("quick check of %+v:\n got %s\nwant %s", in, got, want)
		}
	})
}

func TestSnoozeKeepsACustomerOutOfTheList(t *testing.T) {
	t.Parallel()
	s, clock := newService(t)
	c := newCustomer(t, s, "Weekly")
	id := survey.CustomerID(c.ID)
	if err := s.Snooze(t.Context(), id, clock.Now().Add(time.Hour)); survey.KindOf(err) != survey.NotFound {
		t.Errorf("snooze without a sign of life: got %v, want not found", err)
	}
	everyDays(t, s, c, 7, 20, 60)
	count := func() int {
		page, err := s.QuietCustomers(t.Context(), survey.QuietFilter{})
		if err != nil {
			t.Fatal(err)
		}
		return len(page.Items)
	}
	for _, until := range []time.Time{clock.Now(), clock.Now().AddDate(2, 0, 0)} {
		if err := s.Snooze(t.Context(), id, until); survey.KindOf(err) != survey.Invalid {
			t.Errorf("snooze until %v: got %v, want invalid", until, err)
		}
	}
	if err := s.Snooze(t.Context(), id, clock.Now().Add(48*time.Hour)); err != nil || count() != 0 {
		t.Fatalf("snoozed: got %v and %d quiet, want none", err, count())
	}
	clock.Advance(49 * time.Hour)
	if n := count(); n != 1 {
		t.Errorf("after the snooze: got %d quiet, want 1", n)
	}
}

func TestRhythmDetails(t *testing.T) {
	t.Parallel()
	s, clock := newService(t)
	c := newCustomer(t, s, "Weekly")
	id := survey.CustomerID(c.ID)
	none, err := s.Rhythm(t.Context(), id)
	if err != nil || none.Known || none.Sentence != "No sign of life yet." {
		t.Fatalf("rhythm without touchpoints: got %+v, %v", none, err)
	}
	everyDays(t, s, c, 7, 10, 20)
	record(t, s, c, survey.Login, clock.Now().AddDate(0, 0, -3))
	got, err := s.Rhythm(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if got.Kind != survey.Order || got.Days != 3 || len(got.Gaps) != 9 || got.Gaps[0].Days != 7 || len(got.Kinds) != 2 {
		t.Errorf("got %+v; want orders, 3 days, 9 gaps of 7 days, 2 kinds", got)
	}
	if got.UsualLow > 7 || got.UsualHigh < 7 || got.UsualMid < 5 || got.UsualMid > 10 {
		t.Errorf("usual gaps: got %v, %v, %v; want about 7 days", got.UsualLow, got.UsualMid, got.UsualHigh)
	}
	if _, err := s.Rhythm(t.Context(), "cus_none"); survey.KindOf(err) != survey.NotFound {
		t.Errorf("rhythm of nobody: got %v, want not found", err)
	}
}

func TestTimelinePages(t *testing.T) {
	t.Parallel()
	s, clock := newService(t)
	c := newCustomer(t, s, "C")
	for i := range 25 { // five at a time at the same moment
		record(t, s, c, survey.Visit, clock.Now().Add(-time.Duration(i/5)*time.Hour))
	}
	all, err := s.Timeline(t.Context(), survey.CustomerID(c.ID), "", 100)
	if err != nil || len(all.Items) != 25 || all.Next != "" {
		t.Fatalf("timeline: got %d items, %v; want 25", len(all.Items), err)
	}
	for _, limit := range []int{1, 3, 7, 25} {
		var got []string
		for after := survey.Cursor(""); ; {
			page, err := s.Timeline(t.Context(), survey.CustomerID(c.ID), after, limit)
			if err != nil {
				t.Fatal(err)
			}
			for _, item := range page.Items {
				got = append(got, item.Touchpoint.ID)
			}
			if after = page.Next; after == "" {
				break
			}
		}
		for i, item := range all.Items {
			if i >= len(got) || got[i] != item.Touchpoint.ID {
				t.Fatalf("pages of %d differ from the whole at item %d of %d", limit, i, len(got))
			}
		}
	}
	if _, err := s.Timeline(t.Context(), survey.CustomerID(c.ID), "nonsense", 10); survey.KindOf(err) != survey.Invalid {
		t.Errorf("cursor of nonsense: got %v, want invalid", err)
	}
}
