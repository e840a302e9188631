package frontend

import "earshot/survey"

// TodayList is a list of customers to look after, as Today shows it.
type TodayList struct {
	List survey.List
	// Customers are at most a screenful of Total, and All leads to them.
	Customers []QuietCustomer
	Total     int
	All       string
}

// ID names the list in the page's address.
func (l TodayList) ID() string { return string(l.List) }

// ToCall says that it is the list to call, which is as long as the week.
func (l TodayList) ToCall() bool { return l.List == survey.Leaving }

// todayWords are how Today tells of a list: its heading, what it is, and what one and several of its customers are called.
var todayWords = map[survey.List]struct{ title, about, one, several string }{
	survey.Leaving: {"To call this week", "They are probably leaving.", "customer who is probably leaving", "customers who are probably leaving"},
	survey.Unusual: {
		"Unusually silent",
		"Longer than is usual for them, and not on the list to call. Ask here, or let a pulse do it; where a call is better, the line says so.",
		"customer of unusual silence", "customers of unusual silence",
	},
	survey.Drifting: {
		"Still here, buying elsewhere?", "They show up, but have bought nothing for longer than is usual for them.", "drifting customer", "drifting customers",
	},
	survey.Slowing: {"Slowing down", "They still show up, but ever more seldom.", "slowing customer", "slowing customers"},
	survey.Unreturned: {
		"New, and not returned",
		"They came once or twice, and most of those like them who came back had done so by now. They stay here for a month.",
		"overdue newcomer", "overdue newcomers",
	},
}

// Title is the heading of the list.
func (l TodayList) Title() string { return todayWords[l.List].title }

// About says in a sentence or two what the list is.
func (l TodayList) About() string { return todayWords[l.List].about }

// Whole names all its customers.
func (l TodayList) Whole() string {
	if l.Total == 1 {
		return "The one " + todayWords[l.List].one
	}
	return "All " + number(l.Total) + " " + todayWords[l.List].several
}
