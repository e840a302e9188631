package api

import (
	"fmt"
	"math"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"earshot/analytics"
	"earshot/analytics/chart"
	"earshot/frontend"
	"earshot/survey"
	"earshot/survey/access"
)

// How much of each is shown on a customer's page.
const (
	customerAnswers     = 5
	customerInvitations = 5
	customerTimeline    = 20
	customerContacts    = 100
)

// customerPage shows everything about one customer.
func (s *Server) customerPage(c echo.Context) error {
	view, err := s.viewCustomerPage(c)
	if err != nil {
		return err
	}
	return s.page(c, http.StatusOK, view.page)
}

// customerView is a customer's page with what it was made from, for the forms on it.
type customerView struct {
	*survey.CustomerOverview
	page frontend.CustomerPage
}

// viewCustomerPage puts the page of the customer in the path together.
func (s *Server) viewCustomerPage(c echo.Context) (*customerView, error) {
	id, err := pathID[survey.CustomerID](c)
	if err != nil {
		return nil, err
	}
	overview, err := s.customers.CustomerOverview(c.Request().Context(), id, survey.OverviewSize{
		Answers: customerAnswers, Invitations: customerInvitations, Timeline: customerTimeline,
		After: survey.Cursor(typed(c.QueryParams(), cursorParam)),
	})
	if err != nil {
		return nil, err
	}
	v, x := &customerView{CustomerOverview: overview}, overview.Customer
	s.learnReps(c, v.repIDs()...)
	v.page = frontend.CustomerPage{
		Shell: s.shell(c, frontend.PathCustomers), Name: x.Name, Status: x.Status, Segment: x.Segment, Rep: s.repName(c, x.RepID),
		ExternalID: x.ExternalID, ValuePerYear: x.ValuePerYear, Since: x.CreatedAt,
		RenewsOn: x.RenewsOn.In(s.here.TimeZone()), RenewsSoon: x.RenewsSoon(s.today()),
		Silence: s.silenceOf(id, v),
	}
	works := worksOn(c, x.RepID)
	s.fillContacts(v, works)
	s.fillAnswers(c, id, v)
	v.page.Invitations = s.invitationRows(c, v.Invitations, v.Names)
	if len(v.Invitations) > 0 {
		v.page.AllInvitations = ledgerURL("customer", string(id))
	}
	v.page.Holds = pulseHolds(v.Asks.Holds(), v.Names)
	s.fillTimeline(c, v)
	if works {
		s.offerWork(id, v)
	} else {
		keepToReading(c, &v.page)
	}
	return v, nil
}

// offerWork puts on the page what those do who work on the customer.
func (s *Server) offerWork(id survey.CustomerID, v *customerView) {
	v.page.Edit, v.page.NewContact = customerURL(id)+"/edit", customerURL(id)+"/contacts/new"
	fillAsk(v)
	touch := s.touchpointForm(v, nil)
	v.page.Touchpoint = &touch
}

// keepToReading takes off the page what only those may do who work on the customer.
func keepToReading(c echo.Context, page *frontend.CustomerPage) {
	page.Silence.Snooze, page.Silence.Wake = nil, nil
	for i := range page.Timeline {
		page.Timeline[i].Remove = nil
	}
	page.AskHeld = "This customer belongs to another rep, who asks here. A manager can give them to you."
	if !repOf(c).Access.Covers(access.LevelRep) {
		page.AskHeld = "You may read here, and do not ask."
	}
}

// repIDs are the reps whose names the page tells.
func (v *customerView) repIDs() []survey.RepID {
	ids := []survey.RepID{v.Customer.RepID}
	for _, r := range v.Answers.Items {
		ids = append(ids, r.RepID)
	}
	for _, i := range v.Invitations {
		ids = append(ids, i.AskedBy)
	}
	return ids
}

// silenceOf shows the silence.
func (s *Server) silenceOf(id survey.CustomerID, v *customerView) frontend.Silence {
	rhythm := v.Rhythm
	silence := frontend.Silence{
		List: rhythm.List, Since: rhythm.Since, Sentence: rhythm.Sentence, LastAt: rhythm.LastAt,
		LastKind: lastKind(rhythm), Held: rhythm.Held, Pause: s.pauseOf(v.Customer),
		KeptOut: v.KeptOut,
	}
	silence.Gone, _ = figureOf(rhythm.Silence)
	if rhythm.SnoozedUntil.After(s.here.Now()) {
		silence.SnoozedUntil = rhythm.SnoozedUntil
		silence.Wake = &frontend.Action{Label: "End the snooze", URL: customerURL(id) + "/wake"}
	} else if rhythm.List != "" {
		silence.Snooze = snoozeAction(id, "")
	}
	if rhythm.Known {
		silence.Facts = s.silenceFacts(rhythm)
		silence.Chart = s.silenceChart(v.Customer, rhythm)
	}
	return silence
}

// lastKind is what the latest sign of life was.
func lastKind(r *survey.RhythmDetails) survey.TouchpointKind {
	var last survey.KindSilence
	for _, k := range r.Kinds {
		if k.LastAt.After(last.LastAt) {
			last = k
		}
	}
	return last.Kind
}

// pauseOf says that the customer pauses, or is going to; empty if they do not.
func (s *Server) pauseOf(x *survey.Customer) string {
	pause, zone := x.Pause(), s.here.TimeZone()
	over := pause.Until != "" && pause.Until <= survey.DateOf(s.today())
	if pause.From == "" || over {
		return ""
	}
	said := "Since " + s.dayOf(pause.From.In(zone))
	if !x.PausedOn(s.today()) {
		said = "From " + s.dayOf(pause.From.In(zone))
	}
	if pause.Until == "" {
		said += ", nobody knows until when"
	} else {
		said += " until " + s.dayOf(pause.Until.In(zone))
	}
	if x.PausedBy != "" {
		said += ", said by " + x.PausedBy
	}
	return said + ". The silence does not grow in that time."
}

// silenceFacts are the figures behind the sentence.
func (s *Server) silenceFacts(r *survey.RhythmDetails) []frontend.Fact {
	var facts []frontend.Fact
	if r.UsualHigh > 0 {
		facts = append(facts, frontend.Fact{Name: "Usual gap", Value: fmt.Sprintf("%s to %s, middle %s",
			wholeDays(r.UsualLow), inDays(int(math.Round(r.UsualHigh))), wholeDays(r.UsualMid))})
	}
	if r.DueOn != "" {
		facts = append(facts, frontend.Fact{Name: "Usually over by", Value: s.dayOf(r.DueOn.In(s.here.TimeZone()))})
	}
	facts = append(facts, frontend.Fact{Name: "Present silence", Value: inDays(silentDays(r))})
	if r.UsualHigh > 0 {
		facts = append(facts, frontend.Fact{Name: "Gaps this long", Value: analytics.FormatPercent(100 * r.Tail)})
	}
	if r.Known {
		facts = append(facts, frontend.Fact{Name: "Chance that nothing comes", Value: fmt.Sprintf("%s within 30 days, %s within 90",
			frontend.Chance(r.Silent30), frontend.Chance(r.Silent90))})
	}
	facts = append(facts, s.listFacts(r)...)
	for _, k := range r.Kinds {
		if k.Kind == r.Kind {
			facts = append(facts, frontend.Fact{Name: "Learnt from", Value: inDays(k.Events) + " with a sign of life"})
		}
	}
	return facts
}

func wholeDays(days float64) string { return strconv.Itoa(int(math.Round(days))) }

// inDays writes a number of days.
func inDays(n int) string {
	if n == 1 {
		return "1 day"
	}
	return strconv.Itoa(n) + " days"
}

// silenceChart is the picture of the silence, with the sizes and words that the page needs.
func (s *Server) silenceChart(x *survey.Customer, r *survey.RhythmDetails) frontend.Chart {
	url := customerURL(survey.CustomerID(x.ID)) + "/silence.svg"
	drawing := s.silenceDrawing(x.Name, r)
	return pictured(url, nil, columnWidth, func(o chart.Options) chart.Picture { return chart.Silences(drawing, o) })
}

// snoozeAction snoozes a customer and goes back to where it was pressed.
func snoozeAction(id survey.CustomerID, back string) *frontend.Action {
	return &frontend.Action{Label: fmt.Sprintf("Snooze %d days", survey.DefaultSnooze), URL: customerURL(id) + "/snooze", Hidden: backTo(back)}
}

// backField carries where a button leads back to; empty is the customer.
const backField = "back"

func backTo(path string) []frontend.Hidden {
	if path == "" {
		return nil
	}
	return []frontend.Hidden{{Name: backField, Value: path}}
}

// fillAnswers puts the latest answers on the page.
func (s *Server) fillAnswers(c echo.Context, id survey.CustomerID, v *customerView) {
	v.page.Answers = s.responseRows(c, v.Answers.Items, v.Names, "")
	for i := range v.page.Answers {
		v.page.Answers[i].Customer = frontend.Link{} // whose page it is, says its head
	}
	if v.Answers.Next != "" {
		v.page.AllAnswers = frontend.PathResponses + "?" + customerParam + "=" + string(id)
	}
}

// fillTimeline puts a page of the history on the page.
func (s *Server) fillTimeline(c echo.Context, v *customerView) {
	for _, item := range v.Timeline.Items {
		v.page.Timeline = append(v.page.Timeline, timelineItem(item, v.Names.Surveys, v.Names.Contacts))
	}
	if c.Request().Method != http.MethodPost {
		v.page.Timelines = pager(c, cursorParam, v.Timeline.Next)
	}
}

// timelineItem shows one event of a history.
func timelineItem(i survey.TimelineItem, surveys map[survey.SurveyID]string, contacts map[survey.ContactID]string) frontend.TimelineItem {
	switch {
	case i.Response != nil:
		r := i.Response
		return frontend.TimelineItem{
			At: i.At, Kind: survey.Answered, Text: firstWords(r), Contact: contacts[r.ContactID],
			URL: responseURL(survey.ResponseID(r.ID)), Score: scoreOf(r, ""),
		}
	case i.Invitation != nil:
		return frontend.TimelineItem{At: i.At, Kind: frontend.AskItem, Text: surveys[i.Invitation.SurveyID], Contact: i.Invitation.ContactName, URL: invitationURL(i.Invitation.ID)}
	}
	t := i.Touchpoint
	item := frontend.TimelineItem{At: i.At, Kind: t.Kind, Text: t.Note, Contact: contacts[t.ContactID], Value: t.Value}
	if t.ExternalID == "" && t.Kind != survey.Answered {
		item.Remove = removeTouchpointAction(t, false)
	}
	return item
}
