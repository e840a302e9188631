package survey

import (
	"context"
	"iter"
	"regexp"
	"slices"
	"strings"
	"time"

	"earshot/survey/address"
	"earshot/survey/store"
)

// InvitationFilter narrows a list of invitations; what is empty does not.
type InvitationFilter struct {
	// Search is an address, in any spelling; the beginning of a domain behind an @; the id of an invitation, alone or in a Message-ID or return
	// path; or how a customer's name begins.
	Search     string
	CustomerID CustomerID
	ContactID  ContactID
	PulseID    PulseID
	SurveyID   SurveyID
	RepID      RepID
	// Within is for whose customers asked; nil is everybody's.
	Within    *Reach
	MailState MailState
	Standing  Standing
	// From and To bound CreatedAt: From <= CreatedAt < To.
	From, To time.Time
	After    store.Cursor
	Limit    int
}

// Invitations returns a page of invitations, newest first; of several addresses or customers that Search finds, those of each together.
// Returns Invalid for a cursor that is not one of that list.
func (s *Service) Invitations(ctx context.Context, f InvitationFilter) (Page[*Invitation], error) {
	q, found, err := s.findInvitations(ctx, f)
	if err != nil || !found {
		return Page[*Invitation]{Items: []*Invitation{}}, err
	}
	return findPage(ctx, s.db.invitations, q)
}

// EachInvitation reads all that the filter lets through, in the order of Invitations. An error ends it and is its last element.
func (s *Service) EachInvitation(ctx context.Context, f InvitationFilter) iter.Seq2[*Invitation, error] {
	return func(yield func(*Invitation, error) bool) {
		f.After, f.Limit = "", 0
		q, found, err := s.findInvitations(ctx, f)
		if err != nil {
			yield(nil, err)
		}
		if err != nil || !found {
			return
		}
		for inv, err := range s.db.invitations.All(ctx, q) {
			if !yield(inv, err) {
				return
			}
		}
	}
}

// StandingCount is how many invitations have mails that stand so.
type StandingCount struct {
	Standing Standing
	Count    int
}

// InvitationCounts are the invitations that a filter lets through, by where their mails stand: those of all standings, in their order, add up to
// Total.
type InvitationCounts struct {
	Total     int
	Standings []StandingCount
}

// Of is how many stand so.
func (c *InvitationCounts) Of(wanted Standing) int {
	for _, x := range c.Standings {
		if x.Standing == wanted {
			return x.Count
		}
	}
	return 0
}

// CountInvitations counts what the filter lets through, whatever its Standing and MailState, in one fold.
func (s *Service) CountInvitations(ctx context.Context, f InvitationFilter) (*InvitationCounts, error) {
	f.After, f.Limit, f.Standing, f.MailState = "", 0, "", ""
	q, found, err := s.findInvitations(ctx, f)
	if err != nil {
		return nil, err
	}
	counted := map[Standing]int{}
	if found {
		groups, err := s.db.invitations.Fold(ctx, store.Fold{Query: inTheIndexAlone(q), By: []string{"standing"}})
		if err != nil {
			return nil, err
		}
		for _, g := range groups {
			counted[Standing(g.By[0].(string))] += int(g.Count)
		}
	}
	counts := &InvitationCounts{}
	for _, name := range Standings() {
		counts.Total += counted[name]
		counts.Standings = append(counts.Standings, StandingCount{name, counted[name]})
	}
	return counts, nil
}

// inTheIndexAlone has what lies in a period, or is of a pulse, counted by an index that knows the standings, for the one over the time does not.
func inTheIndexAlone(q store.Query) store.Query {
	knows := map[string]string{invitationsByTime: invitationsByStanding, invitationsByPulse: invitationsOfPulse}[q.Index]
	if knows == "" {
		return q
	}
	from, to := q.From, q.To
	q.Index, q.From, q.To, q.Where = knows, nil, nil, slices.Clone(q.Where)
	boundWhere(&q, from, to)
	return q
}

// boundWhere narrows a query to from <= created_at < to where the index does not lead with the time.
func boundWhere(q *store.Query, from, to any) {
	if from != nil {
		q.Where = append(q.Where, store.Where{Field: "created_at", Is: store.AtLeast, Value: from})
	}
	if to != nil {
		q.Where = append(q.Where, store.Where{Field: "created_at", Is: store.Below, Value: to})
	}
}

// findInvitations finds what passes the filter; found is false where it is known that nothing does.
func (s *Service) findInvitations(ctx context.Context, f InvitationFilter) (q store.Query, found bool, err error) {
	if f.ContactID != "" && f.CustomerID == "" {
		c, err := s.Contact(ctx, f.ContactID)
		if err != nil {
			return q, false, ignoreMissing(err)
		}
		f.CustomerID = c.CustomerID
	}
	q = store.Query{Index: invitationsByTime, Descending: true, After: f.After, Limit: f.Limit}
	if sought := strings.TrimSpace(f.Search); sought != "" {
		if found, err := s.soughtBy(ctx, &q, sought); err != nil || !found {
			return q, found, err
		}
	}
	f.narrow(&q)
	return q, true, nil
}

// query finds what passes a filter without a search.
func (f InvitationFilter) query() store.Query {
	q := store.Query{Index: invitationsByTime, Descending: true, After: f.After, Limit: f.Limit}
	f.narrow(&q)
	return q
}

// narrow puts what the filter says besides Search into a query, which a search may have given its index already.
func (f InvitationFilter) narrow(q *store.Query) {
	choices := []choice{
		{"customer_id", string(f.CustomerID), invitationsByCustomer}, {"contact_id", string(f.ContactID), ""}, {"pulse_id", string(f.PulseID), invitationsByPulse},
		{"standing", string(f.Standing), invitationsByStanding}, {"mail_state", string(f.MailState), ""},
		{"survey_id", string(f.SurveyID), ""}, {"rep_id", string(f.RepID), ""},
	}
	if f.MailState != "" && f.CustomerID == "" && f.PulseID == "" && f.Standing == "" && q.Index == invitationsByTime {
		q.Index, q.In = invitationsByStanding, standingsIn(f.MailState)
	}
	searched := q.Index != invitationsByTime
	if searched {
		for i := range choices {
			choices[i].index = ""
		}
	} else if f.CustomerID == "" && f.PulseID != "" && f.Standing != "" {
		q.Index, q.Equal = invitationsOfPulse, []any{string(f.PulseID), string(f.Standing)}
		choices = slices.DeleteFunc(choices, func(c choice) bool { return c.field == "pulse_id" || c.field == "standing" })
	}
	narrow(q, choices...)
	f.Within.askedFor(q, "")
	if !searched || q.Index == invitationsByRecipient && q.From == nil {
		boundTimes(q, f.From, f.To)
		return
	}
	var within store.Query
	boundTimes(&within, f.From, f.To)
	boundWhere(q, within.From, within.To)
}

// invitationIn finds an invitation's id in what somebody pasted.
var invitationIn = regexp.MustCompile(`(?i)\binv_[0-9a-z]{26}\b`)

// soughtCustomers is how many customers a search by name looks at.
const soughtCustomers = 100

// soughtBy puts a search into a query, and says whether there can be anything.
func (s *Service) soughtBy(ctx context.Context, q *store.Query, sought string) (bool, error) {
	if id := invitationIn.FindString(sought); id != "" {
		q.Index, q.Equal = store.ByID, []any{strings.ToLower(id)}
		return true, nil
	}
	if domain, behind := strings.CutPrefix(strings.TrimPrefix(sought, everybody), "@"); behind {
		q.Index, q.From = invitationsByRecipient, strings.ToLower(domain)
		if rule, err := address.ParseRule("@" + domain); err == nil {
			q.From = rule.Domain()
		}
		q.To = q.From.(string) + lastRune
		return domain != "", nil
	}
	if strings.Contains(sought, "@") {
		q.Index, q.Equal = invitationsByRecipient, []any{recipientKey(sought)}
		return true, nil
	}
	customers, _, err := s.db.customers.Find(ctx, CustomerFilter{NamePrefix: sought, Limit: soughtCustomers}.query())
	if err != nil {
		return false, err
	}
	for _, c := range customers {
		q.In = append(q.In, c.ID)
	}
	q.Index = invitationsByCustomer
	return len(q.In) > 0, nil
}

// recipientKey is how an address is searched for: its domain first, so that all at a domain stand together. Empty where there is no address.
func recipientKey(email string) string {
	if email == "" {
		return ""
	}
	local, domain, _ := strings.Cut(address.Key(email), "@")
	return domain + " " + local
}

// Upgrade gives an invitation of an older version what lists find and count it by, and says whether it had to.
func (i *Invitation) Upgrade() bool {
	recipient, stood := i.Recipient, i.StandsAs
	i.Recipient = recipientKey(i.Email)
	if m := i.current(); m.History == nil && m.Detail == "" {
		i.edit().Detail = i.detailOf(m)
	}
	i.stand()
	return i.Recipient != recipient || i.StandsAs != stood
}

// detailOf is what else than its state tells of a mail of an older version.
func (i *Invitation) detailOf(m *Mail) MailDetail {
	switch {
	case !i.HeldSince.IsZero():
		return Held
	case m.State == MailQueued:
		return i.waiting()
	case m.Kept():
		return KeptDetail
	}
	return ""
}
