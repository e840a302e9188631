package survey_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/store"
)

// pausing changes a customer's pause.
func pausing(tb testing.TB, s *survey.Service, c *survey.Customer, from, until survey.Date) (*survey.Customer, error) {
	tb.Helper()
	changed, err := s.ChangeCustomer(tb.Context(), survey.CustomerID(c.ID), 0, survey.CustomerFields{PausedFrom: &from, PausedUntil: &until})
	if err == nil {
		effects(tb, s, "customers")
	}
	return changed, err
}

// dateIn is the date so many days from today.
func dateIn(s *survey.Service, days int) survey.Date {
	return survey.DateOf(s.Now().In(s.TimeZone()).AddDate(0, 0, days))
}

func TestPausesAreChecked(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	c := newCustomer(t, s, "A")
	for _, row := range []struct {
		from, until survey.Date
		field, says string
	}{
		{"2026-09-01", "2026-06-01", "paused_until", "must be later than paused_from, 2026-09-01"},
		{"2026-09-01", "2026-09-01", "paused_until", "must be later than paused_from"},
		{"", "2026-09-01", "paused_from", "is required where paused_until is given"},
		{"2026-02-29", "", "paused_from", "must be a date, such as 2026-12-31"},
		{"2026-02-01", "1 Sep", "paused_until", "must be a date"},
		{"2026-02-01", "2026-9-1", "paused_until", "must be a date"},
	} {
		_, err := pausing(t, s, c, row.from, row.until)
		if kind, clause := problem(err, row.field); kind != survey.Invalid || !strings.HasPrefix(clause, row.says) {
			t.Errorf("from %q until %q: got %s, %q of %s; want %q", row.from, row.until, kind, clause, row.field, row.says)
		}
	}
	bad := survey.Date("soon")
	_, err := s.CreateCustomer(t.Context(), survey.CustomerFields{Name: &c.Name, RenewsOn: &bad})
	if _, clause := problem(err, "renews_on"); clause != "must be a date, such as 2026-12-31" {
		t.Errorf("renews_on %q: got %v", bad, err)
	}
	for _, row := range [][2]survey.Date{{"2028-02-29", "2028-03-01"}, {" 2026-06-01 ", "2026-09-01"}, {"2026-06-01", ""}, {"", ""}, {"1999-12-31", "9999-12-31"}} {
		if _, err := pausing(t, s, c, row[0], row[1]); err != nil {
			t.Errorf("from %q until %q: %v", row[0], row[1], err)
		}
	}
}

func TestAPausedCustomerIsNotQuiet(t *testing.T) {
	t.Parallel()
	const forever = 9999
	for _, row := range []struct {
		name        string
		from, until int // days from now
		now, later  string
	}{
		{"present", -30, 10, "[]", "[Weekly]"},
		{"since today", 0, 10, "[]", "[Weekly]"},
		{"until today", -5, 0, "[Weekly]", "[Weekly]"},
		{"for ever", -30, forever, "[]", "[]"},
		{"to come", 3, 10, "[Weekly]", "[Weekly]"},
		{"over", -30, -10, "[Weekly]", "[Weekly]"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s, clock := newService(t)
			c := newCustomer(t, s, "Weekly")
			everyDays(t, s, c, 7, 20, 90)
			until := survey.Date("")
			if row.until != forever {
				until = dateIn(s, row.until)
			}
			if _, err := pausing(t, s, c, dateIn(s, row.from), until); err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprint(quietNames(t, s)); got != row.now {
				t.Errorf("quiet now: got %s, want %s", got, row.now)
			}
			during := false
			for day := range 12 {
				clock.Advance(24 * time.Hour)
				effects(t, s, "rhythms")
				if x, err := s.Customer(t.Context(), survey.CustomerID(c.ID)); err != nil || x.PausedOn(s.Now()) {
					during = true
					if got := quietNames(t, s); err != nil || len(got) > 0 {
						t.Errorf("in the pause, %d days on: got %v quiet, %v", day+1, got, err)
					}
				}
			}
			if got := fmt.Sprint(quietNames(t, s)); got != row.later {
				t.Errorf("quiet twelve days on: got %s, want %s", got, row.later)
			}
			if want := row.until > 0; during != want {
				t.Errorf("was paused meanwhile: %v, want %v", during, want)
			}
		})
	}
}

func TestAPauseIsNoPartOfTheGaps(t *testing.T) {
	t.Parallel()
	db := newStore(t)
	s, _ := newServiceOn(t, db)
	c := newCustomer(t, s, "School")
	// Weekly, a summer of ten weeks, and weekly again.
	var rows []survey.TouchpointInput
	for week := range 52 {
		if week >= 30 && week < 40 {
			continue
		}
		rows = append(rows, survey.TouchpointInput{
			CustomerID: survey.CustomerID(c.ID), Kind: survey.Order, At: s.Now().AddDate(0, 0, -7*week), ExternalID: fmt.Sprint(week),
		})
	}
	s.PutTouchpoints(t.Context(), rows)
	effects(t, s, "touchpoint_batches")
	before := storedRhythm(t, db, c.ID).Kinds[0]
	if _, err := pausing(t, s, c, dateIn(s, -7*40+1), dateIn(s, -7*30)); err != nil {
		t.Fatal(err)
	}
	after := storedRhythm(t, db, c.ID).Kinds[0]
	if after.State.G >= before.State.G || after.Fit != before.Fit || after.State.Events != before.State.Events {
		t.Errorf("with the summer as a pause: got %+v, want less time in the gaps than in %+v", after, before)
	}
	// The next summer is another pause, and the last one still explains a gap.
	x, err := pausing(t, s, c, dateIn(s, 80), dateIn(s, 150))
	if err != nil {
		t.Fatal(err)
	}
	if r := storedRhythm(t, db, c.ID); len(x.EarlierPauses) != 1 || len(r.Pauses) != 2 || r.Kinds[0] != after {
		t.Errorf("with another pause to come: got %+v and %+v, want two pauses and the same state", x.EarlierPauses, r)
	}
	// Its end moves: the same pause, corrected.
	if x, err = pausing(t, s, c, dateIn(s, 80), dateIn(s, 120)); err != nil || len(x.EarlierPauses) != 1 {
		t.Errorf("corrected: got %+v, %v; want one earlier pause", x.EarlierPauses, err)
	}
	// A sign of life after it goes on from that state, in the same way as a rhythm made of everything.
	record(t, s, c, survey.Order, s.Now().Add(-time.Hour))
	told := storedRhythm(t, db, c.ID).Kinds[0]
	record(t, s, c, survey.Note, s.Now())
	late := record(t, s, c, survey.Order, s.Now().AddDate(0, 0, -3))
	if err := s.DeleteTouchpoint(t.Context(), survey.TouchpointID(late.ID), 0); err != nil {
		t.Fatal(err)
	}
	effects(t, s)
	if anew := storedRhythm(t, db, c.ID).Kinds[0]; anew != told {
		t.Errorf("made anew: got %+v, want what was folded, %+v", anew, told)
	}
}

// TestNoCrashLosesAPause lets the store fail at every write of declaring a pause and of telling the rhythm, in every way.
func TestNoCrashLosesAPause(t *testing.T) {
	t.Parallel()
	declare := func(db store.Store, kind fault, n int) (*survey.Rhythm, bool) {
		before, clock := newServiceOn(t, db)
		c := newCustomer(t, before, "School")
		everyDays(t, before, c, 7, 20, 90)
		broken := &faulty{Store: db, left: n, kind: kind}
		s := mustService(t, survey.Options{Store: broken, Clock: clock.Now})
		from, until := dateIn(s, -140), dateIn(s, -110)
		in := survey.CustomerFields{PausedFrom: &from, PausedUntil: &until}
		_, err := s.ChangeCustomer(t.Context(), survey.CustomerID(c.ID), 0, in)
		_ = s.Effects().Drain(t.Context(), "customers") // which fails as the store does
		after := mustService(t, survey.Options{Store: db, Clock: clock.Now})
		if err != nil {
			if _, err := after.ChangeCustomer(t.Context(), survey.CustomerID(c.ID), 0, in); err != nil {
				t.Fatal(err)
			}
		}
		effects(t, after)
		clock.Advance(10 * time.Minute)
		effects(t, after)
		return storedRhythm(t, db, c.ID), broken.fired
	}
	whole, _ := declare(newStore(t), goAway, 1000)
	for _, kind := range everyFault {
		for n := 1; ; n++ {
			got, fired := declare(newStore(t), kind, n)
			if !fired {
				if n < 4 {
					t.Fatalf("%s: declaring a pause took %d writes only", kind, n-1)
				}
				break
			}
			if !slices.Equal(got.Kinds, whole.Kinds) || !slices.Equal(got.Pauses, whole.Pauses) {
				t.Errorf("%s, write %d: got %+v, want %+v", kind, n, got.Kinds, whole.Kinds)
			}
		}
	}
}

func TestARenewalRaisesTheRank(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		days int
		want float64
	}{{-1, 1}, {0, 2}, {60, 2}, {61, 1}} {
		db := newStore(t)
		s, clock := newServiceOn(t, db)
		c := newCustomer(t, s, "Weekly")
		everyDays(t, s, c, 7, 20, 60)
		before := storedRhythm(t, db, c.ID)
		on := dateIn(s, row.days)
		x, err := s.ChangeCustomer(t.Context(), survey.CustomerID(c.ID), 0, survey.CustomerFields{RenewsOn: &on})
		if err != nil {
			t.Fatal(err)
		}
		effects(t, s, "customers")
		after := storedRhythm(t, db, c.ID)
		if got := after.Rank / before.Rank; got < row.want-1e-9 || got > row.want+1e-9 || x.RenewsSoon(s.Now()) != (row.want > 1) {
			t.Errorf("renews in %d days: got %.2f times the rank, soon: %v; want %.0f times", row.days, got, x.RenewsSoon(s.Now()), row.want)
		}
		if row.days == 61 { // the day comes by itself
			clock.Advance(24 * time.Hour)
			effects(t, s, "rhythms")
			if r := storedRhythm(t, db, c.ID); r.Rank < 1.9*before.Rank {
				t.Errorf("a day later: got a rank of %v, want twice %v", r.Rank, before.Rank)
			}
		}
	}
}

func TestPausesGoByTheDaysOfTheInstallation(t *testing.T) {
	t.Parallel()
	auckland, err := time.LoadLocation("Pacific/Auckland")
	if err != nil {
		t.Fatal(err)
	}
	c := &clock{now: time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)} // already 5 March in Auckland
	db := newStore(t)
	s := mustService(t, survey.Options{Store: db, Clock: c.Now, TimeZone: auckland})
	x := newCustomer(t, s, "Weekly")
	everyDays(t, s, x, 7, 20, 90)
	if _, err := pausing(t, s, x, "2026-03-05", "2026-03-06"); err != nil {
		t.Fatal(err)
	}
	r := storedRhythm(t, db, x.ID)
	if want := time.Date(2026, 3, 6, 0, 0, 0, 0, auckland); r.List != "" || !r.Due.Equal(want) {
		t.Errorf("got list %q, looked at again on %v; want none until %v", r.List, r.Due, want)
	}
}

func TestImportTakesPausesAndRenewals(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ file, want string }{
		{"name,renews_on,paused_from,paused_until,paused_by\nA,2026-12-31,2026-06-01,2026-09-01,Jo\n", "2026-12-31 2026-06-01 2026-09-01 Jo"},
		{"Kunde;Vertragsende;Pause von;Pause bis\nA;31.12.2026;1.6.2026;1.9.2026\n", "2026-12-31 2026-06-01 2026-09-01"},
		{"Client;Date de fin de contrat;Début de pause;Fin de pause\nA;31/12/2026;01/06/2026;01/09/2026\n", "2026-12-31 2026-06-01 2026-09-01"},
		{"Cliente;Fecha de renovación;Pausa desde;Pausa hasta\nA;31/12/2026;01/06/2026;01/09/2026\n", "2026-12-31 2026-06-01 2026-09-01"},
		{"Customer,Renewal Date,On hold from\nA,12/31/2026,06/01/2026\n", "2026-12-31 2026-06-01"},
		{"Name,Renewal Date\nA,\n", ""},
	} {
		s, _ := newService(t)
		done := take(t, s, survey.ImportCustomers, row.file)
		page, err := s.Customers(t.Context(), survey.CustomerFilter{})
		if err != nil || len(page.Items) != 1 {
			t.Fatalf("%q: %+v, %v", row.file, done, err)
		}
		x := page.Items[0]
		if got := strings.TrimSpace(fmt.Sprintf("%s %s %s %s", x.RenewsOn, x.PausedFrom, x.PausedUntil, x.PausedBy)); got != row.want {
			t.Errorf("%q: got %q, want %q (%+v)", row.file, got, row.want, done.Options.Mapping)
		}
	}
	s, _ := newService(t)
	done := take(t, s, survey.ImportCustomers, "name,pause from,pause until\nA,2026-09-01,2026-06-01\nB,never,\n")
	if done.Created != 2 || done.Warned != 2 || done.Warnings[0].Column != "pause until" || done.Warnings[1].Column != "pause from" {
		t.Errorf("wrong dates: got %d created, %+v, want two customers without a pause, and why", done.Created, done.Warnings)
	}
}
