package survey

import (
	"slices"
	"time"

	"earshot/survey/quiet"
	"earshot/survey/store"
)

// Calls is this week's work on the customers who are probably leaving. The list to call is as long as what is left of the week, and ends
// earlier where it would be wrong more often than the declared share.
type Calls struct {
	// PerWeek is how many customers are called in a week; 0 where nobody has said, so that there is no limit.
	PerWeek int
	// Done is how many were called, met or snoozed since Monday.
	Done int
	// Listed are on the list to call this week, Beyond are not: they wait behind it.
	Listed, Beyond int
	// Unsure says that the list ends because with the next one it would be wrong more often than the share that QuietLimits declare;
	// otherwise it ends with the week's work, or with the customers.
	Unsure bool
}

// Left is how many customers may still be called this week.
func (c Calls) Left() int { return max(c.PerWeek-c.Done, 0) }

// MostCallsShown is how many customers to call Today shows at most.
const MostCallsShown = 40

// called notes when the customer was last called or met, or snoozed, which is a decision as well: days for the first two.
func (s *Service) called(r *Rhythm) {
	r.CalledAt = r.SnoozedAt
	for _, k := range r.Kinds {
		if k.Kind != Call && k.Kind != Meeting {
			continue
		}
		if day := s.startOf(k.State.Last); day.After(r.CalledAt) {
			r.CalledAt = day
		}
	}
}

// monday is when the present week began in the installation's time zone.
func (s *Service) monday(now time.Time) time.Time {
	today := s.day(now)
	passed := (int(today.Time().Weekday()) + 6) % 7 // time.Weekday begins with Sunday
	return s.startOf(today - quiet.Day(passed))
}

// callsReading reads what Calls are made of.
type callsReading struct {
	perWeek int
	// rhythms are those to show, chances the chances of as many as may be listed; done and total are counted.
	rhythms, chances *store.Finding[Rhythm, *Rhythm]
	done, total      *store.Folding
}

// readCalls reads the quiet of those whom the filter says, of whom perWeek are called in a week. Where there is no limit as many as a screen
// holds are looked at.
func (s *Service) readCalls(whose QuietFilter, perWeek, screen int, models fittedModels, now time.Time) *callsReading {
	listed := whose.query(models, now)
	shown, chances := listed, listed
	shown.Limit, chances.Limit = screen, screen
	if perWeek > 0 {
		shown.Limit, chances.Limit = min(perWeek, MostCallsShown), min(perWeek, store.MaxLimit)
	}
	chances.Fields = []string{"list", "gone", "under", "next"}
	done := store.Query{Index: rhythmsByCalled, From: s.monday(now)}
	narrow(&done, choice{"rep_id", string(whose.RepID), ""})
	whose.Within.owners(&done)
	return &callsReading{
		perWeek: perWeek,
		rhythms: s.db.rhythms.Finding(shown), chances: s.db.rhythms.Finding(chances),
		done: s.db.rhythms.Folding(store.Fold{Query: done}), total: s.db.rhythms.Folding(store.Fold{Query: listed}),
	}
}

func (r *callsReading) readings() []store.Reading {
	return []store.Reading{r.rhythms, r.chances, r.done, r.total}
}

// calls tells how long the list is, and returns those of it that are shown.
func (r *callsReading) calls(models fittedModels) (Calls, []*Rhythm) {
	c, total := Calls{PerWeek: r.perWeek, Done: counted(r.done)}, counted(r.total)
	c.Listed = total
	if c.PerWeek > 0 {
		c.Listed = min(total, c.Left())
	}
	listed := onList(r.chances.Docs, Leaving, models)
	gone := make([]float64, 0, len(listed))
	for _, one := range listed[:min(len(listed), c.Listed)] {
		gone = append(gone, one.Gone)
	}
	if sure := quiet.Bearable(gone, QuietLimits().Wrong); sure < len(gone) {
		c.Listed, c.Unsure = sure, true
	}
	c.Beyond = total - c.Listed
	shown := onList(r.rhythms.Docs, Leaving, models)
	return c, shown[:min(len(shown), c.Listed)]
}

// counted is how many documents a fold without groups has counted.
func counted(f *store.Folding) int {
	n := 0
	for _, g := range f.Groups {
		n += int(g.Count)
	}
	return n
}

// peopleReading reads the contacts of customers on lists.
type peopleReading struct {
	contacts *store.Finding[Contact, *Contact]
}

func (s *Service) readContactsOf(rhythms []*Rhythm) peopleReading {
	if len(rhythms) == 0 {
		return peopleReading{}
	}
	ids := make([]any, len(rhythms))
	for i, r := range rhythms {
		ids[i] = r.ID
	}
	return peopleReading{s.db.contacts.Finding(store.Query{Index: contactsByCustomer, In: ids, Limit: store.MaxLimit})}
}

func (r peopleReading) readings() []store.Reading {
	if r.contacts == nil {
		return nil
	}
	return []store.Reading{r.contacts}
}

// mark says of the lines which customers are not reached by mail.
func (r peopleReading) mark(lines []QuietCustomer, now time.Time) []QuietCustomer {
	if r.contacts == nil || r.contacts.Next != "" { // where not all people could be read, nothing is said
		return lines
	}
	lost := unreachableOf(r.contacts.Docs, now)
	for i := range lines {
		lines[i].Unreachable = lost[CustomerID(lines[i].Customer.ID)]
	}
	return lines
}

// toCall is whom to call at each customer: who is still there, by role as a pulse prefers them, those first who can be mailed.
func (r peopleReading) toCall() map[CustomerID]*Contact {
	best := map[CustomerID]*Contact{}
	if r.contacts == nil {
		return best
	}
	for _, c := range r.contacts.Docs {
		if !c.LeftAt.IsZero() || !c.UnconfirmedSince.IsZero() {
			continue
		}
		if other := best[c.CustomerID]; other == nil || c.callsFor(other) {
			best[c.CustomerID] = c
		}
	}
	return best
}

// callsFor says whether the contact is to be called rather than the other.
func (c *Contact) callsFor(other *Contact) bool {
	if mine, theirs := slices.Index(Roles(), c.Role), slices.Index(Roles(), other.Role); mine != theirs {
		return mine < theirs
	}
	return c.Email != "" && other.Email == ""
}
