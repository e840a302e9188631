package frontend

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"

	"earshot/survey"
)

// CapacityPage shows what each number of alarms a week would have reached in the last year, and what it would have cost.
type CapacityPage struct {
	Shell
	// Kind is the kind of sign of life that is shown, Kinds are those that were measured.
	Kind  survey.TouchpointKind
	Kinds []survey.TouchpointKind
	// Chosen says that somebody chose how long the list is; Leave takes that back, nil where there is nothing to take back or who looks may not.
	Chosen bool
	Leave  *Action
	// Calls says how many customers all reps call in a week, and what a list of as many would have reached; empty where nobody has said.
	Calls string
	// InForce says in a sentence what the list as it is would have reached; empty where it would have told of nobody.
	InForce string
	// Coming says the same of the list that comes into force within minutes; empty where none does.
	Coming string
	Chart  Chart
	// Sooner says that each longer list would have told of those who leave no later, Dearer that no smaller a share of it were fine.
	Sooner, Dearer bool
	// Form chooses any length, made by CapacityForm; nil where who looks may not, or there is nothing to choose.
	Form *Form
	// Rows are the same as numbers, the longest list last; none while there is nothing to show.
	Rows []CapacityRow
	// Customers show the kind; Leavers of them are expected to have left in that year.
	Customers, Leavers int
	// LittleHistory says that so few left that the figures are hardly known.
	LittleHistory bool
}

// CapacityRow is what one number of alarms a week would have reached and cost.
type CapacityRow struct {
	// PerWeek is the number in words.
	PerWeek string
	// Reached is the share of those who left, Fine that of the alarms about who had not, 0 to 1.
	Reached, Fine float64
	// Late says when who left was told of, against the end of their usual gap; empty where nobody was reached.
	Late string
	// InForce marks the list as it is, Coming the one that comes into force within minutes, and Own the one that Earshot itself begins.
	InForce, Coming, Own bool
	// Choose makes the list this long; nil where it is or will be, where no list can be, or who looks may not.
	Choose *Action
}

// CapacityForm asks for per_week, from the least to the most that a list would have had.
func CapacityForm(action string, kind survey.TouchpointKind, least, most float64, values url.Values) Form {
	bound := func(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
	return Form{
		ID: "length", Action: action, Submit: "Choose", Hidden: []Hidden{{Name: "kind", Value: string(kind)}},
		Fields: filled(values, Field{
			Kind: NumberField, Name: "per_week", Label: "To call, a week, at most", Narrow: true, Required: true,
			Help: fmt.Sprintf("From %s to %s: what lists would have had.", bound(least), bound(most)), Min: bound(least), Max: bound(most), Step: "any",
		}),
	}
}

// Choosing says that there is something to choose.
func (p CapacityPage) Choosing() bool {
	return slices.ContainsFunc(p.Rows, func(r CapacityRow) bool { return r.Choose != nil })
}

// Tabs switch the kind; none where there is nothing to switch.
func (p CapacityPage) Tabs() []Tab {
	if len(p.Kinds) < 2 {
		return nil
	}
	tabs := make([]Tab, len(p.Kinds))
	for i, k := range p.Kinds {
		link := Link{Text: touchpointName(k), URL: PathCapacity + "?" + url.Values{"kind": {string(k)}}.Encode()}
		tabs[i] = Tab{Link: link, Current: k == p.Kind}
	}
	return tabs
}

// PageTitle names the page.
func (CapacityPage) PageTitle() string { return "How many to call" }

func (CapacityPage) template() string { return "capacity" }
