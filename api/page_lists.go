package api

import (
	"fmt"

	"github.com/labstack/echo/v4"

	"earshot/analytics"
	"earshot/frontend"
	"earshot/survey"
)

// figureOf is what a customer of a list is shown with: the chance that they have left or, of who drifts, have stopped buying, and whether
// that is the highest that there is history enough to tell; of who slows down the share of their days that is missing.
func figureOf(s survey.Silence) (figure float64, atLeast bool) {
	switch {
	case s.List == survey.Drifting:
		return s.Stopped, s.StoppedAtLeast
	case s.List == survey.Slowing && s.Slowing != nil:
		return s.Slowing.Fewer, false
	case s.List == survey.Unreturned && s.Newcomer != nil:
		return s.Newcomer.Left, false
	}
	return s.Gone, s.GoneAtLeast
}

// todayLists shows the lists of Today, with what to do about each customer: those to call are called first.
func (s *Server) todayLists(c echo.Context, today *survey.Today) []frontend.TodayList {
	surveys := askOptions(today.Surveys, today.Pulses)
	var lists []frontend.TodayList
	for _, l := range today.Lists {
		list := frontend.TodayList{List: l.List, Total: l.Total, All: listURL(l.List, today.RepID)}
		for _, q := range l.Customers {
			id := survey.CustomerID(q.Customer.ID)
			row := s.quietRow(c, q, today.Asked[id], surveys)
			if list.ToCall() || q.Unreachable {
				callFirst(&row, today.ToCall[id])
			}
			list.Customers = append(list.Customers, row)
		}
		lists = append(lists, list)
	}
	return lists
}

// listFacts are the figures behind the sentence of who slows down, or has shown up once or twice.
func (s *Server) listFacts(r *survey.RhythmDetails) []frontend.Fact {
	var facts []frontend.Fact
	if x := r.Slowing; x != nil {
		facts = append(facts,
			frontend.Fact{Name: "Before " + s.dayOf(x.Since), Value: fmt.Sprintf("every %.1f days", x.Usual)},
			frontend.Fact{Name: "Since then", Value: fmt.Sprintf("every %.1f days, %s less often", x.Now, analytics.FormatPercent(100*x.Fewer))})
	}
	if x := r.Newcomer; x != nil {
		facts = append(facts, frontend.Fact{Name: "Compared with", Value: fmt.Sprintf("%d newcomers of the last three years", x.Similar)})
	}
	return facts
}
