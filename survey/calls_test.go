package survey_test

import (
	"fmt"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/store"
)

// leavingCustomers are customers of one rep who are probably leaving, worth ever less.
func leavingCustomers(t *testing.T, s *survey.Service, rep survey.RepID, n int) []*survey.Customer {
	t.Helper()
	var all []*survey.Customer
	for i := range n {
		name, value := fmt.Sprintf("Firm %c of %s", 'A'+i, rep), float64(100_000-1000*i)
		c, err := s.CreateCustomer(t.Context(), survey.CustomerFields{Name: &name, ValuePerYear: &value, RepID: &rep})
		if err != nil {
			t.Fatal(err)
		}
		everyDays(t, s, c, 7, 20, 60)
		all = append(all, c)
	}
	return all
}

// TestTheListIsAsLongAsTheWeek fills a rep's list to what is left of the week, and counts what was done in it.
func TestTheListIsAsLongAsTheWeek(t *testing.T) {
	t.Parallel()
	s, clock := newService(t)
	const mia = survey.RepID("rep_rita")
	firms := leavingCustomers(t, s, mia, 6)
	leavingCustomers(t, s, "", 2)
	look := func(scope survey.TodayScope, mine, all int) *survey.Today {
		t.Helper()
		today, err := s.Today(t.Context(), survey.TodayRequest{Me: mia, Scope: scope, Calls: mine, AllCalls: all, Quiet: 5, Latest: 1})
		if err != nil {
			t.Fatal(err)
		}
		return today
	}
	expect := func(what string, today *survey.Today, want survey.Calls, shown int) {
		t.Helper()
		if today.Calls != want || len(today.Lists[0].Customers) != shown {
			t.Errorf("%s: got %+v and %d shown, want %+v and %d", what, today.Calls, len(today.Lists[0].Customers), want, shown)
		}
	}
	expect("no limit", look(survey.ScopeMine, 0, 0), survey.Calls{Listed: 6}, 5)
	expect("more than there are", look(survey.ScopeMine, 20, 0), survey.Calls{PerWeek: 20, Listed: 6}, 6)
	expect("four a week", look(survey.ScopeMine, 4, 0), survey.Calls{PerWeek: 4, Listed: 4, Beyond: 2}, 4)
	expect("everybody’s", look(survey.ScopeAll, 4, 7), survey.Calls{PerWeek: 7, Listed: 7, Beyond: 1}, 7)
	if first := look(survey.ScopeMine, 4, 0).Lists[0].Customers[0].Customer.ID; first != firms[0].ID {
		t.Errorf("the first is %s, want who is worth most", first)
	}

	record(t, s, firms[0], survey.Call, clock.Now())
	if err := s.Snooze(t.Context(), survey.CustomerID(firms[1].ID), clock.Now().AddDate(0, 0, 14)); err != nil {
		t.Fatal(err)
	}
	expect("after a call and a snooze", look(survey.ScopeMine, 4, 0), survey.Calls{PerWeek: 4, Done: 2, Listed: 2, Beyond: 2}, 2)
	expect("everybody’s after both", look(survey.ScopeAll, 4, 7), survey.Calls{PerWeek: 7, Done: 2, Listed: 5, Beyond: 1}, 5)
	if err := s.Snooze(t.Context(), survey.CustomerID(firms[1].ID), time.Time{}); err != nil {
		t.Fatal(err)
	}
	expect("a snooze taken back", look(survey.ScopeMine, 4, 0), survey.Calls{PerWeek: 4, Done: 1, Listed: 3, Beyond: 2}, 3)
	record(t, s, firms[2], survey.Meeting, clock.Now())
	record(t, s, firms[3], survey.Order, clock.Now())
	expect("a meeting counts, an order does not", look(survey.ScopeMine, 2, 0), survey.Calls{PerWeek: 2, Done: 2, Beyond: 3}, 0)

	for clock.Now().Weekday() != time.Monday {
		clock.Advance(24 * time.Hour)
	}
	expect("the next week", look(survey.ScopeMine, 2, 0), survey.Calls{PerWeek: 2, Listed: 2, Beyond: 1}, 2)
}

// TestWhomToCall prefers who decides, is still there and can be mailed.
func TestWhomToCall(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	const mia = survey.RepID("rep_rita")
	firm := leavingCustomers(t, s, mia, 1)[0]
	person := func(name, email string, role survey.Role, left bool) {
		t.Helper()
		in := survey.ContactInput{CustomerID: survey.CustomerID(firm.ID)}
		in.Name, in.Email, in.Role = &name, &email, &role
		if left {
			at := s.Now()
			in.LeftAt = &at
		}
		if _, err := s.CreateContact(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
	whom := func() string {
		t.Helper()
		today, err := s.Today(t.Context(), survey.TodayRequest{Me: mia, Quiet: 5, Latest: 1})
		if err != nil {
			t.Fatal(err)
		}
		if c := today.ToCall[survey.CustomerID(firm.ID)]; c != nil {
			return c.Name
		}
		return ""
	}
	for _, step := range []struct {
		name, email string
		role        survey.Role
		left        bool
		want        string
	}{
		{"", "", "", false, ""},
		{"User", "user@example.com", survey.User, false, "User"},
		{"Gone", "gone@example.com", survey.DecisionMaker, true, "User"},
		{"Boss", "", survey.DecisionMaker, false, "Boss"},
		{"Second boss", "boss@example.com", survey.DecisionMaker, false, "Second boss"},
	} {
		if step.name != "" {
			person(step.name, step.email, step.role, step.left)
		}
		if got := whom(); got != step.want {
			t.Errorf("after %s: got %q, want %q", step.name, got, step.want)
		}
	}
}

// TestTheListEndsWhereItWouldBeWrongTooOften: of six customers four come back more likely than not, so that the week stays short of work.
func TestTheListEndsWhereItWouldBeWrongTooOften(t *testing.T) {
	t.Parallel()
	db := newStore(t)
	s, _ := newServiceOn(t, db)
	for i, firm := range leavingCustomers(t, s, "rep_rita", 6) {
		r := storedRhythm(t, db, firm.ID)
		r.Gone = []float64{0.9, 0.5, 0.1, 0.1, 0.1, 0.1}[i]
		if err := write(t, db, "rhythms", store.Replace, r); err != nil {
			t.Fatal(err)
		}
	}
	for _, perWeek := range []int{0, 4, 20} {
		today, err := s.Today(t.Context(), survey.TodayRequest{Me: "rep_rita", Calls: perWeek, Quiet: 12, Latest: 1})
		if err != nil {
			t.Fatal(err)
		}
		if want := (survey.Calls{PerWeek: perWeek, Listed: 3, Beyond: 3, Unsure: true}); today.Calls != want || len(today.Lists[0].Customers) != 3 {
			t.Errorf("%d a week: got %+v and %d shown, want %+v", perWeek, today.Calls, len(today.Lists[0].Customers), want)
		}
	}
}

// TestWhoIsOffTheListIsNotCalled reads Today in a process that does not know yet of the models in force, after somebody who stood on the list
// by those before has ordered.
func TestWhoIsOffTheListIsNotCalled(t *testing.T) {
	t.Parallel()
	db := newStore(t)
	behind, then := newServiceOn(t, db)
	customersOrdering(t, behind, 120)
	then.Advance(25 * time.Hour)
	effects(t, behind)
	ahead, now := newServiceOn(t, db)
	now.Advance(25 * time.Hour)
	look := func() []survey.QuietCustomer {
		t.Helper()
		today, err := behind.Today(t.Context(), survey.TodayRequest{Scope: survey.ScopeAll, Quiet: 40, Latest: 1})
		if err != nil {
			t.Fatal(err)
		}
		return today.Lists[0].Customers
	}
	before := look()
	if len(before) == 0 {
		t.Fatal("nobody is to be called")
	}
	bringIntoForce(t, ahead, now)
	called := before[0].Customer
	record(t, ahead, called, survey.Order, now.Now())
	for _, q := range look() {
		if q.Customer.ID == called.ID {
			t.Errorf("%s ordered a moment ago and is to be called", called.Name)
		}
	}
}
